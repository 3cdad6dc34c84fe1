"""The list of encoders is the library's."""

from __future__ import annotations

from hrtem_transfer.config.encoders import ENCODERS
from hrtem_transfer.learning import unet


def test_the_list_of_encoders_is_that_of_the_installed_library() -> None:
    assert set(unet._segmentation_models().encoders.encoders) == ENCODERS
