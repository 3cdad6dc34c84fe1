"""Wrong input given to the programs themselves: Snakemake with our Snakefile, and ``hrtem-transfer``."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bad_input.harness import ROOT, STUDY, says

SNAKEMAKE = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "1"]
COMMAND = [sys.executable, "-m", "hrtem_transfer"]
MOST_CPU_SECONDS = 2


def run(command: list[str], folder: Path) -> tuple[int, str, float]:
    """Exit code, all that was printed, CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "100"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.returncode, done.stdout + done.stderr, seconds


@pytest.fixture(scope="module")
def start_of_snakemake(tmp_path_factory: pytest.TempPathFactory) -> float:
    """CPU seconds that Snakemake takes to say its version."""
    return run([*SNAKEMAKE[:3], "--version"], tmp_path_factory.mktemp("version"))[2]


# What stands in the study, what is put there, arguments, and what is said among what Snakemake says itself.
WRONG = {
    "unknown key": (
        "batch_size: 8",
        "batchsize: 8",
        ["-n"],
        "study.yaml: 2 problems, nothing was started\n"
        "  line 71: training.batch_size: found nothing (the key is missing); it means: images per step; add it\n"
        "  line 74: training.batchsize: found an unknown key; allowed: loss, epochs, batch_size, learning_rate_decay, "
        "augmentation, precision; did you mean 'batch_size'?",
    ),
    "value over the file": (
        "",
        "",
        ["--config", "seed=many"],
        "study.yaml with overrides: 1 problem, nothing was started\n"
        "  line 4: seed: found 'many' (text); allowed: a whole number",
    ),
    "sweep that is a path": (
        "",
        "",
        ["--config", "sweep=../../x"],
        "study.yaml with overrides: 1 problem, nothing was started\n"
        "  line 3: sweep: found '../../x'; allowed: names of lowercase letters, digits and underscores, beginning with "
        "a letter, at most 40 long",
    ),
    "results with a wildcard": (
        "",
        "",
        ["--config", "results=a{b}"],
        "found 'a{b}', with the character U+007B; allowed: printable characters but braces; take another name",
    ),
    "target that no rule makes": (
        "",
        "",
        ["results/demo/network.csv"],
        "MissingRuleException:\nNo rule to produce results/demo/network.csv",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_snakemake_stops_before_any_job(name: str, tmp_path: Path, start_of_snakemake: float) -> None:
    old, new, arguments, message = WRONG[name]
    (tmp_path / "study.yaml").write_text(STUDY.replace(old, new, 1))
    code, text, seconds = run([*SNAKEMAKE, *arguments, "--configfile", "study.yaml"], tmp_path)
    assert code == 1, text
    assert message in text
    assert "Traceback" not in text
    assert seconds - start_of_snakemake < MOST_CPU_SECONDS
    # Snakemake's own log is all that is left.
    assert {path.name for path in tmp_path.iterdir()} <= {"study.yaml", ".snakemake"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["plan", "--config", "s.yaml"], 1, "s.yaml: this configuration does not exist; did you mean 'study.yaml'?"),
        (["show", "a", "--config", "study.yaml", "--results", "study.yaml"], 1, "{any}but study.yaml is a file; {any}"),
        (["report", "study.yaml"], 1, "{any}but study.yaml is a file; {any}"),
        (["compare", "study.yaml"], 2, "usage: {any}\nhrtem-transfer compare: error: {any}: b"),
    ],
)  # fmt: skip
def test_the_command_ends_with_words(arguments: list[str], code: int, message: str, tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(STUDY)
    ended, text, seconds = run([*COMMAND, *arguments], tmp_path)
    assert (ended, says(message, text)) == (code, True), text
    assert seconds < MOST_CPU_SECONDS
    assert [path.name for path in tmp_path.iterdir()] == ["study.yaml"]


def test_a_template_in_a_configuration_is_not_run_by_our_reader(tmp_path: Path) -> None:
    # Snakemake's own reader of --configfile would run it (its templates, YTE): config/README.md says so.
    (tmp_path / "study.yaml").write_text("__use_yte__: true\n__definitions__:\n  - open('made', 'w')\n" + STUDY)
    code, text, _ = run([*COMMAND, "plan", "--config", "study.yaml"], tmp_path)
    assert code == 1
    assert "line 1: __use_yte__: found an unknown key" in text
    assert [path.name for path in tmp_path.iterdir()] == ["study.yaml"]
