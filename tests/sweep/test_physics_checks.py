"""What a person is told about a simulation that makes no physical or numerical sense."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from hrtem_transfer.config.schema import Study
from hrtem_transfer.sweep import physics_checks
from hrtem_transfer.sweep.physics_checks import memory_bytes, problems
from tests.simulation_helpers import MGO_CIF

ROOT = Path(__file__).parents[2]
MGO = MGO_CIF.format(title="MgO", occupancy="1.0")
# The sections that are checked here are fixed, so that the demo can change; the others come from it.
BASE = yaml.safe_load((ROOT / "config" / "demo.yaml").read_text()) | yaml.safe_load("""
simulation: {energy_keV: 300, cell_nm: 5.12, sampling_A: 0.2, exit_wave_sampling_A: 0.2, slice_thickness_A: 2.0,
  frozen_phonons: 2, image_px: 128}
substrate: {thickness_nm: {min: 1, max: 2}}
imaging: {focal_spread_A: 10, defocus_jitter_nm: 1.5}
structure_sets:
  cdse: {crystal: CdSe, radius_nm: {min: 0.8, max: 1.2}, particles: {min: 1, max: 2}, gap_nm: 0.5,
    stacking_faults: {min: 0, max: 2}, structures: {train: 64, validation: 16, test: 16}}
  small: {crystal: [CdSe, Ag], radius_nm: {min: 0.8, max: 1.2}, particles: {min: 1, max: 2}, gap_nm: 0.5,
    structures: {train: 64, validation: 16, test: 16}}
domains:
  defocus: {structures: cdse, defocus_nm: [-40, -10], dose_e_per_A2: 400}
  dose: {structures: cdse, defocus_nm: -10, dose_e_per_A2: [30, 400]}
