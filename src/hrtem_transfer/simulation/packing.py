"""Where particles stand on the substrate: no two closer than a gap, across the periodic edges too."""

from __future__ import annotations

import numpy as np

ATTEMPTS = 400
PUSHES = 200
# Denser than any arrangement that pushing finds in a square with few discs: not worth an attempt's pushes.
_DENSEST = 0.85


def pack(
    radii_A: tuple[float, float], n: int, gap_A: float, cell_A: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw radii and positions of ``n`` discs in a periodic square.

    Each attempt draws radii and positions uniformly, then pushes discs that are too close apart; sparse cells
    thus keep uniform positions and dense ones can still be filled. Attempts are bounded.

    Args:
        radii_A: least and largest radius; drawn uniformly between them.
        n: number of discs.
        gap_A: least distance between two discs' edges.
        cell_A: edge of the square.
        rng: source of the random numbers.

    Returns:
        radii [n] and positions x, y [n, 2] in angstrom, positions in the cell.

    Raises:
        ValueError: no arrangement was found.
    """
    for _ in range(ATTEMPTS):
        radii = rng.uniform(*radii_A, n)
        positions = _pushed_apart(rng.uniform(0.0, cell_A, (n, 2)), radii, gap_A, cell_A)
        if positions is not None:
            return radii, positions
    raise ValueError(
        f"{n} particles of radius {radii_A[0] / 10:g} to {radii_A[1] / 10:g} nm, {gap_A / 10:g} nm apart, do not fit "
        f"into a cell of {cell_A / 10:g} nm ({ATTEMPTS} attempts): lower `particles`, `radius_nm` or `gap_nm` of the "
        "structure set, or raise `simulation.cell_nm`"
    )


def _pushed_apart(positions: np.ndarray, radii: np.ndarray, gap_A: float, cell_A: float) -> np.ndarray | None:
    needed = radii[:, None] + radii[None] + gap_A
    np.fill_diagonal(needed, 0.0)
    # A disc must also keep its distance from its own periodic images.
    if (2 * radii + gap_A > cell_A).any() or np.pi * ((radii + gap_A / 2) ** 2).sum() > _DENSEST * cell_A**2:
        return None
    for _ in range(PUSHES):
        apart = positions[:, None] - positions[None]
        apart -= cell_A * np.round(apart / cell_A)
        distance = np.linalg.norm(apart, axis=-1)
        np.fill_diagonal(distance, 1.0)
        lacking = np.maximum(needed - distance, 0.0)
        if not lacking.any():
            return positions % cell_A
        # A little more than needed, so that the last step ends beyond the limit and not upon it.
        push = 0.5 * (lacking + 0.01 * (lacking > 0)) / np.maximum(distance, 1e-9)
        positions = positions + np.einsum("ij,ijk->ik", push, apart)
    return None
