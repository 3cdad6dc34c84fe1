"""What a person is told about a simulation that makes no physical or numerical sense."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from hrtem_transfer.simulation import feasibility as physics_checks
from hrtem_transfer.simulation.feasibility import memory_bytes, problems, warnings
from hrtem_transfer.simulation.optics_checks import delocalisation_A
from hrtem_transfer.study.config.imaging import Condition
from hrtem_transfer.study.config.optics import wavelength_A
from hrtem_transfer.study.config.schema import Study
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
            {"simulation__slice_thickness_A": 5.0, "substrate__thickness_nm": {"min": 0.4, "max": 1.0}},
            "simulation.slice_thickness_A",
            "5",
            "at most 4, the thickness of the thinnest substrate",
            "1 to 2 are usual",
        ),
        (
            {"substrate__element": "Cr2"},
            "substrate.element",
            "unknown element 'Cr2'",
            "chemical symbols, H to Lr",
            "did you mean 'Cr'",
        ),
        (
            {"thermal__model": "debye_waller", "substrate__element": "N"},
            "substrate.element",
            "element 'N', whose Debye-Waller factor is not known",
            "Be, C, O",
            "`thermal: debye_waller_B_A2: {N: ...}`",
        ),
        (
            {"thermal__debye_waller_B_A2": {"Nn": 0.5}},
            "thermal.debye_waller_B_A2.Nn",
            "unknown element 'Nn'",
            "chemical symbols, H to Lr",
            "did you mean 'N'",
        ),
        (
            {"substrate__element": "Be", "substrate__density_g_per_cm3": 9.0},
            "substrate.minimum_distance_A",
            "1.4, too far apart for Be of 9 g/cm3",
            "at most 0.98",
            "lower substrate.density_g_per_cm3",
        ),
        (
            {"substrate": None, "structure_sets__cdse__particles": {"min": 0, "max": 2}},
            "structure_sets.cdse.particles.min",
            "0 without a substrate, which makes empty specimens",
            "at least 1, or a substrate",
            "add the section `substrate`",
        ),
        (
            {"imaging__focal_spread_nodes": 7, "imaging__focal_spread_A": 200.0},
            "imaging.focal_spread_nodes",
            "7, too few for a focal spread with a standard deviation of 141 A",
            "at least ",
            "leave the key out",
        ),
        (
            {"domains__defocus__defocus_nm": [-70.0, -10.0]},
            "domains.defocus.defocus_nm.0",
            "-70, which with 2 x 1.5 nm of jitter displaces detail of 1 A by up to 1.44 nm",
            "at most 62 either way, as detail must come from within the margin of 1.28 nm",
            "simulation.image_px at most 112, or simulation.cell_nm at least 5.5",
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
        study(simulation__sampling_A=0.4, simulation__exit_wave_sampling_A=0.64, simulation__image_px=32), {}
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
        (MGO.replace("alpha 90", "alpha 80"), "space group 225 (cubic;"),
        (MGO.replace("length_c 4.211", "length_c 4.3"), "space group 225 (cubic;"),
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


@pytest.mark.parametrize(
    ("thermal", "refused"),
    [
        ({"model": "uniform"}, False),
        ({"model": "debye_waller"}, True),
        ({"model": "debye_waller", "debye_waller_B_A2": {"Xe": 1.0}}, False),
    ],
)
def test_a_crystals_elements_need_a_factor_only_where_it_is_used(thermal: dict[str, Any], refused: bool) -> None:
    changed = study(crystals={"mine": {"cif": "mine.cif"}}, thermal=thermal)
    found = problems(changed, {"mine": MGO.replace("Mg1 Mg", "Xe1 Xe")})
    assert bool(found) is refused
    assert not refused or "debye_waller_B_A2: {Xe: ...}" in found[0][3]


@pytest.mark.parametrize("axis", [[20, 60, 90], [-60, -120]])
def test_every_defocus_that_leaves_the_margin_is_named_once(axis: list[float]) -> None:
    changed = study(domains__defocus__defocus_nm=axis, domains__defocus__astigmatism_nm=[0.0, 30.0])
    named = [rule[0][-1] for rule in problems(changed, {})]
    assert named == [index for index, value in enumerate(axis) if abs(value) > 30]


def test_what_widens_the_margin_as_advised_is_accepted() -> None:
    wide = {"domains__defocus__defocus_nm": [-70.0, -10.0]}
    assert problems(study(**wide), {})
    assert problems(study(**wide, simulation__image_px=112), {}) == []
    assert problems(study(**wide, simulation__cell_nm=5.6), {}) == []
    # An aperture takes away the detail that is displaced farthest.
    assert problems(study(**wide, imaging__aperture_mrad=15.0), {}) == []


def test_the_papers_margin_holds_65_nm() -> None:
    paper = yaml.safe_load((ROOT / "config" / "paper.yaml").read_text())
    for defocus, refused in ((61, False), (66, True)):
        paper["domains"]["defocus"]["defocus_nm"] = [-defocus, defocus]
        assert len(problems(Study.model_validate(paper), {})) == (2 if refused else 0)


@pytest.mark.parametrize(
    "aberrations",
    [
        {"defocus_nm": 40.0},
        {"defocus_nm": -40.0, "astigmatism_nm": 15.0},
        {"defocus_nm": -60.0, "spherical_aberration_mm": 1.2},
        {"defocus_nm": 5.0, "spherical_aberration_mm": 1.2},
        {"defocus_nm": -60.0, "spherical_aberration_mm": 0.15},
        {"defocus_nm": 30.0, "spherical_aberration_mm": -0.02, "astigmatism_nm": 8.0},
    ],
)
def test_delocalisation_is_the_steepest_slope_of_the_aberration_function(aberrations: dict[str, float]) -> None:
    at = Condition(focal_spread_A=0.0, defocus_jitter_nm=0.0, dose_e_per_A2=1.0, **aberrations)
    wavelength = wavelength_A(300.0)
    k = np.linspace(-1, 1, 801)
    kx, ky = np.meshgrid(k, k)
    k2 = kx**2 + ky**2
    # chi / 2 pi of Krivanek's C10, C12 along x and C30, in 1/A and angstrom.
    chi = wavelength * (5 * at.defocus_nm * k2 + 5 * at.astigmatism_nm * (kx**2 - ky**2))
    chi += 0.25e7 * at.spherical_aberration_mm * wavelength**3 * k2**2
    slope = np.hypot(*np.gradient(chi, k[1] - k[0]))
    assert delocalisation_A(at, wavelength, 1.0) == pytest.approx(slope[k2 <= 1].max(), rel=0.01)


def test_an_explicit_focal_series_may_be_short_where_the_spread_is_small() -> None:
    assert problems(study(imaging__focal_spread_nodes=7, imaging__focal_spread_A=10.0), {}) == []
    for quasi_coherent in (0, 1):
        assert problems(study(imaging__focal_spread_nodes=quasi_coherent, imaging__focal_spread_A=200.0), {}) == []
    # The widest spread of all domains counts, whichever key gives it.
    wide = study(imaging__focal_spread_nodes=7, domains__dose__focal_spread_std_A=[5.0, 150.0])
    assert only(problems(wide, {}))[0] == "imaging.focal_spread_nodes"


def test_what_is_allowed_and_probably_not_meant() -> None:
    assert warnings(study()) == []
    small = warnings(study(structure_sets__small__radius_nm={"min": 0.5, "max": 1.0}))
    assert [text.split(":")[0] for text in small] == ["structure_sets.small.radius_nm.min"]
    unused = {"thermal__debye_waller_B_A2": {"N": 0.5}}
    assert "found N" in warnings(study(**unused))[0]
    assert warnings(study(**unused, thermal__model="debye_waller")) == []


def test_checking_without_cif_loads_no_heavy_library() -> None:
    code = (
        "import sys, yaml\n"
        "from hrtem_transfer.simulation.feasibility import problems\n"
        "from hrtem_transfer.study.config.schema import Study\n"
        f"study = Study.model_validate(yaml.safe_load(open({str(ROOT / 'config' / 'demo.yaml')!r})))\n"
        "assert problems(study, {}) == []\n"
        "print([name for name in ('numpy', 'scipy', 'torch', 'ase', 'abtem') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
