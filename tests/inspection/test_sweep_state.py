"""The time that is left."""

from __future__ import annotations

import pytest

from hrtem_transfer.inspection.sweep_state import _time_left

NOW = 1_000_000.0


def test_time_left_counts_training_not_networks() -> None:
    # 30 units in 60 s after the first network; the first one began before.
    finished = [(NOW - 60, 5.0), (NOW - 30, 10.0), (NOW, 20.0)]
    assert _time_left(finished, 100.0, NOW) == pytest.approx(100 / 30 * 60)


def test_time_left_is_not_known_from_one_network_or_from_yesterday() -> None:
    assert _time_left([(NOW, 5.0)], 100.0, NOW) is None
    assert _time_left([(NOW - 100_000, 5.0), (NOW - 90_000, 5.0)], 100.0, NOW) is None
    assert _time_left([], 0.0, NOW) == 0.0
