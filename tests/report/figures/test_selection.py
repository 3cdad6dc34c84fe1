import pandas as pd
import pytest

from hrtem_transfer.report.figures.selection import Selection, reduced

NETWORKS = pd.DataFrame(
    {
        "series": ["d", "d", "s"],
        "source_domain": ["a", "b", "c"],
        "target_domain": ["b", None, "d"],
        "n_images": [64, 128, 64],
        "freeze": ["none", "encoder", "none"],
        "stage": "transfer",
    }
)


def test_filters_are_combined():
    assert Selection({"images": [64], "series": ["d"]}).of(NETWORKS).index.tolist() == [0]
    assert len(Selection().of(NETWORKS)) == 3
    assert len(Selection({"images": [128], "freeze": ["none"]}).of(NETWORKS)) == 0


def test_a_filter_leaves_in_what_has_no_such_choice():
    networks = pd.DataFrame(
        {
            "stage": ["transfer", "transfer", "scratch", "mixture", "mixture"],
            "source_domain": ["a", "b", None, "b", "c"],
            "target_domain": ["b", "a", "b", "a", "d"],
            "n_images": [64, 64, 128, 384, 384],
            "freeze": ["encoder", "none", "none", "none", "none"],
        }
    )
    assert Selection({"freeze": ["encoder"]}).of(networks).index.tolist() == [0, 2, 3, 4]
    # The domains of a mixture have no order.
    assert Selection({"source": ["a"]}).of(networks).index.tolist() == [0, 2, 3]
    assert Selection({"images": [64], "stage": ["transfer", "scratch"]}).of(networks).index.tolist() == [0, 1]
    with pytest.raises(ValueError, match="no network has 384; there are: 64, 128"):
        Selection({"images": [384]}).of(networks)


def test_words_name_subset_in_full():
    assert Selection({"images": [64, 128], "freeze": ["none"]}).words() == "images 64 or 128; frozen none"
    assert Selection().words() == "all networks"


def test_values_that_no_network_has_are_refused():
    with pytest.raises(ValueError, match="no network has 65; there are: 64, 128"):
        Selection({"images": [65]}).of(NETWORKS)


@pytest.mark.parametrize(("filters", "reduction"), [({"colour": [1]}, "mean"), ({}, "mode")])
def test_unknown_names_are_refused(filters, reduction):
    with pytest.raises(ValueError, match="is not known; allowed"):
        Selection(filters, reduction)


@pytest.mark.parametrize(("how", "value"), [("min", 1), ("mean", 3), ("median", 2), ("max", 6)])
def test_reductions(how, value):
    rows = pd.DataFrame({"group": ["a", "a", "a", "b"], "x": [1.0, 2.0, 6.0, None]})
    found = reduced(rows, ["group"], "x", how)
    assert found.to_dict("records") == [{"group": "a", "value": value, "networks": 3}]
