"""The table of a run's training: one row per network and epoch."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from hrtem_transfer.jobs.network_store import StoredNetwork
from hrtem_transfer.storage import parquet_files

SCHEMA = pa.schema(
    [
        ("network_id", pa.string()),
        ("epoch", pa.int64()),
        ("train_loss", pa.float64()),
        ("validation_loss", pa.float64()),
        ("learning_rate", pa.float64()),
        ("kept", pa.bool_()),
        ("seconds", pa.float64()),
        ("images_per_second", pa.float64()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("seed", pa.int64()),
        ("device", pa.string()),
        ("device_kind", pa.string()),
        ("precision", pa.string()),
        ("threads", pa.int64()),
        ("torch_version", pa.string()),
        ("hrtem_transfer_version", pa.string()),
        ("weights_digest", pa.string()),
    ]
)


def write_training_table(path: Path, networks: Iterable[StoredNetwork]) -> None:
    """Write training.parquet, atomically.

    A network that failed has a row for each epoch that it finished and one without losses for the next.
    """
    rows = [row for network in networks for row in _rows(network)]
    parquet_files.write_table(path, pa.Table.from_pylist(rows, schema=SCHEMA))


def _rows(network: StoredNetwork) -> list[dict[str, Any]]:
    common = {
        "network_id": network.network_id,
        "status": network.status,
        "reason": network.reason,
        "seed": network.seed,
        "device": network.device,
        "device_kind": network.device_kind,
        "precision": network.precision,
        "threads": network.threads,
        "torch_version": network.versions["torch"],
        "hrtem_transfer_version": network.versions["hrtem-transfer"],
        "weights_digest": network.weights_digest,
    }
    rows = [{**common, **epoch, "kept": epoch["epoch"] == network.best_epoch} for epoch in network.history]
    if network.status == "failed":
        rows.append({**common, "epoch": len(network.history) + 1, "kept": False})
    return rows
