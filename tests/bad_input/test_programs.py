"""Wrong input given to the programs themselves: Snakemake with our Snakefile, and ``hrtem-transfer``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bad_input.harness import ANY, ROOT, STUDY, says

SNAKEMAKE = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "1"]
COMMAND = [sys.executable, "-m", "hrtem_transfer"]


def run(command: list[str], folder: Path) -> tuple[int, str]:
    """Exit code, and all that was printed."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "100"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


# What stands in the study, what is put there, arguments, and what is said among what Snakemake says itself.
WRONG = {
    "unknown key": (
        "batch_size: 8",
        "batchsize: 8",
        ["-n"],
        "study.yaml: 2 problems{any}line 71: training.batch_size{any}line 74: training.batchsize: {any}'batch_size'",
    ),
    "value over the file": (
        "",
        "",
        ["--config", "seed=many"],
        "study.yaml{any}1 problem{any}--config seed: {any}'many'{any}whole number",
    ),
    "sweep that is a path": (
        "",
        "",
        ["--config", "sweep=../../x"],
        "study.yaml{any}1 problem{any}--config sweep: {any}'../../x'{any}lowercase",
    ),
    "key over the file that does not exist": (
        "",
        "",
        ["--config", "seeds=3"],
        "study.yaml{any}1 problem{any}--config seeds: {any}unknown key{any}'seed'",
    ),
    "results with a wildcard": (
        "",
        "",
        ["--config", "results=a{b}"],
        "'a{b}'{any}U+007B",
    ),
    "target that no rule makes": (
        "",
        "",
        ["results/demo/network.csv"],
        "MissingRuleException{any}results/demo/network.csv",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_snakemake_stops_before_any_job(name: str, tmp_path: Path) -> None:
    old, new, arguments, message = WRONG[name]
    (tmp_path / "study.yaml").write_text(STUDY.replace(old, new, 1))
    code, text = run([*SNAKEMAKE, *arguments, "--configfile", "study.yaml"], tmp_path)
    assert code == 1, text
    # Snakemake says more, before and after.
    assert says(ANY + message, text), text
    assert "Traceback" not in text
    # Snakemake's own log is all that is left.
    assert {path.name for path in tmp_path.iterdir()} <= {"study.yaml", ".snakemake"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["plan", "--config", "s.yaml"], 1, "s.yaml: {any}'study.yaml'"),
        (["show", "a", "--config", "study.yaml", "--results", "study.yaml"], 1, "{any}study.yaml{any}file{any}folder"),
        (["report", "study.yaml"], 1, "{any}study.yaml{any}file{any}folder"),
        (["compare", "study.yaml"], 2, "usage: {any}B"),
    ],
)
def test_the_command_ends_with_words(arguments: list[str], code: int, message: str, tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(STUDY)
    ended, text = run([*COMMAND, *arguments], tmp_path)
    assert (ended, says(message, text)) == (code, True), text
    assert [path.name for path in tmp_path.iterdir()] == ["study.yaml"]


def test_a_template_in_a_configuration_is_not_run_by_our_reader(tmp_path: Path) -> None:
    # Snakemake's own reader of --configfile would run it (its templates, YTE): config/README.md says so.
    (tmp_path / "study.yaml").write_text("__use_yte__: true\n__definitions__:\n  - open('made', 'w')\n" + STUDY)
    code, text = run([*COMMAND, "plan", "--config", "study.yaml"], tmp_path)
    assert code == 1
    assert "line 1: __use_yte__: found an unknown key" in text
    assert [path.name for path in tmp_path.iterdir()] == ["study.yaml"]
