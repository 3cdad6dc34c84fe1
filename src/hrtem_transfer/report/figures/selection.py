"""Subsets of the networks, and reductions over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from hrtem_transfer.results import Tables

REDUCTIONS = ("min", "mean", "median", "max")
FILTERS = {
    "series": "series",
    "stage": "stage",
    "source": "source_domain",
    "target": "target_domain",
    "images": "n_images",
    "freeze": "freeze",
    "pretrain_learning_rate": "pretrain_learning_rate",
    "transfer_learning_rate": "transfer_learning_rate",
    "replicate": "replicate",
}
# What networks of a stage do not have, or have in another sense: a filter on it leaves them in.
NOT_OF_STAGE: dict[str, tuple[str, ...]] = {
    "pretrain": ("target", "images", "freeze", "transfer_learning_rate"),
    "scratch": ("source", "freeze", "pretrain_learning_rate"),
    "mixture": ("images", "freeze", "transfer_learning_rate"),
}
_WORDS = {
    "freeze": "frozen",
    "pretrain_learning_rate": "pretraining learning rate",
    "transfer_learning_rate": "transfer learning rate",
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
        """The rows of ``networks`` that the filters allow; each stage is asked only for what it has.

        The domains of a mixture have no order: a filter on source or target looks at both.

        Raises:
            ValueError: a filter names a value that no network has.
        """
        keep = pd.Series(True, index=networks.index)
        mixture = networks["stage"] == "mixture"
        for name, allowed in self.filters.items():
            column = networks[FILTERS[name]]
            exempt = networks["stage"].isin([stage for stage, names in NOT_OF_STAGE.items() if name in names])
            asked = column[~exempt]
            strange = [value for value in allowed if not (asked == value).any()]
            if strange:
                there = ", ".join(str(value) for value in sorted(asked.dropna().unique()))
                raise ValueError(f"filter {name}: no network has {', '.join(map(str, strange))}; there are: {there}")
            fits = column.isin(list(allowed))
            if name in ("source", "target"):
                both = networks[["source_domain", "target_domain"]].isin(list(allowed)).any(axis=1)
                fits = fits | (mixture & both)
            keep &= exempt | fits
        return networks[keep]

    def tables(self, tables: Tables) -> Tables:
        """The tables of the networks that the filters allow, with the pretrained networks behind them.

        Raises:
            ValueError: a filter names a value that no network has.
        """
        if not self.filters:
            return tables
        chosen = self.of(tables.networks)
        ids = set(chosen["network_id"]) | set(chosen["pretrained_id"].dropna())

        def kept(frame: pd.DataFrame) -> pd.DataFrame:
            return frame[frame["network_id"].isin(ids)].reset_index(drop=True)

        return Tables(kept(tables.networks), kept(tables.evaluations), kept(tables.histories), tables.domains)

    def words(self) -> str:
        """The subset as a person would say it."""
        parts = [
            f"{_WORDS.get(name, name)} {' or '.join(_shown(value) for value in allowed)}"
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
