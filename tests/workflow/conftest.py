"""Running the workflow for real, in a folder of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
TINY = Path(__file__).with_name("tiny.yaml")


class Workflow:
    """The workflow with one configuration in one folder."""

    def __init__(self, folder: Path, config: Path = TINY) -> None:
        self.folder = folder
        self.config = config

    @property
    def results(self) -> Path:
        return self.folder / "results" / self.config.stem

    def command(self, *arguments: str) -> list[str]:
        snakemake = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
        return [
            *snakemake,
            "--directory",
            str(self.folder),
            "--configfile",
            str(self.config),
            "--cores",
            "2",
            *arguments,
        ]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start it as the leader of a process group of its own."""
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            self.command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env=environment,
        )

    def run(self, *arguments: str) -> str:
        """Run it to its end, which must be good; returns what it printed."""
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=540)
        assert process.returncode == 0, output
        return output


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    """The tiny sweep, run once without any disturbance. Tests only read it."""
    workflow = Workflow(tmp_path_factory.mktemp("undisturbed"))
    workflow.run()
    return workflow


def counted(printed: str) -> dict[str, int]:
    """Jobs by rule, as a dry run prints them."""
    rows = re.findall(r"^([a-z_0-9]+) +(\d+)$", printed, re.MULTILINE)
    return {rule: int(count) for rule, count in rows if rule != "total"}


def assert_same_scores(table: Path, results: Path) -> None:
    """The rows of an evaluation table are those of the same networks in the table of all."""
    part, whole = pd.read_parquet(table), pd.read_parquet(results / "evaluations.parquet")
    key = ["network_id", "evaluation_domain", "split"]
    whole = whole[whole.network_id.isin(part.network_id)].sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(part.sort_values(key, ignore_index=True), whole[part.columns], check_exact=True)
