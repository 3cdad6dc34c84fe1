"""What the explorer shows equals pandas on the same subset, in any state."""

from random import Random

import pytest

from hrtem_transfer.results import load
from tests.report.page.random_states import check, random_state
from tests.report.page.reference import Reference

STATES = 240


@pytest.fixture(scope="module")
def reference(corner_results) -> Reference:
    tables = load(corner_results)
    return Reference(tables.networks, tables.evaluations, tables.domains)


def test_random_states_equal_pandas(open_page, explorer, reference):
    page = open_page(explorer)
    mixed = reference.networks[reference.networks["stage"] == "mixture"]
    pairs = sorted(set(zip(mixed["source_domain"], mixed["target_domain"], strict=True)))
    rng = Random(20)
    compared = [check(page, reference, random_state(rng, reference), pairs) for _ in range(STATES)]
    assert len(compared) >= 200
    assert sum(number > 0 for number in compared) > 0.8 * STATES
    assert sum(compared) > 2000
