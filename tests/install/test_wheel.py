"""The package from a wheel, away from the checkout."""

from __future__ import annotations

import zipfile
from pathlib import Path

from hrtem_transfer.storage.shipped import shipped_file, shipped_files
from tests.install.conftest import ROOT, Installation


def test_the_wheel_holds_the_workflow_as_the_checkout_has_it(installation: Installation) -> None:
    with zipfile.ZipFile(installation.wheel) as wheel:
        held = {
            name.partition("/share/hrtem-transfer/")[2]: wheel.read(name)
            for name in wheel.namelist()
            if "/share/hrtem-transfer/" in name
        }
    assert held == {name: shipped_file(name).read_bytes() for name in shipped_files()}
    assert {"Snakefile", "config/demo.yaml", "profiles/slurm/config.yaml", "workflow/scripts/train.py"} <= held.keys()


def test_the_wheel_holds_every_file_of_the_package(installation: Installation) -> None:
    with zipfile.ZipFile(installation.wheel) as wheel:
        held = {name for name in wheel.namelist() if name.startswith("hrtem_transfer/")}
    files = (path for path in (ROOT / "src" / "hrtem_transfer").rglob("*") if path.is_file())
    assert held == {path.relative_to(ROOT / "src").as_posix() for path in files if "__pycache__" not in path.parts}


def test_init_gives_a_folder_that_snakemake_plans_from(installation: Installation, tmp_path: Path) -> None:
    made = installation.run("-m", "hrtem_transfer", "init", "study", folder=tmp_path)
    assert made.returncode == 0, made.stdout
    study = tmp_path / "study"
    assert sorted(path.relative_to(study).as_posix() for path in study.rglob("*") if path.is_file()) == shipped_files()
    (command,) = (line for line in made.stdout.splitlines() if line.strip().startswith("snakemake"))
    words = command.split("#")[0].split()
    where = installation.run("-c", "import hrtem_transfer; print(hrtem_transfer.__file__)", folder=study)
    assert Path(where.stdout.strip()).is_relative_to(installation.python.parents[1])
    planned = installation.run("-m", *words, "--dry-run", folder=study)
    assert planned.returncode == 0, planned.stdout
    assert "pretrain" in planned.stdout


def test_a_study_is_planned_from_the_folder(installation: Installation, tmp_path: Path) -> None:
    installation.run("-m", "hrtem_transfer", "init", ".", folder=tmp_path)
    planned = installation.run("-m", "hrtem_transfer", "plan", "--config", "config/demo.yaml", folder=tmp_path)
    assert planned.returncode == 0, planned.stdout
