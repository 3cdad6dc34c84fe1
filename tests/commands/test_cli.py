"""The command line: what it prints, how it ends, and what it says to wrong calls."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hrtem_transfer.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
DEMO = ["--config", str(ROOT / "config" / "demo.yaml")]


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(f"    {name}" in text for name in COMMANDS)


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "hrtem_transfer", "--version"], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("hrtem-transfer ")


def test_plan_of_the_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *DEMO, "--results", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert re.search(r"all +8 +384 +768 +7 +76 +13 +45\n", text)
    assert re.search(r"all +0 of 76 +0 of 13 +45 +384 +768 +", text)
    assert "Hours and disk are unknown: measure unit costs with --calibrate, or give `costs:`" in text
    assert "GB are free in" in text
    assert list(tmp_path.iterdir()) == []


def test_calibration_gives_a_plan_hours_and_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *DEMO, "--results", str(tmp_path), "--calibrate"]) == 0
    costs = json.loads((tmp_path / "demo" / "unit_costs.json").read_text())
    assert all(costs[key] > 0 for key in costs if key not in ("source", "device"))
    text = capsys.readouterr().out
    assert "core-hours" in text
    assert "Unit costs: measured on" in text
    (tmp_path / "demo" / "unit_costs.json").write_text("{}")
    assert main(["plan", *DEMO, "--results", str(tmp_path)]) == 1
    assert "unit_costs.json: damaged" in capsys.readouterr().err


def test_status_of_a_sweep_that_was_not_started(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", *DEMO, "--results", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert re.search(r"networks, defocus, transfer +0 of 48", text)
    assert "time left: not known" in text


def test_a_damaged_network_is_named_by_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from hrtem_transfer.sweep import read_sweep

    network_id = next(iter(read_sweep(DEMO[1]).networks))
    store = tmp_path / "demo" / "networks"
    store.mkdir(parents=True)
    (store / f"{network_id}.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{}")
    assert main(["status", *DEMO, "--results", str(tmp_path)]) == 1
    assert f"{network_id}.safetensors: this trained network is damaged" in capsys.readouterr().out


def test_show_explains_a_network_that_is_not_trained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from hrtem_transfer.sweep import read_sweep

    sweep = read_sweep(DEMO[1])
    record = next(one for one in sweep.networks.values() if one.stage == "transfer" and one.freeze == "encoder")
    assert main(["show", record.network_id[:8], *DEMO, "--results", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert f"transferred from {record.source_domain} to {record.n_images} images of {record.target_domain}" in text
    assert "encoder frozen" in text
    assert f"seed              {record.seed}" in text
    assert f"starts from       {record.pretrained_id}: pretrained on 64 images of {record.source_domain}" in text
    assert "status: not trained yet" in text
    assert f"--cores all {tmp_path}/demo/alone/{record.network_id}.parquet\n" in text


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["show", "xyz", *DEMO], 1, "network 'xyz': not in this sweep; allowed: the 83 ids in column network_id of"),
        (["show", "", *DEMO], 1, "network '': not in this sweep"),
        (["plan", "--config", "nowhere.yaml"], 1, "nowhere.yaml: this configuration does not exist"),
        (["status", "--config", str(ROOT / "README.md")], 1, "README.md: "),
        (["report", "nowhere"], 1, "nowhere: there is no such folder"),
    ],
)
def test_wrong_calls_are_answered_in_words(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("arguments", [[], ["plam"], ["show"], ["plan", "--confg", "x"]])
def test_calls_that_cannot_be_parsed_end_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
