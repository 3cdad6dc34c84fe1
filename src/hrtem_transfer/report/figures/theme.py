"""How figures look: one look for paper and page, legible in grey and without colour vision."""

from __future__ import annotations

from typing import Any

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
# Viridis rises evenly in lightness, so that it reads in grey; the diverging map is purple to orange, both ends dark.
SEQUENTIAL = "viridis"
DIVERGING = "purpleorange"
# Okabe and Ito, "Color universal design" (2008): distinguishable with every kind of colour vision.
CATEGORIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999", "#F0E442")

INK = "ink"
FAINT = "faint"
PAPER = "paper"


def colour(name: str) -> dict[str, str]:
    """A colour that the page may change while it is open (``INK``, ``FAINT`` or ``PAPER``)."""
    return {"expr": name}


def parameters(dark: bool = False) -> list[dict[str, Any]]:
    """What the page may change, as Vega-Lite parameters: the colours, and the size of numbers in maps (px)."""
    ink, faint, paper = ("#e8eaed", "#4b5058", "#16181c") if dark else ("#1a1a1a", "#c9ccd1", "#ffffff")
    values = {INK: ink, FAINT: faint, PAPER: paper, "cell_font": 9}
    return [{"name": name, "value": value} for name, value in values.items()]


def config() -> dict[str, Any]:
    """The Vega-Lite configuration."""
    text = {"labelColor": colour(INK), "titleColor": colour(INK), "labelFont": FONT, "titleFont": FONT}
    sizes = {"labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": "normal"}
    return {
        "background": None,
        "font": FONT,
        "aria": False,
        "axis": {
            **text,
            **sizes,
            "domainColor": colour(INK),
            "tickColor": colour(INK),
            "gridColor": colour(FAINT),
            "gridOpacity": 0.5,
        },
        "legend": {**text, **sizes, "gradientLength": 160},
        "header": {**text, **sizes},
        "title": {
            "color": colour(INK),
            "subtitleColor": colour(INK),
            "font": FONT,
            "subtitleFont": FONT,
            "fontSize": 13,
            "subtitleFontSize": 11,
            "fontWeight": "bold",
            "anchor": "start",
        },
        "view": {"stroke": None},
        "range": {"category": list(CATEGORIES)},
    }
