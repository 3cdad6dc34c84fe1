"""Distributions, bars and curves, each one Vega-Lite specification for paper and page.

Data sets are named, and their rows hold labels and their order (fields ending in ``i``) beside the values, so that a
specification knows nothing about domains or networks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hrtem_transfer.report.figures import theme
from hrtem_transfer.report.figures.labels import SCRATCH

BARS = ("before", "after", SCRATCH)
METHODS = ("mixture", "transfer, first to second", "transfer, second to first", "one domain only", SCRATCH)
_COLOURS = (0, 5, 2, 6, 3)
_SHAPES = ["circle", "triangle-up", "triangle-down", "square", "diamond"]


def histograms(*, title: str, x_title: str, group_title: str, data: str = "bins", width: int = 260) -> dict[str, Any]:
    """Histograms below each other on one scale, with a line at each median.

    Rows: group, gi, low, high (limits of a bin), share (of the group's networks), median, networks.
    """
    x_axis = {"title": x_title, "grid": True, "tickCount": 5, "format": "~g"}
    bars = {
        "mark": {"type": "rect", "fill": theme.CATEGORIES[0], "stroke": theme.colour(theme.PAPER), "strokeWidth": 0.5},
        "encoding": {
            "x": {"field": "low", "type": "quantitative", "axis": x_axis, "scale": {"zero": False, "nice": False}},
            "x2": {"field": "high"},
            "y": {"field": "share", "type": "quantitative", "title": None, "axis": None},
            "y2": {"datum": 0},
            "tooltip": [{"field": "tip", "type": "nominal", "title": " "}],
        },
    }
    middle = {
        "mark": {"type": "rule", "stroke": theme.colour(theme.INK), "strokeWidth": 1.5, "strokeDash": [4, 2]},
        "encoding": {"x": {"aggregate": "min", "field": "median", "type": "quantitative"}},
    }
    header = {"labelAngle": 0, "labelAlign": "left", "labelAnchor": "middle", "title": group_title}
    row = {"field": "label", "type": "nominal", "sort": {"field": "gi", "op": "min"}, "header": header, "spacing": 4}
    return {
        "title": title,
        "data": {"name": data},
        "facet": {"row": row},
        "spec": {"width": width, "height": 38, "layer": [bars, middle]},
    }


def paired_bars(
    *,
    title: str,
    x_title: str,
    y_title: str,
    shown: Sequence[str] | Mapping[str, str] = BARS[:2],
    data: str = "bars",
    step: int = 14,
) -> dict[str, Any]:
    """Bars of each domain beside each other, before, after, from scratch. Rows: x, xi, which (of ``BARS``), value, tip.

    ``shown`` are those that there are, for the legend; as ``{"expr": NAME}`` a parameter holds them.
    """
    order = list(BARS)
    return {
        "title": title,
        "data": {"name": data},
        "width": {"step": step},
        "height": 150,
        "mark": {"type": "bar", "stroke": theme.colour(theme.INK), "strokeWidth": 0.5},
        "encoding": {
            "x": {
                "field": "x",
                "type": "nominal",
                "sort": {"field": "xi", "op": "min"},
                "title": x_title,
                "axis": {"labelAngle": -90, "labelLimit": 180},
            },
            "xOffset": {"field": "which", "type": "nominal", "sort": order},
            "y": {"field": "value", "type": "quantitative", "title": y_title, "axis": {"tickCount": 5, "format": "~g"}},
            "color": {
                "field": "which",
                "type": "nominal",
                "sort": order,
                "title": None,
                # Middle, dark and light, to be distinguishable in grey.
                "scale": {"domain": order, "range": [theme.CATEGORIES[i] for i in (4, 0, 7)]},
                "legend": {"orient": "top", "values": dict(shown) if isinstance(shown, Mapping) else list(shown)},
            },
            "tooltip": [{"field": "tip", "type": "nominal", "title": " "}],
        },
    }


def share_curves(
    *, title: str, x_title: str, y_title: str, data: str = "curves", width: int = 240, columns: int = 2
) -> dict[str, Any]:
    """Loss over the share of the second domain, a curve for each method, a panel for each domain it is read on.

    Rows: panel, pi, method (one of ``METHODS``), share, value, tip.
    """
    dashes = [[1, 0], [6, 3], [2, 2], [1, 0], [1, 0]]
    shared = {
        "x": {
            "field": "share",
            "type": "quantitative",
            "title": x_title,
            "scale": {"domain": [0, 1]},
            "axis": {"format": "%", "tickCount": 5},
        },
        "y": {
            "field": "value",
            "type": "quantitative",
            "title": y_title,
            "axis": {"tickCount": 5, "format": "~g"},
            "scale": {"zero": True},
        },
        "color": {
            "field": "method",
            "type": "nominal",
            "title": None,
            "scale": {"domain": list(METHODS), "range": [theme.CATEGORIES[i] for i in _COLOURS]},
            "legend": {"orient": "top", "columns": columns, "symbolStrokeWidth": 0, "labelLimit": 220},
        },
    }
    line = {
        # One domain only: two ends, nothing in between.
        "transform": [{"filter": {"field": "method", "oneOf": list(METHODS[:3])}}],
        "mark": {"type": "line", "strokeWidth": 1.5},
        "encoding": {
            **shared,
            "strokeDash": {
                "field": "method",
                "type": "nominal",
                "scale": {"domain": list(METHODS), "range": dashes},
                "legend": None,
            },
        },
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
        "encoding": {
            **shared,
            "shape": {
                "field": "method",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(METHODS), "range": _SHAPES},
            },
            "tooltip": [{"field": "tip", "type": "nominal", "title": " "}],
        },
    }
    column = {"field": "panel", "type": "nominal", "sort": {"field": "pi", "op": "min"}, "title": None}
    return {
        "title": title,
        "data": {"name": data},
        "facet": {"column": column},
        "spec": {"width": width, "height": 200, "layer": [line, points]},
    }


def ranges(*, title: str, x_title: str, y_title: str, data: str = "ranges", width: int = 300) -> dict[str, Any]:
    """A point at the median with a bar from quartile to quartile for each group.

    Rows: y, yi, low, middle, high, tip.
    """
    y = {"field": "y", "type": "nominal", "sort": {"field": "yi", "op": "min"}, "title": y_title}
    x_axis = {"title": x_title, "tickCount": 6, "format": "~g"}
    return {
        "title": title,
        "data": {"name": data},
        "width": width,
        "height": {"step": 26},
        "layer": [
            {
                "mark": {"type": "bar", "height": 10, "color": theme.CATEGORIES[4]},
                "encoding": {
                    "y": y,
                    "x": {"field": "low", "type": "quantitative", "axis": x_axis, "scale": {"zero": True}},
                    "x2": {"field": "high"},
                    "tooltip": [{"field": "tip", "type": "nominal", "title": " "}],
                },
            },
            {
                "mark": {"type": "tick", "thickness": 2.5, "size": 18, "color": theme.colour(theme.INK)},
                "encoding": {"y": y, "x": {"field": "middle", "type": "quantitative"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 10, "fill": theme.colour(theme.INK)},
                "encoding": {
                    "y": y,
                    "x": {"field": "high", "type": "quantitative"},
                    "text": {"field": "middle", "type": "quantitative", "format": ".3~g"},
                },
            },
        ],
    }
