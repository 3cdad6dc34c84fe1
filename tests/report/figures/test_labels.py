import pandas as pd
import pytest

from hrtem_transfer.report.figures.labels import describing, domain_labels, ordered_values, pair_labels
from hrtem_transfer.study.config.imaging import AXES


def domains(rows):
    names = ["domain", "structure_set", "crystal", "set_family", "defocus_nm", "dose_e_per_A2"]
    return pd.DataFrame(rows, columns=names).assign(family=[row[0][0] for row in rows])


TABLE = domains(
    [
        ("d1", "cdse", "CdSe", "cdse", 10.0, 400.0),
        ("d2", "cdse", "CdSe", "cdse", -5.0, 400.0),
        ("d3", "cdse", "CdSe", "cdse", 0.0, 400.0),
        ("e1", "cdse", "CdSe", "cdse", -10.0, 600.0),
        ("e2", "cdse", "CdSe", "cdse", -10.0, 75.0),
        ("s1", "ag_large", "Ag", "large", -10.0, 300.0),
        ("s2", "ag_small", "Ag", "small", -10.0, 300.0),
        ("s3", "c_small", "C", "small", -10.0, 300.0),
    ]
)


def test_labels_say_only_what_differs_in_the_order_of_axes():
    assert list(domain_labels(TABLE, ["d1", "d2", "d3"]).items()) == [("d2", "−5 nm"), ("d3", "0 nm"), ("d1", "+10 nm")]
    assert list(domain_labels(TABLE, ["e1", "e2"]).values()) == ["75 e/Å²", "600 e/Å²"]
    assert list(domain_labels(TABLE, ["s1", "s2", "s3"]).values()) == ["Ag small", "C small", "Ag large"]


def test_a_family_of_sets_that_follows_from_the_crystal_says_nothing_more():
    assert domain_labels(TABLE, ["d1", "s3"]) == {"s3": "C, −10 nm, 300 e/Å²", "d1": "CdSe, +10 nm, 400 e/Å²"}


@pytest.mark.parametrize("axis", list(AXES))
def test_every_axis_of_the_imaging_condition_is_a_part_of_labels_in_numerical_order(axis):
    table = TABLE.iloc[:3].assign(**{"defocus_nm": -10.0, axis: [10.0, 2.0, None]})
    first, last = (AXES[axis].in_label(value) for value in (2.0, 10.0))
    assert describing(table) == [axis]
    assert list(domain_labels(table, ["d1", "d2", "d3"]).values()) == [first, last, "d3"]
    assert ordered_values(table, axis) == [2.0, 10.0, None]


def test_domains_that_nothing_known_tells_apart_go_by_their_given_name_or_id():
    twins = domains([("x", "cdse", "CdSe", "s", 1.0, 1.0), ("y", "cdse", "CdSe", "s", 1.0, 1.0)])
    assert domain_labels(twins, ["x", "y"]) == {"x": "x", "y": "y"}
    assert domain_labels(twins.assign(label=["Titan", None]), ["x", "y"]) == {"x": "Titan", "y": "y"}


def test_a_pair_is_labelled_as_in_its_family():
    table = TABLE.assign(astigmatism_nm=[0.0, 2.0, 2.0] + [0.0] * 5)
    assert pair_labels(table, ("d2", "d3"))["d2"] == "−5 nm, astigmatism 2 nm"


def test_unknown_domain_is_refused():
    with pytest.raises(ValueError, match="moon"):
        domain_labels(TABLE, ["moon"])
