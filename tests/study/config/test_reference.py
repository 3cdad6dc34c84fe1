"""The reference says what the schema says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from hrtem_transfer.study.config.reference import PAPER, json_schema, reference
from hrtem_transfer.study.config.validation import allowed_keys

ROOT = Path(__file__).parents[3]


def test_the_committed_reference_is_that_of_the_schema() -> None:
    assert (ROOT / "config" / "README.md").read_text() == reference(), "run `make docs`"


def test_the_committed_json_schema_is_that_of_the_schema() -> None:
    assert (ROOT / "config" / "schema.json").read_text() == json_schema(), "run `make docs`"


@pytest.mark.parametrize("name", ["paper.yaml", "demo.yaml"])
def test_the_shipped_configurations_fit_the_json_schema(name: str) -> None:
    text = (ROOT / "config" / name).read_text()
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    jsonschema.validate(yaml.safe_load(text), json.loads(json_schema()))


def test_the_json_schema_refuses_an_unknown_key() -> None:
    study = yaml.safe_load((ROOT / "config" / "demo.yaml").read_text()) | {"sede": 7}
    with pytest.raises(jsonschema.ValidationError, match="sede"):
        jsonschema.validate(study, json.loads(json_schema()))


def test_every_remark_on_the_paper_belongs_to_a_key() -> None:
    for key in PAPER:
        *section, name = key.split(".")
        assert name in allowed_keys(tuple(section)), key
