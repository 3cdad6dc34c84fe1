"""Lattice spacings read from the Fourier transform of a simulated image, against PAPER.md's lattice parameters."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from hrtem_transfer.simulation.crystals import unit_cell
from hrtem_transfer.simulation.focus import zero_focus
from hrtem_transfer.simulation.imaging import Microscope
from hrtem_transfer.simulation.multislice.engine import torch_engine
from hrtem_transfer.simulation.multislice.grid import Grid
from hrtem_transfer.study.domains import preset_crystal
from tests.simulation_helpers import domain, recipe, simulation, specimen

CELL_A, RADIUS_A, HEIGHT_A = 64.0, 20.0, 40.0

# Strong reflection seen along c, and its spacing in A from the lattice parameter: cubic a / sqrt(h^2 + k^2 + l^2),
# hexagonal 11-20: a / 2, 10-10: a sqrt(3) / 2.
REFLECTIONS = {
    "ZnS": ("10-10", 3.8227 * math.sqrt(3) / 2),
    "CdSe": ("11-20", 4.2985 / 2),
    "Cu": ("200", 3.6157 / 2),
    "Ag": ("200", 4.0782 / 2),
    "C": ("220", 3.5673 / math.sqrt(8)),
    "Si": ("220", 5.430 / math.sqrt(8)),
    "Fe3O4": ("400", 8.394 / 4),
    "Co3O4": ("440", 8.065 / math.sqrt(32)),
    "Fe": ("110", 2.866 / math.sqrt(2)),
}


def image(name: str) -> np.ndarray:
    """Image of a sphere of the crystal seen along c, turned about the beam by 20 degrees."""
    cell = unit_cell(preset_crystal(name))
    block = cell.repeat(
        [2 * math.ceil(2 * RADIUS_A / length / math.sqrt(3) * 1.2) + 1 for length in cell.cell.lengths()]
    )
    positions = block.positions - block.positions.mean(axis=0)
    inside = np.linalg.norm(positions, axis=1) < RADIUS_A
    angle = math.radians(20)
    turn = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    placed = positions[inside] @ turn.T + [CELL_A / 2, CELL_A / 2, HEIGHT_A / 2]
    atoms = specimen(list(block.numbers[inside]), placed, CELL_A, HEIGHT_A)
    engine = torch_engine(atoms, simulation(sampling_A=0.16), Grid(CELL_A, 400, 300.0))
    wave = engine([atoms.positions_A])[0]
    condition = domain(recipe(), focal_spread_A=5.0).condition
    microscope = Microscope(320, 0.2, 300.0, condition, torch.device("cpu"))
    focus_A = zero_focus(wave[0], 0.2, 300.0, HEIGHT_A).c10_A
    return microscope.intensity(wave, focus_A + 30.0).numpy()


def spacing(picture: np.ndarray, near_A: float) -> tuple[float, float]:
    """Spacing of the strongest peak within 8 % of ``near_A`` in the power spectrum, and its height over the ring's."""
    n = 4 * len(picture)
    power = np.abs(np.fft.fft2(picture - picture.mean(), s=(n, n))) ** 2
    k = np.fft.fftfreq(n, 0.2)
    modulus = np.hypot(k[:, None], k[None])
    ring = np.abs(modulus * near_A - 1) < 0.08
    peak = np.unravel_index(np.where(ring, power, 0).argmax(), power.shape)
    around = np.ix_(*(np.arange(index - 3, index + 4) % n for index in peak))
    weights = power[around] / power[around].sum()
    rows, columns = (float((weights * array[around]).sum()) for array in np.broadcast_arrays(k[:, None], k[None]))
    return 1 / math.hypot(rows, columns), float(power[peak] / np.median(power[ring]))


@pytest.mark.parametrize("name", list(REFLECTIONS))
def test_d_spacing(name: str) -> None:
    _, expected_A = REFLECTIONS[name]
    found_A, height = spacing(image(name), expected_A)
    assert height > 100
    assert found_A == pytest.approx(expected_A, rel=0.01)


def test_a_wrong_lattice_would_be_noticed() -> None:
    found_A, _ = spacing(image("Cu"), REFLECTIONS["Cu"][1] * 1.03)
    assert found_A != pytest.approx(REFLECTIONS["Cu"][1] * 1.03, rel=0.01)
