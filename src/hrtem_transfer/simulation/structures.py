"""Specimens: particles that rest on an amorphous film, as a structure set's recipe prescribes.

The beam travels along +z and meets the particles first: they sit on the upstream face of the film, all touching the
plane ``surface_A``. Both layers are filled up with vacuum to whole numbers of slices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from ase.data import atomic_numbers

from hrtem_transfer.simulation.crystals import unit_cell
from hrtem_transfer.simulation.packing import pack
from hrtem_transfer.simulation.particles import Particle, sphere
from hrtem_transfer.simulation.substrate import film
from hrtem_transfer.study.recipes import SetRecipe
from hrtem_transfer.study.seeds import stream


@dataclass(frozen=True)
class Specimen:
    """Atoms of one structure.

    Attributes:
        numbers: atomic numbers [n]; the particles' atoms come first.
        positions_A: x, y, z [n, 3]; x and y within the periodic cell.
        n_particle_atoms: how many of the atoms belong to particles.
        cell_A: edge of the square cell.
        surface_A: z of the plane on which the particles rest; a whole number of slices.
        depth_A: z at which the specimen ends; a whole number of slices.
        particles: the particles, in their own coordinates.
        centres_A: their centres x, y, z [particles, 3].
    """

    numbers: np.ndarray
    positions_A: np.ndarray
    n_particle_atoms: int
    cell_A: float
    surface_A: float
    depth_A: float
    particles: tuple[Particle, ...]
    centres_A: np.ndarray


def build(recipe: SetRecipe, split: str, index: int) -> Specimen:
    """Structure ``index`` of a split; it depends on nothing else than the recipe, the split and the index.

    Raises:
        ValueError: the recipe cannot be carried out; the message says why and what to change.
    """
    rng = stream(recipe.seed, f"structure/{split}", recipe.name, index)
    try:
        return _build(recipe, rng)
    except ValueError as error:
        raise ValueError(f"structure set {recipe.name!r}, {split} structure {index}: {error}") from error


def _build(recipe: SetRecipe, rng: np.random.Generator) -> Specimen:
    cell_A = 10 * recipe.simulation.cell_nm
    step_A = recipe.simulation.slice_thickness_A
    n = int(rng.integers(recipe.particles.min, recipe.particles.max + 1))
    radii, xy = pack((10 * recipe.radius_nm.min, 10 * recipe.radius_nm.max), n, 10 * recipe.gap_nm, cell_A, rng)
    crystal = unit_cell(recipe.crystal)
    faults = rng.integers(recipe.stacking_faults.min, recipe.stacking_faults.max + 1, n)
    particles = tuple(sphere(crystal, float(r), int(f), rng) for r, f in zip(radii, faults, strict=True))

    surface_A = step_A * math.ceil(2 * float(radii.max(initial=0.0)) / step_A)
    centres = np.column_stack([xy, surface_A - radii])
    numbers = [particle.numbers for particle in particles]
    positions = [particle.positions_A + centre for particle, centre in zip(particles, centres, strict=True)]
    depth_A = surface_A
    n_particle_atoms = sum(len(part) for part in numbers)
    support = recipe.substrate
    if support is not None:
        thickness_A = 10 * float(rng.uniform(support.thickness_nm.min, support.thickness_nm.max))
        size = (cell_A, cell_A, thickness_A)
        carbon = film(support.element, support.density_g_per_cm3, support.minimum_distance_A, size, rng)
        # The film's first atoms keep the film's own least distance from the plane that the particles touch.
        carbon[:, 2] += surface_A + support.minimum_distance_A
        numbers.append(np.full(len(carbon), atomic_numbers[support.element]))
        positions.append(carbon)
        depth_A += step_A * math.ceil((thickness_A + support.minimum_distance_A) / step_A)
    all_positions = np.concatenate([*positions, np.empty((0, 3))])
    all_positions[:, :2] %= cell_A
    return Specimen(
        numbers=np.concatenate([*numbers, np.empty(0, dtype=int)]).astype(int),
        positions_A=all_positions,
        n_particle_atoms=n_particle_atoms,
        cell_A=cell_A,
        surface_A=surface_A,
        depth_A=depth_A,
        particles=particles,
        centres_A=centres,
    )
