"""Short names of domains for axes, derived from what tells them apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from hrtem_transfer.results.domain_order import crystal_place, ordered, size_place
from hrtem_transfer.study.config.imaging import AXES

# Where a network that was trained from random weights stands among sources. No id has a space in it.
SCRATCH = "from scratch"
_SPECIMEN = {"crystal": "crystal", "set_family": "structure set"}


def describing(domains: pd.DataFrame) -> list[str]:
    """The columns that tell these domains apart: crystal, family of structure sets and every key of ``AXES``.

    A family of structure sets that follows from the crystal says nothing more.
    """
    found = [name for name in (*_SPECIMEN, *AXES) if name in domains and domains[name].nunique(dropna=False) > 1]
    if {"crystal", "set_family"} <= set(found):
        sets_of_crystal = domains.groupby("crystal", dropna=False)["set_family"].nunique(dropna=False)
        if sets_of_crystal.max() == 1:
            found.remove("set_family")
    return found


def column_words(column: str) -> str:
    """What a describing column is, as the title of a filter or an axis."""
    return AXES[column].words if column in AXES else _SPECIMEN[column]


def value_words(column: str, value: Any) -> str:
    """A value of a describing column as people read it; empty where there is none."""
    if value is None or pd.isna(value):
        return ""
    if column in AXES:
        return AXES[column].in_label(float(value))
    return str(value).replace("_", " ") if column == "set_family" else str(value)


def ordered_values(domains: pd.DataFrame, column: str) -> list[Any]:
    """The distinct values of a describing column in the order of axes; None (not known) is the last."""
    known = domains.dropna(subset=[column]).drop_duplicates(column)
    if column == "crystal":
        groups = dict(zip(known[column], known.get("space_group", pd.Series(index=known.index)), strict=True))
        values = sorted(groups, key=lambda name: crystal_place(name, groups[name]))
    else:
        values = sorted(known[column], key=size_place if column == "set_family" else float)
    return values + [None] * bool(domains[column].isna().any())


def domain_labels(domains: pd.DataFrame, names: Iterable[str]) -> dict[str, str]:
    """A short label for each domain, unlike all others of ``names``, in the order of axes.

    Where what is known does not tell domains apart, they go by the name that they have where they come from, or by
    their id.

    Args:
        domains: the table ``domains``.
        names: ids of the domains that are shown together.

    Raises:
        ValueError: a name is not in the table.
    """
    order = ordered(domains, names)
    rows = domains.drop_duplicates("domain").set_index("domain").loc[order]
    columns = describing(rows)
    derived = {name: _joined(row, columns) for name, row in zip(order, rows.to_dict("records"), strict=True)}
    given = rows["label"].to_dict() if "label" in rows else {}
    seen = [*derived.values(), *given.values()]
    for name, label in derived.items():
        if not label or seen.count(label) > 1:
            own = given.get(name)
            derived[name] = name if own is None or pd.isna(own) or seen.count(own) > 1 else str(own)
    return derived


def pair_labels(domains: pd.DataFrame, pair: tuple[str, str]) -> dict[str, str]:
    """The labels that two domains have among those of their families, where both differ from all others."""
    rows = domains.drop_duplicates("domain").set_index("domain")
    families = rows.loc[list(pair), "family"].unique()
    labels = domain_labels(domains, [*pair, *rows.index[rows["family"].isin(families)]])
    return {name: labels[name] for name in pair}


def _joined(row: dict[Any, Any], columns: list[str]) -> str:
    specimen = " ".join(filter(None, (value_words(name, row[name]) for name in columns if name in _SPECIMEN)))
    return ", ".join(filter(None, [specimen, *(value_words(name, row[name]) for name in columns if name in AXES)]))
