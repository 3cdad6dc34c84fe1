"""Every stage of a network can be said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.inspection.words import network_in_words, settings_in_words
from hrtem_transfer.study import read_sweep

ROOT = Path(__file__).parents[2]
NETWORKS = read_sweep(ROOT / "config" / "demo.yaml").networks.values()


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("pretrain", ["pretrained on 64 images of ", "learning rate 0.003,"]),
        ("transfer", ["transferred from ", " to ", "learning rate 0.003 then 0.001"]),
        ("mixture", ["mixture of 16 images of ", " and 48 images of ", "learning rate 0.003,"]),
        ("scratch", ["from scratch on ", "learning rate 0.001,"]),
    ],
)
def test_a_network_of_each_stage_in_words(stage: str, words: list[str]) -> None:
    said = [network_in_words(record) for record in NETWORKS if record.stage == stage]
    assert any(all(word in line for word in words) for line in said)
    assert not any("None" in line for line in said)


@pytest.mark.parametrize("stage", ["pretrain", "transfer", "mixture", "scratch"])
def test_settings_say_where_the_weights_start(stage: str) -> None:
    record = next(record for record in NETWORKS if record.stage == stage)
    settings = dict(settings_in_words(record))
    assert settings["stage"] == stage
    assert ("starts from" in settings) == (record.pretrained_id is None)
    assert "None" not in " ".join(settings.values())
