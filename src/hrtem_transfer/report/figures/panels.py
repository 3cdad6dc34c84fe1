"""Each figure of the study from its rows; None where there is nothing to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hrtem_transfer.report.figures import charts
from hrtem_transfer.report.figures.cells import colour_range, evaluation_cells, pair_cells
from hrtem_transfer.report.figures.figure import Figure
from hrtem_transfer.report.figures.heatmap import heatmap
from hrtem_transfer.report.figures.labels import column_words, ordered_values, pair_labels, value_words
from hrtem_transfer.report.figures.rows import domain_bars, histogram_rows, mixture_curves
from hrtem_transfer.report.figures.selection import Selection
from hrtem_transfer.results import Tables
from hrtem_transfer.results.measures import spread_domains
from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES

LOSS = "excess loss (nat)"
WHEN = ("before", "after")


@dataclass(frozen=True)
class Quantity:
    """What a source x target map shows: columns of the table ``networks``, the figure's name, and words."""

    column: str
    name: str
    title: str
    meaning: str


TARGET = Quantity("loss_target", "transfer", "target loss", "Loss on the target")
SPREAD = Quantity(
    "ood_std",
    "spread",
    "OOD spread",
    "Standard deviation of the loss over the series' domains (without 0 nm where they differ in defocus)",
)


def distributions(tables: Tables, rows: pd.DataFrame, selection: Selection, series: str) -> Figure | None:
    """Target loss by number of images, by frozen part and by learning rates, without targets at zero defocus."""
    value = "loss_target_after"
    targets = spread_domains(tables.domains, sorted(rows["target_domain"].dropna().unique()))
    kept = rows[rows["target_domain"].isin(targets)]
    if not kept[value].notna().any():
        kept = rows
    without = " without targets at 0 nm" if len(kept) < len(rows) else ""
    rates = ["pretrain_learning_rate", "transfer_learning_rate"]
    # Networks from scratch have no part to freeze: they are not the value "none".
    part = kept["freeze"].map({name: number for number, name in enumerate(FREEZE_MODES)})
    frozen = kept.assign(part=part.where(kept["stage"] != "scratch"))
    modes = list(FREEZE_MODES.values())
    groups = (
        ("images", "by images", "training images", histogram_rows(kept, ["n_images"], value)),
        (
            "frozen",
            "by frozen part",
            "frozen",
            histogram_rows(frozen, ["part"], value, words=lambda key: _part(modes, key[0])),
        ),
        ("rates", "by learning rates", "pretraining, transfer", histogram_rows(kept, rates, value, words=_rates)),
    )
    if not len(groups[0][3]):
        return None
    spec = {
        "hconcat": [
            charts.histograms(
                title=f"{series.capitalize()}: {title}", x_title=LOSS, group_title=group, data=key, width=170
            )
            for key, title, group, _ in groups
        ]
    }
    caption = (
        f"Distribution of the loss on the target after the training{without} ({_loss_words(tables)}); bars: share of "
        f"each group's networks, dashed: its median; the outermost bins hold what lies beyond. "
        f"{_subset(selection, kept)}"
    )
    return Figure(f"distributions_{series}", spec, {key: data for key, _, _, data in groups}, caption, tables.synthetic)


