"""The multislice loop against abTEM on abTEM's own slices, and against conservation of electrons."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from ase import Atoms

from hrtem_transfer.simulation.multislice import propagation
from hrtem_transfer.simulation.multislice.electrons import interaction_rad_per_VA
from hrtem_transfer.simulation.multislice.grid import Grid
from hrtem_transfer.study.config.optics import wavelength_A

CELL_A = 16.0


def test_loop_is_abtems_on_abtems_slices() -> None:
    import abtem

    rng = np.random.default_rng(0)
    numbers = rng.choice([6, 34, 48], 120)
    atoms = Atoms(
        numbers, positions=rng.random((120, 3)) * [CELL_A, CELL_A, 20.0], cell=[CELL_A] * 2 + [20.0], pbc=True
    )
    settings = {"device": "cpu", "fft": "numpy", "antialias.taper": 0.0, "precision": "float64"}
    with abtem.config.set(settings), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        potential = abtem.Potential(
            atoms, gpts=(160, 160), slice_thickness=2.0, projection="infinite", parametrization="lobato"
        ).build(lazy=False)
        reference = np.asarray(abtem.PlaneWave(energy=300e3).multislice(potential, lazy=False).array)
    grid = Grid(CELL_A, 160, 300.0, dtype=torch.float64)
    sigma = interaction_rad_per_VA(300.0)
    band = torch.as_tensor(grid.band())
    slices = []
    for index, voltage in enumerate(np.asarray(potential.array)):
        transmitted = propagation.transmission(sigma * torch.as_tensor(voltage))
        slices.append((2.0 * index, torch.fft.ifft2(torch.fft.fft2(transmitted) * band)))
    spectrum, plane = propagation.run(propagation.plane_wave(grid, 1), 0.0, slices, grid)
    ours = propagation.wave_at(spectrum, 20.0 - plane, grid, 160)[0].numpy()
    assert np.linalg.norm(ours - reference) < 1e-5 * np.linalg.norm(reference - 1)


def smooth_phase(grid: Grid) -> torch.Tensor:
    y, x = np.meshgrid(*(np.arange(grid.n) / grid.n,) * 2, indexing="ij")
    return torch.as_tensor(0.4 * np.sin(4 * np.pi * x) * np.cos(6 * np.pi * y))


def test_electrons_are_conserved() -> None:
    grid = Grid(CELL_A, 96, 300.0, dtype=torch.float64)
    slices = [(2.0 * index, propagation.transmission(smooth_phase(grid))) for index in range(10)]
    spectrum, _ = propagation.run(propagation.plane_wave(grid, 1), 0.0, slices, grid)
    wave = propagation.wave_at(spectrum, 5.0, grid, 96)
    assert float((wave.abs() ** 2).mean()) == pytest.approx(1.0, abs=1e-9)


def test_an_empty_stretch_is_one_propagation() -> None:
    grid = Grid(CELL_A, 96, 300.0, dtype=torch.float64)
    transmitted = propagation.transmission(smooth_phase(grid))
    nothing = torch.ones_like(transmitted)
    short = [(0.0, transmitted), (30.0, transmitted)]
    long = [(0.0, transmitted), (10.0, nothing), (20.0, nothing), (30.0, transmitted)]
    waves = [propagation.run(propagation.plane_wave(grid, 1), 0.0, slices, grid)[0] for slices in (short, long)]
    assert torch.allclose(*waves, atol=1e-8)


def test_talbot_distance() -> None:
    # A grating of period d comes back to itself after 2 d^2 / lambda (Talbot), shifted by half after d^2 / lambda.
    grid = Grid(CELL_A, 96, 300.0, dtype=torch.float64)
    x = np.arange(96) / 96
    wave = torch.as_tensor(np.tile(1 + 0.3 * np.cos(8 * np.pi * x), (96, 1))).to(torch.complex128)[None]
    period_A = CELL_A / 4
    talbot_A = 2 * period_A**2 / wavelength_A(300.0)
    spectrum = torch.fft.fft2(wave)
    assert torch.allclose(propagation.wave_at(spectrum, talbot_A, grid, 96), wave, atol=1e-9)
    half = propagation.wave_at(spectrum, talbot_A / 2, grid, 96)
    assert torch.allclose(half, wave.roll(12, dims=-1), atol=1e-9)


def test_wave_and_grid_must_fit() -> None:
    grid = Grid(CELL_A, 96, 300.0)
    with pytest.raises(ValueError, match="the wave has 64 pixels, the grid 96"):
        propagation.run(torch.zeros(1, 64, 64, dtype=torch.complex64), 0.0, [(0.0, torch.ones(96, 96))], grid)
