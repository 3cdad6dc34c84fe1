"""What came out, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hrtem_transfer.results.baseline import share_that_beats_scratch
from hrtem_transfer.results.loading import reported_split
from hrtem_transfer.storage.terminal import inert
from hrtem_transfer.study.records import counted

# Columns of what a network really ran with, and how a difference in them is said.
_UNKNOWN = "not recorded"
_RAN_WITH = {"precision": "in different precisions", "device_kind": "on different kinds of devices"}


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
        scratch: the same of networks trained from scratch.
        split: the split of all losses and scores: test, or validation where there is no test split.
        pretrained_dice: median Dice of pretrained networks on their own domain; NaN when unknown.
        transfers: number of transferred networks with losses before and after.
        improved: share of them whose target loss is lower after the transfer.
        against_scratch: number of transferred networks that have a baseline trained from scratch with as many images,
            and the share of them with a lower loss on the target.
        foreground_share: mean share of particle pixels over the domains; NaN when unknown. A background-only
            predictor has just this excess loss and Dice 0; a foreground-only one has loss 1 - f and Dice 2f / (1 + f).
        ran_with: of networks with results how many ran with each precision, and on each kind of device.
        reasons: why networks have no result, with their number, by series.
        paths: the tables, by name.
        synthetic: written by the generator of synthetic results.
    """

    series: tuple[SeriesSummary, ...]
    pretrained: tuple[int, int]
    scratch: tuple[int, int]
    split: str
    pretrained_dice: float
    transfers: int
    improved: float
    against_scratch: tuple[int, float]
    foreground_share: float
    ran_with: Mapping[str, Mapping[str, int]]
    reasons: Mapping[str, Mapping[str, int]]
    paths: Mapping[str, Path]
    synthetic: bool

    @property
    def complete(self) -> bool:
        """Whether every planned network has a result."""
        behind = all(planned == done for planned, done in (self.pretrained, self.scratch))
        return behind and all(entry.networks == entry.ok for entry in self.series)

    @property
    def background_only(self) -> tuple[float, float]:
        """Loss and Dice of a predictor that sees no particle anywhere."""
        return self.foreground_share, 0.0

    @property
    def foreground_only(self) -> tuple[float, float]:
        """Loss and Dice of a predictor that sees particle everywhere."""
        return 1 - self.foreground_share, 2 * self.foreground_share / (1 + self.foreground_share)

    @property
    def differences(self) -> list[str]:
        """A sentence for each thing that networks with results ran with and that is not the same for all of them."""
        return [
            f"Networks ran {words}: {', '.join(f'{inert(name)} ({count:,})' for name, count in counts.items())}."
            for words, counts in ((_RAN_WITH[column], counts) for column, counts in self.ran_with.items())
            if len(set(counts) - {_UNKNOWN}) > 1
        ]

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """Several lines for a person."""
        lines = ["SYNTHETIC RESULTS: written by the generator, no network was trained."] if self.synthetic else []
        lines.append(self._counts())
        if self.series:
            lines += self._table()
        if np.isfinite(self.foreground_share):
            nothing, everything = self.background_only, self.foreground_only
            lines.append(
                f"For comparison: seeing no particle anywhere has loss {nothing[0]:.3f} and Dice 0, seeing particle "
                f"everywhere loss {everything[0]:.3f} and Dice {everything[1]:.3f} (mean over the domains)."
            )
        if np.isfinite(self.pretrained_dice):
            lines.append(
                f"Pretrained networks on their own domain: median {self.split} Dice {self.pretrained_dice:.3f}."
            )
        if self.transfers:
            of = counted(self.transfers, "transferred network")
            lines.append(f"Transfer lowered the target loss for {self.improved:.0%} of {of}.")
        if self.against_scratch[0]:
            count, share = self.against_scratch
            lines.append(
                "Transfer beat training from scratch (as many images, the best rate tried from scratch) for "
                f"{share:.0%} of {counted(count, 'transferred network')}."
            )
        lines += self.differences
        lines += [
            f"No result in series {series} for {count:,}: {inert(reason)}."
            for series, reasons in self.reasons.items()
            for reason, count in reasons.items()
        ]
        if self.paths:
            lines.append("Tables:")
            lines += [f"  {path}" for path in self.paths.values()]
        return "\n".join(lines)

    def _counts(self) -> str:
        planned, done = (sum(getattr(entry, name) for entry in self.series) for name in ("networks", "ok"))
        parts = [f"{done:,} of {planned:,} networks have results"] if planned else []
        others = ((self.pretrained, "behind", "pretrained ones"), (self.scratch, "beside", "trained from scratch"))
        for (of, there), where, words in others:
            if of:
                parts.append(f"{f'{where} them ' if planned else ''}{there:,} of {of:,} {words}")
        return f"{', '.join(parts)}." if parts else "No network is in the tables."

    def _table(self) -> list[str]:
        width = max([len(entry.name) for entry in self.series] + [len("series")])
        lines = [
            f"Loss on the target domain, {self.split} images, excess over its least value, in nat per pixel:",
            f"  {'series':<{width}}  networks     ok  failed  missing  best loss  median loss",
        ]
        return lines + [
            f"  {entry.name:<{width}}  {entry.networks:>8}  {entry.ok:>5}  {entry.failed:>6}  {entry.missing:>7}"
            f"  {_number(entry.best_loss):>9}  {_number(entry.median_loss):>11}"
            for entry in self.series
        ]


def summarise(
    networks: pd.DataFrame, evaluations: pd.DataFrame, domains: pd.DataFrame, paths: Mapping[str, Path]
) -> Summary:
    """Summarise the tables; ``paths`` are named at the end of the text."""
    trained = networks[networks["stage"].isin(("transfer", "mixture"))]
    split = reported_split(evaluations)
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
    moved = trained[(trained["stage"] == "transfer") & (trained["status"] == "ok")]
    moved = moved.dropna(subset=["loss_target_before", "loss_target_after"])
    there = networks[networks["status"] == "ok"]
    return Summary(
        series=tuple(series),
        pretrained=_counted(networks, "pretrain"),
        scratch=_counted(networks, "scratch"),
        split=split,
        pretrained_dice=_pretrained_dice(networks, evaluations, split),
        transfers=len(moved),
        improved=float((moved["loss_target_after"] < moved["loss_target_before"]).mean()) if len(moved) else np.nan,
        against_scratch=share_that_beats_scratch(networks, evaluations, split),
        foreground_share=float(domains["foreground_share"].mean()),
        ran_with={column: there[column].fillna(_UNKNOWN).value_counts().sort_index().to_dict() for column in _RAN_WITH},
        reasons={
            str(name): {str(reason): int(count) for reason, count in rows["reason"].value_counts().sort_index().items()}
            for name, rows in networks[networks["status"] != "ok"].groupby("series", sort=True)
        },
        paths=dict(paths),
        synthetic=bool(networks["synthetic"].any()),
    )


def _counted(networks: pd.DataFrame, stage: str) -> tuple[int, int]:
    rows = networks[networks["stage"] == stage]
    return len(rows), int((rows["status"] == "ok").sum())


def _pretrained_dice(networks: pd.DataFrame, evaluations: pd.DataFrame, split: str) -> float:
    pretrained = networks.loc[networks["stage"] == "pretrain", ["network_id", "source_domain"]]
    own = pretrained.merge(
        evaluations[evaluations["split"] == split],
        left_on=["network_id", "source_domain"],
        right_on=["network_id", "evaluation_domain"],
    )
    return float(own["dice"].dropna().median())


def _number(value: float) -> str:
    return f"{value:.4f}" if np.isfinite(value) else "-"
