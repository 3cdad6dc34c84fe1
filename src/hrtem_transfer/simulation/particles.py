"""Crystalline particles: spheres cut at random orientation, in wurtzite with basal stacking faults."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ase import Atoms
from scipy.spatial.transform import Rotation


@dataclass(frozen=True)
class Particle:
    """A sphere of crystal around the origin.

    Attributes:
        numbers: atomic numbers [n].
        positions_A: positions relative to the sphere's centre, x, y, z [n, 3].
        radius_A: radius of the sphere in which the atoms lie.
        rotation: rotation from the crystal's frame to the laboratory, quaternion x, y, z, w.
        fault_planes_A: positions of the stacking faults along the crystal's c axis, relative to the centre.
    """

    numbers: np.ndarray
    positions_A: np.ndarray
    radius_A: float
    rotation: tuple[float, float, float, float]
    fault_planes_A: tuple[float, ...]


def sphere(cell: Atoms, radius_A: float, faults: int, rng: np.random.Generator) -> Particle:
    """A sphere of a crystal with a random centre in the unit cell and a uniformly random orientation (Haar measure).

    Args:
        cell: unit cell of the crystal.
        radius_A: radius; atoms whose centres are farther from the sphere's centre are cut away.
        faults: number of basal stacking faults (wurtzite only).
        rng: source of randomness.

    Raises:
        ValueError: faults were asked of a crystal that is not wurtzite, or more than the sphere has planes for, or
            the sphere holds no atom.
    """
    centre = rng.random(3) @ cell.cell.array
    rotation = Rotation.random(rng=rng)
    numbers, positions = _block(cell, centre, radius_A + 2 * faults * cell.cell.lengths()[0])
    planes: tuple[float, ...] = ()
    if faults:
        positions, planes = _faulted(cell, positions, centre, radius_A, faults, rng)
    inside = np.einsum("ij,ij->i", positions, positions) <= radius_A**2
    if not inside.any():
        raise ValueError(f"a sphere of radius {radius_A:.2f} A holds no atom of {cell.get_chemical_formula()}")
    x, y, z, w = (float(q) for q in rotation.as_quat())
    return Particle(numbers[inside], rotation.apply(positions[inside]), radius_A, (x, y, z, w), planes)


def _block(cell: Atoms, centre: np.ndarray, radius_A: float) -> tuple[np.ndarray, np.ndarray]:
    """Atoms of all unit cells that a sphere around ``centre`` can touch; positions relative to the centre."""
    vectors = cell.cell.array
    spacings = 1 / np.linalg.norm(np.linalg.inv(vectors), axis=0)
    reach = np.ceil(radius_A / spacings).astype(int) + 1
    steps = np.stack(np.meshgrid(*(np.arange(-r, r + 1) for r in reach), indexing="ij"), axis=-1).reshape(-1, 3)
    positions = (steps @ vectors)[:, None] + (cell.positions - centre)[None]
    near = np.linalg.norm(positions, axis=-1) <= radius_A
    return np.broadcast_to(cell.numbers, near.shape)[near], positions[near]


def _faulted(
    cell: Atoms, positions: np.ndarray, centre: np.ndarray, radius_A: float, faults: int, rng: np.random.Generator
) -> tuple[np.ndarray, tuple[float, ...]]:
    """Shift all that lies above randomly chosen glide planes; planes are distinct and cut the sphere in two."""
    glides = glide_planes(cell)
    c = float(cell.cell.lengths()[2])
    turns = np.arange(-np.ceil(radius_A / c) - 1, np.ceil(radius_A / c) + 2)
    heights = np.array([(height + turn) * c - centre[2] for turn in turns for height, _ in glides])
    shifts = np.array([shift for _ in turns for _, shift in glides])
    cuts = np.flatnonzero(np.abs(heights) < radius_A - c / 2)
    if len(cuts) < faults:
        raise ValueError(
            f"a sphere of radius {radius_A:.2f} A has {len(cuts)} basal planes, {faults} stacking faults were asked "
            "for: lower `stacking_faults` or raise `radius_nm`"
        )
    chosen = rng.choice(cuts, size=faults, replace=False)
    moved = positions.copy()
    for plane in chosen:
        moved[positions[:, 2] > heights[plane], :2] += shifts[plane]
    return moved, tuple(sorted(float(heights[plane]) for plane in chosen))


def glide_planes(cell: Atoms) -> list[tuple[float, np.ndarray]]:
    """Basal glide planes of wurtzite and the slip that turns each into an intrinsic I2 stacking fault.

    The stacking AaBb has two glide planes per cell, each between the close planes of a double layer that is bound
    by three bonds per atom. Slip by a Shockley partial 1/3<10-10> brings the upper plane from its column to the
    third one (B to C above A), so that ABABAB becomes ABABCACA and every atom keeps its four neighbours
    (Hull and Bacon, Introduction to Dislocations, 5th ed., section 6.2).

    Returns:
        height in fractions of c, and shift x, y in angstrom, of each plane.

    Raises:
        ValueError: the cell is not wurtzite: two elements, four basal planes of one atom each, c along z.
    """
    vectors = cell.cell.array
    fractions = cell.get_scaled_positions() % 1.0
    order = np.argsort(fractions[:, 2])
    upright = abs(vectors[2, 2]) > 0.999 * np.linalg.norm(vectors[2]) and np.allclose(vectors[:2, 2], 0, atol=1e-6)
    wurtzite = len(cell) == 4 and len(set(cell.numbers)) == 2 and upright
    sites = _columns(fractions[order, :2]) if wurtzite else None
    if sites is None or len(set(sites)) != 2:
        raise ValueError(
            f"stacking faults are defined for wurtzite (four atoms per cell), not for {cell.get_chemical_formula()}: "
            "set `stacking_faults` to 0"
        )
    heights = fractions[order, 2]
    planes = []
    for below in range(4):
        above = (below + 1) % 4
        if sites[below] == sites[above]:
            continue
        top = heights[above] + (1.0 if above == 0 else 0.0)
        third = 3 - sites[below] - sites[above]
        shift = _COLUMNS[third] - _COLUMNS[sites[above]]
        shift -= np.round(shift)
        planes.append((float((heights[below] + top) / 2 % 1.0), shift @ vectors[:2, :2]))
    return planes


# The three lateral sites of close-packed planes, in fractions of a and b.
_COLUMNS = np.array([[0.0, 0.0], [1 / 3, 2 / 3], [2 / 3, 1 / 3]])


def _columns(lateral: np.ndarray) -> list[int] | None:
    """Which of the three sites each plane occupies, up to a common shift; None when they fit none."""
    relative = lateral - lateral[0]
    distance = relative[:, None] - _COLUMNS[None]
    distance -= np.round(distance)
    near = np.linalg.norm(distance, axis=-1)
    if near.min(axis=1).max() > 0.01:
        return None
    return [int(site) for site in near.argmin(axis=1)]
