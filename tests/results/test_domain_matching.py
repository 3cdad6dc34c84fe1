from hrtem_transfer.results.domain_matching import differences, matched

A = {
    "m10": {"crystal": "CdSe", "defocus_nm": -10.0, "dose_e_per_A2": 400.0, "astigmatism_nm": 0.0},
    "p10": {"crystal": "CdSe", "defocus_nm": 10.0, "dose_e_per_A2": 400.0, "astigmatism_nm": 0.0},
    "m10_astig": {"crystal": "CdSe", "defocus_nm": -10.0, "dose_e_per_A2": 400.0, "astigmatism_nm": 20.0},
}


def test_what_is_known_decides_and_one_must_be_left():
    assert matched(A, {"x": {"defocus_nm": 10, "crystal": "cdse"}}) == {"x": "p10"}
    # Two of A could be it.
    assert matched(A, {"x": {"defocus_nm": -10}}) == {}
    assert matched(A, {"x": {"defocus_nm": -10, "astigmatism_nm": 20}}) == {"x": "m10_astig"}
    # Two of B could be it.
    assert matched(A, {"x": {"defocus_nm": 10}, "y": {"defocus_nm": 10}}) == {}


def test_what_it_is_counts_more_than_its_id():
    assert matched(A, {"p10": {"defocus_nm": -10, "astigmatism_nm": 20}}) == {"p10": "m10_astig"}
    assert matched(A, {"m10": {"defocus_nm": -10}}) == {"m10": "m10"}


def test_equal_ids_are_taken_last_and_the_difference_is_said():
    other = {name: {**row, "defocus_nm": row["defocus_nm"] + 1} for name, row in A.items()}
    pairs = matched(A, other)
    assert pairs == {name: name for name in A}
    (said,) = differences(A, other, pairs)
    assert said.startswith("defocus_nm is not the same for m10: -10 in A, -9 in B")
    assert differences(A, A, {name: name for name in A}) == []


def test_without_descriptions_ids_decide():
    assert matched({"a": {}, "b": {}}, {"b": {}, "c": {}}) == {"b": "b"}
