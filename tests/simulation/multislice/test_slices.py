"""Slice potentials against a direct sum over atoms, and against abTEM's."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.data import chemical_symbols

from hrtem_transfer.simulation.multislice.electrons import interaction_rad_per_VA
from hrtem_transfer.simulation.multislice.form_factors import projected_potential_VA3
from hrtem_transfer.simulation.multislice.grid import Grid
from hrtem_transfer.simulation.multislice.slices import PhaseGratings, cut, spread

CELL_A = 12.0


def atoms(n: int = 30, depth_A: float = 6.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.choice([6, 34, 48], n), rng.random((n, 3)) * [CELL_A, CELL_A, depth_A]


def direct(numbers: np.ndarray, positions: np.ndarray, grid: Grid) -> np.ndarray:
    """Phase by summing each atom's Fourier transform with its exact position."""
    k = grid.frequencies()
    k2 = grid.k2()
    spectrum = np.zeros((grid.n, grid.n), dtype=complex)
    for number, (x, y, _) in zip(numbers, positions, strict=True):
        shift = np.exp(-2j * np.pi * (k[:, None] * y + k[None, :] * x))
        spectrum += projected_potential_VA3(chemical_symbols[number], k2) * shift
    sigma = interaction_rad_per_VA(grid.energy_keV)
    return sigma * np.fft.ifft2(spectrum * grid.band()).real / grid.sampling_A**2


def phases(numbers: np.ndarray, positions: np.ndarray, grid: Grid, step_A: float, depth_A: float) -> torch.Tensor:
    slices = cut(numbers, [positions], 0.0, depth_A, step_A, grid)
    gratings = PhaseGratings(grid, sorted(set(numbers.tolist())), 1)
    return torch.stack([gratings.phase(part)[0] for part in slices])


@pytest.mark.parametrize(("sampling", "tolerance"), [(0.1, 0.005), (0.16, 0.007), (0.2, 0.01)])
def test_phase_is_the_direct_sum(sampling: float, tolerance: float) -> None:
    grid = Grid(CELL_A, round(CELL_A / sampling), 300.0, dtype=torch.float64)
    numbers, positions = atoms()
    reference = direct(numbers, positions, grid)
    found = phases(numbers, positions, grid, 6.0, 6.0)[0].numpy()
    assert np.linalg.norm(found - reference) < tolerance * np.linalg.norm(reference)


def test_single_precision_is_enough() -> None:
    numbers, positions = atoms()
    single, double = (
        phases(numbers, positions, Grid(CELL_A, 96, 300.0, dtype=dtype), 2.0, 6.0)
        for dtype in (torch.float32, torch.float64)
    )
    assert torch.linalg.norm(single - double) < 3e-6 * torch.linalg.norm(double)


def test_phase_is_abtems_in_the_limit_of_small_pixels() -> None:
    import abtem

    numbers, positions = atoms()
    grid = Grid(CELL_A, 480, 300.0)
    with abtem.config.set({"device": "cpu", "fft": "numpy"}), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        potential = abtem.Potential(
            Atoms(numbers, positions=positions, cell=[CELL_A, CELL_A, 6.0], pbc=True),
            gpts=(480, 480),
            slice_thickness=2.0,
            projection="infinite",
            parametrization="lobato",
        ).build(lazy=False)
    theirs = interaction_rad_per_VA(300.0) * np.asarray(potential.array).transpose(0, 2, 1)
    k = np.fft.fftfreq(480, CELL_A / 480)
    # Up to 1.5 / A: beyond, abTEM's bilinear deltas differ from point atoms even at this sampling.
    low = np.hypot(k[:, None], k[None]) < 1.5
    ours = phases(numbers, positions, grid, 2.0, 6.0).numpy()
    theirs, ours = (np.fft.ifft2(np.fft.fft2(array) * low).real for array in (theirs, ours))
    theirs -= theirs.mean(axis=(1, 2), keepdims=True)
    ours -= ours.mean(axis=(1, 2), keepdims=True)
    assert ours.shape == theirs.shape == (3, 480, 480)
    assert np.linalg.norm(ours - theirs) < 0.01 * np.linalg.norm(theirs)


def test_splines_conserve_each_atom_and_its_place() -> None:
    yx = torch.tensor([[3.25, 7.5], [0.1, 15.9]], dtype=torch.float64)
    pixels, weights = spread(yx, torch.tensor([0, 1]), 16)
    pixels, weights = pixels.reshape(2, 16), weights.reshape(2, 16).double() / 2**22
    assert torch.allclose(weights.sum(dim=1), torch.ones(2, dtype=torch.float64), atol=1e-5)
    assert (pixels[0] < 256).all()
    assert ((pixels[1] >= 256) & (pixels[1] < 512)).all()
    rows, columns = (pixels[0] // 16).double(), (pixels[0] % 16).double()
    assert float((weights[0] * rows).sum()) == pytest.approx(3.25, abs=1e-5)
    assert float((weights[0] * columns).sum()) == pytest.approx(7.5, abs=1e-5)


def test_total_phase_does_not_depend_on_slicing() -> None:
    grid = Grid(CELL_A, 96, 300.0, dtype=torch.float64)
    numbers, positions = atoms()
    whole = phases(numbers, positions, grid, 6.0, 6.0).sum(dim=0)
    assert torch.allclose(phases(numbers, positions, grid, 1.0, 6.0).sum(dim=0), whole, atol=1e-9)


def test_empty_slices_are_left_out_and_strays_stay_in() -> None:
    grid = Grid(CELL_A, 60, 300.0)
    positions = np.array([[1.0, 1.0, -0.3], [2.0, 2.0, 0.5], [3.0, 3.0, 8.2]])
    slices = cut(np.array([6, 6, 6]), [positions], 0.0, 8.0, 2.0, grid)
    assert [part.plane_A for part in slices] == [1.0, 7.0]
    assert [len(part.entries[0][1]) for part in slices] == [2, 1]
    assert cut(np.array([], dtype=int), [np.empty((0, 3))], 0.0, 8.0, 2.0, grid) == []


def test_batch_is_the_same_as_one_by_one() -> None:
    grid = Grid(CELL_A, 60, 300.0)
    numbers, first = atoms(seed=1)
    second = atoms(seed=2)[1]
    together = cut(numbers, [first, second], 0.0, 6.0, 6.0, grid)
    both = PhaseGratings(grid, [6, 34, 48], 2).phase(together[0])
    for index, positions in enumerate((first, second)):
        alone = phases(numbers, positions, grid, 6.0, 6.0)[0]
        assert torch.allclose(both[index], alone, atol=1e-6)


def test_phase_of_a_single_atom_falls_off_and_is_positive_in_the_middle() -> None:
    grid = Grid(CELL_A, 120, 300.0, dtype=torch.float64)
    phase = phases(np.array([48]), np.array([[6.0, 6.0, 1.0]]), grid, 2.0, 2.0)[0]
    assert int(phase.argmax()) == 60 * 120 + 60
    assert float(phase.sum()) * grid.sampling_A**2 == pytest.approx(
        interaction_rad_per_VA(300.0) * float(projected_potential_VA3("Cd", np.zeros(1))[0]), rel=1e-5
    )
    assert math.isclose(float(phase[60, 70]), float(phase[70, 60]), rel_tol=1e-6)
