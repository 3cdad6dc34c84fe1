"""Rows behind distributions, bars and curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hrtem_transfer.report.figures.charts import BARS, METHODS
from hrtem_transfer.report.figures.labels import SCRATCH, domain_labels, pair_labels
from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES

BINS = 30


def histogram_rows(
    rows: pd.DataFrame,
    by: Sequence[str],
    value: str,
    *,
    words: Callable[[tuple[Any, ...]], str] | None = None,
    bins: int = BINS,
) -> pd.DataFrame:
    """Bins of equal width over the 0.5th to 99.5th percentile of all groups, with what lies outside in the last bins.

    Args:
        rows: one row per network.
        by: columns whose values are the groups, in the order of the values; networks from scratch are groups of their
            own, after the others.
        value: column of the numbers.
        words: label of a group from its values; the values joined when None.
        bins: number of bins.

    Returns:
        Columns group, label, gi, low, high, share, median, networks, tip; empty without numbers.
    """
    columns = ["group", "label", "gi", "low", "high", "share", "median", "networks", "tip"]
    known = rows.dropna(subset=[value])
    if not len(known):
        return pd.DataFrame(columns=columns)
    low, high = np.percentile(known[value], [0.5, 99.5])
    edges = np.linspace(low, high if high > low else low + 1e-6, bins + 1)
    scratch = known["stage"] == "scratch" if "stage" in known else pd.Series(False, index=known.index)
    found = []
    groups = known.groupby([scratch.rename("scratch"), *by], sort=True, dropna=False)
    for number, (key, part) in enumerate(groups):
        group = " / ".join(_shown(one) for one in key[1:] if not pd.isna(one))
        label = words(key[1:]) if words else group
        if key[0]:
            label = f"{label}, {SCRATCH}" if label else SCRATCH
        counts, _ = np.histogram(np.clip(part[value], edges[0], edges[-1]), bins=edges)
        for left, right, count in zip(edges[:-1], edges[1:], counts, strict=True):
            tip = f"{label}: {count} of {len(part)} networks from {left:.3g} to {right:.3g}"
            share = count / len(part)
            found.append([group, label, number, left, right, share, part[value].median(), len(part), tip])
    return pd.DataFrame(found, columns=columns)


def domain_bars(
    evaluations: pd.DataFrame,
    networks: pd.DataFrame,
    domains: pd.DataFrame,
    *,
    scratch: pd.DataFrame | None = None,
    measure: str = "loss",
    split: str = "test",
    reduction: str = "median",
) -> pd.DataFrame:
    """A measure on every evaluation domain before and after the transfer, reduced over the networks.

    Args:
        evaluations: the table ``evaluations``.
        networks: transferred networks.
        domains: the table ``domains``.
        scratch: networks trained from scratch, for comparison.
        measure: column of ``evaluations``.
        split: rows of ``evaluations``.
        reduction: min, mean, median or max.

    Returns:
        Columns domain, x, xi, which ("before", "after", "from scratch"), value, networks, tip.
    """
    rows = evaluations[evaluations["split"] == split].dropna(subset=[measure])
    found = []
    beside = networks.iloc[:0] if scratch is None else scratch
    for which, part, key in (
        (BARS[0], networks, "pretrained_id"),
        (BARS[1], networks, "network_id"),
        (BARS[2], beside, "network_id"),
    ):
        joined = part[[key]].dropna().merge(rows, left_on=key, right_on="network_id", suffixes=("_selected", ""))
        groups = joined.groupby("evaluation_domain")[measure]
        values = groups.agg(**{"value": reduction, "networks": "size"}).reset_index()
        found.append(values.assign(which=which))
    bars = pd.concat(found, ignore_index=True).rename(columns={"evaluation_domain": "domain"})
    labels = domain_labels(domains, bars["domain"].unique())
    bars["x"], bars["xi"] = bars["domain"].map(labels), bars["domain"].map({n: i for i, n in enumerate(labels)})
    bars["tip"] = [f"{row.x}, {row.which}: {row.value:.4g}" for row in bars.itertuples()]
    return bars.sort_values(["xi", "which"], ignore_index=True)


def mixture_curves(
    networks: pd.DataFrame,
    evaluations: pd.DataFrame,
    domains: pd.DataFrame,
    pair: tuple[str, str],
    *,
    measure: str = "loss",
    split: str = "test",
    reduction: str = "median",
) -> pd.DataFrame:
    """Training on both domains at once against transfer, over the share of the second domain in all training images.

    A transferred network's share is its transfer images over all images of both stages; a pretrained network and one
    trained from scratch have share 0 or 1. The domains of a mixture have no order. Only networks with a result count.

    Returns:
        Columns panel, pi, on, method, share, value, networks, tip.
    """
    first, second = pair
    ok = networks[networks["status"] == "ok"]
    transfers = ok[(ok["stage"] == "transfer") & ok["target_domain"].notna()]
    pretrained = ok[ok["stage"] == "pretrain"].set_index("network_id")
    parts = []

    def add(part: pd.DataFrame, method: str, share: pd.Series | float) -> None:
        parts.append(part[["network_id"]].assign(method=method, share=share))

    for one, two in ((first, second), (second, first)):
        mixed = ok[(ok["stage"] == "mixture") & (ok["source_domain"] == one) & (ok["target_domain"] == two)]
        of_two = mixed["n_images_second"].astype(float) / (mixed["n_images"] + mixed["n_images_second"].astype(float))
        add(mixed, METHODS[0], of_two if two == second else 1 - of_two)
        moved = transfers[(transfers["source_domain"] == one) & (transfers["target_domain"] == two)]
        images = moved["pretrained_id"].map(pretrained["n_images"]).astype(float)
        of_two = moved["n_images"] / (images + moved["n_images"])
        add(moved, METHODS[1] if two == second else METHODS[2], of_two if two == second else 1 - of_two)
        parents = pretrained.reindex(transfers.loc[transfers["source_domain"] == one, "pretrained_id"].unique())
        add(parents.reset_index(), METHODS[3], 0.0 if one == first else 1.0)
        add(ok[(ok["stage"] == "scratch") & (ok["target_domain"] == one)], METHODS[4], 0.0 if one == first else 1.0)
    chosen = pd.concat(parts, ignore_index=True)
    rows = evaluations[(evaluations["split"] == split) & evaluations["evaluation_domain"].isin(list(pair))]
    rows = rows.dropna(subset=[measure])
    joined = chosen.merge(rows[["network_id", "evaluation_domain", measure]], on="network_id")
    joined["share"] = joined["share"].round(6)
    keys = ["evaluation_domain", "method", "share"]
    curves = joined.groupby(keys)[measure].agg(**{"value": reduction, "networks": "size"}).reset_index()
    labels = pair_labels(domains, pair)
    curves["on"] = curves["evaluation_domain"]
    curves["panel"] = "on " + curves["on"].map(labels)
    curves["pi"] = curves["on"].map({first: 0, second: 1})
    curves["tip"] = [
        f"{row.method}, {row.share:.0%}: {row.value:.4g} ({row.networks} networks)" for row in curves.itertuples()
    ]
    return curves.drop(columns="evaluation_domain").sort_values(["pi", "method", "share"], ignore_index=True)


def epoch_seconds(networks: pd.DataFrame, histories: pd.DataFrame, images: int = 1024) -> pd.DataFrame:
    """Seconds per epoch of ``images`` augmented images by frozen part: quartiles over epochs of transferred networks.

    Returns:
        Columns y, yi, low, middle, high (s), epochs, tip; empty where no times are known.
    """
    moved = networks.loc[networks["stage"] == "transfer", ["network_id", "freeze"]]
    rows = histories.merge(moved, on="network_id").dropna(subset=["images_per_second"])
    rows = rows[rows["images_per_second"] > 0]
    modes = sorted(FREEZE_MODES, key=lambda name: -FREEZE_MODES[name].arithmetic)
    found = []
    for number, freeze in enumerate(modes):
        word = FREEZE_MODES[freeze].words
        seconds = images / rows.loc[rows["freeze"] == freeze, "images_per_second"]
        if len(seconds):
            low, middle, high = np.percentile(seconds, [25, 50, 75])
            tip = f"{word}: median {middle:.3g} s, quartiles {low:.3g} and {high:.3g} s, {len(seconds)} epochs"
            found.append([word, number, low, middle, high, len(seconds), tip])
    return pd.DataFrame(found, columns=["y", "yi", "low", "middle", "high", "epochs", "tip"])


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
