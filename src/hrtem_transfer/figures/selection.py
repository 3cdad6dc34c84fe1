"""Subsets of the networks, and reductions over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

REDUCTIONS = ("min", "mean", "median", "max")
FILTERS = {
    "series": "series",
    "source": "source_domain",
    "target": "target_domain",
    "images": "n_images",
    "freeze": "freeze",
    "pretrain_learning_rate": "pretrain_learning_rate",
    "transfer_learning_rate": "transfer_learning_rate",
    "replicate": "replicate",
}
_WORDS = {
    "series": "series",
    "source": "source",
    "target": "target",
    "images": "images",
    "freeze": "frozen",
    "pretrain_learning_rate": "pretraining learning rate",
    "transfer_learning_rate": "transfer learning rate",
    "replicate": "replicate",
}


@dataclass(frozen=True)
class Selection:
    """Which networks, and how they are reduced to one number.

    Attributes:
        filters: allowed values by the names of ``FILTERS``; what is not named is not restricted.
        reduction: one of ``REDUCTIONS``.
    """

    filters: Mapping[str, Sequence[object]] = field(default_factory=dict)
    reduction: str = "median"

    def __post_init__(self) -> None:
        if self.reduction not in REDUCTIONS:
            raise ValueError(f"reduction {self.reduction!r} is not known; allowed: {', '.join(REDUCTIONS)}")
        unknown = [name for name in self.filters if name not in FILTERS]
        if unknown:
            raise ValueError(f"filter {', '.join(unknown)} is not known; allowed: {', '.join(FILTERS)}")

    def of(self, networks: pd.DataFrame) -> pd.DataFrame:
        """The rows of ``networks`` that the filters allow.

        Raises:
            ValueError: a filter names a value that no network has.
        """
        keep = pd.Series(True, index=networks.index)
        for name, allowed in self.filters.items():
            column = networks[FILTERS[name]]
            strange = [value for value in allowed if not (column == value).any()]
            if strange:
                there = ", ".join(str(value) for value in sorted(column.dropna().unique()))
                raise ValueError(f"filter {name}: no network has {', '.join(map(str, strange))}; there are: {there}")
            keep &= column.isin(list(allowed))
        return networks[keep]

    def words(self) -> str:
        """The subset as a person would say it."""
        parts = [
            f"{_WORDS[name]} {' or '.join(_shown(value) for value in allowed)}"
            for name, allowed in self.filters.items()
        ]
        return "; ".join(parts) if parts else "all networks"


def reduced(rows: pd.DataFrame, by: Sequence[str], value: str, reduction: str) -> pd.DataFrame:
    """One row per group: ``value`` reduced, and ``networks``, the number of values; groups without a value are absent.

    Raises:
        ValueError: the reduction is not known.
    """
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction {reduction!r} is not known; allowed: {', '.join(REDUCTIONS)}")
    groups = rows.dropna(subset=[value]).groupby(list(by), sort=True, observed=True)[value]
    return groups.agg(**{"value": reduction, "networks": "size"}).reset_index()


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
