"""Every command of README.md and CONTRIBUTING.md is tried, in a copy of the project.

``TRIED`` says how. A command that stands in a page and not here fails, and so does one that stands here only.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "CONTRIBUTING.md")
AS_IT_STANDS = "as it stands"
# What is run instead, shorter but through the same doors; or the test that runs it, as path::name.
TRIED = {
    "make demo": "tests/workflow/test_demo.py::demo",
    "make test": "tests/test_readme.py::test_make_runs",
    "make install": "tests/test_readme.py::test_make_runs",
    "make lint": "tests/test_habits.py::test_pre_commit_runs_what_make_lint_runs",
    "make test-slow": "tests/test_readme.py::test_make_runs",
    "make coverage": "tests/test_readme.py::test_make_runs",
    "make format": "tests/test_readme.py::test_make_runs",
    "make docs": "tests/test_readme.py::test_make_runs",
    "source .venv/bin/activate": "tests/test_readme.py::tried",
    "hrtem-transfer status results/demo": "hrtem-transfer status --config config/demo.yaml",
    "snakemake --dry-run --quiet rules": AS_IT_STANDS,
    "hrtem-transfer plan --config config/paper.yaml": AS_IT_STANDS,
    "snakemake --profile profiles/slurm": "snakemake --profile profiles/slurm --dry-run --quiet rules",
    "hrtem-transfer status results/paper": "hrtem-transfer status --config config/paper.yaml",
    "hrtem-transfer verify results/paper": "tests/faults/test_verify.py::test_a_whole_sweep_is_whole",
    "snakemake --configfile my.yaml --cores 8": "snakemake --configfile config/demo.yaml --cores 8 --dry-run",
    "snakemake --configfile config/demo.yaml --cores 2 --until images": (
        "snakemake --configfile config/demo.yaml --cores 2 --until images --dry-run"
    ),
    "snakemake results/demo/alone/87eaf43b9d89.parquet --configfile config/demo.yaml --cores 2": (
        "snakemake results/demo/alone/87eaf43b9d89.parquet --configfile config/demo.yaml --cores 2 --dry-run"
    ),
    "hrtem-transfer show 87eaf43b9d89": "hrtem-transfer show --config config/demo.yaml 87eaf43b9d89",
    "hrtem-transfer import TABLE.csv --out FOLDER": (
        "tests/results/test_import.py::test_the_example_of_the_documentation"
    ),
    "python -m tests.workflow.numbers main": (
        "tests/workflow/test_numbers.py::test_a_tree_gives_the_numbers_of_its_own_revision"
    ),
}
MAKE = {
    "test": ".venv/bin/python -m pytest -n",
    "test-slow": ".venv/bin/python -m pytest -m slow",
    "coverage": ".venv/bin/python -m pytest -n",
    "format": ".venv/bin/ruff format .",
    "docs": ".venv/bin/python -m hrtem_transfer.study.config > config/README.md",
    "demo": ".venv/bin/snakemake --configfile config/demo.yaml --cores",
    "install": "",
}


def commands() -> set[str]:
    """The commands of the pages' shell blocks, and those in running text that start with one of our two programs."""
    found: set[str] = set()
    for page in PAGES:
        text = (ROOT / page).read_text()
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
            found |= {re.split(r"\s+#", line)[0].strip() for line in block.splitlines() if line.strip()}
        found |= {
            code
            for code in re.findall(
                r"`((?:snakemake|hrtem-transfer) [^`]*)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)
            )
            if "<" not in code
        }
    return found


def test_every_command_is_tried_and_every_trial_has_its_command() -> None:
    assert commands() == TRIED.keys()
    for how in TRIED.values():
        if "::" in how:
            path, name = how.split("::")
            assert f"def {name}(" in (ROOT / path).read_text()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a user's checkout has, without results."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("config", "workflow", "profiles", "envs"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copy(ROOT / "Snakefile", copy)
    return copy


def tried(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as in a shell in which the virtual environment is active."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PATH": programs}
    return subprocess.run(
        shlex.split(command), cwd=folder, env=environment, capture_output=True, text=True, timeout=500
    )


@pytest.mark.parametrize("command", [command for command, how in TRIED.items() if "::" not in how])
def test_the_command_works(command: str, project: Path) -> None:
    done = tried(command if TRIED[command] == AS_IT_STANDS else TRIED[command], project)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("target", MAKE)
def test_make_runs(target: str) -> None:
    done = tried(f"make --dry-run --assume-old .venv/installed {target}", ROOT)
    assert done.returncode == 0, done.stderr
    assert MAKE[target] in done.stdout
