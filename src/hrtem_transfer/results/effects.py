"""What each choice of the protocol does to the loss on the target, and which protocol did best.

An effect is read from matched networks: those that differ in one choice and agree in all others (source, target,
images, frozen part, learning rates, replicate). Confidence intervals are percentile intervals of a bootstrap that
draws whole source-target pairs, because networks of one pair share their images and pretrained networks
(Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 and 13).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hrtem_transfer.results.baseline import KEY, best_scratch, with_losses
from hrtem_transfer.results.loading import Tables
from hrtem_transfer.study.seeds import stream

CHOICES = {
    "freeze": "frozen part",
    "n_images": "transfer images",
    "pretrain_learning_rate": "pretraining learning rate",
    "transfer_learning_rate": "transfer learning rate",
    "source_domain": "source",
}
_AXES = (*CHOICES, "target_domain", "replicate")
_PROTOCOL = ["source_domain", "freeze", "pretrain_learning_rate", "transfer_learning_rate"]
_RESAMPLES = 1000
# The range of five values misses the median more often than once in twenty (2 / 2^5); that of six does not.
_LEAST_CLUSTERS = 6


def effects(tables: Tables, *, resamples: int = _RESAMPLES, seed: int = 1) -> pd.DataFrame:
    """The change of target loss (split ``tables.split``) that goes with each value of each choice.

    Args:
        tables: the study's tables; transferred networks with a result count.
        resamples: number of bootstrap samples.
        seed: of the bootstrap.

    Returns:
        One row per series, choice and value: ``median_change`` (nat per pixel) of the loss against the median of the
        matched alternatives, ``low`` and ``high`` (95 % interval, empty for fewer than six pairs of domains),
        ``median_ratio`` (loss over that of the alternatives), ``matched`` (number of matched sets), ``lower_in`` (share
        of them in which the loss is lower), ``share_of_variance`` of the choice (see ``share_of_variance``),
        ``verdict`` in words, ``synthetic``.
    """
    rows = _transfers(tables.networks)
    found = []
    for series, part in rows.groupby("series", sort=True):
        for choice in CHOICES:
            if part[choice].nunique() < 2:
                continue
            share = share_of_variance(part, choice)
            for value, changes in matched_changes(part, choice).groupby("value", sort=True):
                stated = f"{series}/{choice}/{value}"
                low, high = _interval(changes["change"], changes["cluster"], resamples, seed, stated)
                middle = float(changes["change"].median())
                found.append(
                    {
                        "series": series,
                        "choice": choice,
                        "value": f"{value:g}" if isinstance(value, float) else str(value),
                        "matched": len(changes),
                        "median_change": middle,
                        "low": low,
                        "high": high,
                        "median_ratio": float(changes["ratio"].median()),
                        "lower_in": float((changes["change"] < 0).mean()),
                        "share_of_variance": share,
                        "verdict": _verdict(low, high),
                    }
                )
    columns = ["series", "choice", "value", "matched", "median_change", "low", "high", "median_ratio", "lower_in"]
    columns += ["share_of_variance", "verdict"]
    return pd.DataFrame(found, columns=columns).assign(synthetic=tables.synthetic)


def matched_changes(networks: pd.DataFrame, choice: str) -> pd.DataFrame:
    """For each network that has matched alternatives: its loss minus, and over, the median of theirs.

    Returns:
        Columns value, change, ratio, cluster (source and target; of the choice of the source the target alone).
    """
    others = [axis for axis in _AXES if axis != choice]
    rows = networks.dropna(subset=["loss_target_after"]).reset_index(drop=True)
    number = rows.groupby(others, sort=False, dropna=False).ngroup()
    losses, values = rows["loss_target_after"].to_numpy(), rows[choice].to_numpy()
    cluster_of = (
        rows["target_domain"] if choice == "source_domain" else rows["source_domain"] + " " + rows["target_domain"]
    )
    found = []
    for members in rows.groupby(number, sort=False).indices.values():
        if len(members) < 2:
            continue
        of_set = losses[members]
        for at, member in enumerate(members):
            alternative = float(np.median(np.delete(of_set, at)))
            found.append((values[member], of_set[at] - alternative, of_set[at] / alternative, cluster_of.iat[member]))
    return pd.DataFrame(found, columns=["value", "change", "ratio", "cluster"])


def share_of_variance(networks: pd.DataFrame, choice: str) -> float:
    """Share of the variance of the target loss that the mean losses of the choice's values account for.

    This is eta squared, sum of squares between groups over the total (Cohen, "Statistical Power Analysis", 1988). In a
    full grid the shares of different choices add up; where the grid is not full (source and target) they overlap.
    """
    losses = networks["loss_target_after"].dropna()
    groups = losses.groupby(networks.loc[losses.index, choice])
    total = float(((losses - losses.mean()) ** 2).sum())
    between = float((groups.size() * (groups.mean() - losses.mean()) ** 2).sum())
    return between / total if total > 0 else 0.0


def recommended(tables: Tables) -> pd.DataFrame:
    """For each target and number of transfer images the protocol with the lowest validation loss, and its evidence.

    A protocol is a source, a frozen part and two learning rates. It is chosen on the validation images (median over
    replicates) and reported on the test images, so that the choice does not flatter the report. So is the learning
    rate of the networks trained from scratch with as many images, where there are any.

    Returns:
        One row per series, target and number of images: the protocol, ``replicates``, ``validation_loss``, median
        ``test_loss`` with its range over replicates (empty without a test split), ``pretrained_loss`` (median loss on
        the target before the transfer), ``protocols`` (tried), ``as_good`` (others whose range of the loss that decides
        overlaps the chosen one's; empty where it has one replicate only), ``chosen_on`` (the split that decides:
        test where there is no validation loss), ``scratch_learning_rate``, ``scratch_validation_loss``,
        ``scratch_test_loss`` (medians over replicates), ``advice`` (transfer; do not transfer, when the best from
        scratch is at least as good on the split that decides; empty without a baseline), ``synthetic``.
    """
    rows = with_losses(_transfers(tables.networks), tables.evaluations).dropna(subset=["choice"])
    found = []
    for (series, target, images), part in rows.groupby(["series", "target_domain", "n_images"], dropna=False):
        # Numbers in place of the settings, which may be unknown and then equal nothing.
        protocol = part.groupby(_PROTOCOL, sort=True, dropna=False).ngroup()
        scores = part["choice"].groupby(protocol).agg(["median", "min", "max"])
        best = scores["median"].idxmin()
        chosen = part[protocol == best]
        overlap = (scores["min"] <= scores.loc[best, "max"]) & (scores["max"] >= scores.loc[best, "min"])
        found.append(
            {
                "series": series,
                "target_domain": target,
                "n_images": images,
                **{name: chosen[name].iloc[0] for name in _PROTOCOL},
                "replicates": len(chosen),
                "validation_loss": chosen["validation"].median(),
                "test_loss": chosen["test"].median(),
                "test_loss_min": chosen["test"].min(),
                "test_loss_max": chosen["test"].max(),
                "pretrained_loss": chosen["loss_target_before"].median(),
                "protocols": len(scores),
                "as_good": int(overlap.sum()) - 1 if len(chosen) > 1 else None,
                "chosen_on": chosen["chosen_on"].iloc[0],
                "choice": scores.loc[best, "median"],
            }
        )
    columns = ["series", "target_domain", "n_images", *_PROTOCOL, "replicates", "validation_loss", "test_loss"]
    columns += ["test_loss_min", "test_loss_max", "pretrained_loss", "protocols", "as_good", "chosen_on", "choice"]
    table = pd.DataFrame(found, columns=columns).astype({"as_good": "Int64"})
    if len(table):
        table = table.astype({name: rows[name].dtype for name in KEY})
    return _advised(table, best_scratch(tables.networks, tables.evaluations)).assign(synthetic=tables.synthetic)


def _advised(table: pd.DataFrame, scratch: pd.DataFrame) -> pd.DataFrame:
    """The recommendations beside the best networks from scratch, and what follows."""
    if not len(table):
        scratch = scratch.astype(dict.fromkeys(KEY, object))
        table = table.astype(dict.fromkeys(KEY, object))
    joined = table.merge(scratch, on=KEY, how="left")
    known = joined["scratch_choice"].notna()
    better = joined["scratch_choice"] > joined["choice"]
    joined["advice"] = np.select([known & better, known], ["transfer", "do not transfer"], "")
    return joined.drop(columns=["choice", "scratch_choice"])


def _transfers(networks: pd.DataFrame) -> pd.DataFrame:
    return networks[(networks["stage"] == "transfer") & (networks["status"] == "ok")]


def _interval(changes: pd.Series, clusters: pd.Series, resamples: int, seed: int, name: str) -> tuple[float, float]:
    """95 % percentile interval of the median when whole clusters are drawn again."""
    order = np.argsort(changes.to_numpy(), kind="stable")
    values = changes.to_numpy()[order]
    codes, there = pd.factorize(clusters)
    if len(there) < _LEAST_CLUSTERS:
        return float("nan"), float("nan")
    drawn = stream(seed, "bootstrap", name).multinomial(len(there), np.full(len(there), 1 / len(there)), size=resamples)
    medians = np.empty(resamples)
    for start in range(0, resamples, 100):
        weights = np.cumsum(drawn[start : start + 100][:, codes[order]], axis=1)
        half = weights[:, -1:] / 2
        medians[start : start + 100] = values[np.argmax(weights >= half, axis=1)]
    low, high = np.percentile(medians, [2.5, 97.5])
    return float(low), float(high)


def _verdict(low: float, high: float) -> str:
    if not (np.isfinite(low) and np.isfinite(high)):
        return "too few pairs of domains to say"
    if high < 0:
        return "lower loss than the alternatives"
    return "higher loss than the alternatives" if low > 0 else "no clear difference"