def maps(tables: Tables, rows: pd.DataFrame, selection: Selection, series: str, what: Quantity) -> Figure | None:
    """Source x target maps before and after the transfer on one colour scale, and of the shift."""
    shifted = rows.assign(shift=rows[f"{what.column}_after"] - rows[f"{what.column}_before"])
    columns = {"before": f"{what.column}_before", "after": f"{what.column}_after", "shift": "shift"}
    data = {
        key: pair_cells(shifted, tables.domains, column, selection.reduction, signed=key == "shift")
        for key, column in columns.items()
        if shifted[column].notna().any()
    }
    if not data:
        return None
    low, high = colour_range(pd.concat([data[when]["value"] for when in WHEN if when in data]))
    scratch = bool(rows["source_domain"].isna().any())

    def one(title: str, data: str, legend: str, limits: tuple[float, float], diverging: bool = False) -> dict[str, Any]:
        return heatmap(
            title=f"{series.capitalize()}: {title}",
            x_title="target",
            y_title="source",
            legend=legend,
            diverging=diverging,
            low=limits[0],
            high=limits[1],
            data=data,
            cell_px=27,
        )

    both = [one(f"{what.title} {when}", when, LOSS, (low, high)) for when in WHEN if when in data]
    spec: dict[str, Any] = {"hconcat": both, "resolve": {"scale": {"color": "shared"}}}
    said = "before and after the transfer and the shift, after minus before" if "before" in data else "after training"
    if "shift" in data:
        limits = colour_range(data["shift"]["value"], signed=True)
        shift = one(f"shift of {what.title}", "shift", "shift (nat)", limits, diverging=True)
        spec = {"vconcat": [spec, shift], "resolve": {"scale": {"color": "independent"}}}
    beside = " The row below the sources: trained from random weights." if scratch and "after" in data else ""
    caption = (
        f"{what.meaning} {said} ({_loss_words(tables)}); {selection.reduction} over the networks of each pair.{beside} "
        f"{_subset(selection, rows)}"
    )
    return Figure(f"{what.name}_{series}", spec, data, caption, tables.synthetic)


def pretrained(tables: Tables, rows: pd.DataFrame, selection: Selection, series: str) -> Figure | None:
    """Loss of pretrained networks on every domain, where nothing else of a series has a result."""
    there = tables.evaluations[tables.evaluations["split"] == tables.split]
    data = evaluation_cells(rows, there, tables.domains, selection.reduction)
    if not len(data):
        return None
    low, high = colour_range(data["value"])
    spec = heatmap(
        title=f"{series.capitalize()}: pretrained networks",
        x_title="evaluated on",
        y_title="source",
        legend=LOSS,
        low=low,
        high=high,
        data="before",
        cell_px=27,
    )
    caption = (
        f"Loss of the pretrained networks on every domain ({_loss_words(tables)}); {selection.reduction} over the "
        f"networks of each source. {_subset(selection, rows)}"
    )
    return Figure(f"pretrained_{series}", spec, {"before": data}, caption, tables.synthetic)


def classes(tables: Tables, rows: pd.DataFrame, selection: Selection, series: str, column: str) -> Figure | None:
    """Target loss before and after by what source and target have in one column of the table ``domains``."""
    values = ordered_values(tables.domains, column)
    place = {None if pd.isna(value) else value: number for number, value in enumerate(values)}
    of_domain = tables.domains.set_index("domain")[column].map(lambda value: place[None if pd.isna(value) else value])
    numbered = rows.assign(**{end: rows[f"{end}_domain"].map(of_domain) for end in ("source", "target")})
    shown = [value_words(column, value) or "unknown" for value in values]
    found = {
        when: histogram_rows(
            numbered,
            ["source", "target"],
            f"loss_target_{when}",
            words=lambda key: " → ".join(shown[int(one)] for one in key),
        )
        for when in WHEN
    }
    data = {when: frame for when, frame in found.items() if len(frame)}
    if not data:
        return None
    spec = {
        "hconcat": [
            charts.histograms(
                title=f"{series.capitalize()}: {when} the transfer",
                x_title=LOSS,
                group_title="source → target",
                data=when,
                width=220,
            )
            for when in data
        ],
        "resolve": {"scale": {"x": "shared"}},
    }
    caption = (
        f"Distribution of the loss on the target by {column_words(column)} of source and target "
        f"({_loss_words(tables)}); dashed: median. {_subset(selection, rows)}"
    )
    return Figure(f"classes_{column.lower()}_{series}", spec, data, caption, tables.synthetic)


