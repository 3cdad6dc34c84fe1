"""What the page knows: networks as typed columns, scores as compressed blocks, and the words for them."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hrtem_transfer.learning.scores import SCORES
from hrtem_transfer.report.figures.labels import column_words, describing, domain_labels, ordered_values, value_words
from hrtem_transfer.report.figures.selection import FILTERS, NOT_OF_STAGE, Selection
from hrtem_transfer.report.page.status import notices, ran_with, status
from hrtem_transfer.results import Tables
from hrtem_transfer.results.measures import spread_domains
from hrtem_transfer.results.networks import series_domains
from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.study.config.imaging import AXES

SPLITS = ("test", "validation")
# Words of a training's kind, in the order of menus.
STAGES = {"pretrain": "pretraining", "transfer": "transfer", "scratch": "from scratch", "mixture": "mixture"}
_NONE = -1
_LEVELS = 2**34 - 1
_SCORE_BYTES = 5
# All bits of five bytes: no number.
_NOTHING = 2**40 - 1
# Largest error of a score that the whole numbers may make, relative to it.
_PRECISION = 1e-7


@dataclass(frozen=True)
class Payload:
    """``meta`` is plain data for JSON; ``blocks`` are base64 texts of deflated arrays by name."""

    meta: dict[str, Any]
    blocks: dict[str, str]


def payload(tables: Tables, selection: Selection | None = None, pair: tuple[str, str] | None = None) -> Payload:
    """Everything of the tables that the page works with.

    Scores are kept as 34-bit whole numbers with an offset and a step per block (one per split and measure), which
    leaves the spread of nearly equal scores its digits; a block whose smallest scores would suffer keeps 64-bit
    numbers. IoU is left out, and computed by the page as Dice / (2 - Dice), where that holds for every row.

    Args:
        tables: the study's tables, or a part of them.
        selection: the part that they are, for its words and the reduction that the page begins with.
        pair: source and target that the page begins with.
    """
    networks = tables.networks.reset_index(drop=True)
    domains = list(tables.domains["domain"])
    layouts, layout_of = _layouts(networks, tables.evaluations, domains)
    measures = _measures(tables)
    splits = [split for split in SPLITS if (tables.evaluations["split"] == split).any()] or [tables.split]
    derived = {"dice", "iou"} <= {one["key"] for one in measures} and _iou_follows(tables.evaluations)
    blocks = {"ids": _text_block(list(networks["network_id"]))}
    scales: dict[str, list[float] | None] = {}
    for split in splits:
        rows = tables.evaluations[tables.evaluations["split"] == split]
        for measure in (str(entry["key"]) for entry in measures):
            if measure != "iou" or not derived:
                name = f"{split}:{measure}"
                scales[name], blocks[name] = _scores(networks, rows, measure, domains, layouts, layout_of)
    columns, values = _columns(networks, domains)
    columns["layout"] = _packed(layout_of.astype(np.int32))
    axes = _axes(tables.domains)
    subset = selection.words() if selection is not None and selection.filters else None
    meta = {
        "synthetic": tables.synthetic,
        "networks": len(networks),
        "start": {"reduction": selection.reduction if selection else "median", "pair": list(pair) if pair else None},
        "notices": notices(tables, subset),
        "status": status(tables),
        "plan": tables.plan,
        "ran_with": ran_with(tables),
        "measures": measures,
        "splits": splits,
        "reported": tables.split,
        "iou_from_dice": derived,
        "frozen": {name: mode.part for name, mode in FREEZE_MODES.items()},
        "stages": STAGES,
        "scratch_lacks": [FILTERS[name] for name in NOT_OF_STAGE["scratch"]],
        "scores": scales,
        "axes": axes,
        "domains": [_domain(row, axes, place) for place, row in enumerate(tables.domains.to_dict("records"))],
        "layouts": layouts,
        "series": _series(tables, domains, [axis["key"] for axis in axes]),
        "values": values,
        "columns": columns,
    }
    return Payload(meta, blocks)


def _measures(tables: Tables) -> list[dict[str, Any]]:
    """The scores that the menu offers: those that there are; the loss where nothing was evaluated yet."""
    shown = [score for score in SCORES if score.title and score.name in (tables.measures or ("loss",))]
    return [
        {"key": one.name, "label": one.title, "words": one.words, "lower_is_better": one.lower_is_better}
        for one in shown
    ]


def _axes(domains: pd.DataFrame) -> list[dict[str, Any]]:
    """What tells the domains apart: title and values in their order, with words, and each domain's place in them."""
    found = []
    for column in describing(domains):
        values = ordered_values(domains, column)
        place = {value: number for number, value in enumerate(values)}
        found.append(
            {
                "key": column,
                "title": column_words(column),
                "values": ["none" if value is None else f"{value:g}" if column in AXES else value for value in values],
                "words": [value_words(column, value) or "none" for value in values],
                "of": [place[None if pd.isna(value) else value] for value in domains[column]],
            }
        )
    return found


def _layouts(
    networks: pd.DataFrame, evaluations: pd.DataFrame, domains: list[str]
) -> tuple[list[list[int]], np.ndarray]:
    """The distinct lists of domains that networks were evaluated on, and which of them each network has."""
    position = {name: number for number, name in enumerate(domains)}
    held_out = evaluations[evaluations["split"].isin(SPLITS)]
    pairs = held_out[["network_id", "evaluation_domain"]].drop_duplicates()
    numbers = pairs["evaluation_domain"].map(position)
    lists = numbers.groupby(pairs["network_id"]).agg(lambda part: tuple(sorted(part)))
    found: dict[tuple[int, ...], int] = {(): 0}
    layout_of = np.zeros(len(networks), dtype=np.int64)
    for row, network in enumerate(networks["network_id"]):
        layout_of[row] = found.setdefault(lists.get(network, ()), len(found))
    return [list(one) for one in found], layout_of


