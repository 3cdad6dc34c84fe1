"""Rows behind the heat maps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hrtem_transfer.figures.labels import domain_labels, ordered_domains
from hrtem_transfer.figures.selection import reduced


def pair_cells(
    networks: pd.DataFrame, domains: pd.DataFrame, value: str, reduction: str, *, signed: bool = False
) -> pd.DataFrame:
    """One row for each source and target among the networks, with ``value`` reduced over the networks of the pair.

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
    columns = ["source", "target", "x", "y", "xi", "yi", "value", "networks", "text", "tip"]
    rows = networks.dropna(subset=["target_domain"])
    if not len(rows):
        return pd.DataFrame(columns=columns)
    sources = ordered_domains(domains, list(rows["source_domain"].unique()))
    targets = ordered_domains(domains, list(rows["target_domain"].unique()))
    labels = domain_labels(domains, list(dict.fromkeys(sources + targets)))
    grid = pd.MultiIndex.from_product([sources, targets], names=["source", "target"]).to_frame(index=False)
    found = reduced(rows, ["source_domain", "target_domain"], value, reduction)
    found = found.rename(columns={"source_domain": "source", "target_domain": "target"})
    cells = grid.merge(found, on=["source", "target"], how="left")
    cells["networks"] = cells["networks"].fillna(0).astype(int)
    cells["x"], cells["y"] = cells["target"].map(labels), cells["source"].map(labels)
    cells["xi"], cells["yi"] = cells["target"].map(targets.index), cells["source"].map(sources.index)
    cells["text"] = [cell_text(number, signed) for number in cells["value"]]
    cells["tip"] = [
        f"{row.y} → {row.x}: {row.value:.4g} ({row.networks} networks)" for row in cells.itertuples(index=False)
    ]
    return cells[columns]


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
