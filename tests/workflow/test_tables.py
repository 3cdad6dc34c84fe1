"""Tables are those of the configuration that was run last, whatever was run before it on the same folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from hrtem_transfer.cli.main import main
from hrtem_transfer.study import read_sweep
from tests.workflow.conftest import TINY, Workflow
from tests.workflow.numbers import differences


def a_series_less(data: dict[str, Any]) -> None:
    del data["series"]["mixture"]


def an_axis_value_less(data: dict[str, Any]) -> None:
    data["series"]["defocus"]["transfer"]["images"] = [4]
    data["series"]["defocus"]["networks"] = 6


def assert_tables_of(results: Path, config: Path, overrides: dict[str, Any] | None = None) -> None:
    """All tables hold the planned networks and no others, and say of which plan they are."""
    sweep = read_sweep(config, overrides)
    for name in ("networks", "evaluations", "histories"):
        frame = pd.read_parquet(results / f"{name}.parquet")
        assert set(frame.network_id) == set(sweep.networks), name
        assert set(frame.plan) == {sweep.digest}, name
    assert [path.name for path in results.glob("tables-*")] == [f"tables-{sweep.digest}.sha256"]
    assert json.loads((results / "plan.json").read_text())["digest"] == sweep.digest


# None of the changes trains anything: the other plan is a part of the first.
@pytest.mark.parametrize("change", [a_series_less, an_axis_value_less])
def test_after_another_configuration_and_back_the_tables_are_those_of_the_first(
    undisturbed: Workflow, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    shutil.copytree(undisturbed.folder, tmp_path, dirs_exist_ok=True)
    data = yaml.safe_load(TINY.read_text())
    change(data)
    # A copy of the configuration with the same name of the sweep, elsewhere.
    (tmp_path / "mine").mkdir()
    other = tmp_path / "mine" / "tiny.yaml"
    other.write_text(yaml.safe_dump(data))
    first, second = Workflow(tmp_path), Workflow(tmp_path, other)
    second.run("collect")
    assert_tables_of(first.results, other)
    first.run("collect")
    assert_tables_of(first.results, TINY)
    assert differences(undisturbed.results, first.results) == []


def test_a_value_given_once_on_the_command_line_is_forgotten_by_the_next_start(
    undisturbed: Workflow, tmp_path: Path
) -> None:
    shutil.copytree(undisturbed.folder, tmp_path, dirs_exist_ok=True)
    workflow = Workflow(tmp_path)
    overrides = {"series": {"mixture": {"replicates": 1, "networks": 1}}}
    workflow.run("collect", "--config", f"series={json.dumps(overrides['series'])}")
    assert_tables_of(workflow.results, TINY, overrides)
    # What lies there is the plan that was run, and not the configuration file's.
    assert main(["verify", str(workflow.results)]) == 1
    workflow.run()
    assert_tables_of(workflow.results, TINY)
    assert main(["verify", str(workflow.results)]) == 0
