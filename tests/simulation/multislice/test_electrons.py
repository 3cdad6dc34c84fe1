"""Relativistic electrons against tabulated values."""

import pytest

from hrtem_transfer.simulation.multislice.electrons import interaction_rad_per_VA
from hrtem_transfer.study.config.optics import wavelength_A


# De Broglie wavelengths in pm and interaction constants in rad/(kV A) as tabulated in electron-microscopy textbooks
# (Williams and Carter, Transmission Electron Microscopy, table 1.2; Kirkland, Advanced Computing in Electron
# Microscopy, figure 5.2 and its table in the appendix).
@pytest.mark.parametrize(
    ("energy_keV", "wavelength_pm", "sigma"), [(80, 4.1757, 1.0087), (200, 2.5079, 0.7288), (300, 1.9687, 0.6526)]
)
def test_wavelength_and_interaction_constant(energy_keV: float, wavelength_pm: float, sigma: float) -> None:
    assert 100 * wavelength_A(energy_keV) == pytest.approx(wavelength_pm, rel=1e-4)
    assert 1e3 * interaction_rad_per_VA(energy_keV) == pytest.approx(sigma, rel=2e-4)
