"""The reference says what the schema says."""

from __future__ import annotations

from pathlib import Path

from hrtem_transfer.config.reference import PAPER, reference
from hrtem_transfer.config.validation import allowed_keys

ROOT = Path(__file__).parents[2]


def test_the_committed_reference_is_that_of_the_schema() -> None:
    assert (ROOT / "config" / "README.md").read_text() == reference(), "run `make docs`"


def test_every_remark_on_the_paper_belongs_to_a_key() -> None:
    for key in PAPER:
        *section, name = key.split(".")
        assert name in allowed_keys(tuple(section)), key
