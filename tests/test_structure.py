"""What may know what: pyproject.toml has the layers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def test_packages_know_only_what_stands_below_them() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_nothing_is_loose_at_the_root_of_the_package() -> None:
    assert {path.name for path in (ROOT / "src" / "hrtem_transfer").glob("*.py")} == {"__init__.py", "__main__.py"}


def test_the_package_reads_no_environment_variables() -> None:
    assert len(SOURCES) > 50
    for path in SOURCES:
        assert "os.environ" not in path.read_text(), path


def test_the_workflow_reads_the_study_without_numpy_or_torch() -> None:
    code = (
        "import sys, hrtem_transfer.inspection.loading, hrtem_transfer.jobs.sweep_lock\n"
        "print([name for name in ('numpy', 'torch', 'pandas', 'ase', 'h5py') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_files_stay_small() -> None:
    for path in [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]:
        assert len(path.read_text().splitlines()) <= 400, path
    for path in (ROOT / "workflow" / "scripts").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 40, path
    assert len((ROOT / "Snakefile").read_text().splitlines()) <= 60
