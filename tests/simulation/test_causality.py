"""What changes images only must not scatter anything again; what changes exit waves changes the images too."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from hrtem_transfer.config.schema import Study
from hrtem_transfer.sweep.domains import domains, structure_sets

PAPER = yaml.safe_load((Path(__file__).parents[2] / "config" / "paper.yaml").read_text())
SET, DOMAIN = "cdse", "dose_300"


def digests(path: str = "", value: Any = None) -> tuple[str, str]:
    """Digests of one structure set and of one domain of the paper's study, with one key changed."""
    data = deepcopy(PAPER)
    if path:
        *parents, key = path.split("/")
        section = data
        for parent in parents:
            section = section.setdefault(parent, {})
        section[key] = value
    study = Study.model_validate(data)
    sets = structure_sets(study, {})
    return sets[SET].digest, domains(study, sets)[DOMAIN].digest


RENDERED = {
    "labels/cut": 0.1,
    "labels/order": "smooth_then_threshold",
    "labels/smooth_A": 1.0,
    "labels/smooth_A_by_crystal": {"CdSe": 1.0},
    "labels/phase_threshold_rad": 0.2,
    "simulation/image_px": 384,
    "domains/dose/defocus_nm": 10,
    "imaging/focal_spread_A": 12,
    "imaging/defocus_jitter_nm": 0,
    "imaging/astigmatism_nm": 3,
    "revision/rendering": 2,
}
SCATTERED = {
    "substrate/thickness_nm": {"min": 2, "max": 7},
    "substrate/density_g_per_cm3": 2.0,
    "thermal/displacement_A": 0.08,
    "thermal/model": "debye_waller",
    "simulation/frozen_phonons": 4,
    "simulation/slice_thickness_A": 1.0,
    "structure_sets/cdse/gap_nm": 0.9,
    "revision/scattering": 2,
}
NEITHER = {"revision/network": 2, "revision/score": 2, "training/epochs": 3, "structure_sets/small/gap_nm": 0.9}


@pytest.mark.parametrize("path", RENDERED)
def test_rendering_scatters_nothing_again(path: str) -> None:
    before, after = digests(), digests(path, RENDERED[path])
    assert after[0] == before[0]
    assert after[1] != before[1]


@pytest.mark.parametrize("path", SCATTERED)
def test_scattering_remakes_the_images_too(path: str) -> None:
    before, after = digests(), digests(path, SCATTERED[path])
    assert after[0] != before[0]
    assert after[1] != before[1]


@pytest.mark.parametrize("path", NEITHER)
def test_training_and_other_sets_remake_neither(path: str) -> None:
    assert digests(path, NEITHER[path]) == digests()


def test_another_dose_is_another_domain_of_the_same_exit_waves() -> None:
    study = Study.model_validate(PAPER)
    sets = structure_sets(study, {})
    dose = [plan for plan in domains(study, sets).values() if plan.family == "dose"]
    assert len({plan.digest for plan in dose}) == 5
    assert {plan.structures.digest for plan in dose} == {sets[SET].digest}
