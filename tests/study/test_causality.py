"""What a change of the configuration remakes: exactly what it causes (scattering, rendering, network, score)."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from hrtem_transfer.study import expand
from hrtem_transfer.study.config.schema import Study

BASE = yaml.safe_load((Path(__file__).parents[2] / "config" / "demo.yaml").read_text())

SCATTERING = "exit waves, images, networks, evaluations"
RENDERING = "images, networks, evaluations"
NETWORK = "networks, evaluations"
SCORE = "evaluations"
NOTHING = ""


def digests(data: dict) -> dict[str, dict[str, str]]:
    """What names the files of each kind, by something that a change of digests leaves alone."""
    sweep = expand(Study.model_validate(data))
    return {
        "exit waves": {key: plan.digest for key, plan in sweep.structure_sets.items()},
        "images": {key: plan.digest for key, plan in sweep.domains.items()},
        "networks": {str(index): key for index, key in enumerate(sweep.networks)},
        "evaluations": {str(index): key for index, key in enumerate(sweep.evaluations)},
    }


def changed(path: str, value: Any) -> dict:
    data = copy.deepcopy(BASE)
    *sections, key = path.split(".")
    place = data
    for section in sections:
        place = place.setdefault(section, {})
    place[key] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "remade"),
    [
        ("seed", 8, SCATTERING),
        ("simulation.energy_keV", 200, SCATTERING),
        ("simulation.slice_thickness_A", 1.0, SCATTERING),
        ("simulation.frozen_phonons", 3, SCATTERING),
        ("simulation.engine", "abtem", SCATTERING),
        ("substrate.density_g_per_cm3", 2.0, SCATTERING),
        ("thermal.displacement_A", 0.08, SCATTERING),
        ("thermal.model", "debye_waller", SCATTERING),
        ("revision.scattering", 2, SCATTERING),
        ("simulation.image_px", 64, RENDERING),
        ("labels.phase_threshold_rad", 0.3, RENDERING),
        ("labels.order", "smooth_then_threshold", RENDERING),
        ("labels.cut", 0.5, RENDERING),
        ("imaging.focal_spread_A", 20, RENDERING),
        ("imaging.defocus_jitter_nm", 2, RENDERING),
        ("imaging.spherical_aberration_mm", 0.001, RENDERING),
        ("imaging.aperture_mrad", 20, RENDERING),
        ("revision.rendering", 2, RENDERING),
        ("network.encoder", "resnet18", NETWORK),
        ("network.decoder_channels", [32, 16, 8, 8], NETWORK),
        ("training.batch_size", 4, NETWORK),
        ("training.loss", "cross_entropy", NETWORK),
        ("training.precision", "bfloat16", NETWORK),
        ("revision.network", 2, NETWORK),
        ("revision.score", 2, SCORE),
        ("work.threads", 2, NOTHING),
        ("work.structures_per_job", 8, NOTHING),
        ("work.device", "cpu", NOTHING),
        ("keep.exit_waves", False, NOTHING),
        ("costs.seconds_per_job", 3.0, NOTHING),
        ("sweep", "another", NOTHING),
    ],
)
def test_a_change_remakes_all_that_follows_from_it_and_nothing_else(path: str, value: Any, remade: str) -> None:
    before, after = digests(BASE), digests(changed(path, value))
    for kind in before:
        assert before[kind].keys() == after[kind].keys(), "the study has as many of each"
        kept = {key for key in before[kind] if before[kind][key] == after[kind][key]}
        assert kept == (set() if kind in remade.split(", ") else set(before[kind])), kind


@pytest.mark.parametrize(
    ("path", "value", "remade"),
    [
        ("structure_sets.cdse.gap_nm", 0.6, {"exit waves": {"cdse"}, "images": {"defocus", "dose"}}),
        ("labels.smooth_A_by_crystal", {"C": 1.2}, {"exit waves": set(), "images": {"structure_c_small"}}),
        (
            "labels.smooth_A",
            1.2,
            {"exit waves": set(), "images": {"defocus", "dose", "structure_cdse", "structure_ag"}},
        ),
        ("domains.dose.defocus_nm", -12, {"exit waves": set(), "images": {"dose"}}),
        ("domains.dose.astigmatism_nm", 5, {"exit waves": set(), "images": {"dose"}}),
    ],
)
def test_a_change_of_one_set_or_domain_leaves_the_others(path: str, value: Any, remade: dict[str, set[str]]) -> None:
    before, after = digests(BASE), digests(changed(path, value))
    for kind, names in remade.items():
        gone = {key for key in before[kind] if before[kind][key] != after[kind][key]}
        assert {name for name in gone if not any(name.startswith(one) for one in names)} == set()
        assert all(any(name.startswith(one) for name in gone) for one in names)


def test_a_rate_or_a_number_of_images_remakes_no_image() -> None:
    data = copy.deepcopy(BASE)
    data["series"]["dose"]["transfer"] |= {"learning_rate": 2e-3, "images": 32}
    before, after = digests(BASE), digests(data)
    assert (before["exit waves"], before["images"]) == (after["exit waves"], after["images"])
    assert before["networks"] != after["networks"]
