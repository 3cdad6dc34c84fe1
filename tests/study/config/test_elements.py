from ase.data import atomic_numbers

from hrtem_transfer.study.config.elements import DEBYE_WALLER_B_A2


def test_elements_are_in_the_order_of_the_periodic_table() -> None:
    numbers = [atomic_numbers[symbol] for symbol in DEBYE_WALLER_B_A2]
    assert numbers == sorted(numbers)


def test_factors_are_of_the_size_of_room_temperature() -> None:
    assert all(0.05 < factor < 12 for factor in DEBYE_WALLER_B_A2.values())
    # Stiff diamond and tungsten vibrate least, soft alkali metals most.
    assert DEBYE_WALLER_B_A2["C"] < 0.2
    assert DEBYE_WALLER_B_A2["W"] < 0.2
    assert DEBYE_WALLER_B_A2["K"] == max(DEBYE_WALLER_B_A2.values())
