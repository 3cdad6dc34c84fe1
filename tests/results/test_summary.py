import numpy as np
import pytest

from hrtem_transfer.results import load, summarise


@pytest.fixture
def tables(corner_results):
    return load(corner_results)


def test_numbers_are_those_of_the_tables(tables, corner_results):
    summary = summarise(
        tables.networks, tables.evaluations, tables.domains, {"networks": corner_results / "networks.csv"}
    )
    trained = tables.networks[tables.networks["stage"] != "pretrain"]
    for entry in summary.series:
        rows = trained[trained["series"] == entry.name]
        assert entry.networks == len(rows) == entry.ok + entry.failed + entry.missing
        assert entry.best_loss == rows["loss_target_after"].min()
        assert entry.median_loss == rows["loss_target_after"].median()
    assert sum(entry.failed for entry in summary.series) == 2
    assert not summary.complete
    moved = trained.dropna(subset=["loss_target_before", "loss_target_after"])
    assert summary.improved == np.mean(moved["loss_target_after"] < moved["loss_target_before"])
    text = str(summary)
    assert text.startswith("SYNTHETIC")
    assert "No result for 2: synthetic failure" in text
    assert str(corner_results / "networks.csv") in text


def test_reference_predictors_follow_from_the_foreground(tables):
    summary = summarise(tables.networks, tables.evaluations, tables.domains.assign(foreground_share=0.25), {})
    assert summary.background_only == (0.25, 0.0)
    assert summary.foreground_only == (0.75, pytest.approx(0.4))
    assert "loss 0.250 and Dice 0" in str(summary)


def test_complete_when_all_have_results(tables):
    good = tables.networks.assign(status="ok", reason=None)
    assert summarise(good, tables.evaluations, tables.domains, {}).complete


def test_a_reason_cannot_steer_the_terminal(tables):
    failed = tables.networks.assign(status="failed", reason="a\x1b[2J")
    said = str(summarise(failed, tables.evaluations, tables.domains, {}))
    assert "a\N{REPLACEMENT CHARACTER}[2J." in said
    assert "\x1b" not in said
