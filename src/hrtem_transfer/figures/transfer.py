"""The heat map of the target loss before and after the transfer."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hrtem_transfer.figures import rendering
from hrtem_transfer.figures.cells import colour_range, pair_cells
from hrtem_transfer.figures.heatmap import heatmap, range_parameters
from hrtem_transfer.figures.selection import Selection

LOSS = "excess loss (nat)"


def transfer_heatmap(
    networks: pd.DataFrame, domains: pd.DataFrame, path: Path, selection: Selection | None = None
) -> list[Path]:
    """Draw source x target heat maps of the test loss on the target before and after the transfer.

    Each series has its pair of maps; all share one colour scale.

    Args:
        networks: the table ``networks``; transferred networks with a result are shown.
        domains: the table ``domains``.
        path: where to write, without ending.
        selection: which networks, and their reduction to one number; default: all, median.

    Returns:
        The SVG and the PNG file.

    Raises:
        ValueError: no network is selected.
    """
    selection = selection or Selection()
    rows = selection.of(networks)
    rows = rows[(rows["stage"] == "transfer") & (rows["status"] == "ok")]
    if not len(rows):
        raise ValueError(f"no transferred network with a result in this subset: {selection.words()}")
    data: dict[str, pd.DataFrame] = {}
    for series, part in rows.groupby("series"):
        for when in ("before", "after"):
            data[f"{series} {when}"] = pair_cells(part, domains, f"loss_target_{when}", selection.reduction)
    low, high = colour_range(pd.concat([cells["value"] for cells in data.values()]))
    spec = {
        "vconcat": [
            {
                "hconcat": [
                    heatmap(
                        title=f"{str(series).capitalize()}: {when} the transfer",
                        x_title="target",
                        y_title="source",
                        legend=LOSS,
                        data=f"{series} {when}",
                        cell_px=30,
                    )
                    for when in ("before", "after")
                ]
            }
            for series in dict.fromkeys(rows["series"])
        ],
        "resolve": {"scale": {"color": "shared"}},
    }
    caption = (
        f"Loss on the target domain (test images, excess over its least value) before and after the transfer; "
        f"{selection.reduction} over the networks of each pair. Subset: {selection.words()}; {len(rows)} networks."
    )
    whole = rendering.complete(
        spec,
        data,
        parameters=range_parameters(low, high),
        caption=caption,
        synthetic=bool(rows["synthetic"].any()),
    )
    return rendering.save(whole, path)
