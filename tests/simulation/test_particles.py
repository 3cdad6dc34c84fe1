"""Particles: spheres of the crystal's density in any orientation, wurtzite with I2 stacking faults."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation
from scipy.stats import kstest

from hrtem_transfer.simulation.crystals import unit_cell
from hrtem_transfer.simulation.particles import glide_planes, sphere
from hrtem_transfer.study.domains import preset_crystal
from tests.simulation_helpers import NINE


def make(name: str, radius_A: float, faults: int = 0, seed: int = 0):
    return sphere(unit_cell(preset_crystal(name)), radius_A, faults, np.random.default_rng(seed))


@pytest.mark.parametrize("name", NINE)
def test_density_and_composition_are_the_crystals(name: str) -> None:
    cell = unit_cell(preset_crystal(name))
    particles = [make(name, 30.0, seed=seed) for seed in range(4)]
    atoms = np.mean([len(particle.numbers) for particle in particles])
    assert atoms / (4 / 3 * math.pi * 30.0**3) == pytest.approx(len(cell) / cell.get_volume(), rel=0.01)
    for number in set(cell.numbers):
        share = np.mean([(particle.numbers == number).mean() for particle in particles])
        assert share == pytest.approx((cell.numbers == number).mean(), rel=0.01)


@pytest.mark.parametrize("name", NINE)
def test_all_atoms_are_inside_and_fill_the_sphere(name: str) -> None:
    particle = make(name, 15.0)
    distance = np.linalg.norm(particle.positions_A, axis=1)
    assert distance.max() <= 15.0
    assert distance.max() > 14.0


def test_orientations_are_uniform() -> None:
    cell = unit_cell(preset_crystal("Fe"))
    rng = np.random.default_rng(3)
    rotations = Rotation.from_quat([sphere(cell, 4.0, 0, rng).rotation for _ in range(600)])
    for axis, component in itertools.product(np.eye(3), range(3)):
        # A uniformly random direction has uniformly distributed Cartesian components (Archimedes).
        assert kstest(rotations.apply(axis)[:, component], "uniform", args=(-1, 2)).pvalue > 1e-3
    # Haar measure: the rotation angle has density (1 - cos angle) / pi.
    assert kstest(rotations.magnitude(), lambda angle: (angle - np.sin(angle)) / np.pi).pvalue > 1e-3


def test_rotation_is_the_one_that_is_recorded() -> None:
    particle = make("Cu", 12.0)
    back = Rotation.from_quat(particle.rotation).inv().apply(particle.positions_A)
    apart = (back - back[0]) / (3.6157 / 2)
    assert np.allclose(apart, np.round(apart), atol=1e-6)


def bonds(positions: np.ndarray, inside: np.ndarray) -> np.ndarray:
    tree = cKDTree(positions)
    return np.array([len(tree.query_ball_point(point, 3.1)) - 1 for point in positions[inside]])


@pytest.mark.parametrize("faults", [1, 2])
def test_every_atom_keeps_four_neighbours_of_the_other_element_at_a_fault(faults: int) -> None:
    particle = make("CdSe", 20.0, faults)
    assert len(particle.fault_planes_A) == faults
    inside = np.linalg.norm(particle.positions_A, axis=1) < 16.0
    assert set(bonds(particle.positions_A, inside)) == {4}
    tree = cKDTree(particle.positions_A)
    distance, index = tree.query(particle.positions_A[inside], k=5)
    assert (particle.numbers[index[:, 1:]] != particle.numbers[index[:, :1]]).all()
    assert np.allclose(distance[:, 1:], 2.63, atol=0.03)


def stacking(particle) -> str:
    """Letter of each cation plane along c, from its lateral position modulo the lattice."""
    back = Rotation.from_quat(particle.rotation).inv().apply(particle.positions_A)[particle.numbers == 48]
    a = 4.2985
    lattice = np.array([[a, 0], [-a / 2, a * math.sqrt(3) / 2]])
    letters = []
    reference = None
    for height in np.unique(np.round(back[:, 2], 3)):
        lateral = back[np.isclose(back[:, 2], height, atol=0.01), :2][:1]
        fraction = lateral @ np.linalg.inv(lattice)
        reference = fraction if reference is None else reference
        thirds = np.round(3 * (fraction - reference))[0].astype(int) % 3
        letters.append({(0, 0): "A", (1, 2): "B", (2, 1): "C"}[tuple(thirds)])
    return "".join(letters)


def cubic_planes(letters: str) -> int:
    """Planes whose neighbours differ (as in fcc stacking); in perfect wurtzite there is none."""
    return sum(below != above for below, above in zip(letters, letters[2:], strict=False))


def test_stacking_without_and_with_faults() -> None:
    assert cubic_planes(stacking(make("CdSe", 25.0))) == 0
    for seed in range(6):
        # An intrinsic I2 fault, ABABCACA, has two planes in cubic surroundings.
        assert cubic_planes(stacking(make("CdSe", 25.0, 1, seed))) == 2


def test_two_faults_are_two_planes() -> None:
    for seed in range(6):
        particle = make("CdSe", 25.0, 2, seed)
        first, second = particle.fault_planes_A
        assert second - first > 7.0152 / 2 - 1e-6
        assert cubic_planes(stacking(particle)) in (2, 3, 4)  # close faults share planes


def test_glide_planes_lie_between_the_close_planes() -> None:
    planes = glide_planes(unit_cell(preset_crystal("ZnS")))
    assert sorted(height for height, _ in planes) == pytest.approx([0.4375, 0.9375])
    for _, shift in planes:
        assert np.linalg.norm(shift) == pytest.approx(3.8227 / math.sqrt(3))


def test_faults_only_in_wurtzite() -> None:
    with pytest.raises(ValueError, match=r"defined for wurtzite.*not for Ag4: set `stacking_faults` to 0"):
        make("Ag", 15.0, 1)


def test_more_faults_than_planes() -> None:
    with pytest.raises(ValueError, match="basal planes, 2 stacking faults were asked for"):
        make("CdSe", 4.0, 2)
