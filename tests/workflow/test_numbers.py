"""The comparison of two trees' numbers sees what differs, and only that."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.workflow.numbers import ROOT, differences, main, run_tiny


def changed(results: Path, to: Path, name: str, column: str, value: object) -> Path:
    """A copy of some results in which one value of one table is another."""
    shutil.copytree(results, to)
    frame = pd.read_parquet(to / f"{name}.parquet")
    frame.loc[0, column] = value
    frame.to_parquet(to / f"{name}.parquet")
    return to


def test_times_may_differ(corner_results: Path, tmp_path: Path) -> None:
    assert differences(corner_results, changed(corner_results, tmp_path / "b", "networks", "train_seconds", 1e9)) == []


def test_a_value_a_column_and_a_row_that_differ_are_named(corner_results: Path, tmp_path: Path) -> None:
    other = changed(corner_results, tmp_path / "b", "evaluations", "dice", 0.123)
    rows = len(pd.read_parquet(other / "evaluations.parquet"))
    assert differences(corner_results, other) == [f"evaluations.dice: 1 of {rows} rows differ"]
    frame = pd.read_parquet(other / "evaluations.parquet")
    frame.drop(columns="dice").to_parquet(other / "evaluations.parquet")
    assert differences(corner_results, other) == ["evaluations.dice: only before"]
    frame[1:].to_parquet(other / "evaluations.parquet")
    assert differences(corner_results, other) == [f"evaluations: {rows} rows before, {rows - 1} after"]


def test_a_tree_that_cannot_run_is_an_error_with_its_words(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"the tiny sweep of .* failed"):
        run_tiny(tmp_path, tmp_path / "folder")


@pytest.mark.slow
def test_a_tree_gives_the_numbers_of_its_own_revision(capsys: pytest.CaptureFixture[str]) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    assert main("HEAD") == 0
    assert "give the same" in capsys.readouterr().out
