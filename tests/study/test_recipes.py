from __future__ import annotations

import pytest

from hrtem_transfer.study.recipes import canonical, digest, network_seed


def test_an_entry_that_is_none_is_as_if_it_were_not_there() -> None:
    assert canonical({"b": {"y": None, "x": (1, 2.5)}, "a": None}) == '{"b":{"x":[1,2.5]}}'
    assert digest({"a": [{"b": None}], "c": "null"}) == digest({"c": "null", "a": [{}]})
    # In a list a place counts.
    assert canonical([None, 1]) == "[null,1]"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_a_number_has_no_digest(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": None, "b": value})


def test_seeds_of_networks_differ_and_have_at_most_15_digits() -> None:
    seeds = [network_seed(1, f"{number:012x}") for number in range(20_000)]
    assert len(set(seeds)) == len(seeds)
    assert max(seeds) < 10**15
    assert all(int(float(seed)) == seed for seed in seeds)


def test_the_studys_seed_and_the_network_both_count() -> None:
    assert network_seed(1, "a" * 12) == network_seed(1, "a" * 12)
    assert network_seed(1, "a" * 12) != network_seed(2, "a" * 12) != network_seed(2, "b" * 12)
