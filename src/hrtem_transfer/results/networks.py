"""THE table: one row per planned network, whatever became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pandas as pd

from hrtem_transfer.results.measures import loss_matrix, spread, spread_domains
from hrtem_transfer.sweep.records import NetworkRecord

PLANNED = tuple(field.name for field in fields(NetworkRecord) if field.name != "recipe")


def networks_table(
    records: Sequence[NetworkRecord],
    training: pd.DataFrame,
    evaluations: pd.DataFrame,
    domains: pd.DataFrame,
) -> pd.DataFrame:
    """Assemble the table ``networks`` (all columns but ``synthetic``), sorted by series, stage and settings.

    Args:
        records: the planned networks, pretrained ones among them.
        training: rows of the runs' training tables.
        evaluations: rows of the runs' evaluation tables.
        domains: the table ``domains``.
    """
    table = pd.DataFrame([[getattr(r, name) for name in PLANNED] for r in records], columns=list(PLANNED))
    table = table.merge(_trained(training), on="network_id", how="left")
    _add_losses(table, evaluations)
    complete = _add_spread(table, evaluations, domains)
    _add_status(table, set(training["network_id"]), complete)
    order = ["series", "stage", "source_domain", "target_domain", "n_images", "n_images_second", "freeze"]
    order += ["pretrain_learning_rate", "transfer_learning_rate", "replicate", "network_id"]
    return table.sort_values(order, ignore_index=True, na_position="first")


def _trained(training: pd.DataFrame) -> pd.DataFrame:
    """Best epoch, seconds, device and outcome of each network that has rows in the training tables."""
    rows = training.sort_values(["network_id", "epoch"])
    by_network = rows.groupby("network_id", sort=True)
    kept = rows[rows["kept"]].drop_duplicates("network_id", keep="last").set_index("network_id")
    failed = rows[rows["status"] != "ok"].drop_duplicates("network_id").set_index("network_id")
    found = pd.DataFrame(index=by_network.size().index)
    found["best_epoch"] = kept["epoch"].reindex(found.index).astype("Int64")
    found["train_seconds"] = by_network["seconds"].sum(min_count=1)
    found["device"] = by_network["device"].first()
    found["failed"] = failed["status"].reindex(found.index).notna()
    found["reason"] = failed["reason"].reindex(found.index)
    return found.reset_index()


def _add_losses(table: pd.DataFrame, evaluations: pd.DataFrame) -> None:
    """Losses on source and target before and after, Dice and IoU on the target; test split."""
    test = evaluations[evaluations["split"] == "test"].set_index(["network_id", "evaluation_domain"])

    def read(measure: str, networks: pd.Series, at: pd.Series) -> np.ndarray:
        wanted = pd.MultiIndex.from_arrays([networks.astype(object), at.astype(object)])
        return test[measure].reindex(wanted).to_numpy(dtype=float)

    for name in ("target", "source"):
        where = table[f"{name}_domain"]
        table[f"loss_{name}_before"] = read("loss", table["pretrained_id"], where)
        table[f"loss_{name}_after"] = read("loss", table["network_id"], where)
    table["dice_target_after"] = read("dice", table["network_id"], table["target_domain"])
    table["iou_target_after"] = read("iou", table["network_id"], table["target_domain"])


def _add_spread(table: pd.DataFrame, evaluations: pd.DataFrame, domains: pd.DataFrame) -> pd.Series:
    """Mean and spread over the series' domains before and after; returns which networks have all evaluations."""
    columns = [f"ood_{what}_{when}" for what in ("mean", "std") for when in ("before", "after")]
    table[columns] = np.nan
    complete = pd.Series(False, index=table.index)
    series_of = table.set_index("network_id")[["series", "stage"]]
    # A pretrained network may serve several series; the others are evaluated on their own series' domains only.
    evaluated = evaluations[["network_id", "evaluation_domain"]].drop_duplicates().join(series_of, on="network_id")
    for series, rows in table.groupby("series"):
        here = evaluated[evaluated["series"] == series]
        own = here[here["stage"] != "pretrain"]
        names = sorted((own if len(own) else here)["evaluation_domain"].unique())
        if not names:
            continue
        of_series = pd.concat([rows["network_id"], rows["pretrained_id"].dropna()]).unique()
        matrix = loss_matrix(evaluations[evaluations["network_id"].isin(of_series)], names)
        complete.loc[rows.index] = rows["network_id"].isin(matrix.index[matrix.notna().all(axis=1)])
        found = spread(matrix[spread_domains(domains, names)])
        for when, key in (("before", "pretrained_id"), ("after", "network_id")):
            for what in ("mean", "std"):
                table.loc[rows.index, f"ood_{what}_{when}"] = found[what].reindex(rows[key]).to_numpy()
    return complete


def _add_status(table: pd.DataFrame, trained: set[str], complete: pd.Series) -> None:
    failed = table.pop("failed").fillna(False).astype(bool)
    known = table["network_id"].isin(trained)
    table["status"] = np.select([failed, known & complete], ["failed", "ok"], "missing")
    given = table["reason"].fillna("the training failed, its log has more")
    reasons = np.select(
        [failed, known & ~complete, ~known],
        [given, "trained, not evaluated on all domains of its series", "not trained yet, or its run did not finish"],
        "",
    )
    table["reason"] = pd.Series(reasons, index=table.index, dtype="str").where(reasons != "")
