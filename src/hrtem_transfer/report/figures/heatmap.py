"""Source x target heat maps, as one Vega-Lite specification for paper and page.

Cells are rows with ``x``, ``y`` (labels), ``xi``, ``yi`` (their order), ``value`` (or none: the cell stays empty),
``text`` (what is written in it), and on the page ``chosen`` (framed). Their data set is named ``cells``; the colour
range is the parameters ``low`` and ``high``, so that two maps can share one.
"""

from __future__ import annotations

from typing import Any

from hrtem_transfer.report.figures import theme

CELL_PX = 34


def heatmap(
    *,
    title: str,
    x_title: str,
    y_title: str,
    legend: str,
    diverging: bool = False,
    low: float | str = "low",
    high: float | str = "high",
    data: str = "cells",
    cell_px: int = CELL_PX,
    written: bool = True,
) -> dict[str, Any]:
    """Specification of one heat map.

    Args:
        title: over the map.
        x_title: title of the horizontal axis.
        y_title: title of the vertical axis.
        legend: title of the colour bar, with the unit.
        diverging: colours on both sides of zero; give ``low = -high``.
        low: value of the first colour, or the name of the parameter that holds it.
        high: value of the last colour, likewise.
        data: name of the data set.
        cell_px: edge of a cell.
        written: write each cell's text into it.
    """
    position = {
        "x": {
            "field": "x",
            "type": "nominal",
            "sort": {"field": "xi", "op": "min"},
            "title": x_title,
            "axis": {"labelAngle": -90, "domain": False, "ticks": False, "labelPadding": 4, "labelLimit": 180},
        },
        "y": {
            "field": "y",
            "type": "nominal",
            "sort": {"field": "yi", "op": "min"},
            "title": y_title,
            "axis": {"domain": False, "ticks": False, "labelPadding": 4, "labelLimit": 180},
        },
    }
    scheme = theme.DIVERGING if diverging else theme.SEQUENTIAL
    colour = {
        "field": "value",
        "type": "quantitative",
        "scale": {
            "scheme": scheme,
            "domainMin": {"expr": str(low)},
            "domainMax": {"expr": str(high)},
            "clamp": True,
            "zero": False,
            "nice": False,
            **({"domainMid": 0} if diverging else {}),
        },
        "legend": {"title": legend, "gradientLength": 150, "tickCount": 5, "format": "~g"},
    }
    # Text is dark on the light colours and light on the dark ones, whichever theme the page has.
    middle = f"abs(datum.value) < 0.55 * ({high})" if diverging else f"datum.value > 0.4 * ({low}) + 0.6 * ({high})"
    filled = {"filter": "isValid(datum.value)"}
    layers: list[dict[str, Any]] = [
        {
            "transform": [filled],
            "mark": {"type": "rect", "cursor": "pointer"},
            "encoding": {
                **position,
                "color": colour,
                "tooltip": [{"field": "tip", "type": "nominal", "title": " "}],
            },
        },
    ]
    if written:
        layers.append(
            {
                "transform": [filled],
                "mark": {
                    "type": "text",
                    "fontSize": {"expr": "cell_font"},
                    "fill": {"expr": f"({middle}) ? '#000' : '#fff'"},
                },
                "encoding": {**position, "text": {"field": "text", "type": "nominal"}},
            }
        )
    layers.append(
        {
            "transform": [{"filter": "datum.chosen"}],
            "mark": {"type": "rect", "fill": None, "stroke": theme.CATEGORIES[5], "strokeWidth": 3},
            "encoding": position,
        }
    )
    return {
        "title": title,
        "data": {"name": data},
        "width": {"step": cell_px},
        "height": {"step": cell_px},
        "view": {"stroke": theme.colour(theme.FAINT)},
        "layer": layers,
    }


def range_parameters(low: float, high: float) -> list[dict[str, Any]]:
    """The colour range, as Vega-Lite parameters (at the top of a specification, for all its maps)."""
    return [{"name": "low", "value": low}, {"name": "high", "value": high}]
