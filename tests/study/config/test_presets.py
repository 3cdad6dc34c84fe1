from hrtem_transfer.study.config.elements import DEBYE_WALLER_B_A2
from hrtem_transfer.study.config.presets import PRESETS


def test_the_papers_nine_crystals() -> None:
    # Space groups and lattice parameters (A) as in the paper's table.
    assert {name: (preset.space_group, preset.a_A, preset.c_A) for name, preset in PRESETS.items()} == {
        "ZnS": (186, 3.8227, 6.2607),
        "CdSe": (186, 4.2985, 7.0152),
        "Cu": (225, 3.6157, None),
        "Ag": (225, 4.0782, None),
        "C": (227, 3.5673, None),
        "Si": (227, 5.430, None),
        "Fe3O4": (227, 8.394, None),
        "Co3O4": (227, 8.065, None),
        "Fe": (229, 2.866, None),
    }


def test_all_their_elements_vibrate() -> None:
    symbols = {symbol for preset in PRESETS.values() for symbol, _ in preset.basis}
    assert symbols <= set(DEBYE_WALLER_B_A2)
