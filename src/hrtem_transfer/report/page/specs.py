"""The page's specifications: those of the static figures, with data sets that the page fills."""

from __future__ import annotations

import json
from typing import Any

from hrtem_transfer.report.figures import charts, theme
from hrtem_transfer.report.figures.heatmap import heatmap, range_parameters
from hrtem_transfer.storage.extras import explained

_STEP_PX = 34


def page_specs() -> dict[str, Any]:
    """Compiled Vega specifications by the name under which the page asks for them."""
    specs = {
        "map": heatmap(title="", x_title="target", y_title="source", legend=""),
        "shift": heatmap(title="", x_title="target", y_title="source", legend="", diverging=True),
        "bars": charts.paired_bars(title="", x_title="evaluated on", y_title="", shown={"expr": "shown"}),
        "histograms": charts.histograms(title="", x_title="", group_title=""),
        "curves": charts.share_curves(title="", x_title="share of the second", y_title="", columns=1),
    }
    return {name: _compiled(spec) for name, spec in specs.items()}


def _compiled(spec: dict[str, Any]) -> dict[str, Any]:
    with explained("The explorer needs"):
        import vl_convert

    body = {key: value for key, value in spec.items() if key != "title"}
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        **body,
        "datasets": {spec["data"]["name"]: []},
        "params": [*theme.parameters(), *range_parameters(0.0, 1.0), {"name": "shown", "value": list(charts.BARS)}],
        "config": {**theme.config(), "background": None},
        "padding": 4,
    }
    compiled: dict[str, Any] = json.loads(json.dumps(vl_convert.vegalite_to_vega(whole)))
    for signal in compiled["signals"]:
        # The page sets the steps itself; a signal with a rule of its own would not listen.
        if signal["name"].endswith("_step"):
            signal.pop("update", None)
            signal.setdefault("value", _STEP_PX)
    for scale in compiled.get("scales", []):
        if scale["name"] == "xOffset":
            scale["range"] = [0, {"signal": "bandwidth('x')"}]
    return compiled
