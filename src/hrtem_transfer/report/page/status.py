"""What a study planned and what became of it, and what its networks ran with, in words for the page."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hrtem_transfer.results import Tables
from hrtem_transfer.results.table_schemas import STATUSES

# Distinct reasons of one series that are listed; the rest is counted.
_MOST_REASONS = 20
_RECORDED = {
    "precision": ("precision", "precisions"),
    "device_kind": ("kind of device", "kinds of device"),
    "torch_version": ("version of torch", "versions of torch"),
    "hrtem_transfer_version": ("version of hrtem-transfer", "versions of hrtem-transfer"),
    "threads": ("threads of a training process", "numbers of threads of a training process"),
}
# Differences that can change more than the last digits of a loss.
_TELLING = ("precision", "device_kind")


def status(tables: Tables) -> list[dict[str, Any]]:
    """For each series and stage: how many networks are planned, ok, failed and missing, and the reasons."""
    found = []
    for (series, stage), rows in tables.networks.groupby(["series", "stage"], sort=True):
        counts = rows["status"].value_counts()
        without = rows[rows["status"] != "ok"]
        words = without["reason"].fillna("no reason is known").map(lambda reason: " ".join(str(reason).split()))
        reasons = (
            words.groupby([without["status"], words], sort=True).size().sort_values(ascending=False, kind="stable")
        )
        listed = [
            {"status": str(state), "reason": str(reason), "networks": int(number)}
            for (state, reason), number in reasons.head(_MOST_REASONS).items()
        ]
        if len(reasons) > _MOST_REASONS:
            rest = reasons.iloc[_MOST_REASONS:]
            more = f"{len(rest)} other reasons; networks.csv names them"
            listed.append({"status": "", "reason": more, "networks": int(rest.sum())})
        numbers = {one: int(counts.get(one, 0)) for one in STATUSES}
        found.append({"series": series, "stage": stage, "planned": len(rows), **numbers, "reasons": listed})
    return found


def ran_with(tables: Tables) -> list[dict[str, Any]]:
    """What the networks with a result were trained with: a title, and the values with their numbers of networks."""
    rows = tables.networks[tables.networks["status"] == "ok"]
    found = []
    for column, (one, several) in _RECORDED.items():
        counts = rows[column].value_counts().sort_index() if column in rows else pd.Series(dtype=int)
        if len(counts):
            values = [{"value": str(value), "networks": int(number)} for value, number in counts.items()]
            found.append({"key": column, "title": one if len(counts) == 1 else several, "values": values})
    return found


def notices(tables: Tables, subset: str | None = None) -> list[str]:
    """What a reader must know before any picture; none for a complete study."""
    said = [f"This page holds a subset of the study: {subset}."] if subset else []
    networks = tables.networks
    counts = networks["status"].value_counts()
    failed, missing = (int(counts.get(name, 0)) for name in ("failed", "missing"))
    trained = networks[networks["stage"] != "pretrain"]
    if not (networks["status"] == "ok").any():
        said.append(
            f"No network has a result yet: of {len(networks):,}, {failed:,} failed and {missing:,} are missing."
        )
    elif failed or missing:
        said.append(
            f"{failed + missing:,} of {len(networks):,} networks have no result ({failed:,} failed, {missing:,} "
            "missing) and count in no figure; the view Status gives the reasons."
        )
    if len(trained) and (networks["status"] == "ok").any() and not (trained["status"] == "ok").any():
        said.append("Only pretrained networks have a result, so that nothing can be said about a transfer.")
    if len(tables.evaluations) and tables.split != "test":
        said.append(f"No test images were evaluated: all numbers are of {tables.split} images.")
    for one in ran_with(tables):
        if one["key"] in _TELLING and len(one["values"]) > 1:
            values = ", ".join(f"{value['value']} ({value['networks']:,})" for value in one["values"])
            said.append(f"The networks were trained with different {one['title']}: {values}. Compare them with care.")
    return said
