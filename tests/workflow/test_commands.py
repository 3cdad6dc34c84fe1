"""What the commands say about a sweep that was really run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from hrtem_transfer.cli.main import main
from hrtem_transfer.study import Layout, read_plan
from tests.workflow.conftest import Workflow, counted


@pytest.fixture(params=["the only folder", "its folder", "its configuration"])
def arguments(undisturbed: Workflow, request: pytest.FixtureRequest) -> list[str]:
    """The three ways to say which sweep is meant."""
    return {
        "the only folder": ["--results", str(undisturbed.folder / "results")],
        "its folder": [str(undisturbed.results)],
        "its configuration": ["--config", str(undisturbed.config), "--results", str(undisturbed.folder / "results")],
    }[request.param]


def test_status_of_a_finished_sweep(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", *arguments]) == 0
    text = capsys.readouterr().out
    assert "12 of 12" in text
    assert "all networks are trained" in text
    assert re.search(r"tables +of this plan, with all runs", text)
    assert "The configuration is not" not in text


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


def test_verify_of_a_finished_sweep(arguments: list[str]) -> None:
    assert main(["verify", *arguments]) == 0


def test_an_edited_configuration_is_compared_with_the_frozen_plan(
    undisturbed: Workflow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "edited.yaml"
    config.write_text(undisturbed.config.read_text().replace("replicates: 2", "replicates: 1").replace(
        "    networks: 2", "    networks: 1"
    ))  # fmt: skip
    for command in ("plan", "status"):
        assert main([command, str(undisturbed.results), "--config", str(config)]) == 0
        assert "was frozen from: 0 networks added, 1 removed" in capsys.readouterr().out
    assert main(["verify", str(undisturbed.results), "--config", str(config)]) == 1
    assert "tables: of another plan" in capsys.readouterr().out


def test_collect_gathers_what_is_there_and_the_workflow_gathers_again(
    undisturbed: Workflow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(undisturbed.folder, tmp_path, dirs_exist_ok=True)
    copy = Workflow(tmp_path)
    files = Layout(read_plan(copy.results / "plan.json"), copy.results)
    lost = next(one for one in files.sweep.evaluations.values() if one.stage == "transfer")
    files.evaluation(lost).unlink()
    assert main(["collect", str(copy.results)]) == 0
    assert "tables of 0 runs and 1 evaluation" in capsys.readouterr().out
    networks = pd.read_parquet(copy.results / "networks.parquet")
    assert networks.groupby("stage").status.unique().map(list).to_dict() == {
        "mixture": ["ok"], "pretrain": ["ok"], "transfer": ["missing"],
    }  # fmt: skip
    # They are the plan's, but not whole.
    assert main(["status", str(copy.results)]) == 0
    assert "of this plan, gathered before all jobs had ended" in capsys.readouterr().out
    assert {"evaluate": 1, "collect": 1}.items() <= counted(copy.run("--dry-run", "--quiet", "rules")).items()


def test_a_plan_that_was_lost_is_written_again_by_a_workflow_that_has_nothing_to_do(
    undisturbed: Workflow, tmp_path: Path
) -> None:
    shutil.copytree(undisturbed.folder, tmp_path, dirs_exist_ok=True)
    copy = Workflow(tmp_path)
    plan = copy.results / "plan.json"
    whole = plan.read_bytes()
    for damage in (b"", whole[:-20]):
        plan.write_bytes(damage)
        assert main(["status", str(copy.results)]) == 1
        assert "Nothing to be done" in copy.run("--dry-run")
        assert plan.read_bytes() == damage
        assert "Nothing to be done" in copy.run()
        assert plan.read_bytes() == whole
