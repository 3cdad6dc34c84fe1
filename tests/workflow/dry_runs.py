"""What Snakemake would do, asked of sweeps whose files were made by ``touch``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from hrtem_transfer.sweep import Layout, read_sweep

ROOT = Path(__file__).parents[2]
# Made after all runs: their names are in the rules, not in the layout.
COLLECTED = (
    "networks.parquet", "networks.csv", "evaluations.parquet", "evaluations.csv.gz", "histories.parquet",
    "domains.csv", "summary.txt", "tables.sha256", "report.sha256", "explorer.html", "effects.csv", "recommended.csv",
    "figures/contact_sheet.png",
)  # fmt: skip


def snakemake(folder: Path, config: Path, *arguments: str, tree: Path = ROOT) -> str:
    """What Snakemake prints (standard output) about a configuration with its results in ``folder``."""
    command = [sys.executable, "-m", "snakemake", *arguments, "--snakefile", str(tree / "Snakefile")]
    command += ["--directory", str(folder), "--configfile", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env={**os.environ, "COLUMNS": "200"})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + (done.stderr if "--dry-run" in arguments else "")


def counts(folder: Path, config: Path, *targets: str, tree: Path = ROOT) -> dict[str, int]:
    """Jobs by rule that a dry run plans."""
    text = snakemake(folder, config, *targets, "--dry-run", "--quiet", "rules", tree=tree)
    rows = re.findall(r"^([a-z_0-9]+) +(\d+)$", text, re.MULTILINE)
    return {rule: int(count) for rule, count in rows if rule != "total"}


def pending(folder: Path, config: Path) -> set[str]:
    """The output files that would be made."""
    rows = [line.split("\t") for line in snakemake(folder, config, "--summary").splitlines()]
    place = rows[0].index("plan")
    return {row[0] for row in rows[1:] if row[place] == "update pending"}


def finish(folder: Path, config: Path) -> Layout:
    """Touch every file that the sweep of a configuration ends with, in the order of the work."""
    files = Layout.below(folder / "results", read_sweep(config))
    sweep = files.sweep
    made = [files.shard(shard) for shard in sweep.shards]
    made += [files.images(domain) for domain in sweep.domains]
    made += [files.gallery(images) for images in {one.images for one in sweep.evaluations.values()}]
    made += [files.training(run) for run in sweep.runs.values()]
    made += [files.evaluation(evaluation) for evaluation in sweep.evaluations.values()]
    made += [files.root / name for name in COLLECTED]
    for name, series in sweep.study.series.items():
        made += [files.root / f"figures/transfer_{name}.{kind}" for kind in ("png", "svg") if series.transfer]
    for number, path in enumerate(made):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    return files
