"""A training that runs away is a result with a reason, not a number in a table."""

from __future__ import annotations

from pathlib import Path

from hrtem_transfer.jobs import network_store
from hrtem_transfer.jobs.training import train_run
from hrtem_transfer.results.reading import read_training
from hrtem_transfer.study import Layout
from tests.faults.stages import quiet


def test_a_loss_that_is_not_finite_is_a_failure_with_its_reason(undamaged: Layout, tmp_path: Path) -> None:
    run = next(iter(undamaged.sweep.runs.values()))
    recipes = {record.network_id: record.recipe for record in run.networks}
    wild, calm = recipes
    # Weights of 1e38 after one step: sums of their products are not numbers any more.
    recipes[wild] = recipes[wild].model_copy(update={"learning_rate": 1e38})
    images = {domain: undamaged.images(domain) for domain in run.domains}
    train_run(recipes, images, tmp_path / "networks", tmp_path / "training.parquet", device="cpu", progress=quiet)
    record, tensors = network_store.read_network(tmp_path / "networks", wild)
    assert (record.status, tensors) == ("failed", {})
    assert "loss is nan in epoch 1" in str(record.reason)
    rows = read_training([tmp_path / "training.parquet"], set(recipes)).set_index("network_id")
    assert set(rows.loc[[wild], "status"]) == {"failed"}
    assert set(rows.loc[[calm], "status"]) == {"ok"}
