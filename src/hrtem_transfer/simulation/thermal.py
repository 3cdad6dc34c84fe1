"""Thermal displacements of atoms: independent (Einstein model), isotropic, Gaussian, by element."""

from __future__ import annotations

import math

import numpy as np
from ase.data import chemical_symbols

from hrtem_transfer.config.elements import DEBYE_WALLER_B_A2


def rms_displacement_A(symbol: str) -> float:
    """Root mean square displacement along one axis at 293 K, in angstrom; source: config/elements.py.

    Raises:
        ValueError: there is no value for this element.
    """
    if symbol not in DEBYE_WALLER_B_A2:
        known = ", ".join(DEBYE_WALLER_B_A2)
        raise ValueError(f"no thermal displacement is known for element {symbol!r}; known: {known}")
    return math.sqrt(DEBYE_WALLER_B_A2[symbol] / (8 * math.pi**2))


def displaced(numbers: np.ndarray, positions_A: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Positions [n, 3] in angstrom of one thermal snapshot of atoms with the given atomic numbers [n]."""
    sigma = np.zeros(int(numbers.max()) + 1)
    for number in np.unique(numbers):
        sigma[number] = rms_displacement_A(chemical_symbols[number])
    return positions_A + sigma[numbers][:, None] * rng.standard_normal(positions_A.shape)
