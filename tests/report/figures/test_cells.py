import numpy as np
import pandas as pd
import pytest

from hrtem_transfer.report.figures.cells import cell_text, colour_range, pair_cells

DOMAINS = pd.DataFrame(
    {
        "domain": ["a", "b", "c"],
        "structure_set": "cdse",
        "crystal": "CdSe",
        "set_family": "cdse",
        "defocus_nm": [-5.0, 0.0, 5.0],
        "dose_e_per_A2": 400.0,
    }
)


def test_cells_are_reduced_by_pair_and_gaps_stay_empty():
    networks = pd.DataFrame(
        [("a", "b", 0.1), ("a", "b", 0.3), ("a", "b", 0.8), ("c", "a", 0.5)],
        columns=["source_domain", "target_domain", "loss"],
    )
    cells = pair_cells(networks, DOMAINS, "loss", "median").set_index(["source", "target"])
    assert len(cells) == 4
    assert cells.loc[("a", "b"), "value"] == pytest.approx(0.3)
    assert cells.loc[("a", "b"), "networks"] == 3
    assert cells.loc[("c", "a"), "value"] == pytest.approx(0.5)
    assert np.isnan(cells.loc[("a", "a"), "value"])
    assert cells.loc[("a", "a"), "text"] == ""
    assert cells.loc[("a", "b"), ["x", "y"]].tolist() == ["0 nm", "−5 nm"]
    assert pair_cells(networks, DOMAINS, "loss", "max").set_index(["source", "target"]).loc[("a", "b"), "value"] == 0.8


def test_networks_from_scratch_are_a_row_below_the_sources_where_they_have_a_value():
    networks = pd.DataFrame(
        [("c", "b", 0.9, 0.2), ("a", "b", 0.8, 0.3), (None, "b", np.nan, 0.4)],
        columns=["source_domain", "target_domain", "before", "after"],
    )
    after = pair_cells(networks, DOMAINS, "after", "median")
    assert after.sort_values("yi")["y"].tolist() == ["−5 nm", "+5 nm", "from scratch"]
    assert after.sort_values("yi")["value"].tolist() == [0.3, 0.2, 0.4]
    assert set(pair_cells(networks, DOMAINS, "before", "median")["y"]) == {"−5 nm", "+5 nm"}


def test_no_networks_give_no_cells():
    empty = pd.DataFrame({"source_domain": [], "target_domain": [], "loss": []}, dtype=object)
    assert len(pair_cells(empty, DOMAINS, "loss", "mean")) == 0


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [(0.1234, False, ".12"), (0.0994, False, ".099"), (1.234, False, "1.23"), (-0.05, True, "−.050"),
     (0.05, True, "+.050"), (float("nan"), False, "")],
)  # fmt: skip
def test_numbers_in_cells_are_short(value, signed, text):
    assert cell_text(value, signed) == text


def test_colours_range_over_the_values_or_around_zero():
    assert colour_range(pd.Series([0.2, np.nan, 0.5])) == (0.2, 0.5)
    assert colour_range(pd.Series([-0.2, 0.1]), signed=True) == (-0.2, 0.2)
    assert colour_range(pd.Series([np.nan])) == (0.0, 1.0)
    low, high = colour_range(pd.Series([0.3, 0.3]))
    assert low < high
