import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.stats import kstest

from hrtem_transfer.simulation.substrate import film
from hrtem_transfer.study.config.elements import number_density_per_A3

SIZE = (40.0, 40.0, 20.0)


def carbon(seed: int = 0, density: float = 2.0) -> np.ndarray:
    return film("C", density, 1.4, SIZE, np.random.default_rng(seed))


def test_density() -> None:
    # 2 g/cm3 of carbon: 2 x 6.022e23 / 12.011 atoms per cm3 = 0.1003 per cubic angstrom.
    assert number_density_per_A3("C", 2.0) == pytest.approx(0.10028, rel=1e-4)
    assert len(carbon()) == pytest.approx(0.10028 * 40 * 40 * 20, rel=1e-3)


def test_least_distance_holds_across_the_edges() -> None:
    positions = carbon()
    nearest, _ = cKDTree(positions, boxsize=[40.0, 40.0, 0.0]).query(positions, k=2)
    assert nearest[:, 1].min() >= 1.4
    assert nearest[:, 1].min() < 1.45  # atoms do use the room they have


def test_film_is_flat_and_even() -> None:
    positions = carbon()
    assert positions.min() >= 0
    assert (positions.max(axis=0) <= SIZE).all()
    for axis, edge in enumerate(SIZE):
        assert kstest(positions[:, axis], "uniform", args=(0, edge)).pvalue > 1e-3


def test_films_differ_by_seed_only() -> None:
    assert np.array_equal(carbon(1), carbon(1))
    assert not np.array_equal(carbon(1), carbon(2))


def test_film_too_dense() -> None:
    with pytest.raises(ValueError, match=r"a film of C with 9 g/cm3 cannot be packed with atoms at least 1.4 A apart"):
        film("C", 9.0, 1.4, (10.0, 10.0, 10.0), np.random.default_rng(0))
