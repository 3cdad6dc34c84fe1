"""The demo learns, and its transfers have something to do: checked on its table.

Uses what ``make demo`` left in results/demo; where that is not there or not finished, this makes it (some minutes).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
NUMBER = r"(\d+(?:\.\d+)?)"


@pytest.fixture(scope="module")
def demo() -> Path:
    command = [sys.executable, "-m", "snakemake", "--configfile", "config/demo.yaml", "--cores", "2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1500, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "results" / "demo"


def networks(demo: Path) -> pd.DataFrame:
    return pd.read_parquet(demo / "networks.parquet")


@pytest.mark.timeout(1600)
def test_the_demo_holds_all_series_modes_sizes_rates_and_crystals(demo: Path) -> None:
    table = networks(demo)
    assert set(table.status) == {"ok"}
    assert (table.stage != "pretrain").sum() >= 60
    assert set(table.series) == {"defocus", "dose", "structure", "mixture"}
    assert set(table.stage) == {"pretrain", "transfer", "mixture", "scratch"}
    transfers = table[table.stage == "transfer"]
    assert set(transfers.freeze) == {"none", "encoder", "decoder"}
    assert transfers.n_images.nunique() >= 2
    assert transfers.transfer_learning_rate.nunique() >= 2
    assert pd.read_csv(demo / "domains.csv").crystal.nunique() >= 3


def test_pretrained_networks_find_the_particles_of_their_own_domain(demo: Path) -> None:
    table = networks(demo)
    pretrained = table[table.stage == "pretrain"].set_index("network_id").source_domain
    results = pd.read_parquet(demo / "evaluations.parquet")
    results = results[results.network_id.isin(pretrained.index) & (results.split == "test")]
    own = results[results.evaluation_domain == results.network_id.map(pretrained)]
    assert len(own) == len(pretrained)
    assert own.dice.median() >= 0.85


def test_transfer_lowers_the_target_loss_of_most_networks(demo: Path) -> None:
    table = networks(demo)
    transfers = table[table.stage == "transfer"]
    assert (transfers.loss_target_after < transfers.loss_target_before).mean() >= 0.8


def test_the_summary_and_the_pictures_are_there(demo: Path) -> None:
    summary = (demo / "summary.txt").read_text()
    assert re.search(r"^(\d+) of \1 networks have results", summary, re.MULTILINE)
    for name in ("figures/contact_sheet.png", "figures/transfer_defocus.png", "explorer.html", "evaluations.csv.gz"):
        assert (demo / name).stat().st_size > 5_000, name
        assert name.split("/")[0] in summary


def test_the_readme_shows_what_the_demo_ends_with(demo: Path) -> None:
    shown = re.search(r"ended here with\n\n```\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert shown is not None
    summary = (demo / "summary.txt").read_text()
    for line in shown[1].splitlines():
        here = re.search(f"^{re.sub(r'[0-9]+(?:[.][0-9]+)?', lambda _: NUMBER, line)}$", summary, re.MULTILINE)
        assert here is not None, line
        # Last digits differ from one kind of processor to the next.
        assert [float(n) for n in here.groups()] == pytest.approx([float(n) for n in re.findall(NUMBER, line)], rel=0.1)
