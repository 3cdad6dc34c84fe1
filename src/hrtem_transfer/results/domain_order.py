"""The order in which domains stand on axes, in menus and in tables: that of what they are, not of their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from hrtem_transfer.study.config.imaging import AXES
from hrtem_transfer.study.config.presets import PRESETS

_PRESETS = {name: number for number, name in enumerate(PRESETS)}


def ordered(domains: pd.DataFrame, names: Iterable[str]) -> list[str]:
    """The names in order: small before large, like crystals together, numbers as numbers (-10 before -5).

    Crystals go by symmetry class (number of the space group), then as the presets are listed, then by name; what is
    not known comes last. Domains that differ in nothing that is known go by their name.

    Args:
        domains: the table ``domains``; columns that it lacks count as unknown.
        names: ids of domains, each once or more often.

    Raises:
        ValueError: a name is not in the table.
    """
    wanted = list(dict.fromkeys(names))
    rows = domains.drop_duplicates("domain").set_index("domain")
    unknown = [name for name in wanted if name not in rows.index]
    if unknown:
        raise ValueError(f"not in the table of domains: {', '.join(map(str, unknown))}")
    rows = rows.loc[wanted]
    places = {name: _place(name, row) for name, row in zip(wanted, rows.to_dict("records"), strict=True)}
    return sorted(wanted, key=places.__getitem__)


def crystal_place(crystal: Any, space_group: Any) -> tuple[Any, ...]:
    """Where a crystal stands among others: by symmetry class, then in the presets' order, then by name."""
    name = _text(crystal)
    return (*_number(space_group), _PRESETS.get(name[1], len(_PRESETS)), name)


def size_place(size_class: Any) -> tuple[Any, ...]:
    """Where a size class stands among others: small before all, large after all, others by name between them."""
    missing, words = _text(size_class)
    lower = words.lower()
    return (missing, 0 if "small" in lower else 2 if "large" in lower else 1, words)


def _place(name: str, row: dict[Any, Any]) -> tuple[Any, ...]:
    return (
        size_place(row.get("set_family")),
        crystal_place(row.get("crystal"), row.get("space_group")),
        tuple(_number(row.get(axis)) for axis in AXES),
        _text(row.get("structure_set")),
        name,
    )


def _number(value: Any) -> tuple[bool, float]:
    return (True, 0.0) if value is None or pd.isna(value) else (False, float(value))


def _text(value: Any) -> tuple[bool, str]:
    return (True, "") if value is None or pd.isna(value) else (False, str(value))
