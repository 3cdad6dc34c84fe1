"""THE table: one row per planned network, whatever became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

import numpy as np
import pandas as pd

from hrtem_transfer.results.measures import loss_matrix, spread, spread_domains
from hrtem_transfer.results.reading import RECORDED
from hrtem_transfer.study.records import NetworkRecord

PLANNED = tuple(field.name for field in fields(NetworkRecord) if field.name != "recipe")
ORDER = ["series", "stage", "source_domain", "target_domain", "n_images", "n_images_second", "freeze"]
ORDER += ["pretrain_learning_rate", "transfer_learning_rate", "replicate", "network_id"]
# Networks of these stages belong to the first of the series that share them, and are evaluated for all of them.
SHARED_STAGES = ("pretrain", "scratch")


def networks_table(
    records: Sequence[NetworkRecord],
    training: pd.DataFrame,
    evaluations: pd.DataFrame,
    domains: pd.DataFrame,
    evaluated_on: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Assemble the table ``networks`` (all columns but ``plan`` and ``synthetic``), sorted by series, stage, settings.

    Args:
        records: the planned networks, pretrained ones among them.
        training: rows of the runs' training tables.
        evaluations: rows of the runs' evaluation tables.
        domains: the table ``domains``.
        evaluated_on: by network id, the domains on which it must have been evaluated to have a result; without it
            those that any network of its series was evaluated on.
    """
    table = pd.DataFrame([[getattr(r, name) for name in PLANNED] for r in records], columns=list(PLANNED))
    table = table.merge(_trained(training), on="network_id", how="left")
    # A sweep's losses are from the test split, also where nothing has been evaluated on it yet.
    split = "test"
    names = series_domains(table, evaluations, evaluated_on)
    add_losses(table, evaluations, split)
    add_spread(table, evaluations, domains, names, split)
    wanted = evaluated_on or {
        row: names[series] for row, series in zip(table["network_id"], table["series"], strict=True)
    }
    _add_status(table, set(training["network_id"]), _complete(table["network_id"], evaluations, wanted, split))
    return table.sort_values(ORDER, ignore_index=True, na_position="first")


def series_domains(
    table: pd.DataFrame, evaluations: pd.DataFrame, evaluated_on: Mapping[str, Sequence[str]] | None = None
) -> dict[str, list[str]]:
    """The domains of each series: those on which its own networks are evaluated, as planned or as found."""
    if evaluated_on is None:
        pairs = evaluations[["network_id", "evaluation_domain"]].drop_duplicates()
    else:
        rows = [(network, domain) for network, names in evaluated_on.items() for domain in names]
        pairs = pd.DataFrame(rows, columns=["network_id", "evaluation_domain"])
    pairs = pairs.join(table.set_index("network_id")[["series", "stage"]], on="network_id")
    found = {}
    for series in table["series"].unique():
        here = pairs[pairs["series"] == series]
        own = here[~here["stage"].isin(SHARED_STAGES)]
        found[str(series)] = sorted((own if len(own) else here)["evaluation_domain"].unique())
    return found


def add_losses(table: pd.DataFrame, evaluations: pd.DataFrame, split: str) -> None:
    """Losses on source and target before and after, Dice and IoU on the target, from one split; in place."""
    there = evaluations[evaluations["split"] == split].set_index(["network_id", "evaluation_domain"])

    def read(measure: str, networks: pd.Series, at: pd.Series) -> np.ndarray:
        wanted = pd.MultiIndex.from_arrays([networks.astype(object), at.astype(object)])
        return there[measure].reindex(wanted).to_numpy(dtype=float)

    for name in ("target", "source"):
        where = table[f"{name}_domain"]
        table[f"loss_{name}_before"] = read("loss", table["pretrained_id"], where)
        table[f"loss_{name}_after"] = read("loss", table["network_id"], where)
    table["dice_target_after"] = read("dice", table["network_id"], table["target_domain"])
    table["iou_target_after"] = read("iou", table["network_id"], table["target_domain"])


def add_spread(
    table: pd.DataFrame,
    evaluations: pd.DataFrame,
    domains: pd.DataFrame,
    names: Mapping[str, Sequence[str]],
    split: str,
) -> None:
    """Mean and spread of each network's loss over ``names`` of its series, before and after; in place.

    Empty for a network that lacks one of these domains.
    """
    table[[f"ood_{what}_{when}" for what in ("mean", "std") for when in ("before", "after")]] = np.nan
    for series, rows in table.groupby("series"):
        over = spread_domains(domains, list(names[str(series)]))
        of_series = pd.concat([rows["network_id"], rows["pretrained_id"].dropna()]).unique()
        found = spread(loss_matrix(evaluations[evaluations["network_id"].isin(of_series)], over, split))
        for when, key in (("before", "pretrained_id"), ("after", "network_id")):
            for what in ("mean", "std"):
                table.loc[rows.index, f"ood_{what}_{when}"] = found[what].reindex(rows[key]).to_numpy()


def _trained(training: pd.DataFrame) -> pd.DataFrame:
    """Best epoch, seconds, outcome and what it ran with of each network that has rows in the training tables."""
    rows = training.sort_values(["network_id", "epoch"])
    by_network = rows.groupby("network_id", sort=True)
    kept = rows[rows["kept"]].drop_duplicates("network_id", keep="last").set_index("network_id")
    failed = rows[rows["status"] != "ok"].drop_duplicates("network_id").set_index("network_id")
    found = pd.DataFrame(index=by_network.size().index)
    found["best_epoch"] = kept["epoch"].reindex(found.index).astype("Int64")
    found["train_seconds"] = by_network["seconds"].sum(min_count=1)
    for name in ("device", *RECORDED):
        found[name] = by_network[name].first()
    found["failed"] = failed["status"].reindex(found.index).notna()
    found["reason"] = failed["reason"].reindex(found.index)
    return found.reset_index()


def _complete(
    networks: Iterable[str], evaluations: pd.DataFrame, wanted: Mapping[str, Sequence[str]], split: str
) -> np.ndarray:
    """Which networks have a loss in the split on every domain that they must have one for."""
    rows = evaluations[(evaluations["split"] == split) & evaluations["loss"].notna()]
    there = rows.groupby("network_id")["evaluation_domain"].agg(set).to_dict()
    return np.array([bool(wanted.get(one)) and there.get(one, set()).issuperset(wanted[one]) for one in networks])


def _add_status(table: pd.DataFrame, trained: set[str], complete: np.ndarray) -> None:
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
