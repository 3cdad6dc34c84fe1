"""Electron form factors of neutral atoms in the parametrisation of Lobato and Van Dyck.

I. Lobato and D. Van Dyck, Acta Cryst. A70, 636 (2014). Their constants are in lobato_van_dyck.json, H to Lr; a test
compares them with abTEM's.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

import numpy as np
from scipy.constants import e, h, m_e, pi

# V(k) = h^2 / (2 pi m0 e) f(k), in V A^2 for f in A.
_VOLT_A2 = h**2 / (2 * pi * m_e * e) * 1e20


@cache
def _table() -> dict[str, np.ndarray]:
    text = (resources.files("hrtem_transfer.simulation.multislice") / "lobato_van_dyck.json").read_text("utf-8")
    return {symbol: np.array(constants) for symbol, constants in json.loads(text)["parameters"].items()}


def elements() -> frozenset[str]:
    """Chemical symbols for which there is a form factor."""
    return frozenset(_table())


def form_factor_A(symbol: str, k2: np.ndarray) -> np.ndarray:
    """Electron scattering factor in angstrom (first Born approximation, rest mass) at squared frequencies in 1/A^2.

    Element-wise.

    f(k) = sum_i a_i (2 + b_i k^2) / (1 + b_i k^2)^2 with k = 2 sin(theta) / lambda; equation 15 of the reference.

    Raises:
        ValueError: there is no such element.
    """
    if symbol not in _table():
        raise ValueError(f"there is no form factor of an element {symbol!r}")
    total = np.zeros_like(k2)
    for a, b in _table()[symbol].T:
        total += a * (2 + b * k2) / (1 + b * k2) ** 2
    return total


def projected_potential_VA3(symbol: str, k2: np.ndarray) -> np.ndarray:
    """Two-dimensional Fourier transform of an atom's projected potential, in V A^3, at k2 in 1/A^2; element-wise.

    Raises:
        ValueError: there is no such element.
    """
    return _VOLT_A2 * form_factor_A(symbol, k2)
