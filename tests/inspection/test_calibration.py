"""A calibration's unit costs are those of the sweep's own networks."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.inspection import calibration
from hrtem_transfer.inspection.planning import training_images
from hrtem_transfer.learning import timing
from hrtem_transfer.study import Sweep, read_sweep

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sweep() -> Sweep:
    return read_sweep(ROOT / "config" / "demo.yaml")


def test_all_networks_together_cost_their_images_their_validation_and_their_starts(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def times(*_: object, **options: object) -> timing.Times:
        asked.update(options)
        return timing.Times("a device", training=0.01, validation=0.002, start=0.5, evaluation=0.003, weights_bytes=7)

    monkeypatch.setattr(timing, "times", times)
    costs = calibration._learning(sweep, Path("images.h5"))
    records = sweep.networks.values()
    shown = sum(
        share.validation_images * record.recipe.training.epochs for record in records for share in record.recipe.shares
    )
    images = training_images(records)
    expected = 0.01 * images + 0.002 * shown + 0.5 * len(records)
    assert costs["device_seconds_per_training_image"] * images == pytest.approx(expected)
    assert costs["device_seconds_per_evaluation_image"] == 0.003
    assert (asked["images"], asked["validation_images"]) == (16, 16)
    assert (asked["device"], asked["threads"]) == (sweep.study.work.device, sweep.study.work.threads)
