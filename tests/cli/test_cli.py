"""The command line: what it prints, how it ends, and what it says to wrong calls."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from hrtem_transfer.cli.main import COMMANDS, main
from hrtem_transfer.cli.status import lines, next_step
from hrtem_transfer.inspection.gathering import gather
from hrtem_transfer.inspection.sweep_state import SweepState
from hrtem_transfer.report.report import TABLES
from hrtem_transfer.results.writing import write_parquet
from hrtem_transfer.storage.checksums import digest_of_files, record
from hrtem_transfer.study import Layout, freeze, read_sweep

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "workflow" / "tiny.yaml"
DEMO = ["--config", str(ROOT / "config" / "demo.yaml")]


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(f"    {name}" in text for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_text_for_a_terminal(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "`" not in capsys.readouterr().out


@pytest.mark.parametrize("command", ["plan", "status", "verify", "collect"])
def test_commands_end_with_what_to_do_next(
    command: str, two_sweeps: list[Layout], capsys: pytest.CaptureFixture[str]
) -> None:
    _, tiny = two_sweeps
    tiny.root.mkdir(exist_ok=True)
    assert main([command, str(tiny.root)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    # A command that can be pasted, with the folder that this one was given.
    assert re.search(r"Next: (hrtem-transfer|snakemake) ", last)
    assert str(tiny.root) in last


def test_status_of_a_finished_sweep_leads_to_its_page(tmp_path: Path) -> None:
    files = Layout.below(tmp_path, read_sweep(TINY))
    freeze(files)
    state = SweepState(None, (1, 1), (1, 1), {})
    assert "snakemake" in next_step(files, state, None)
    page = files.root / "explorer.html"
    page.write_text("a page")
    record(files.report_listing, [page])
    assert str(page) in next_step(files, state, None)
    state.failed_jobs = [(tmp_path / "a.log", "why")]
    assert "logs" in next_step(files, state, None)
    state.damaged = ["a file"]
    assert "verify" in next_step(files, state, None)


def test_a_bare_call_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "    plan " in capsys.readouterr().out


def test_a_command_is_imported_only_when_it_is_called() -> None:
    code = (
        "import sys; from hrtem_transfer.cli.main import main; main(['status', '--results', 'nowhere'])\n"
        "print([name for name in ('torch', 'pandas', 'hrtem_transfer.cli.verify') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "hrtem_transfer", "--version"], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("hrtem-transfer ")


def test_plan_of_the_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *DEMO, "--results", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    sweep = read_sweep(DEMO[1])
    networks, runs = sum(sweep.planned.values()), len(sweep.runs)
    assert re.search(rf"all +8 +384 +768 +7 +{networks} +{runs} +\d+\n", text)
    assert re.search(rf"all +0 of {networks} +0 of {runs} +\d+ +384 +768 +", text)
    assert re.search("unknown.*--calibrate.*`costs:`", text)
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


def test_plan_tells_doubts_and_counts_that_the_configuration_does_not_state(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "tiny.yaml"
    config.write_text(TINY.read_text().replace("    networks: 12\n", ""))
    assert main(["plan", "--config", str(config), "--results", str(tmp_path / "results")]) == 0
    text = capsys.readouterr().out
    assert "Series defocus expands to 12 networks" in text
    assert "Series mixture" not in text
    assert re.search(r"^Warning: .*radius", text, re.MULTILINE)


def test_a_sweep_that_was_not_started_looks_like_no_loss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", *DEMO, "--results", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert re.search(r"networks, defocus, transfer +0 of 48", text)
    assert "nothing is made yet" in text
    files = Layout.below(tmp_path, read_sweep(DEMO[1]))
    freeze(files)
    for command in ("status", "verify", "plan"):
        assert main([command, "--results", str(tmp_path)]) == 0
        said = capsys.readouterr()
        assert not re.search("missing|gone|damaged|failed|another plan", said.out + said.err)
    # All rows are there, and say so.
    assert main(["collect", str(files.root)]) == 0
    assert re.search(r"\b0 of \d+ networks have results", capsys.readouterr().out)
    assert set(pd.read_parquet(files.root / "networks.parquet").status) == {"missing"}
    assert main(["verify", str(files.root)]) == 0


@pytest.fixture
def two_sweeps(tmp_path: Path) -> list[Layout]:
    """Frozen plans of the demo and of the tiny sweep below one folder; ``tiny`` is where its files would be."""
    sweeps = [Layout.below(tmp_path, read_sweep(path)) for path in (DEMO[1], TINY)]
    for files in sweeps:
        freeze(files)
    return sweeps


@pytest.mark.parametrize("command", ["plan", "status", "verify", "collect"])
def test_of_several_folders_one_has_to_be_named(
    two_sweeps: list[Layout], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    demo, tiny = two_sweeps
    assert main([command, "--results", str(demo.root.parent)]) == 1
    said = capsys.readouterr().err
    assert str(demo.root) in said
    assert str(tiny.root) in said
    assert main([command, str(tiny.root)]) == 0
    # A folder that is not there, and one without a plan: what there is, and the nearest.
    assert main([command, str(tiny.root.with_name("tinny")), "--results", str(demo.root.parent)]) == 1
    assert "did you mean 'tiny'?" in capsys.readouterr().err
    (tiny.root / "images").mkdir()
    assert main([command, str(tiny.root / "images")]) == 1
    assert "no plan" in capsys.readouterr().err


def test_show_finds_the_sweep_that_has_the_id(two_sweeps: list[Layout], capsys: pytest.CaptureFixture[str]) -> None:
    demo, tiny = two_sweeps
    network = next(iter(tiny.sweep.networks))
    place = ["--results", str(demo.root.parent)]
    assert main(["show", network, *place]) == 0
    assert str(tiny.network(network)) in capsys.readouterr().out
    whole = demo.plan.read_bytes()
    demo.plan.write_bytes(whole[:-20])
    assert main(["show", network, *place]) == 0
    assert str(demo.plan) in capsys.readouterr().err
    demo.plan.write_bytes(whole)
    wrong = network[:-1] + ("0" if network[-1] != "0" else "1")
    assert main(["show", wrong, *place]) == 1
    said = capsys.readouterr().err
    assert f"'{network}'" in said
    # Another sweep of the same networks.
    copy = Layout(tiny.sweep, tiny.root.with_name("copy"))
    freeze(copy)
    assert main(["show", network, *place]) == 1
    said = capsys.readouterr().err
    assert str(copy.root) in said
    assert main(["show", network, str(copy.root)]) == 0


@pytest.mark.parametrize(
    ("kept", "wrong", "words"),
    [
        ({"listing", "plan"}, False, "of this plan, with all runs"),
        ({"plan"}, False, "of this plan, gathered before all jobs had ended"),
        ({"another"}, True, "of another plan (0123456789ab)"),
        (set(), True, "of no known plan"),
    ],
)
def test_tables_are_known_to_be_the_plans_or_not(
    tmp_path: Path, kept: set[str], wrong: bool, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = Layout.below(tmp_path, read_sweep(TINY))
    freeze(files)
    plan = files.sweep.digest if "plan" in kept else "0123456789ab" if "another" in kept else None
    write_parquet(files.tables["networks"], pd.DataFrame({"network_id": ["a"]}), plan)
    if "listing" in kept:
        record(files.tables_listing, [files.tables["networks"]])
    assert main(["status", str(files.root)]) == 0
    assert words in capsys.readouterr().out
    code = main(["verify", str(files.root)])
    assert ("  tables: " in capsys.readouterr().out) is wrong
    assert code == 1 or not wrong


def test_a_report_that_is_not_the_studys_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = Layout.below(tmp_path, read_sweep(TINY))
    freeze(files)
    gather(files, print)
    page = files.root / "explorer.html"
    page.write_text("a page")
    tables = digest_of_files([files.root / name for name in TABLES])
    record(files.report_listing, [page], {"tables": tables})
    assert main(["verify", str(files.root)]) == 0
    page.write_text("another page")
    assert main(["verify", str(files.root)]) == 1
    # Drawn from tables that were gathered again since.
    record(files.report_listing, [page], {"tables": "0" * 64})
    capsys.readouterr()
    assert main(["verify", str(files.root)]) == 1
    assert "drawn from other tables" in capsys.readouterr().out
    files.report_listing.rename(files.root / "report-0123456789ab.sha256")
    capsys.readouterr()
    assert main(["verify", str(files.root)]) == 1
    assert "  report: " in capsys.readouterr().out


def test_status_says_when_networks_ran_in_different_ways() -> None:
    def state(*ways: tuple[str, str]) -> SweepState:
        return SweepState(None, (1, 1), (1, 1), {}, ways=Counter(ways))

    assert not any("different ways" in line for line in lines(state(("float32", "cpu"), ("float32", "cpu"))))
    (line,) = [one for one in lines(state(("float32", "cpu"), ("bfloat16", "cuda"))) if "different ways" in one]
    assert "1 in float32 on cpu, 1 in bfloat16 on cuda" in line


def test_a_damaged_network_is_named_by_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network_id = next(iter(read_sweep(DEMO[1]).networks))
    store = tmp_path / "demo" / "networks"
    store.mkdir(parents=True)
    (store / f"{network_id}.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{}")
    assert main(["status", *DEMO, "--results", str(tmp_path)]) == 1
    assert f"{network_id}.safetensors: this trained network is damaged" in capsys.readouterr().out


def test_show_explains_a_network_that_is_not_trained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
        (["show", "xyz", *DEMO], 1, "network 'xyz': no sweep here has it. Allowed: the ids in column network_id of"),
        (["show", "", *DEMO], 1, "network '': no sweep here has it"),
        (["show", "abc", "--results", "nowhere"], 1, "nowhere: "),
        (["plan", "--results", "nowhere"], 1, "--config FILE"),
        (["collect", "--results", "nowhere"], 1, "nowhere: "),
        (["status", str(ROOT / "README.md")], 1, "allowed: a results folder"),
        (["status", str(DEMO[1])], 1, f"hrtem-transfer status --config {DEMO[1]}"),
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


@pytest.mark.parametrize("arguments", [["plam"], ["show"], ["plan", "--confg", "x"]])
def test_calls_that_cannot_be_parsed_end_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