def bars(
    tables: Tables,
    rows: pd.DataFrame,
    scratch: pd.DataFrame,
    selection: Selection,
    series: str,
    pair: tuple[str, str],
) -> Figure | None:
    """Loss on every domain of the series before and after the transfer of one pair, and from scratch on its target."""
    here = rows[(rows["source_domain"] == pair[0]) & (rows["target_domain"] == pair[1])]
    beside = scratch[scratch["target_domain"] == pair[1]]
    data = domain_bars(
        tables.evaluations,
        here,
        tables.domains,
        scratch=beside,
        split=tables.split,
        reduction=selection.reduction,
    )
    if not len(data):
        return None
    words = _pair_words(tables, pair)
    there = [which for which in charts.BARS if (data["which"] == which).any()]
    spec = charts.paired_bars(
        title=f"{series.capitalize()}: {words}, on every domain", x_title="evaluated on", y_title=LOSS, shown=there
    )
    also = ", and of networks trained on its target from scratch" if charts.BARS[2] in there else ""
    caption = (
        f"Loss on every domain of the series before and after the transfer {words}{also} ({_loss_words(tables)}); "
        f"{selection.reduction} over the networks. {_subset(selection, pd.concat([here, beside]))}"
    )
    return Figure(f"domains_{series}", spec, {"bars": data}, caption, tables.synthetic)


def mixtures(tables: Tables, selection: Selection, series: str, pair: tuple[str, str]) -> Figure | None:
    """Training on both domains of a pair at once against transfer."""
    data = mixture_curves(
        tables.networks, tables.evaluations, tables.domains, pair, split=tables.split, reduction=selection.reduction
    )
    if not len(data):
        return None
    words = _pair_words(tables, pair)
    spec = charts.share_curves(
        title=f"Mixture and transfer, {words}", x_title="share of the second domain in all images", y_title=LOSS
    )
    scratch = (
        ", with networks trained on one of them from scratch" if (data["method"] == charts.METHODS[4]).any() else ""
    )
    caption = (
        f"Loss of networks trained on a mixture of both domains, and of networks transferred from one to the other, "
        f"over the share of the second domain in all training images of both stages{scratch} ({_loss_words(tables)}); "
        f"{selection.reduction} over {int(data.groupby('pi')['networks'].sum().max()):,} networks. "
        f"Subset: {selection.words()}."
    )
    return Figure(f"mixture_{series}", spec, {"curves": data}, caption, tables.synthetic)


def times(tables: Tables, rows: pd.DataFrame, selection: Selection, seconds: pd.DataFrame) -> Figure:
    """Seconds per epoch by frozen part."""
    devices = ", ".join(sorted(rows["device"].dropna().unique())) or "an unknown device"
    precisions = sorted(rows["precision"].dropna().unique()) if "precision" in rows else []
    spec = charts.ranges(title="Training time by frozen part", x_title="seconds per 1,024 augmented images", y_title="")
    caption = (
        f"Wall time of training epochs, scaled to 1,024 augmented images: median (tick) and quartiles (bar) over "
        f"{int(seconds['epochs'].sum()):,} epochs, on {devices}{', in ' * bool(precisions)}{' and '.join(precisions)}. "
        f"{_subset(selection, rows)}"
    )
    return Figure("epoch_seconds", spec, {"ranges": seconds}, caption, tables.synthetic)


def _loss_words(tables: Tables) -> str:
    return f"{tables.split} images, cross entropy of the softmax outputs in excess of log(1 + 1/e), nat per pixel"


def _part(modes: list[Any], key: float) -> str:
    return "" if np.isnan(key) else str(modes[int(key)].part)


def _rates(key: tuple[Any, ...]) -> str:
    return " then ".join(f"{rate:g}" for rate in key if not pd.isna(rate)) or "unknown"


def _subset(selection: Selection, rows: pd.DataFrame) -> str:
    words = {"pretrain": "pretrained networks", "transfer": "transferred networks", "scratch": "from scratch"}
    counts = rows["stage"].value_counts()
    numbers = " and ".join(f"{counts[stage]:,} {word}" for stage, word in words.items() if stage in counts)
    return f"Subset: {selection.words()}; {numbers}."


def _pair_words(tables: Tables, pair: tuple[str, str]) -> str:
    labels = pair_labels(tables.domains, pair)
    return f"{labels[pair[0]]} → {labels[pair[1]]}"
