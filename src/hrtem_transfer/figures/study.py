"""The figures of the study, from its tables: what each shows, for any subset and reduction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from hrtem_transfer.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.figures import charts, rendering
from hrtem_transfer.figures.cells import colour_range, pair_cells
from hrtem_transfer.figures.heatmap import heatmap
from hrtem_transfer.figures.labels import domain_labels
from hrtem_transfer.figures.rows import domain_bars, epoch_seconds, histogram_rows, mixture_curves
from hrtem_transfer.figures.selection import Selection
from hrtem_transfer.results import Tables
from hrtem_transfer.results.measures import spread_domains

LOSS = "excess loss (nat)"
_LOSS_WORDS = "test images, cross entropy of the softmax outputs in excess of log(1 + 1/e), nat per pixel"
_FROZEN: dict[object, str] = {name: mode.part for name, mode in FREEZE_MODES.items()}


@dataclass(frozen=True)
class Figure:
    """One figure: a Vega-Lite specification, its rows, its caption, and whether its numbers are made up."""

    name: str
    spec: Mapping[str, Any]
    data: Mapping[str, pd.DataFrame]
    caption: str
    synthetic: bool
    parameters: list[dict[str, Any]] = field(default_factory=list)

    def save(self, folder: Path) -> list[Path]:
        """Draw it to ``folder`` as SVG and PNG."""
        whole = rendering.complete(
            self.spec, self.data, parameters=self.parameters, caption=self.caption, synthetic=self.synthetic
        )
        return rendering.save(whole, Path(folder) / self.name)


def study_figures(tables: Tables, selection: Selection, pair: tuple[str, str] | None = None) -> Iterator[Figure]:
    """All figures that the selected networks allow, series by series.

    Args:
        tables: the study's tables.
        selection: which networks and which reduction.
        pair: source and target of the mixture curves and the bars by domain; the first that has both when None.

    Raises:
        ValueError: no network is selected, or the pair is not among the selected networks.
    """
    networks = selection.of(tables.networks)
    chosen = networks[(networks["stage"] == "transfer") & (networks["status"] == "ok")]
    if not len(chosen):
        raise ValueError(f"no transferred network with a result in this subset: {selection.words()}")
    if pair is not None and not ((chosen["source_domain"] == pair[0]) & (chosen["target_domain"] == pair[1])).any():
        raise ValueError(f"no selected network was transferred from {pair[0]} to {pair[1]}: {selection.words()}")
    for series, rows in chosen.groupby("series", sort=True):
        name = str(series)
        yield distributions(tables, rows, selection, name)
        yield maps(tables, rows, selection, name, "target loss", "loss_target", "transfer")
        yield maps(tables, rows, selection, name, "OOD spread", "ood_std", "spread")
        if tables.domains.set_index("domain").loc[rows["source_domain"].unique(), "size"].nunique() > 1:
            yield size_classes(tables, rows, selection, name)
        here = _pair(rows, tables.networks, pair)
        if here is not None:
            yield bars(tables, rows, selection, name, here)
            if _has_mixture(tables.networks, here):
                yield mixtures(tables, selection, name, here)
    seconds = epoch_seconds(chosen, tables.histories)
    if len(seconds):
        yield times(tables, chosen, selection, seconds)


def distributions(tables: Tables, rows: pd.DataFrame, selection: Selection, series: str) -> Figure:
    """Target loss by number of images, by frozen part and by learning rates, without targets at zero defocus."""
    targets = spread_domains(tables.domains, sorted(rows["target_domain"].unique()))
    kept = rows[rows["target_domain"].isin(targets)]
    if not len(kept):
        kept = rows
    without = " without targets at 0 nm" if len(kept) < len(rows) else ""
    rates = kept.assign(
        rates=[
            f"{a:g} then {b:g}"
            for a, b in zip(kept["pretrain_learning_rate"], kept["transfer_learning_rate"], strict=True)
        ]
    )
    panels = (
        ("images", "by images", "transfer images", histogram_rows(kept, ["n_images"], "loss_target_after")),
        (
            "frozen",
            "by frozen part",
            "frozen",
            histogram_rows(kept, ["freeze"], "loss_target_after", words=_FROZEN),
        ),
        ("rates", "by learning rates", "pretraining, transfer", histogram_rows(rates, ["rates"], "loss_target_after")),
    )
    spec = {
        "hconcat": [
            charts.histograms(
                title=f"{series.capitalize()}: {title}", x_title=LOSS, group_title=group, data=key, width=170
            )
            for key, title, group, _ in panels
        ]
    }
    caption = (
        f"Distribution of the loss on the target after the transfer{without} ({_LOSS_WORDS}); bars: share of each "
        f"group's networks, dashed: its median; the outermost bins hold what lies beyond. {_subset(selection, kept)}"
    )
    return Figure(f"distributions_{series}", spec, {key: data for key, _, _, data in panels}, caption, tables.synthetic)


def maps(
    tables: Tables, rows: pd.DataFrame, selection: Selection, series: str, what: str, column: str, name: str
) -> Figure:
    """Source x target maps before and after the transfer on one colour scale, and of the shift."""
    shifted = rows.assign(shift=rows[f"{column}_after"] - rows[f"{column}_before"])
    data = {
        "before": pair_cells(shifted, tables.domains, f"{column}_before", selection.reduction),
        "after": pair_cells(shifted, tables.domains, f"{column}_after", selection.reduction),
        "shift": pair_cells(shifted, tables.domains, "shift", selection.reduction, signed=True),
    }
    low, high = colour_range(pd.concat([data["before"]["value"], data["after"]["value"]]))
    least, most = colour_range(data["shift"]["value"], signed=True)

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

    both = [one(f"{what} {when}", when, LOSS, (low, high)) for when in charts.BEFORE_AFTER]
    shift = one(f"shift of {what}", "shift", "shift (nat)", (least, most), diverging=True)
    across = {"hconcat": both, "resolve": {"scale": {"color": "shared"}}}
    spec = {"vconcat": [across, shift], "resolve": {"scale": {"color": "independent"}}}
    meaning = (
        "Loss on the target"
        if column == "loss_target"
        else "Standard deviation of the loss over the series' domains (without 0 nm where they differ in defocus)"
    )
    caption = (
        f"{meaning} before and after the transfer and the shift, after minus before ({_LOSS_WORDS}); "
        f"{selection.reduction} over the networks of each pair. {_subset(selection, rows)}"
    )
    return Figure(f"{name}_{series}", spec, data, caption, tables.synthetic)


def size_classes(tables: Tables, rows: pd.DataFrame, selection: Selection, series: str) -> Figure:
    """Target loss before and after by the size classes of source and target."""
    size = tables.domains.set_index("domain")["size"].str.replace("_", " ")
    classes = rows["source_domain"].map(size) + " → " + rows["target_domain"].map(size)
    data = {
        when: histogram_rows(rows.assign(classes=classes), ["classes"], f"loss_target_{when}")
        for when in charts.BEFORE_AFTER
    }
    spec = {
        "hconcat": [
            charts.histograms(
                title=f"{series.capitalize()}: {when} the transfer",
                x_title=LOSS,
                group_title="size of source → target",
                data=when,
                width=220,
            )
            for when in data
        ],
        "resolve": {"scale": {"x": "shared"}},
    }
    caption = (
        f"Distribution of the loss on the target by size class of source and target ({_LOSS_WORDS}); dashed: median. "
        f"{_subset(selection, rows)}"
    )
    return Figure(f"size_classes_{series}", spec, data, caption, tables.synthetic)


def bars(tables: Tables, rows: pd.DataFrame, selection: Selection, series: str, pair: tuple[str, str]) -> Figure:
    """Loss on every domain of the series before and after the transfer of one pair."""
    here = rows[(rows["source_domain"] == pair[0]) & (rows["target_domain"] == pair[1])]
    data = domain_bars(tables.evaluations, here, tables.domains, reduction=selection.reduction)
    words = _pair_words(tables, pair)
    spec = charts.paired_bars(
        title=f"{series.capitalize()}: {words}, on every domain", x_title="evaluated on", y_title=LOSS
    )
    caption = (
        f"Loss on every domain of the series before and after the transfer {words} ({_LOSS_WORDS}); "
        f"{selection.reduction} over the networks. {_subset(selection, here)}"
    )
    return Figure(f"domains_{series}", spec, {"bars": data}, caption, tables.synthetic)


def mixtures(tables: Tables, selection: Selection, series: str, pair: tuple[str, str]) -> Figure:
    """Training on both domains of a pair at once against transfer."""
    # A filter on what mixtures do not have (frozen part, transfer rate, images of the transfer) must not hide them.
    transfers = selection.of(tables.networks[tables.networks["stage"] == "transfer"])
    rest = tables.networks[tables.networks["stage"] != "transfer"]
    rates = selection.filters.get("pretrain_learning_rate")
    if rates is not None:
        rest = rest[rest["pretrain_learning_rate"].isin(list(rates))]
    data = mixture_curves(
        pd.concat([transfers, rest]), tables.evaluations, tables.domains, pair, reduction=selection.reduction
    )
    words = _pair_words(tables, pair)
    spec = charts.share_curves(
        title=f"Mixture and transfer, {words}", x_title="share of the second domain in all images", y_title=LOSS
    )
    caption = (
        f"Loss of networks trained on a mixture of both domains, and of networks transferred from one to the other, "
        f"over the share of the second domain in all training images of both stages ({_LOSS_WORDS}); "
        f"{selection.reduction} over {int(data.loc[data['pi'] == 0, 'networks'].sum()):,} networks. "
        f"Subset of the transferred ones: {selection.words()}."
    )
    return Figure(f"mixture_{series}", spec, {"curves": data}, caption, tables.synthetic)


def times(tables: Tables, rows: pd.DataFrame, selection: Selection, seconds: pd.DataFrame) -> Figure:
    """Seconds per epoch by frozen part."""
    devices = ", ".join(sorted(rows["device"].dropna().unique())) or "an unknown device"
    spec = charts.ranges(title="Training time by frozen part", x_title="seconds per 1,024 augmented images", y_title="")
    caption = (
        f"Wall time of training epochs, scaled to 1,024 augmented images: median (tick) and quartiles (bar) over "
        f"{int(seconds['epochs'].sum()):,} epochs, on {devices}. {_subset(selection, rows)}"
    )
    return Figure("epoch_seconds", spec, {"ranges": seconds}, caption, tables.synthetic)


def _subset(selection: Selection, rows: pd.DataFrame) -> str:
    return f"Subset: {selection.words()}; {len(rows):,} transferred networks."


def _pair_words(tables: Tables, pair: tuple[str, str]) -> str:
    labels = domain_labels(tables.domains, list(pair))
    return f"{labels[pair[0]]} → {labels[pair[1]]}"


def _has_mixture(networks: pd.DataFrame, pair: tuple[str, str]) -> bool:
    mixed = networks[(networks["stage"] == "mixture") & (networks["status"] == "ok")]
    either = list(zip(mixed["source_domain"], mixed["target_domain"], strict=True))
    return pair in either or pair[::-1] in either


def _pair(rows: pd.DataFrame, networks: pd.DataFrame, asked: tuple[str, str] | None) -> tuple[str, str] | None:
    """The pair asked for, if the series has it; when none is, one with a mixture baseline, else the first."""
    pairs = sorted(set(zip(rows["source_domain"], rows["target_domain"], strict=True)))
    if asked is not None:
        return asked if asked in pairs else None
    return next((one for one in pairs if _has_mixture(networks, one)), pairs[0])
