"""Zero focus against the particles' centroid, for all crystals and both sizes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hrtem_transfer.simulation.focus import zero_focus
from hrtem_transfer.simulation.multislice.engine import exit_waves
from hrtem_transfer.simulation.structures import build
from hrtem_transfer.study.seeds import stream
from tests.simulation_helpers import NINE, recipe

CPU = torch.device("cpu")


def vacuum(name: str, radius_nm: tuple[float, float], cell_nm: float, index: int) -> tuple[torch.Tensor, float, float]:
    """Wave of one particle, its zero focus, and the C10 that images its centroid, in angstrom."""
    wanted = recipe(name, radius_nm, (1, 1), thickness_nm=None, cell_nm=cell_nm, frozen_phonons=1, sampling_A=0.2)
    specimen = build(wanted, "train", index)
    waves = exit_waves(specimen, wanted.simulation, wanted.thermal, stream(1, "phonons", name, index), CPU)
    wave = torch.as_tensor(waves.particles[0])
    centroid_A = specimen.positions_A[:, 2].mean() - specimen.surface_A
    return wave, zero_focus(wave, 0.2, 300.0, specimen.surface_A).c10_A, float(centroid_A)


@pytest.mark.parametrize("name", NINE)
def test_zero_focus_of_small_particles_is_at_their_centroid(name: str) -> None:
    for index in range(3):
        _, found_A, centroid_A = vacuum(name, (1.0, 1.5), 4.48, index)
        assert found_A == pytest.approx(centroid_A, abs=5.0)


def variance(wave: torch.Tensor, c10_A: float) -> float:
    """Variance of the image at one C10."""
    k = np.fft.fftfreq(wave.shape[-1], 0.2)
    turn = np.exp(-1j * np.pi * 0.0196875 * c10_A * (k[:, None] ** 2 + k[None] ** 2))
    return float((np.abs(np.fft.ifft2(np.fft.fft2(wave.numpy()) * turn)) ** 2).var())


def test_zero_focus_of_large_particles() -> None:
    # Along some zone axes a crystal of 6 nm scatters so often that its contrast hardly depends on focus: the least is
    # then off the centroid, but hardly deeper.
    off = []
    for name in NINE:
        for index in range(2):
            wave, found_A, centroid_A = vacuum(name, (2.5, 3.5), 8.0, index)
            off.append(abs(found_A - centroid_A))
            assert variance(wave, found_A) <= variance(wave, centroid_A) + 1e-9
            if off[-1] > 5.0:
                assert variance(wave, centroid_A) < 1.15 * variance(wave, found_A)
    assert np.median(off) < 3.0
