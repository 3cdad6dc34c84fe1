"""Two studies side by side: where their networks agree, and where they differ most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hrtem_transfer.results.domain_matching import described, differences, matched
from hrtem_transfer.results.loading import filled, load, read_csv
from hrtem_transfer.results.table_schemas import NETWORKS
from hrtem_transfer.results.writing import checked
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.parquet_files import read_table
from hrtem_transfer.study.config.imaging import AXES

SETTINGS = (
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
_NEEDED = ("stage", "source_domain", "target_domain", "n_images", "freeze", "loss_target_after")
_LEAST_SETTINGS = 3
_REMEDY = "give a results folder, or a table networks as Parquet or CSV (`hrtem-transfer import` takes other tables)"


@dataclass(frozen=True)
class Comparison:
    """Two studies compared setting by setting (all replicates of a setting reduced to their median).

    Attributes:
        names: what the two are called.
        settings: number of settings that both have results for.
        only: number of settings with results that only the first, and only the second has.
        networks: number of networks with results behind these settings that only one has.
        measures: one row per series of the first study and measure: ``settings``, ``median_a``, ``median_b``,
            ``median_difference`` (b minus a), ``rank_correlation`` (Spearman), ``lower_in_b`` (share of settings).
        largest: the settings with the largest difference of ``loss_target_after``, largest first.
        notes: sentences about what is not the same, or not known, in the two.
        synthetic: which of the two are synthetic.
    """

    names: tuple[str, str]
    settings: int
    only: tuple[int, int]
    networks: tuple[int, int]
    measures: pd.DataFrame
    largest: pd.DataFrame
    notes: tuple[str, ...]
    synthetic: tuple[bool, bool]

    def __str__(self) -> str:
        a, b = self.names
        lines = [
            f"SYNTHETIC: {name} was written by the generator, no network was trained."
            for name, synthetic in zip(self.names, self.synthetic, strict=True)
            if synthetic
        ]
        lines += [
            f"A = {a}",
            f"B = {b}",
            f"{self.settings} settings have results in both, {self.only[0]} only in A ({self.networks[0]} networks), "
            f"{self.only[1]} only in B ({self.networks[1]} networks).",
            *self.notes,
        ]
        if len(self.measures):
            lines += ["", "Medians over settings, each setting being the median of its replicates:"]
            lines.append(_table(self.measures))
        if len(self.largest):
            lines += ["", f"The {len(self.largest)} settings that differ most in loss_target_after:"]
            lines.append(_table(self.largest))
        return "\n".join(lines)


@dataclass(frozen=True)
class _Study:
    """Networks of a study; what is known of its domains, and the split of its losses, where that is known."""

    networks: pd.DataFrame
    domains: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    split: str | None = None


def compare(a: Path, b: Path, *, most: int = 10) -> Comparison:
    """Compare two results folders, or tables ``networks`` (Parquet or CSV) in the same schema.

    Settings are matched by their values, not by network ids, so that a table published elsewhere can be compared;
    domains by what they are (see ``domain_matching``), mixtures without regard to the order of their domains. A setting
    that one study does not tell for any network of a stage is left out of the matching.

    Args:
        a: results folder, or file of the table ``networks``.
        b: likewise.
        most: how many of the largest differences to list.

    Raises:
        DataError: a table is missing or damaged, or the two have no setting in common.
    """
    one, two = (_study(Path(path)) for path in (a, b))
    pairs = matched(one.domains, two.domains)
    rows = [_with_results(one.networks, {}), _with_results(two.networks, _renamed(one, two, pairs))]
    both, only, notes = _joined(*rows)
    if not len(both):
        raise DataError(
            f"{a} and {b}: no setting has results in both (columns {', '.join(SETTINGS)}); "
            "check that they are of the same study"
        )
    both["difference"] = both["loss_target_after_b"] - both["loss_target_after_a"]
    return Comparison(
        names=(str(a), str(b)),
        settings=len(both),
        only=(len(only[0]), len(only[1])),
        networks=(int(only[0]["networks"].sum()), int(only[1]["networks"].sum())),
        measures=_measures(both),
        largest=_largest(both, one.domains, most),
        notes=(*_splits(one, two), *differences(one.domains, two.domains, pairs), *notes),
        synthetic=(bool(one.networks["synthetic"].any()), bool(two.networks["synthetic"].any())),
    )


def _study(path: Path) -> _Study:
    if path.is_dir():
        tables = load(path)
        return _Study(tables.networks, described(tables.domains), tables.split)
    if not path.is_file():
        raise DataError(f"{path}: there is no such folder or file; {_REMEDY}")
    if path.suffix == ".parquet":
        frame = read_table(path, f"{_REMEDY[0].upper()}{_REMEDY[1:]}.").to_pandas()
    else:
        try:
            frame = read_csv(path, NETWORKS)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())[:200]
            raise DataError(f"{path}: this table is damaged or of another kind ({reason}); {_REMEDY}") from error
    absent = [name for name in _NEEDED if name not in frame.columns]
    if absent:
        raise DataError(
            f"{path}: column {', '.join(absent)} is missing; a table networks must have at least {', '.join(_NEEDED)}, "
            "and `hrtem-transfer import` makes one of other tables"
        )
    # What a published table need not have is filled in, so that the rest can be checked by the same schema.
    known = {"network_id": [f"row{number}" for number in range(1, len(frame) + 1)], "series": "all", "replicate": 0}
    frame = frame.assign(**{name: value for name, value in (known | {"status": "ok"}).items() if name not in frame})
    return _Study(checked(NETWORKS, filled(NETWORKS, frame)[NETWORKS.names], str(path)))


def _renamed(one: _Study, two: _Study, pairs: Mapping[str, str]) -> dict[str, str]:
    """B's domains by the ids of A's; one that is none of A's gets an id that A does not have."""
    ids = {*one.domains, *one.networks["source_domain"].dropna(), *one.networks["target_domain"].dropna()}
    if not two.domains or not one.domains:
        return {}
    return {name: pairs.get(name, f"{name} (B)" if name in ids else name) for name in two.domains}


