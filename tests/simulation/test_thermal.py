import numpy as np
import pytest

from hrtem_transfer.simulation.multislice.form_factors import elements
from hrtem_transfer.simulation.thermal import displaced, rms_displacement_A
from hrtem_transfer.study.config.elements import DEBYE_WALLER_B_A2
from hrtem_transfer.study.config.schema import Thermal

TABLE = Thermal(model="debye_waller")


def test_amplitudes_are_those_of_the_literature() -> None:
    # Room-temperature amplitudes along one axis as commonly quoted: silicon 0.078 A, copper 0.085 A, silver 0.097 A
    # (V. F. Sears and S. A. Shelley, Acta Cryst. A47, 441 (1991): B of 0.52, 0.56 and 0.74 A^2).
    assert rms_displacement_A("Si", TABLE) == pytest.approx(0.080, abs=0.003)
    assert rms_displacement_A("Cu", TABLE) == pytest.approx(0.084, abs=0.003)
    assert rms_displacement_A("Ag", TABLE) == pytest.approx(0.097, abs=0.003)
    assert rms_displacement_A("C", TABLE) < rms_displacement_A("Fe", TABLE) < rms_displacement_A("Cd", TABLE)


def test_every_element_that_vibrates_can_scatter() -> None:
    assert set(DEBYE_WALLER_B_A2) <= elements()


@pytest.mark.parametrize("thermal", [TABLE, Thermal(displacement_A=0.2)], ids=["by element", "one for all"])
def test_displacements_are_gaussian_and_isotropic(thermal: Thermal) -> None:
    numbers = np.array([6] * 20000 + [48] * 20000)
    moved = displaced(numbers, np.zeros((40000, 3)), thermal, np.random.default_rng(0))
    for number, symbol in ((6, "C"), (48, "Cd")):
        part = moved[numbers == number]
        assert np.allclose(part.std(axis=0), rms_displacement_A(symbol, thermal), rtol=0.02)
        assert np.allclose(part.mean(axis=0), 0, atol=0.005)
        assert np.allclose((part**4).mean(axis=0) / part.var(axis=0) ** 2, 3, atol=0.2)


def test_uniform_motion_is_one_displacement_for_every_element() -> None:
    assert {rms_displacement_A(symbol, Thermal()) for symbol in ("C", "Cd", "N", "Ce", "Xe")} == {0.1}


def test_own_factors_go_before_the_table_and_beyond_it() -> None:
    own = Thermal(model="debye_waller", debye_waller_B_A2={"N": 8 * np.pi**2 * 0.01, "C": 8 * np.pi**2 * 0.04})
    assert rms_displacement_A("N", own) == pytest.approx(0.1)
    assert rms_displacement_A("C", own) == pytest.approx(0.2)
    assert rms_displacement_A("Si", own) == rms_displacement_A("Si", TABLE)


def test_element_without_a_factor() -> None:
    with pytest.raises(ValueError, match=r"known for element 'Xe'; known: Be, C, O.*`thermal.debye_waller_B_A2`"):
        rms_displacement_A("Xe", TABLE)