""")


def study(**changes: Any) -> Study:
    """A small study with values replaced by dotted key (double underscore for the dot)."""
    data = copy.deepcopy(BASE)
    for key, value in changes.items():
        target = data
        *path, last = key.split("__")
        for part in path:
            target = target.setdefault(part, {})
        target[last] = value
    return Study.model_validate(data)


def only(found: list[physics_checks.Rule]) -> tuple[str, str, str, str]:
    assert len(found) == 1, found
    path, *words = found[0]
    return ".".join(str(part) for part in path), words[0], words[1], words[2]


def test_the_shipped_studies_have_no_problem() -> None:
    for name in ("demo", "paper"):
        data = yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text())
        assert problems(Study.model_validate(data), {}) == []


@pytest.mark.parametrize(
    ("changes", "key", "found", "allowed", "advice"),
    [
        (
            {"simulation__sampling_A": 0.19},
            "simulation.sampling_A",
            "0.19, which gives 269.474 pixels across the cell",
            "samplings that divide the cell into a whole number of pixels",
            "use 0.190335",
        ),
        (
            {"simulation__exit_wave_sampling_A": 0.16},
            "simulation.exit_wave_sampling_A",
            "0.16",
            "at least simulation.sampling_A (0.2)",
            "not at a finer one",
        ),
        (
            {"simulation__image_px": 512},
            "simulation.image_px",
            "512, which is 10.24 nm",
            "at most 256, the cell of 5.12 nm",
            "make the image smaller or the cell larger",
        ),
        (
            {"simulation__slice_thickness_A": 60.0},
            "simulation.slice_thickness_A",
            "60",
            "at most 10, the thickness of the thinnest substrate",
            "1 to 2 are usual",
        ),
        (
            {"substrate__element": "Cr2"},
            "substrate.element",
            "unknown element 'Cr2'",
            "Be, C, O",
            "did you mean 'Cr'",
        ),
        (
            {"structure_sets__cdse__radius_nm": {"min": 2.0, "max": 3.0}},
            "structure_sets.cdse.radius_nm.max",
            "3, with the gap 6.5 nm across",
            "at most 2.31 in a cell of 5.12 nm",
            "raise simulation.cell_nm",
        ),
        (
            {"structure_sets__cdse__particles": {"min": 1, "max": 9}},
            "structure_sets.cdse.particles.max",
            "9 particles of radius 0.8 nm or more, 0.5 nm apart",
            "at most 6 in a cell of 5.12 nm",
            "lower it, or raise simulation.cell_nm to 5.98, or lower gap_nm to 0.19",
        ),
        (
            {"imaging__aperture_mrad": 60.0},
            "imaging.aperture_mrad",
            "60, which lets through 3.05/A",
            "at most 32.8, the limit of simulation.sampling_A 0.2 (1.67/A)",
            "simulation.sampling_A at most 0.109",
        ),
        (
            {"domains__dose__dose_e_per_A2": [30.0, 1e6]},
            "domains.dose.dose_e_per_A2.1",
            "1e+06, which is 4e+04 electrons per pixel",
            "at most 250000",
            "lower the dose",
        ),
    ],
)
def test_message(changes: dict[str, Any], key: str, found: str, allowed: str, advice: str) -> None:
    said = [only([rule]) for rule in problems(study(**changes), {})]
    what, may, do = next(words[1:] for words in said if words[0] == key)
    assert what == found
    assert may.startswith(allowed)
    assert advice in do


def test_coarse_sampling_without_aperture() -> None:
    found = problems(
        study(simulation__sampling_A=0.4, simulation__exit_wave_sampling_A=0.64, simulation__image_px=64), {}
    )
    assert [rule[0] for rule in found] == [("simulation", "sampling_A"), ("simulation", "exit_wave_sampling_A")]
    assert found[0][1] == "0.4, which carries frequencies up to 0.833/A"
    assert found[0][2].startswith("at most 0.333")


def test_stacking_faults_only_in_wurtzite() -> None:
    where, what, allowed, advice = only(problems(study(structure_sets__cdse__crystal=["CdSe", "Ag"]), {}))
    assert (where, what) == ("structure_sets.cdse.stacking_faults", "up to 2 in Ag, which is not wurtzite")
    assert "ZnS, CdSe" in allowed
    assert "set max to 0" in advice


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("this is no CIF", "no line begins with data_"),
        ("data_x", "holds no atoms"),
        (MGO_CIF.format(title="MgO", occupancy="0.5"), "partly occupied sites (Mg 0.5)"),
        (MGO.replace("Mg1 Mg", "Xe1 Xe"), "unknown element 'Xe'"),
    ],
)
def test_cif_that_cannot_be_used(text: str, what: str) -> None:
    changed = study(crystals={"mine": {"cif": "mine.cif"}})
    where, found, _, _ = only(problems(changed, {"mine": text}))
    assert where == "crystals.mine.cif"
    assert what in found


def test_good_cif() -> None:
    changed = study(crystals={"mgo": {"cif": "mgo.cif"}}, structure_sets__small__crystal="mgo")
    assert problems(changed, {"mgo": MGO}) == []


def test_more_memory_than_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(physics_checks, "_machine_bytes", lambda: 300e6)
    where, what, allowed, advice = only(problems(study(), {}))
    assert where == "simulation"
    assert "GB of memory" in what
    assert "0.3 GB" in allowed
    assert "cell_nm" in advice


def test_memory_grows_with_what_takes_it() -> None:
    base = memory_bytes(study())
    assert memory_bytes(study(simulation__sampling_A=0.1)) > base
    assert memory_bytes(study(simulation__frozen_phonons=64)) > base
    assert memory_bytes(study(substrate__thickness_nm={"min": 1.0, "max": 90.0})) > base


def test_wavelength_is_that_of_the_simulation() -> None:
    from hrtem_transfer.simulation.multislice.electrons import wavelength_A

    for energy in (60.0, 80.0, 200.0, 300.0):
        assert physics_checks._wavelength_A(energy) == pytest.approx(wavelength_A(energy), rel=1e-8)


def test_checking_without_cif_loads_no_heavy_library() -> None:
    code = (
        "import sys, yaml\n"
        "from hrtem_transfer.sweep.physics_checks import problems\n"
        "from hrtem_transfer.config.schema import Study\n"
        f"study = Study.model_validate(yaml.safe_load(open({str(ROOT / 'config' / 'demo.yaml')!r})))\n"
        "assert problems(study, {}) == []\n"
        "print([name for name in ('numpy', 'scipy', 'torch', 'ase', 'abtem') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
