"""What Snakemake would do, asked of sweeps whose files were made by ``touch``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hrtem_transfer.study import Layout, freeze, read_sweep
from tests.workflow.conftest import counted

ROOT = Path(__file__).parents[2]
REPORTED = ("explorer.html", "effects.csv", "recommended.csv")


def snakemake(folder: Path, config: Path, *arguments: str, tree: Path = ROOT) -> str:
    """What Snakemake prints (standard output) about a configuration with its results in ``folder``."""
    command = [sys.executable, "-m", "snakemake", *arguments, "--snakefile", str(tree / "Snakefile")]
    command += ["--directory", str(folder), "--configfile", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env={**os.environ, "COLUMNS": "200"})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + (done.stderr if "--dry-run" in arguments else "")


def counts(folder: Path, config: Path, *targets: str, tree: Path = ROOT) -> dict[str, int]:
    """Jobs by rule that a dry run plans."""
    return counted(snakemake(folder, config, *targets, "--dry-run", "--quiet", "rules", tree=tree))


def pending(folder: Path, config: Path) -> set[str]:
    """The output files that would be made."""
    rows = [line.split("\t") for line in snakemake(folder, config, "--summary").splitlines()]
    place = rows[0].index("plan")
    return {row[0] for row in rows[1:] if row[place] == "update pending"}


def finish(folder: Path, config: Path) -> Layout:
    """Touch every file that the sweep of a configuration ends with, in the order of the work, and freeze its plan."""
    files = Layout.below(folder / "results", read_sweep(config))
    sweep = files.sweep
    freeze(files)
    made = [files.shard(shard) for shard in sweep.shards]
    made += [files.images(domain) for domain in sweep.domains]
    made += [files.gallery(images) for images in {one.images for one in sweep.evaluations.values()}]
    made += [files.training(run) for run in sweep.runs.values()]
    made += [files.evaluation(evaluation) for evaluation in sweep.evaluations.values()]
    made += [*files.tables.values(), files.tables_listing]
    # Made after all runs: their names are in the rules, not in the layout.
    made += [files.root / name for name in REPORTED]
    made += [files.report_listing]
    for number, path in enumerate(made):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    return files
