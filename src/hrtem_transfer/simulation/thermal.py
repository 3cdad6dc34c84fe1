"""Thermal displacements of atoms: independent (Einstein model), isotropic, Gaussian; one for all, or by element."""

from __future__ import annotations

import math

import numpy as np
from ase.data import chemical_symbols

from hrtem_transfer.study.config.elements import DEBYE_WALLER_B_A2
from hrtem_transfer.study.config.schema import Thermal


def rms_displacement_A(symbol: str, thermal: Thermal) -> float:
    """Root mean square displacement of an element's atoms along one axis, in angstrom.

    Model ``uniform``: ``displacement_A``. Model ``debye_waller``: sqrt(B / 8 pi^2), with B from the configuration, else
    from the table of study/config/elements.py (293 K).

    Raises:
        ValueError: there is no factor B for this element.
    """
    if thermal.model == "uniform":
        return thermal.displacement_A
    factors = DEBYE_WALLER_B_A2 | thermal.debye_waller_B_A2
    if symbol not in factors:
        raise ValueError(
            f"no Debye-Waller factor is known for element {symbol!r}; known: {', '.join(factors)}. Give it under "
            "`thermal.debye_waller_B_A2`, or set `thermal.model: uniform`"
        )
    return math.sqrt(factors[symbol] / (8 * math.pi**2))


def displaced(numbers: np.ndarray, positions_A: np.ndarray, thermal: Thermal, rng: np.random.Generator) -> np.ndarray:
    """Positions [n, 3] in angstrom of one thermal snapshot of atoms with the given atomic numbers [n].

    Raises:
        ValueError: there is no factor B for an element (see ``rms_displacement_A``).
    """
    sigma = np.zeros(int(numbers.max(initial=0)) + 1)
    for number in np.unique(numbers):
        sigma[number] = rms_displacement_A(chemical_symbols[number], thermal)
    return positions_A + sigma[numbers][:, None] * rng.standard_normal(positions_A.shape)
