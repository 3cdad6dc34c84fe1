"""Every key of the imaging condition can be an axis of a family of domains."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hrtem_transfer.study.config.imaging import ALTERNATIVES, AXES, Condition, DomainFamily, Imaging
from hrtem_transfer.study.config.problems import nearest
from hrtem_transfer.study.config.reference import reference

GIVEN = {"structures": "cdse", "defocus_nm": -10, "dose_e_per_A2": 400}
# How the focal series is summed is no property of the images.
NO_AXIS = {"focal_spread_nodes"}


def test_every_key_of_the_section_and_defocus_and_dose_are_axes() -> None:
    assert (
        set(AXES)
        == set(Imaging.model_fields) - NO_AXIS | {"defocus_nm", "dose_e_per_A2"}
        == (set(Condition.model_fields) - NO_AXIS)
    )
    assert {"structures", *AXES} == set(DomainFamily.model_fields)


@pytest.mark.parametrize("key", AXES)
def test_a_family_takes_one_value_or_a_list_within_the_same_limits(key: str) -> None:
    assert getattr(DomainFamily(**GIVEN | {key: 5.0}), key) == 5
    assert getattr(DomainFamily(**GIVEN | {key: [5.0, 6.0]}), key) == [5, 6]
    for wrong in ("5", [5.0, "x"], -1e9, [5.0, -1e9], [True]):
        with pytest.raises(ValidationError):
            DomainFamily(**GIVEN | {key: wrong})


@pytest.mark.parametrize("key", AXES)
def test_the_reference_says_what_it_takes(key: str) -> None:
    domains = reference().partition("## `domains.<name>`")[2].partition("\n## ")[0]
    row = next(line for line in domains.splitlines() if line.startswith(f"| `{key}` |"))
    assert " or list of number (" in row


@pytest.mark.parametrize(
    ("key", "value", "in_id", "in_label"),
    [
        ("defocus_nm", -10, "m10nm", "−10 nm"),
        ("defocus_nm", 5.5, "p05_5nm", "+5.5 nm"),
        ("defocus_nm", 0, "p00nm", "0 nm"),
        ("dose_e_per_A2", 75, "075", "75 e/Å²"),
        ("focal_spread_std_A", 7.5, "spreadstd07_5a", "focal spread σ 7.5 Å"),
        ("spherical_aberration_mm", -0.01, "cs_m0_01mm", "Cs −0.01 mm"),
        ("astigmatism_angle_deg", 90, "angle_p090deg", "at +90°"),
    ],
)
def test_values_are_written_for_files_and_for_people(key: str, value: float, in_id: str, in_label: str) -> None:
    assert AXES[key].in_id(value) == in_id
    assert AXES[key].in_label(value) == in_label


def test_one_of_the_two_conventions_of_the_focal_spread_is_given() -> None:
    assert Imaging(focal_spread_A=10.0, defocus_jitter_nm=0.0).spread_std_A == pytest.approx(7.0711, rel=1e-4)
    assert Imaging(focal_spread_std_A=10.0, defocus_jitter_nm=0.0).spread_std_A == 10
    for given in ({}, {"focal_spread_A": 1.0, "focal_spread_std_A": 1.0}):
        with pytest.raises(ValidationError, match=r"focal_spread_std_A; allowed: one of them"):
            Imaging(defocus_jitter_nm=0.0, **given)
    assert set(ALTERNATIVES) == {"focal_spread_A", "focal_spread_std_A"}


@pytest.mark.parametrize("written", ["defocus_-10nm", "defocus_−10nm", "Defocus_m10nm"])
def test_a_sign_as_people_write_it_is_understood(written: str) -> None:
    assert nearest(written, ["defocus_p10nm", "defocus_m10nm", "defocus_m20nm"]) == "did you mean 'defocus_m10nm'?"
