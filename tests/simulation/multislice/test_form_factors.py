"""Form factors against abTEM and against physics that does not depend on the parametrisation."""

import numpy as np
import pytest
from ase.data import atomic_masses, atomic_numbers
from scipy.constants import physical_constants

from hrtem_transfer.simulation.multislice.form_factors import elements, form_factor_A, projected_potential_VA3
from hrtem_transfer.study.config.elements import ATOMIC_MASS

K2 = np.linspace(0.0, 16.0, 50)


@pytest.mark.parametrize("symbol", ["C", "O", "Si", "S", "Fe", "Co", "Cu", "Zn", "Se", "Ag", "Cd"])
def test_projected_potential_is_abtems(symbol: str) -> None:
    parametrizations = pytest.importorskip("abtem.parametrizations")
    reference = parametrizations.LobatoParametrization().projected_scattering_factor(symbol)(K2)
    assert np.allclose(projected_potential_VA3(symbol, K2), reference, rtol=3e-5)


def test_the_constants_are_abtems() -> None:
    parametrizations = pytest.importorskip("abtem.parametrizations")
    theirs = parametrizations.LobatoParametrization().parameters
    assert {*theirs} == elements()
    for symbol, (a, b) in theirs.items():
        total = np.zeros_like(K2)
        for one_a, one_b in zip(a, b, strict=True):
            total += one_a * (2 + one_b * K2) / (1 + one_b * K2) ** 2
        assert np.array_equal(form_factor_A(symbol, K2), total)


@pytest.mark.parametrize("symbol", ["C", "Cu", "Cd"])
def test_high_angles_see_the_bare_nucleus(symbol: str) -> None:
    # Mott-Bethe formula far beyond the electron cloud: f(k) -> Z / (2 pi^2 a0 k^2).
    bohr_A = physical_constants["Bohr radius"][0] * 1e10
    k2 = np.array([30.0**2])
    nucleus = atomic_numbers[symbol] / (2 * np.pi**2 * bohr_A * k2)
    assert form_factor_A(symbol, k2) == pytest.approx(nucleus, rel=0.02)


def test_elements_and_unknown_one() -> None:
    assert {"C", "Cd", "Se", "U"} <= elements()
    with pytest.raises(ValueError, match="no form factor of an element 'Xx'"):
        form_factor_A("Xx", K2)


def test_what_the_configuration_calls_an_element_scatters_and_has_its_weight() -> None:
    assert set(ATOMIC_MASS) == elements()
    assert all(mass == pytest.approx(atomic_masses[atomic_numbers[one]], rel=1e-5) for one, mass in ATOMIC_MASS.items())
