"""Two studies side by side: where their networks agree, and where they differ most."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hrtem_transfer.files import DataError
from hrtem_transfer.parquet_files import read_table
from hrtem_transfer.results.loading import load_table
from hrtem_transfer.results.table_schemas import NETWORKS
from hrtem_transfer.results.writing import checked

SETTINGS = (
    "series",
    "stage",
    "source_domain",
    "target_domain",
    "n_images",
    "n_images_second",
    "freeze",
    "pretrain_learning_rate",
    "transfer_learning_rate",
)
MEASURES = ("loss_target_before", "loss_target_after", "ood_std_before", "ood_std_after", "dice_target_after")
_LEAST_SETTINGS = 3
_REMEDY = "give a results folder, or a table networks as Parquet or CSV"


@dataclass(frozen=True)
class Comparison:
    """Two studies compared setting by setting (all replicates of a setting reduced to their median).

    Attributes:
        names: what the two are called.
        settings: number of settings that both have results for.
        only: number of settings with results that only the first, and only the second has.
        measures: one row per series and measure: ``settings``, ``median_a``, ``median_b``, ``median_difference``
            (b minus a), ``rank_correlation`` (Spearman), ``lower_in_b`` (share of settings).
        largest: the settings with the largest difference of ``loss_target_after``, largest first.
        synthetic: what is made up: which of the two.
    """

    names: tuple[str, str]
    settings: int
    only: tuple[int, int]
    measures: pd.DataFrame
    largest: pd.DataFrame
    synthetic: tuple[bool, bool]

    def __str__(self) -> str:
        a, b = self.names
        lines = [
            f"SYNTHETIC: {name} was made up by the generator, no network was trained."
            for name, synthetic in zip(self.names, self.synthetic, strict=True)
            if synthetic
        ]
        lines += [
            f"A = {a}",
            f"B = {b}",
            f"{self.settings} settings have results in both, {self.only[0]} only in A, {self.only[1]} only in B.",
            "",
            "Medians over settings, each setting being the median of its replicates:",
            _table(self.measures),
            "",
            f"The {len(self.largest)} settings that differ most in loss_target_after:",
            _table(self.largest),
        ]
        return "\n".join(lines)


def compare(a: Path, b: Path, *, most: int = 10) -> Comparison:
    """Compare two results folders, or tables ``networks`` (Parquet or CSV) in the same schema.

    Settings are matched by their values, not by network ids, so that a table published elsewhere can be compared. A
    table may lack columns that are not compared; columns that are not of the schema are ignored.

    Args:
        a: results folder, or file of the table ``networks``.
        b: likewise.
        most: how many of the largest differences to list.

    Raises:
        DataError: a table is missing or damaged, or the two have no setting in common.
    """
    tables = [_networks(Path(path)) for path in (a, b)]
    one, two = (_by_setting(table) for table in tables)
    both = one.merge(two, on=list(SETTINGS), suffixes=("_a", "_b"), how="inner")
    if not len(both):
        raise DataError(
            f"{a} and {b}: no setting has results in both (columns {', '.join(SETTINGS)}); "
            "check that they are of the same study"
        )
    rows = []
    for series, part in both.groupby("series", sort=True):
        for measure in MEASURES:
            values = part[[f"{measure}_a", f"{measure}_b"]].dropna()
            if not len(values):
                continue
            first, second = values[f"{measure}_a"], values[f"{measure}_b"]
            ranked = len(values) >= _LEAST_SETTINGS and first.nunique() > 1 and second.nunique() > 1
            rows.append(
                {
                    "series": series,
                    "measure": measure,
                    "settings": len(values),
                    "median_a": first.median(),
                    "median_b": second.median(),
                    "median_difference": (second - first).median(),
                    "rank_correlation": first.corr(second, method="spearman") if ranked else np.nan,
                    "lower_in_b": (second < first).mean(),
                }
            )
    both["difference"] = both["loss_target_after_b"] - both["loss_target_after_a"]
    order = both["difference"].abs().sort_values(ascending=False, kind="stable").dropna().index[:most]
    shown = [name for name in SETTINGS if both[name].nunique(dropna=False) > 1]
    largest = both.loc[order, [*shown, "loss_target_after_a", "loss_target_after_b", "difference"]]
    return Comparison(
        names=(str(a), str(b)),
        settings=len(both),
        only=(len(one) - len(both), len(two) - len(both)),
        measures=pd.DataFrame(rows),
        largest=largest.reset_index(drop=True),
        synthetic=(bool(tables[0]["synthetic"].any()), bool(tables[1]["synthetic"].any())),
    )


def _networks(path: Path) -> pd.DataFrame:
    if path.is_dir():
        return load_table(path, NETWORKS)
    if not path.is_file():
        raise DataError(f"{path}: there is no such folder or file; {_REMEDY}")
    if path.suffix == ".parquet":
        frame = read_table(path, f"{_REMEDY[0].upper()}{_REMEDY[1:]}.").to_pandas()
    else:
        try:
            frame = pd.read_csv(path)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())[:200]
            raise DataError(f"{path}: this table is damaged or of another kind ({reason}); {_REMEDY}") from error
    needed = [*SETTINGS, "loss_target_after"]
    absent = [name for name in needed if name not in frame.columns]
    if absent:
        raise DataError(
            f"{path}: column {', '.join(absent)} is missing; a table networks must have at least {', '.join(needed)}"
        )
    # What a published table need not have is filled in, so that the rest can be checked by the same schema.
    rows = [f"row{number}" for number in range(1, len(frame) + 1)]
    filled = {"network_id": rows, "replicate": 0, "seed": 0, "status": "ok", "synthetic": False}
    for column in NETWORKS.columns:
        if column.name not in frame.columns:
            frame[column.name] = filled.get(column.name, np.nan if column.kind in ("real", "whole") else None)
    return checked(NETWORKS, frame[NETWORKS.names], str(path))


def _by_setting(networks: pd.DataFrame) -> pd.DataFrame:
    """Medians over replicates of all networks with a result that have a target."""
    rows = networks[(networks["status"] == "ok") & networks["target_domain"].notna()]
    return rows.groupby(list(SETTINGS), dropna=False, sort=True)[list(MEASURES)].median().reset_index()


def _table(frame: pd.DataFrame) -> str:
    return frame.to_string(index=False, na_rep="-", float_format=lambda value: f"{value:.4g}")
