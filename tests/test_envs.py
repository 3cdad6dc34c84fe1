"""Versions are pinned in one place; the conda file repeats it."""

from __future__ import annotations

import re
from importlib.metadata import requires
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LINES = (ROOT / "envs" / "constraints.txt").read_text().splitlines()
PINS = [line for line in LINES if line and not line.startswith("#")]


def test_every_pin_is_exact_and_named_once() -> None:
    requirements = [Requirement(pin) for pin in PINS]
    assert all([one.operator for one in requirement.specifier] == ["=="] for requirement in requirements)
    names = [requirement.name.lower() for requirement in requirements]
    assert len(set(names)) == len(names)


def test_what_the_package_needs_is_pinned_within_its_limits() -> None:
    pinned = {Requirement(pin).name.lower().replace("_", "-"): Requirement(pin) for pin in PINS}
    for text in requires("hrtem-transfer") or []:
        need = Requirement(text)
        if need.name == "hrtem-transfer":
            continue  # an extra that includes other extras
        version = next(iter(pinned[need.name.lower().replace("_", "-")].specifier)).version
        assert need.specifier.contains(version), text


def test_the_conda_file_has_the_same_pins() -> None:
    conda = yaml.safe_load((ROOT / "envs" / "conda.yaml").read_text())
    assert conda["dependencies"][-1]["pip"] == PINS


def test_what_is_not_public_in_snakemake_is_used_in_one_file() -> None:
    files = {ROOT / "Snakefile", *(ROOT / "workflow").rglob("*.smk")}
    users = {path.name for path in files if "workflow." in re.sub(r"#.*|\".*?\"", "", path.read_text())}
    assert users == {"internals.smk"}
    users = {path.name for path in files if "import snakemake_executor_plugin_slurm" in path.read_text()}
    assert users == {"slurm.smk"}
    bounded = {need.name for need in map(Requirement, requires("hrtem-transfer") or []) if "<" in str(need.specifier)}
    assert {"snakemake", "snakemake-executor-plugin-slurm"} <= bounded
