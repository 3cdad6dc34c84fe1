"""The amorphous support film: atoms at random, none closer than a minimum distance."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from hrtem_transfer.study.config.elements import number_density_per_A3

ROUNDS = 500
# Places tried at once for each atom still missing: more of them mean fewer rounds.
OVERSAMPLING = 4


def film(
    element: str,
    density_g_per_cm3: float,
    minimum_distance_A: float,
    size_A: tuple[float, float, float],
    rng: np.random.Generator,
) -> np.ndarray:
    """Positions x, y, z [n, 3] in angstrom of a film, periodic in x and y, with 0 <= z <= thickness.

    Random sequential placement done in rounds: in each, places are tried for the atoms that have none yet, and those
    too close to an atom already placed, or to an earlier place of the same round, are given up.

    Args:
        element: chemical symbol.
        density_g_per_cm3: mass density.
        minimum_distance_A: least distance of two atoms.
        size_A: x, y and thickness of the film.
        rng: source of the random numbers.

    Raises:
        ValueError: the film cannot be packed that densely.
    """
    n = round(number_density_per_A3(element, density_g_per_cm3) * float(np.prod(size_A)))
    box = np.array([size_A[0], size_A[1], 0.0])  # 0: not periodic
    placed = np.empty((0, 3))
    for _ in range(ROUNDS):
        missing = n - len(placed)
        if missing == 0:
            return placed
        throws = missing if len(placed) == 0 else OVERSAMPLING * missing
        thrown = rng.uniform(0.0, 1.0, (throws, 3)) * size_A
        if len(placed):
            nearest, _ = cKDTree(placed, boxsize=box).query(thrown, distance_upper_bound=minimum_distance_A)
            thrown = thrown[~np.isfinite(nearest)]
        if len(thrown):
            close = cKDTree(thrown, boxsize=box).query_pairs(minimum_distance_A, output_type="ndarray")
            keep = np.ones(len(thrown), dtype=bool)
            keep[close.max(axis=1)] = False
            placed = np.concatenate([placed, thrown[keep][:missing]])
    raise ValueError(
        f"a film of {element} with {density_g_per_cm3:g} g/cm3 cannot be packed with atoms at least "
        f"{minimum_distance_A:g} A apart ({len(placed)} of {n} placed): lower `substrate.density_g_per_cm3` or "
        "`substrate.minimum_distance_A`"
    )
