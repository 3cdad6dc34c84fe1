"""Rows behind the heat maps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hrtem_transfer.report.figures.labels import SCRATCH, domain_labels
from hrtem_transfer.report.figures.selection import reduced

_COLUMNS = ["source", "target", "x", "y", "xi", "yi", "value", "networks", "text", "tip"]


def pair_cells(
    networks: pd.DataFrame, domains: pd.DataFrame, value: str, reduction: str, *, signed: bool = False
) -> pd.DataFrame:
    """One row for each source and target among the networks, with ``value`` reduced over the networks of the pair.

    Networks without a source (trained from scratch) that have a value are a row below the sources.

    Args:
        networks: the selected rows of the table ``networks``.
        domains: the table ``domains``.
        value: column of ``networks``.
        reduction: min, mean, median or max.
        signed: write the sign of positive values too.

    Returns:
        Columns source, target, x, y, xi, yi, value, networks, text, tip (see ``heatmap``); empty when there are no
        networks with a target.
    """
    rows = networks.dropna(subset=["target_domain"])
    rows = rows[rows["source_domain"].notna() | rows[value].notna()]
    if not len(rows):
        return pd.DataFrame(columns=_COLUMNS)
    rows = rows.assign(source=rows["source_domain"].fillna(SCRATCH), target=rows["target_domain"])
    real = rows["source_domain"].dropna().unique()
    labels = domain_labels(domains, [*real, *rows["target"].unique()])
    sources = [name for name in labels if name in set(real)] + [SCRATCH] * bool(rows["source_domain"].isna().any())
    targets = [name for name in labels if name in set(rows["target"])]
    found = reduced(rows, ["source", "target"], value, reduction)
    return _cells(found, sources, targets, {**labels, SCRATCH: SCRATCH}, signed, "→")


def evaluation_cells(
    networks: pd.DataFrame, evaluations: pd.DataFrame, domains: pd.DataFrame, reduction: str, measure: str = "loss"
) -> pd.DataFrame:
    """As ``pair_cells``, for pretrained networks: a row for each source, a column for each domain evaluated on.

    Args:
        networks: pretrained networks.
        evaluations: rows of one split of the table ``evaluations``.
        domains: the table ``domains``.
        reduction: min, mean, median or max.
        measure: column of ``evaluations``.
    """
    rows = networks[["network_id", "source_domain"]].merge(evaluations, on="network_id").dropna(subset=[measure])
    if not len(rows):
        return pd.DataFrame(columns=_COLUMNS)
    rows = rows.rename(columns={"source_domain": "source", "evaluation_domain": "target"})
    labels = domain_labels(domains, [*rows["source"].unique(), *rows["target"].unique()])
    sources, targets = ([name for name in labels if name in set(rows[key])] for key in ("source", "target"))
    found = reduced(rows, ["source", "target"], measure, reduction)
    return _cells(found, sources, targets, labels, False, "on")


def _cells(
    found: pd.DataFrame,
    sources: Sequence[str],
    targets: Sequence[str],
    labels: dict[str, str],
    signed: bool,
    arrow: str,
) -> pd.DataFrame:
    grid = pd.MultiIndex.from_product([sources, targets], names=["source", "target"]).to_frame(index=False)
    cells = grid.merge(found, on=["source", "target"], how="left")
    cells["networks"] = cells["networks"].fillna(0).astype(int)
    cells["x"], cells["y"] = cells["target"].map(labels), cells["source"].map(labels)
    cells["xi"] = cells["target"].map({name: place for place, name in enumerate(targets)})
    cells["yi"] = cells["source"].map({name: place for place, name in enumerate(sources)})
    cells["text"] = [cell_text(number, signed) for number in cells["value"]]
    cells["tip"] = [
        f"{row.y} {arrow} {row.x}: {row.value:.4g} ({row.networks} networks)" for row in cells.itertuples(index=False)
    ]
    return cells[_COLUMNS]


def cell_text(value: float, signed: bool = False) -> str:
    """A number short enough for a cell: two digits behind the point, three where it is small; empty for NaN."""
    if not np.isfinite(value):
        return ""
    digits = 3 if abs(value) < 0.0995 else 2
    text = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    return text.replace("0.", ".", 1).replace("-", "−")


def colour_range(values: pd.Series, signed: bool = False) -> tuple[float, float]:
    """Limits of a colour scale: the values' own, or symmetric around zero; (0, 1) when there are none."""
    numbers = values.dropna()
    if not len(numbers):
        return (-1.0, 1.0) if signed else (0.0, 1.0)
    if signed:
        most = float(numbers.abs().max()) or 1.0
        return -most, most
    low, high = float(numbers.min()), float(numbers.max())
    return (low, high) if high > low else (low, low + 1e-6)
