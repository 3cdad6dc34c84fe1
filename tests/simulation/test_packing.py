import numpy as np
import pytest
from scipy.stats import kstest

from hrtem_transfer.simulation.packing import pack


def gaps(radii: np.ndarray, positions: np.ndarray, cell_A: float) -> np.ndarray:
    apart = positions[:, None] - positions[None]
    apart -= cell_A * np.round(apart / cell_A)
    distance = np.linalg.norm(apart, axis=-1) - radii[:, None] - radii[None]
    return distance[np.triu_indices(len(radii), 1)]


@pytest.mark.parametrize(
    ("radii", "n", "gap"), [((15.0, 25.0), 5, 10.0), ((25.0, 35.0), 5, 2.0), ((25.0, 35.0), 3, 10.0)]
)
def test_gap_is_kept_across_the_edges(radii: tuple[float, float], n: int, gap: float) -> None:
    for seed in range(10):
        found, positions = pack(radii, n, gap, 128.0, np.random.default_rng(seed))
        assert gaps(found, positions, 128.0).min() >= gap - 1e-9
        assert found.min() >= radii[0]
        assert found.max() <= radii[1]
        assert positions.min() >= 0
        assert positions.max() < 128.0


def test_particles_may_cross_the_edge() -> None:
    crossing = 0
    for seed in range(20):
        found, positions = pack((15.0, 25.0), 5, 10.0, 128.0, np.random.default_rng(seed))
        crossing += ((positions < found[:, None]) | (positions > 128.0 - found[:, None])).any()
    assert crossing > 15


def test_sparse_positions_and_radii_are_uniform() -> None:
    rng = np.random.default_rng(1)
    drawn = [pack((5.0, 10.0), 2, 1.0, 128.0, rng) for _ in range(400)]
    radii = np.concatenate([radius for radius, _ in drawn])
    positions = np.concatenate([position for _, position in drawn])
    assert kstest(radii, "uniform", args=(5, 5)).pvalue > 1e-3
    for axis in (0, 1):
        assert kstest(positions[:, axis], "uniform", args=(0, 128)).pvalue > 1e-3


def test_what_does_not_fit_is_refused_with_advice() -> None:
    with pytest.raises(
        ValueError, match=r"5 particles of radius 2.5 to 3.5 nm, 1 nm apart, do not fit into a cell of "
    ):
        pack((25.0, 35.0), 5, 10.0, 128.0, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"lower `particles`, `radius_nm` or `gap_nm`"):
        pack((70.0, 80.0), 1, 0.0, 128.0, np.random.default_rng(0))


def test_no_particles() -> None:
    radii, positions = pack((5.0, 10.0), 0, 1.0, 128.0, np.random.default_rng(0))
    assert radii.shape == (0,)
    assert positions.shape == (0, 2)
