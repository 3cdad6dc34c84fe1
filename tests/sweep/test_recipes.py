from __future__ import annotations

from hrtem_transfer.sweep.recipes import network_seed


def test_seeds_of_networks_differ_and_have_at_most_15_digits() -> None:
    seeds = [network_seed(1, f"{number:012x}") for number in range(20_000)]
    assert len(set(seeds)) == len(seeds)
    assert max(seeds) < 10**15
    assert all(int(float(seed)) == seed for seed in seeds)


def test_the_studys_seed_and_the_network_both_count() -> None:
    assert network_seed(1, "a" * 12) == network_seed(1, "a" * 12)
    assert network_seed(1, "a" * 12) != network_seed(2, "a" * 12) != network_seed(2, "b" * 12)
