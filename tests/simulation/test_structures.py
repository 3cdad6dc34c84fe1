import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.stats import chisquare

from hrtem_transfer.simulation.structures import build
from tests.simulation_helpers import recipe


def test_particles_rest_on_the_film_and_nothing_overlaps() -> None:
    for index in range(8):
        specimen = build(recipe("CdSe", particles=(2, 2), cell_nm=5.12, faults=(0, 2)), "train", index)
        first = specimen.n_particle_atoms
        particles, carbon = specimen.positions_A[:first], specimen.positions_A[first:]
        assert set(specimen.numbers[first:]) == {6}
        assert set(specimen.numbers[:first]) == {34, 48}
        assert particles[:, 2].min() >= 0
        assert particles[:, 2].max() <= specimen.surface_A
        assert carbon[:, 2].min() >= specimen.surface_A + 1.4
        assert carbon[:, 2].max() <= specimen.depth_A
        for particle, centre in zip(specimen.particles, specimen.centres_A, strict=True):
            assert centre[2] + particle.radius_A == pytest.approx(specimen.surface_A)
        box = [specimen.cell_A, specimen.cell_A, 0.0]
        nearest, _ = cKDTree(specimen.positions_A, boxsize=box).query(specimen.positions_A, k=2)
        assert nearest[:, 1].min() >= 1.4


def test_layers_are_whole_numbers_of_slices() -> None:
    specimen = build(recipe(slice_thickness_A=1.5), "train", 0)
    for height in (specimen.surface_A, specimen.depth_A):
        assert height / 1.5 == pytest.approx(round(height / 1.5))


def test_a_structure_depends_on_split_and_index_only() -> None:
    def atoms(split: str, index: int) -> np.ndarray:
        return build(recipe(particles=(1, 2), cell_nm=5.12), split, index).positions_A

    later = atoms("train", 3)
    assert np.array_equal(later, atoms("train", 3))
    assert not np.array_equal(later[:50], atoms("train", 4)[:50])
    assert not np.array_equal(later[:50], atoms("test", 3)[:50])


def test_numbers_of_particles_and_faults_are_uniform() -> None:
    wanted = recipe("CdSe", radius_nm=(0.8, 0.9), particles=(1, 5), faults=(0, 2), cell_nm=9.6, thickness_nm=None)
    specimens = [build(wanted, "train", index) for index in range(200)]
    particles = np.bincount([len(specimen.particles) for specimen in specimens], minlength=6)
    assert particles[0] == 0
    assert chisquare(particles[1:]).pvalue > 1e-3
    faults = np.bincount([len(p.fault_planes_A) for specimen in specimens for p in specimen.particles], minlength=3)
    assert chisquare(faults).pvalue > 1e-3


def test_particles_in_vacuum() -> None:
    specimen = build(recipe(thickness_nm=None), "train", 0)
    assert specimen.n_particle_atoms == len(specimen.numbers)
    assert specimen.depth_A == specimen.surface_A


def test_error_names_set_split_and_structure() -> None:
    with pytest.raises(ValueError, match="structure set 'cdse_small', train structure 7: 3 particles of radius"):
        build(recipe(radius_nm=(1.0, 1.2), particles=(3, 3)), "train", 7)
