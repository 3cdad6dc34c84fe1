"""The reference engine: abTEM runs the multislice on the same atoms, slices and grid."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from ase import Atoms

from hrtem_transfer.simulation.multislice.grid import Grid, whole_pixels
from hrtem_transfer.simulation.multislice.propagation import wave_at
from hrtem_transfer.simulation.structures import Specimen
from hrtem_transfer.storage.extras import explained
from hrtem_transfer.study.config.schema import Scattering

# FFTW plans by measuring differ from process to process, and results with them in the last digits.
SETTINGS = {"device": "cpu", "fft": "fftw", "fftw.planning_effort": "FFTW_ESTIMATE", "dask.lazy": False}


def waves_of_snapshot(
    specimen: Specimen, positions_A: np.ndarray, simulation: Scattering
) -> tuple[np.ndarray, np.ndarray]:
    """Waves (specimen, particles) of one thermal snapshot, [y, x], referred to the particles' plane of rest."""
    n = whole_pixels(specimen.cell_A, simulation.sampling_A)
    n_out = whole_pixels(specimen.cell_A, simulation.exit_wave_sampling_A)
    grid = Grid(specimen.cell_A, n, simulation.energy_keV)
    step = simulation.slice_thickness_A
    waves = []
    for atoms, depth in (
        (len(specimen.numbers), specimen.depth_A),
        (specimen.n_particle_atoms, specimen.surface_A),
    ):
        wave = multislice(specimen.numbers[:atoms], positions_A[:atoms], specimen.cell_A, depth, n, simulation)
        # abTEM lets a slice act on its entrance plane and ends on the exit plane of the last slice; ours act in the
        # middle: half a slice more to go back.
        spectrum = torch.fft.fft2(torch.as_tensor(wave))
        back = specimen.surface_A - depth - step / 2
        waves.append(wave_at(spectrum, back, grid, n_out).numpy())
    return waves[0], waves[1]


def multislice(
    numbers: np.ndarray, positions_A: np.ndarray, cell_A: float, depth_A: float, n: int, simulation: Scattering
) -> np.ndarray:
    """abTEM's own exit wave, complex64 [y, x]: infinite projection, Lobato potentials."""
    with explained("`engine: abtem` needs"):
        import abtem
        import dask

    inside = positions_A.copy()
    inside[:, 2] = np.clip(inside[:, 2], 0.0, np.nextafter(depth_A, 0))
    inside[:, :2] %= cell_A
    atoms = Atoms(numbers, positions=inside, cell=[cell_A, cell_A, depth_A], pbc=True)
    with abtem.config.set(SETTINGS), dask.config.set(scheduler="synchronous"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        potential = abtem.Potential(
            atoms,
            gpts=(n, n),
            slice_thickness=simulation.slice_thickness_A,
            parametrization="lobato",
            projection="infinite",
        )
        wave: Any = abtem.PlaneWave(energy=1e3 * simulation.energy_keV).multislice(potential, lazy=False)
        return np.ascontiguousarray(np.asarray(wave.array).T)
