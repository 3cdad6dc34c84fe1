import numpy as np
import pytest

from hrtem_transfer.config.elements import DEBYE_WALLER_B_A2
from hrtem_transfer.simulation.multislice.form_factors import elements
from hrtem_transfer.simulation.thermal import displaced, rms_displacement_A


def test_amplitudes_are_those_of_the_literature() -> None:
    # Room-temperature amplitudes along one axis as commonly quoted: silicon 0.078 A, copper 0.085 A, silver 0.097 A
    # (V. F. Sears and S. A. Shelley, Acta Cryst. A47, 441 (1991): B of 0.52, 0.56 and 0.74 A^2).
    assert rms_displacement_A("Si") == pytest.approx(0.080, abs=0.003)
    assert rms_displacement_A("Cu") == pytest.approx(0.084, abs=0.003)
    assert rms_displacement_A("Ag") == pytest.approx(0.097, abs=0.003)
    assert rms_displacement_A("C") < rms_displacement_A("Fe") < rms_displacement_A("Cd")


def test_every_element_that_vibrates_can_scatter() -> None:
    assert set(DEBYE_WALLER_B_A2) <= elements()


def test_displacements_are_gaussian_isotropic_and_by_element() -> None:
    numbers = np.array([6] * 20000 + [48] * 20000)
    moved = displaced(numbers, np.zeros((40000, 3)), np.random.default_rng(0))
    for number, symbol in ((6, "C"), (48, "Cd")):
        part = moved[numbers == number]
        assert np.allclose(part.std(axis=0), rms_displacement_A(symbol), rtol=0.02)
        assert np.allclose(part.mean(axis=0), 0, atol=0.005)
        assert np.allclose((part**4).mean(axis=0) / part.var(axis=0) ** 2, 3, atol=0.2)


def test_unknown_element() -> None:
    with pytest.raises(ValueError, match="no thermal displacement is known for element 'Xe'; known: Be, C, O"):
        rms_displacement_A("Xe")
