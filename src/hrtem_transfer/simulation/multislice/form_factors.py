"""Electron form factors of neutral atoms in the parametrisation of Lobato and Van Dyck, with abTEM's table.

I. Lobato and D. Van Dyck, Acta Cryst. A70, 636 (2014). The table is read from abTEM's data folder, without the
seconds that importing abTEM costs.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

import numpy as np
from scipy.constants import e, h, m_e, pi

# V(k) = h^2 / (2 pi m0 e) f(k), in V A^2 for f in A.
_VOLT_A2 = h**2 / (2 * pi * m_e * e) * 1e20


@cache
def _table() -> dict[str, np.ndarray]:
    spec = importlib.util.find_spec("abtem")
    if spec is None or spec.origin is None:
        raise RuntimeError("abTEM is not installed: its table of form factors is needed (pip install abtem)")
    text = (Path(spec.origin).parent / "parametrizations" / "data" / "lobato.json").read_text()
    return {symbol: np.array(parameters) for symbol, parameters in json.loads(text).items()}


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
