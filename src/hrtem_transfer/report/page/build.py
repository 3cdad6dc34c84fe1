"""Puts the explorer together: one HTML file that needs no network and allows none."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from hrtem_transfer.report.figures.contact_sheet import pixel_size
from hrtem_transfer.report.figures.selection import Selection
from hrtem_transfer.report.page.examples import examples
from hrtem_transfer.report.page.payload import payload
from hrtem_transfer.report.page.specs import page_specs
from hrtem_transfer.results import Tables
from hrtem_transfer.results.effects import CHOICES, effects, recommended
from hrtem_transfer.storage.extras import explained
from hrtem_transfer.storage.files import written_whole

_PROGRAMS = (
    "engine.js",
    "curves.js",
    "state.js",
    "dom.js",
    "charts.js",
    "controls.js",
    "maps.js",
    "distributions.js",
    "mixture.js",
    "networks.js",
    "extras.js",
    "status.js",
    "main.js",
)


def write_explorer(
    tables: Tables,
    path: Path,
    *,
    title: str = "Transfer learning for HRTEM: all networks",
    images: Mapping[str, Path] | None = None,
    selection: Selection | None = None,
    pair: tuple[str, str] | None = None,
) -> Path:
    """Write the explorer. Without any result it says so, and what was planned.

    Args:
        tables: the study's tables.
        path: the HTML file.
        title: its title.
        images: image files by id of the domain; without them the page has no example images.
        selection: the subset that the page holds, and the reduction that it begins with.
        pair: source and target that it begins with.

    Returns:
        ``path``.

    Raises:
        DataError: an image file is missing or damaged.
    """
    selection = selection or Selection()
    pixels_A = tables.domains.set_index("domain")["pixel_size_A"].map(pixel_size)
    page = _page(selection.tables(tables), title, examples(images or {}, pixels_A), selection, pair)
    with written_whole(Path(path)) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return Path(path)


def _page(
    tables: Tables, title: str, pictures: Mapping[str, Any], selection: Selection, pair: tuple[str, str] | None
) -> str:
    with explained("The explorer needs"):
        import vl_convert

    known = payload(tables, selection, pair)
    data = {
        "meta": known.meta,
        "specs": page_specs(),
        "effects": _records(effects(tables).assign(choice_words=lambda rows: rows["choice"].map(CHOICES))),
        "recommended": _records(recommended(tables)),
    }
    library = _inline(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    program = _inline("\n".join(_asset(name) for name in _PROGRAMS))
    style = _asset("style.css")
    blocks = [f'<script type="application/json" id="data">{_json(data)}</script>']
    blocks += [f'<script type="application/json" id="block-images">{_json(pictures)}</script>']
    blocks += [
        f'<script type="text/plain" id="block-{html.escape(name)}">{text}</script>'
        for name, text in known.blocks.items()
    ]
    policy = (
        f"default-src 'none'; script-src {_hash(library)} {_hash(program)}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    page = _asset("page.html")
    parts = {
        "policy": policy,
        "title": html.escape(title),
        "style": style,
        "data": "\n".join(blocks),
        "library": library,
        "program": program,
    }
    # In one pass, so that nothing in the data is taken for a mark.
    return re.sub(r"\{\{(\w+)\}\}", lambda mark: parts[mark.group(1)], page)


def _asset(name: str) -> str:
    return (resources.files("hrtem_transfer.report.page") / "assets" / name).read_text(encoding="utf-8")


def _inline(script: str) -> str:
    """JavaScript that cannot end the element it stands in."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: Any) -> str:
    text = json.dumps(data, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(key): _plain(value) for key, value in row.items()} for row in plain.to_dict("records")]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
