"""What came out, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hrtem_transfer.terminal import inert


@dataclass(frozen=True)
class SeriesSummary:
    """One series: transferred or mixture networks by status, and their losses on the target (nat per pixel)."""

    name: str
    networks: int
    ok: int
    failed: int
    missing: int
    best_loss: float
    median_loss: float


@dataclass(frozen=True)
class Summary:
    """The outcome of a sweep.

    Attributes:
        series: one entry per series.
        pretrained: number of pretrained networks, and how many of them have results.
        pretrained_dice: median test Dice of pretrained networks on their own domain.
        transfers: number of transferred networks with losses before and after.
        improved: share of them whose target loss is lower after the transfer.
        foreground_share: mean share of particle pixels over the domains; NaN when unknown. A background-only
            predictor has just this excess loss and Dice 0; a foreground-only one has loss 1 - f and Dice 2f / (1 + f).
        reasons: why networks have no result, with their number.
        paths: the tables, by name.
        synthetic: made up by the generator.
    """

    series: tuple[SeriesSummary, ...]
    pretrained: tuple[int, int]
    pretrained_dice: float
    transfers: int
    improved: float
    foreground_share: float
    reasons: Mapping[str, int]
    paths: Mapping[str, Path]
    synthetic: bool

    @property
    def complete(self) -> bool:
        """Whether every planned network has a result."""
        return self.pretrained[0] == self.pretrained[1] and all(entry.networks == entry.ok for entry in self.series)

    @property
    def background_only(self) -> tuple[float, float]:
        """Loss and Dice of a predictor that sees no particle anywhere."""
        return self.foreground_share, 0.0

    @property
    def foreground_only(self) -> tuple[float, float]:
        """Loss and Dice of a predictor that sees particle everywhere."""
        return 1 - self.foreground_share, 2 * self.foreground_share / (1 + self.foreground_share)

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """Several lines for a person."""
        lines = ["SYNTHETIC RESULTS: made up by the generator, no network was trained."] if self.synthetic else []
        planned = sum(entry.networks for entry in self.series)
        done = sum(entry.ok for entry in self.series)
        lines += [
            f"{done} of {planned} networks have results, behind them {self.pretrained[1]} of {self.pretrained[0]} "
            "pretrained ones."
        ]
        width = max([len(entry.name) for entry in self.series] + [len("series")])
        head = f"  {'series':<{width}}  networks     ok  failed  missing  best loss  median loss"
        lines += ["Loss on the target domain, test images, excess over its least value, in nat per pixel:", head]
        for entry in self.series:
            lines.append(
                f"  {entry.name:<{width}}  {entry.networks:>8}  {entry.ok:>5}  {entry.failed:>6}  {entry.missing:>7}"
                f"  {_number(entry.best_loss):>9}  {_number(entry.median_loss):>11}"
            )
        if np.isfinite(self.foreground_share):
            nothing, everything = self.background_only, self.foreground_only
            lines.append(
                f"For comparison: seeing no particle anywhere has loss {nothing[0]:.3f} and Dice 0, seeing particle "
                f"everywhere loss {everything[0]:.3f} and Dice {everything[1]:.3f} (mean over the domains)."
            )
        if np.isfinite(self.pretrained_dice):
            lines.append(f"Pretrained networks on their own domain: median test Dice {self.pretrained_dice:.3f}.")
        if self.transfers:
            lines.append(
                f"Transfer lowered the target loss for {self.improved:.0%} of {self.transfers} transferred networks."
            )
        lines += [f"No result for {count}: {inert(reason)}." for reason, count in self.reasons.items()]
        if self.paths:
            lines.append("Tables:")
            lines += [f"  {path}" for path in self.paths.values()]
        return "\n".join(lines)


def summarise(
    networks: pd.DataFrame, evaluations: pd.DataFrame, domains: pd.DataFrame, paths: Mapping[str, Path]
) -> Summary:
    """Summarise the tables; ``paths`` are named at the end of the text."""
    trained = networks[networks["stage"] != "pretrain"]
    pretrained = networks[networks["stage"] == "pretrain"]
    series = []
    for name, rows in trained.groupby("series", sort=True):
        status = rows["status"].value_counts()
        losses = rows.loc[rows["status"] == "ok", "loss_target_after"]
        counts = {key: int(status.get(key, 0)) for key in ("ok", "failed", "missing")}
        series.append(
            SeriesSummary(
                name=str(name), networks=len(rows), **counts, best_loss=losses.min(), median_loss=losses.median()
            )
        )
    test = evaluations[evaluations["split"] == "test"]
    own = pretrained[["network_id", "source_domain"]].merge(
        test, left_on=["network_id", "source_domain"], right_on=["network_id", "evaluation_domain"]
    )
    moved = trained[(trained["stage"] == "transfer") & (trained["status"] == "ok")]
    moved = moved.dropna(subset=["loss_target_before", "loss_target_after"])
    reasons = networks.loc[networks["status"] != "ok", "reason"].value_counts()
    return Summary(
        series=tuple(series),
        pretrained=(len(pretrained), int((pretrained["status"] == "ok").sum())),
        pretrained_dice=float(own["dice"].median()),
        transfers=len(moved),
        improved=float((moved["loss_target_after"] < moved["loss_target_before"]).mean()) if len(moved) else np.nan,
        foreground_share=float(domains["foreground_share"].mean()),
        reasons={str(reason): int(count) for reason, count in sorted(reasons.items())},
        paths=dict(paths),
        synthetic=bool(networks["synthetic"].any()),
    )


def _number(value: float) -> str:
    return f"{value:.4f}" if np.isfinite(value) else "-"
