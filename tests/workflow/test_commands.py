"""What the commands say about a sweep that was really run."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from hrtem_transfer.cli import main
from tests.workflow.conftest import Workflow


@pytest.fixture
def arguments(undisturbed: Workflow) -> list[str]:
    return ["--config", str(undisturbed.config), "--results", str(undisturbed.folder / "results")]


def test_status_of_a_finished_sweep(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", *arguments]) == 0
    text = capsys.readouterr().out
    assert "12 of 12" in text
    assert "all networks are trained" in text


def test_show_tells_what_the_table_says(
    undisturbed: Workflow, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    networks = pd.read_parquet(undisturbed.results / "networks.parquet")
    row = networks[networks.freeze == "encoder"].iloc[0]
    assert main(["show", row.network_id, *arguments]) == 0
    text = capsys.readouterr().out
    assert str(row.seed) in text
    assert "status: ok" in text
    assert f"{row.loss_target_after:.5f}" in text
    assert f"\n  {row.best_epoch:5d} " in text
    assert row.pretrained_id in text
    assert "(not there)" not in text


def test_plan_of_a_finished_sweep_leaves_nothing(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *arguments]) == 0
    text = capsys.readouterr().out
    assert re.search(r"all +14 of 14 +\d+ of \d+ +0 +0 +0 +0.00\n", text)
