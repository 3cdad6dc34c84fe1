"""Relativistic electrons: how strongly a potential acts on them. Their wavelength: study/config/optics.py."""

from __future__ import annotations

import math

from scipy.constants import c, e, h, m_e

from hrtem_transfer.study.config.optics import wavelength_A


def interaction_rad_per_VA(energy_keV: float) -> float:
    """Interaction constant sigma = 2 pi m e lambda / h^2 in rad / (V A): phase per projected potential.

    m is the relativistic mass. Kirkland, Advanced Computing in Electron Microscopy, 2nd ed., equation 5.6.
    """
    mass = m_e * (1 + 1e3 * energy_keV * e / (m_e * c**2))
    return 2 * math.pi * mass * e * wavelength_A(energy_keV) * 1e-10 / h**2 * 1e-10
