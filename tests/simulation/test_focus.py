"""Zero focus: a single atom tells its height, with the sign of underfocus."""

from __future__ import annotations

import pytest
import torch

from hrtem_transfer.simulation.focus import zero_focus_A
from hrtem_transfer.simulation.imaging import Microscope
from hrtem_transfer.simulation.multislice.engine import torch_engine
from hrtem_transfer.simulation.multislice.grid import Grid
from tests.simulation_helpers import domain, recipe, simulation, specimen


def exit_wave(height_A: float, surface_A: float = 40.0, slice_A: float = 2.0) -> torch.Tensor:
    """Wave of one gold atom, at the plane of rest ``surface_A``."""
    atom = specimen([79], [[16.0, 16.0, height_A]], 32.0, surface_A)
    settings = simulation(slice_thickness_A=slice_A, sampling_A=0.1)
    return torch_engine(atom, settings, Grid(32.0, 320, 300.0))([atom.positions_A])[0][0]


@pytest.mark.parametrize("height_A", [5.0, 21.0, 37.0])
def test_zero_focus_of_an_atom_is_its_distance_upstream_of_the_reference_plane(height_A: float) -> None:
    # The slices act on their middle planes, here the atom's own height.
    assert zero_focus_A(exit_wave(height_A), 0.2, 300.0, 40.0) == pytest.approx(40.0 - height_A, abs=1.0)


def test_zero_focus_moves_with_the_atom_in_steps_of_slices() -> None:
    found = [zero_focus_A(exit_wave(height, slice_A=1.0), 0.2, 300.0, 40.0) for height in (10.5, 11.5, 15.5)]
    assert found[0] - found[1] == pytest.approx(1.0, abs=0.11)
    assert found[1] - found[2] == pytest.approx(4.0, abs=0.11)


def test_underfocus_makes_an_atom_dark_and_overfocus_bright() -> None:
    # Textbook phase contrast: with a positive potential, underfocus gives dark atoms (Spence, High-Resolution
    # Electron Microscopy, section 3.4).
    wave = exit_wave(21.0)[None]
    microscope = Microscope(160, 0.2, 300.0, domain(recipe(), focal_spread_A=0.0).condition, torch.device("cpu"))
    focus = zero_focus_A(wave[0], 0.2, 300.0, 40.0)
    under, over = (microscope.intensity(wave, focus + step)[80, 80] for step in (40.0, -40.0))
    assert under < 0.95
    assert over > 1.05


def test_contrast_is_least_there() -> None:
    wave = exit_wave(21.0)[None]
    microscope = Microscope(160, 0.2, 300.0, domain(recipe(), focal_spread_A=0.0).condition, torch.device("cpu"))
    focus = zero_focus_A(wave[0], 0.2, 300.0, 40.0)
    here, *others = (float(microscope.intensity(wave, focus + step).var()) for step in (0, -20, -5, 5, 20))
    assert here < min(others)
