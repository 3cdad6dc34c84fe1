"""Does a change leave every number as it was? The tiny sweep, run by two versions of the code, table by table.

    python -m tests.workflow.numbers main     # this tree against the revision main; ends with 1 where a value differs

Each version runs in a folder of its own, with its own ``tests/workflow/tiny.yaml``, and must give the same bits in
every column but those of ``TIMES_AND_HOSTS``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[2]
TABLES = ("networks", "evaluations", "histories")
# Columns that say how long, where and with which versions, which no two runs need to share.
TIMES_AND_HOSTS = (
    "train_seconds", "seconds", "images_per_second", "device", "device_kind", "threads", "torch_version",
    "hrtem_transfer_version",
)  # fmt: skip


def table(results: Path, name: str) -> pd.DataFrame:
    """A table of a results folder, without the columns in which two runs may differ."""
    frame = pd.read_parquet(results / f"{name}.parquet")
    return frame.drop(columns=[column for column in TIMES_AND_HOSTS if column in frame])


def differences(before: Path, after: Path) -> list[str]:
    """One line for every column that differs between two results folders; empty when all numbers are the same."""
    found = []
    for name in TABLES:
        old, new = table(before, name), table(after, name)
        if len(old) != len(new):
            found.append(f"{name}: {len(old)} rows before, {len(new)} after")
            continue
        for column in dict.fromkeys([*old.columns, *new.columns]):
            if column not in old or column not in new:
                found.append(f"{name}.{column}: only {'after' if column in new else 'before'}")
            elif not old[column].equals(new[column]):
                rows = int((~((old[column] == new[column]) | (old[column].isna() & new[column].isna()))).sum())
                found.append(f"{name}.{column}: {rows} of {len(old)} rows differ")
    if (before / "domains.csv").read_bytes() != (after / "domains.csv").read_bytes():
        found.append("domains.csv differs")
    return found


def run_tiny(tree: Path, folder: Path) -> Path:
    """Run the tiny sweep with the code of a tree; returns its results folder.

    Raises:
        SystemExit: the workflow failed.
    """
    command = [sys.executable, "-m", "snakemake", "--snakefile", tree / "Snakefile", "--directory", folder]
    command += ["--configfile", tree / "tests" / "workflow" / "tiny.yaml", "--cores", "2", "--quiet", "all"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(tree / "src")}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"the tiny sweep of {tree} failed:\n{done.stdout}{done.stderr}")
    return folder / "results" / "tiny"


def main(revision: str) -> int:
    """Compare this tree with a revision of it; 0 when every number is the same."""
    with tempfile.TemporaryDirectory() as scratch:
        other = Path(scratch) / "other"
        archive = Path(scratch) / "other.tar"
        subprocess.run(["git", "archive", "--output", archive, revision], cwd=ROOT, check=True)
        shutil.unpack_archive(archive, other)
        before, after = run_tiny(other, Path(scratch) / "before"), run_tiny(ROOT, Path(scratch) / "after")
        found = differences(before, after)
        values = sum(table(after, name).size for name in TABLES)
    print("\n".join(found) or f"{revision} and this tree give the same {values:,} values in {', '.join(TABLES)}")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    raise SystemExit(main(sys.argv[1]))
