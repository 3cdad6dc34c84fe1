"""The list of encoders is the library's."""

from __future__ import annotations

import pytest

from hrtem_transfer.learning import unet
from hrtem_transfer.study.config.encoders import ENCODERS, is_known, timm_models


def test_the_list_of_encoders_is_that_of_the_installed_library() -> None:
    assert set(unet._segmentation_models().encoders.encoders) == ENCODERS


def test_the_models_found_in_timms_source_are_those_that_it_registers() -> None:
    unet._segmentation_models()
    import timm

    assert set(timm_models()) == set(timm.list_models())


@pytest.mark.parametrize(
    ("encoder", "known"),
    [
        ("resnet18", True),
        ("tu-resnet18", True),
        ("tu-resnet18.a1_in1k", True),
        ("tu-hf-hub:timm/resnet18", False),
        ("tu-local-dir:/tmp", False),
        ("tu-", False),
    ],
)
def test_encoders_are_names_and_no_addresses(encoder: str, known: bool) -> None:
    assert is_known(encoder) is known
