"""What may know what: the house's walls."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_the_package_knows_no_snakemake_and_no_environment_variables() -> None:
    assert len(SOURCES) > 50
    for path in SOURCES:
        assert not any(name.split(".")[0] == "snakemake" for name in imported(path)), path
        assert "os.environ" not in path.read_text(), path


def test_the_workflow_reads_the_study_without_numpy_or_torch() -> None:
    code = (
        "import sys, hrtem_transfer.sweep, hrtem_transfer.sweep_lock\n"
        "print([name for name in ('numpy', 'torch', 'pandas', 'ase', 'h5py') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (["config"], ["sweep"]),
        (["structures", "particles", "substrate", "packing"], ["imaging", "labels", "simulate", "render", "training"]),
        (["multislice"], ["imaging", "labels", "simulate", "render", "image_files", "training"]),
        (["imaging", "labels", "simulate", "render"], ["unet", "training", "evaluation", "results", "figures", "page"]),
        (["unet", "fitting", "training"], ["evaluation", "results", "figures", "page", "simulate", "multislice"]),
        (["evaluation", "training"], ["results", "figures", "page", "report"]),
        (["results"], ["page", "report"]),
    ],
)
def test_arrows_between_rooms_go_one_way(earlier: list[str], later: list[str]) -> None:
    package = ROOT / "src" / "hrtem_transfer"
    for room in earlier:
        files = sorted((package / room).rglob("*.py")) if (package / room).is_dir() else [package / f"{room}.py"]
        for file in files:
            rooms = {name.split(".")[1] for name in imported(file) if name.startswith("hrtem_transfer.")}
            assert not rooms & set(later), f"{file}: {rooms & set(later)}"


def test_files_stay_small() -> None:
    for path in [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]:
        assert len(path.read_text().splitlines()) <= 400, path
    for path in (ROOT / "workflow" / "scripts").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 40, path
    assert len((ROOT / "Snakefile").read_text().splitlines()) <= 60
