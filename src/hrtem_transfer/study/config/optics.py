"""Optics that the checks of a configuration and the simulation share. Light: no numpy."""

from __future__ import annotations

import math

# Fraction of a grid's Nyquist frequency that multislice keeps, so that products of two waves do not alias into it.
BAND_LIMIT = 2 / 3
# h c in keV A and m_e c^2 in keV (CODATA 2022).
_HC_KEV_A = 12.398419843320026
_REST_KEV = 510.99895069


def wavelength_A(energy_keV: float) -> float:
    """De Broglie wavelength in angstrom of an electron of given kinetic energy.

    Kirkland, Advanced Computing in Electron Microscopy, 2nd ed., equation 2.5.
    """
    return _HC_KEV_A / math.sqrt(energy_keV * (2 * _REST_KEV + energy_keV))


# Standard deviations on either side that a focal series must reach, and by which its first false recurrence must stay
# beyond the band: the image then errs by less than 0.2 % at any focal spread up to 100 A (docs/simulation.md).
_REACH = 2.5


def focal_nodes_needed(spread_std_A: float, wavelength_A: float, band_per_A: float) -> int:
    """How many equidistant nodes a focal series needs, so that the image errs by less than 0.2 %.

    Args:
        spread_std_A: standard deviation of the focus.
        wavelength_A: of the electrons.
        band_per_A: largest frequency that is imaged: the aperture's or the grid's.
    """
    if spread_std_A == 0:
        return 1
    return math.ceil(1 + _REACH * (_turn(spread_std_A, wavelength_A, band_per_A) + _REACH) / math.pi)


def focal_reach(nodes: int, spread_std_A: float, wavelength_A: float, band_per_A: float) -> float:
    """How far a series of so many nodes best goes on either side, in standard deviations.

    Nodes ``step`` deviations apart give the envelope exp(-x^2 / 2), x = pi lambda spread k^2, and copies of it around
    multiples of x = 2 pi / step. The reach c = step (nodes - 1) / 2 for which the first copy stays c beyond the band
    balances what is cut off the Gaussian against what comes back.
    """
    turn = _turn(spread_std_A, wavelength_A, band_per_A)
    return (math.sqrt(turn**2 + 4 * math.pi * (nodes - 1)) - turn) / 2


def _turn(spread_std_A: float, wavelength_A: float, band_per_A: float) -> float:
    """Phase in radian by which one standard deviation of focus turns the edge of the band against the middle."""
    return math.pi * wavelength_A * spread_std_A * band_per_A**2
