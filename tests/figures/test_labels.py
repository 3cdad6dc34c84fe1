import pandas as pd
import pytest

from hrtem_transfer.figures.labels import domain_labels, ordered_domains


def domains(rows):
    names = ["domain", "structure_set", "crystal", "size", "defocus_nm", "dose_e_per_A2"]
    return pd.DataFrame(rows, columns=names)


TABLE = domains(
    [
        ("d1", "cdse", "CdSe", "cdse", 10.0, 400.0),
        ("d2", "cdse", "CdSe", "cdse", -5.0, 400.0),
        ("d3", "cdse", "CdSe", "cdse", 0.0, 400.0),
        ("e1", "cdse", "CdSe", "cdse", -10.0, 75.0),
        ("e2", "cdse", "CdSe", "cdse", -10.0, 600.0),
        ("s1", "ag_large", "Ag", "large", -10.0, 300.0),
        ("s2", "ag_small", "Ag", "small", -10.0, 300.0),
        ("s3", "c_small", "C", "small", -10.0, 300.0),
    ]
)


def test_labels_say_only_what_differs():
    assert domain_labels(TABLE, ["d1", "d2", "d3"]) == {"d1": "+10 nm", "d2": "−5 nm", "d3": "0 nm"}
    assert domain_labels(TABLE, ["e1", "e2"]) == {"e1": "75 e/Å²", "e2": "600 e/Å²"}
    assert domain_labels(TABLE, ["s1", "s2", "s3"]) == {"s1": "Ag large", "s2": "Ag small", "s3": "C small"}


def test_labels_that_would_be_equal_are_ids():
    twins = domains([("x", "cdse", "CdSe", "s", 1.0, 1.0), ("y", "cdse", "CdSe", "s", 1.0, 1.0)])
    assert domain_labels(twins, ["x", "y"]) == {"x": "x", "y": "y"}


def test_order_is_by_size_crystal_defocus_dose():
    assert ordered_domains(TABLE, ["d1", "d2", "d3"]) == ["d2", "d3", "d1"]
    assert ordered_domains(TABLE, ["s1", "s2", "s3"]) == ["s2", "s3", "s1"]


def test_unknown_domain_is_refused():
    with pytest.raises(ValueError, match="moon"):
        domain_labels(TABLE, ["moon"])