def _with_results(networks: pd.DataFrame, renamed: Mapping[str, str]) -> pd.DataFrame:
    """Networks with a result and a target, the domains of each mixture in the order of their ids."""
    rows = networks[(networks["status"] == "ok") & networks["target_domain"].notna()].copy()
    for column in ("source_domain", "target_domain"):
        rows[column] = rows[column].map(lambda name: renamed.get(name, name), na_action="ignore").astype(object)
    turned = (rows["stage"] == "mixture") & (rows["source_domain"].fillna("") > rows["target_domain"])
    for pair in (("source_domain", "target_domain"), ("n_images", "n_images_second"),
                 ("loss_source_after", "loss_target_after")):  # fmt: skip
        both = rows.loc[turned, list(pair)]
        for column, other in (pair, pair[::-1]):
            rows.loc[turned, column] = both[other]
    # Nothing is recorded of the other domain.
    rows.loc[turned, "dice_target_after"] = np.nan
    return rows


def _joined(one: pd.DataFrame, two: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame], list[str]]:
    """Settings that both have, those that only one has, and what the matching had to leave out."""
    both: list[pd.DataFrame] = []
    only: tuple[list[pd.DataFrame], list[pd.DataFrame]] = ([], [])
    notes: list[str] = []
    for stage in sorted({*one["stage"], *two["stage"]}):
        parts = [rows[rows["stage"] == stage] for rows in (one, two)]
        keys = list(SETTINGS)
        if all(len(part) for part in parts):
            known = {name: [bool(part[name].notna().any()) for part in parts] for name in SETTINGS}
            keys = [name for name in SETTINGS if known[name][0] == known[name][1]]
            notes += [
                f"{'A' if known[name][1] else 'B'} does not state {name} of any {stage} network: matched without it."
                for name in SETTINGS
                if name not in keys
            ]
        left, right = (_by_setting(part, keys) for part in parts)
        joined = left.merge(right.drop(columns="series"), on=keys, suffixes=("_a", "_b"), how="outer", indicator=True)
        both.append(joined[joined["_merge"] == "both"])
        for side, which in enumerate(("left_only", "right_only")):
            rows = joined[joined["_merge"] == which]
            only[side].append(rows.rename(columns={f"networks_{'ab'[side]}": "networks"})[["networks"]])
    empty = pd.DataFrame({"networks": []})
    return pd.concat(both, ignore_index=True) if both else empty, [pd.concat([empty, *some]) for some in only], notes


def _by_setting(networks: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Medians over replicates of all networks with equal settings, how many there are, and their series."""
    groups = networks.groupby(keys, dropna=False, sort=True)
    found = groups[list(MEASURES)].median()
    return found.assign(networks=groups.size(), series=groups["series"].first()).reset_index()


def _measures(both: pd.DataFrame) -> pd.DataFrame:
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
    return pd.DataFrame(rows)


def _largest(both: pd.DataFrame, domains: Mapping[str, Mapping[str, Any]], most: int) -> pd.DataFrame:
    """The settings that differ most, with what varies among all of them: settings, and axes from source to target."""
    used = {name for column in ("source_domain", "target_domain") for name in both[column].dropna()}
    order = both["difference"].abs().sort_values(ascending=False, kind="stable").dropna().index[:most]
    settings = [name for name in ("series", *SETTINGS) if name in both and both[name].nunique(dropna=False) > 1]
    axes = {
        axis: [
            " → ".join(f"{domains.get(name, {}).get(axis, np.nan):g}" for name in pair if isinstance(name, str))
            for pair in zip(both["source_domain"], both["target_domain"], strict=True)
        ]
        for axis in AXES
        if len({known[axis] for name, known in domains.items() if name in used and axis in known}) > 1
    }
    shown = both.assign(**axes)[[*settings, *axes, "loss_target_after_a", "loss_target_after_b", "difference"]]
    return shown.loc[order].reset_index(drop=True)


def _splits(one: _Study, two: _Study) -> list[str]:
    if one.split is None or two.split is None or one.split == two.split:
        return []
    return [f"Losses of A are from the {one.split} split, those of B from the {two.split} split."]


def _table(frame: pd.DataFrame) -> str:
    return frame.to_string(index=False, na_rep="-", float_format=lambda value: f"{value:.4g}")
