import pandas as pd
import pytest

from hrtem_transfer.results.domain_order import ordered


def table(*rows):
    return pd.DataFrame(list(rows))


def test_numbers_are_ordered_as_numbers_whatever_their_ids():
    domains = table(
        *({"domain": name, "defocus_nm": value, "dose_e_per_A2": 400.0}
          for name, value in (("d_m05", -5), ("d_m10", -10), ("d_p100", 100), ("d_p25", 25), ("d_0", 0)))
    )  # fmt: skip
    assert ordered(domains, domains["domain"]) == ["d_m10", "d_m05", "d_0", "d_p25", "d_p100"]
    astigmatic = table(*({"domain": f"a{value}", "astigmatism_nm": float(value)} for value in (20, 3, 100)))
    assert ordered(astigmatic, ["a100", "a3", "a20"]) == ["a3", "a20", "a100"]


def test_crystals_go_by_symmetry_class_then_presets_then_name():
    groups = {"Fe": 229, "Si": 227, "Zz": 227, "Aa": 227, "C": 227, "Ag": 225, "CdSe": 186, "ZnS": 186, "Mystery": None}
    domains = table(*({"domain": key.lower(), "crystal": key, "space_group": group} for key, group in groups.items()))
    assert ordered(domains, domains["domain"]) == ["zns", "cdse", "ag", "c", "si", "aa", "zz", "fe", "mystery"]


def test_small_goes_before_large():
    domains = table(
        *({"domain": f"{c}_{s}", "crystal": c, "space_group": 225, "set_family": s}
          for c in ("Ag", "Cu") for s in ("large", "medium", "small"))
    )  # fmt: skip
    wanted = ["Cu_small", "Ag_small", "Cu_medium", "Ag_medium", "Cu_large", "Ag_large"]
    assert ordered(domains, domains["domain"]) == wanted


def test_what_is_not_known_goes_last_and_an_unknown_name_is_said():
    domains = table(
        {"domain": "b", "defocus_nm": None}, {"domain": "a", "defocus_nm": None}, {"domain": "z", "defocus_nm": 3.0}
    )
    assert ordered(domains, ["b", "a", "z", "b"]) == ["z", "a", "b"]
    with pytest.raises(ValueError, match="nowhere"):
        ordered(domains, ["a", "nowhere"])
