"""What may know what: the house's walls."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


IMAGING = [f"simulation.{name}" for name in ("imaging", "labels", "simulate", "render")]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
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


ARROWS = [
    (["config"], ["sweep", "simulation", "learning", "results", "figures", "page", "inspection", "commands"]),
    # Its physics_checks ask the simulation, when called, whether a crystal can be built.
    (
        ["sweep"],
        [
            "simulation.multislice",
            "simulation.simulate",
            "simulation.imaging",
            "learning",
            "results",
            "figures",
            "page",
            "inspection",
            "commands",
        ],
    ),
    (
        ["files", "scores", "seeds", "hdf5", "parquet_files", "torch_settings", "run_lock", "image_files"],
        ["simulation", "learning", "results"],
    ),
    (["simulation"], ["learning", "results", "figures", "page", "inspection", "commands"]),
    (["learning"], ["simulation", "results", "figures", "page", "inspection", "commands"]),
    (["results"], ["figures", "page", "report", "simulation", "inspection", "commands"]),
    (["figures", "page"], ["inspection", "commands", "report"]),
    (["simulation.structures", "simulation.particles", "simulation.substrate", "simulation.packing"], IMAGING),
    (["simulation.multislice"], [*IMAGING, "image_files"]),
    (["learning.unet", "learning.fitting", "learning.training"], ["learning.evaluation"]),
]


@pytest.mark.parametrize(("earlier", "later"), ARROWS)
def test_arrows_between_rooms_go_one_way(earlier: list[str], later: list[str]) -> None:
    package = ROOT / "src" / "hrtem_transfer"
    for room in earlier:
        path = package.joinpath(*room.split("."))
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        for file in files:
            names = {name.removeprefix("hrtem_transfer.") + "." for name in imported(file)}
            forbidden = {name for name in names for other in later if name.startswith(other + ".")}
            assert not forbidden, f"{file}: {forbidden}"


def test_files_stay_small() -> None:
    for path in [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]:
        assert len(path.read_text().splitlines()) <= 400, path
    for path in (ROOT / "workflow" / "scripts").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 40, path
    assert len((ROOT / "Snakefile").read_text().splitlines()) <= 60
