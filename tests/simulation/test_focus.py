"""Zero focus: a single atom tells its height, with the sign of C10; how deep the next best focus is."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from hrtem_transfer.simulation.focus import zero_focus
from hrtem_transfer.simulation.imaging import Microscope, wave_plane_c10_A
from hrtem_transfer.simulation.multislice.engine import torch_engine
from hrtem_transfer.simulation.multislice.grid import Grid
from hrtem_transfer.study.config.optics import wavelength_A
from tests.simulation_helpers import domain, recipe, simulation, specimen


def exit_wave(height_A: float, surface_A: float = 40.0, slice_A: float = 2.0) -> torch.Tensor:
    """Wave of one gold atom, at the plane of rest ``surface_A``."""
    atom = specimen([79], [[16.0, 16.0, height_A]], 32.0, surface_A)
    settings = simulation(slice_thickness_A=slice_A, sampling_A=0.1)
    return torch_engine(atom, settings, Grid(32.0, 320, 300.0))([atom.positions_A])[0][0]


def ideal_microscope() -> Microscope:
    return Microscope(160, 0.2, 300.0, domain(recipe(), focal_spread_A=0.0).condition, torch.device("cpu"))


@pytest.mark.parametrize("height_A", [5.0, 21.0, 37.0])
def test_an_atom_upstream_of_the_reference_plane_is_in_focus_at_negative_c10(height_A: float) -> None:
    # The slices act on their middle planes, here the atom's own height.
    assert zero_focus(exit_wave(height_A), 0.2, 300.0, 40.0).c10_A == pytest.approx(height_A - 40.0, abs=1.0)


def test_zero_focus_moves_with_the_atom_in_steps_of_slices() -> None:
    found = [zero_focus(exit_wave(height, slice_A=1.0), 0.2, 300.0, 40.0).c10_A for height in (10.5, 11.5, 15.5)]
    assert found[1] - found[0] == pytest.approx(1.0, abs=0.11)
    assert found[2] - found[1] == pytest.approx(4.0, abs=0.11)


def test_an_atom_is_bright_at_positive_defocus_and_dark_at_negative() -> None:
    # Textbook phase contrast: with a positive potential, underfocus gives dark atoms (Spence, High-Resolution
    # Electron Microscopy, section 3.4).
    wave = exit_wave(21.0)[None]
    focus_A = zero_focus(wave[0], 0.2, 300.0, 40.0).c10_A
    over, under = (
        ideal_microscope().intensity(wave, wave_plane_c10_A(defocus_nm, focus_A))[80, 80] for defocus_nm in (4.0, -4.0)
    )
    assert under < 0.95
    assert over > 1.05


def test_contrast_is_least_there() -> None:
    wave = exit_wave(21.0)[None]
    focus = zero_focus(wave[0], 0.2, 300.0, 40.0)
    images = [ideal_microscope().intensity(wave, focus.c10_A + step) for step in (0, -20, -5, 5, 20)]
    here, *others = (float(image.std() / image.mean()) for image in images)
    assert here < min(others)
    assert focus.contrast == pytest.approx(here, rel=1e-3)


def grating(period_A: float, plane_A: float) -> torch.Tensor:
    """Wave behind a phase grating that lies on ``plane_A``, seen on the plane 0, [y, x]; 160 pixels of 0.2 A."""
    x = 0.2 * np.arange(160)
    wave = np.tile(np.exp(0.3j * np.cos(2 * np.pi * x / period_A)), (160, 1))
    k = np.fft.fftfreq(160, 0.2)
    turn = np.exp(1j * np.pi * wavelength_A(300.0) * plane_A * (k[:, None] ** 2 + k[None] ** 2))
    return torch.as_tensor(np.fft.ifft2(np.fft.fft2(wave) * turn))


def test_the_runner_up_of_a_grating_is_a_talbot_step_away() -> None:
    # The contrast of a phase grating of period d vanishes again d^2 / lambda from itself: 51 A for 1 A.
    step_A = 1.0 / wavelength_A(300.0)
    found = zero_focus(grating(1.0, -10.0), 0.2, 300.0, 60.0)
    assert sorted([found.c10_A, found.runner_up_A or math.inf]) == pytest.approx([-10 - step_A, -10], abs=0.6)
    assert found.runner_up_contrast == pytest.approx(0, abs=0.02)


def test_an_atom_has_no_second_focus_nearly_as_good() -> None:
    found = zero_focus(exit_wave(21.0), 0.2, 300.0, 40.0)
    assert found.runner_up_A is None or found.runner_up_contrast > 1.5 * found.contrast
