"""From specifications to SVG and PNG files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from hrtem_transfer.report.figures import theme
from hrtem_transfer.storage.extras import explained
from hrtem_transfer.storage.files import written_whole

# Twice a paper's 150 dots per inch.
_SCALE = 2.0


def complete(
    spec: Mapping[str, Any],
    data: Mapping[str, pd.DataFrame | Sequence[Mapping[str, Any]]],
    *,
    parameters: Sequence[Mapping[str, Any]] = (),
    caption: str = "",
    synthetic: bool = False,
    dark: bool = False,
) -> dict[str, Any]:
    """A whole Vega-Lite specification: ``spec`` with its data, the look, and a caption underneath.

    Args:
        spec: a view, or a composition of views.
        data: rows by name of data set.
        parameters: Vega-Lite parameters of the specification.
        caption: text under the figure; it is broken into lines.
        synthetic: say in the figure that its numbers are synthetic.
        dark: the look on a dark page.
    """
    rows = {name: _rows(frame) for name, frame in data.items()}
    lines = (["SYNTHETIC DATA: written by a generator, no network was trained"] if synthetic else []) + _lines(caption)
    body = {key: value for key, value in spec.items() if key != "title"}
    if lines:
        body = {"vconcat": [dict(spec), _caption_view(lines, synthetic)], "spacing": 14}
        # Legends stay with their figure instead of moving below the caption.
        channels = ("color", "shape", "strokeDash", "x", "y")
        body["resolve"] = {"scale": dict.fromkeys(channels, "independent")}
    elif "title" in spec:
        body["title"] = spec["title"]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        **body,
        "params": [*theme.parameters(dark), *map(dict, parameters)],
        "datasets": rows,
        "config": {**theme.config(), "background": theme.colour(theme.PAPER)},
        "padding": 12,
    }


def save(spec: Mapping[str, Any], path: Path) -> list[Path]:
    """Draw a whole specification to ``path`` with the endings .svg and .png; returns the two paths."""
    with explained("Figures need"):
        import vl_convert

    svg, png = path.with_name(path.name + ".svg"), path.with_name(path.name + ".png")
    text = vl_convert.vegalite_to_svg(dict(spec))
    with written_whole(svg) as temporary:
        temporary.write_text(text, encoding="utf-8")
    with written_whole(png) as temporary:
        temporary.write_bytes(vl_convert.svg_to_png(text, scale=_SCALE))
    return [svg, png]


def _caption_view(lines: Sequence[str], synthetic: bool) -> dict[str, Any]:
    rows = [{"line": number, "words": line} for number, line in enumerate(lines)]
    strong = "datum.line == 0 ? 'bold' : 'normal'" if synthetic else "'normal'"
    return {
        "data": {"values": rows},
        "width": 600,
        "height": 16 * len(lines),
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "top",
            "fontSize": 11,
            "fontWeight": {"expr": strong},
            "fill": theme.colour(theme.INK),
            "x": 0,
        },
        "encoding": {
            "y": {
                "field": "line",
                "type": "quantitative",
                "axis": None,
                "scale": {"domain": [0, len(lines)], "reverse": True, "nice": False},
            },
            "text": {"field": "words", "type": "nominal"},
        },
    }


def _lines(caption: str, width: int = 105) -> list[str]:
    import textwrap

    return textwrap.wrap(caption, width)


def _rows(frame: pd.DataFrame | Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if isinstance(frame, pd.DataFrame):
        plain = frame.astype(object).where(frame.notna(), None)
        return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
    return [dict(row) for row in frame]