def _scores(
    networks: pd.DataFrame,
    rows: pd.DataFrame,
    measure: str,
    domains: list[str],
    layouts: list[list[int]],
    layout_of: np.ndarray,
) -> tuple[list[float] | None, str]:
    """One measure of all networks, each network's domains in the order of its layout; NaN where there is none."""
    sizes = np.array([len(one) for one in layouts])[layout_of]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    place = np.full((len(layouts), len(domains)), _NONE)
    for number, one in enumerate(layouts):
        place[number, one] = np.arange(len(one))
    network = pd.Index(networks["network_id"]).get_indexer(rows["network_id"])
    domain = pd.Index(domains).get_indexer(rows["evaluation_domain"])
    values = np.full(starts[-1], np.nan)
    values[starts[network] + place[layout_of[network], domain]] = rows[measure].to_numpy(dtype=float)
    return _score_block(values)


def _score_block(values: np.ndarray) -> tuple[list[float] | None, str]:
    """Offset and step of whole numbers (None: 64-bit numbers as they are), and the block."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    step = (high - low) / _LEVELS or 1.0
    sizes = np.abs(known[known != 0])
    if np.isinf(values).any() or (len(sizes) and step / 2 > _PRECISION * sizes.min()):
        return None, _deflated(_planes(values))
    codes = np.full(len(values), _NOTHING, dtype=np.int64)
    codes[np.isfinite(values)] = np.round((known - low) / step).astype(np.int64)
    return [low, step], _deflated(_planes(codes)[: _SCORE_BYTES * len(codes)])


def _columns(networks: pd.DataFrame, domains: list[str]) -> tuple[dict[str, str], dict[str, list[Any]]]:
    """Columns of ``networks`` as base64 of 32-bit whole numbers: positions in a list of values, or the numbers."""
    columns: dict[str, str] = {}
    values: dict[str, list[Any]] = {}
    position = {name: number for number, name in enumerate(domains)}
    for name in ("source_domain", "target_domain"):
        columns[name] = _packed(networks[name].map(position).fillna(_NONE).astype(np.int32).to_numpy())
    coded = ("series", "stage", "freeze", "status", "pretrain_learning_rate", "transfer_learning_rate")
    for name in (*coded, "n_images", "n_images_second", "replicate", "best_epoch"):
        there = sorted(networks[name].dropna().unique().tolist())
        code = {value: number for number, value in enumerate(there)}
        columns[name] = _packed(networks[name].map(code).fillna(_NONE).astype(np.int32).to_numpy())
        values[name] = there
    parent = pd.Index(networks["network_id"]).get_indexer(networks["pretrained_id"].fillna(""))
    columns["parent"] = _packed(parent.astype(np.int32))
    return columns, values


def _series(tables: Tables, domains: list[str], axes: list[str]) -> list[dict[str, Any]]:
    """Each series: its kind, its domains in the order of axes with their labels there, and those of the spread.

    ``axes`` of it are the places of those that tell its domains apart, where more than one does.
    """
    position = {name: number for number, name in enumerate(domains)}
    evaluated = series_domains(tables.networks, tables.evaluations)
    found = []
    for series, rows in tables.networks.groupby("series", sort=True):
        named = set(evaluated[str(series)])
        own = rows[rows["stage"] != "pretrain"]
        trained_on = pd.concat([own["source_domain"], own["target_domain"]] if len(own) else [rows["source_domain"]])
        labels = domain_labels(tables.domains, sorted(named | set(trained_on.dropna())))
        apart = describing(tables.domains[tables.domains["domain"].isin(labels)])
        spread = spread_domains(tables.domains, [name for name in labels if name in named]) if named else []
        done = own["status"] == "ok"
        found.append(
            {
                "name": str(series),
                "mixture": bool(len(own)) and bool((own["stage"] == "mixture").all()),
                "pretrained": not done.any() and bool((rows["status"] == "ok").any()),
                "domains": [position[name] for name in labels],
                "labels": list(labels.values()),
                "spread": sorted(position[name] for name in spread),
                "axes": [axes.index(column) for column in apart] if len(apart) > 1 else [],
            }
        )
    return found


def _domain(row: dict[Any, Any], axes: list[dict[str, Any]], place: int) -> dict[str, Any]:
    words = [axis["words"][axis["of"][place]] for axis in axes]
    return {"id": row["domain"], "family": row["family"], "words": ", ".join(one for one in words if one != "none")}


def _iou_follows(evaluations: pd.DataFrame) -> bool:
    follows = evaluations["dice"] / (2 - evaluations["dice"])
    return bool(np.allclose(follows, evaluations["iou"], rtol=1e-9, atol=1e-12, equal_nan=True))


def _packed(numbers: np.ndarray) -> str:
    return _deflated(_planes(numbers))


def _planes(array: np.ndarray) -> bytes:
    """The bytes of equal rank of all numbers together, least significant first: they compress better so."""
    raw = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return np.frombuffer(raw, dtype=np.uint8).reshape(-1, array.dtype.itemsize).T.tobytes()


def _text_block(lines: list[str]) -> str:
    return _deflated("\n".join(lines).encode())


def _deflated(data: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(data) + packer.flush()).decode()
