"""The trainings that the rows of a plain table describe, one row of settings for each row of the table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from hrtem_transfer.results.foreign.domain_names import ids_of
from hrtem_transfer.results.foreign.header import Header
from hrtem_transfer.results.foreign.text_table import TextTable
from hrtem_transfer.results.table_schemas import NETWORKS, STAGES
from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.study.config.problems import nearest
from hrtem_transfer.study.recipes import digest

# What tells one training from another, beside its id.
IDENTITY = ["series", "stage", "source_domain", "target_domain", "n_images", "n_images_second", "freeze"]
IDENTITY += ["pretrain_learning_rate", "transfer_learning_rate", "replicate", "pretrained_id"]
_NUMBERS = ["n_images", "n_images_second", "pretrain_learning_rate", "transfer_learning_rate", "replicate", "seed"]
_NUMBERS += ["best_epoch", "train_seconds"]
_MOST_OF_AN_ID = 100


def settings(table: TextTable, header: Header, names: dict[str, str], study: str) -> pd.DataFrame:
    """Columns of ``networks`` that the table's rows say, one row for each of them, ``network_id`` among them.

    Args:
        table: the table.
        header: what its columns mean.
        names: id by name of each domain.
        study: name of series that the table does not name; mixtures get ``<study>_mixture``.

    Raises:
        DataError: a value cannot be, or the rows of a network, or two networks, contradict each other.
    """
    rows = pd.DataFrame(index=table.cells.index)
    columns = {column.name: column for column in NETWORKS.columns}
    for name in ("network_id", "pretrained_id", "device"):
        rows[name] = table.texts(header.settings[name]) if name in header.settings else None
    for name in ("source_domain", "target_domain"):
        given = (
            table.texts(header.settings[name]) if name in header.settings else pd.Series(None, rows.index, dtype=object)
        )
        rows[name] = given.map(names, na_action="ignore").astype(object)
    for name in _NUMBERS:
        column, limits = header.settings.get(name), columns[name]
        minimum = 0 if name in ("replicate", "seed") else limits.minimum
        whole = limits.kind == "whole"
        rows[name] = table.numbers(column, whole=whole, minimum=minimum) if column else np.nan
    rows["replicate"] = rows["replicate"].fillna(0)
    rows["stage"] = _stages(table, header, rows)
    rows["freeze"] = _one_of(table, header, "freeze", tuple(FREEZE_MODES)).fillna("none")
    _one_learning_rate(table, header, rows)
    default = pd.Series(study, rows.index).where(rows["stage"] != "mixture", f"{study}_mixture")
    series = table.texts(header.settings["series"]) if "series" in header.settings else default
    rows["series"] = series.map(ids_of(series.dropna(), "series"), na_action="ignore").fillna(default)
    _in_order(rows)
    rows["network_id"] = _ids(table, header, rows)
    return rows


def _stages(table: TextTable, header: Header, rows: pd.DataFrame) -> pd.Series:
    """The stage of each row, as stated or as its domains say."""
    stated = _one_of(table, header, "stage", STAGES)
    source, target = rows["source_domain"].notna(), rows["target_domain"].notna()
    second = rows["n_images_second"].notna()
    implied = np.select([source & ~target, target & ~source, second], ["pretrain", "scratch", "mixture"], "transfer")
    stages = stated.fillna(pd.Series(implied, rows.index))
    where = header.settings.get("target_domain") or header.settings["source_domain"]
    wrong: dict[str, Callable[[], pd.Series]] = {
        "a network must have a source or a target": lambda: ~source & ~target,
        "a pretrained network has a source and no target": lambda: stages.eq("pretrain") & (target | ~source),
        "a network trained from scratch has a target and no source": lambda: stages.eq("scratch") & (source | ~target),
        "a transferred network has a source and a target": lambda: stages.eq("transfer") & ~(source & target),
        "a mixture has two domains, its source and its target": lambda: stages.eq("mixture") & ~(source & target),
        "a mixture is of two domains": lambda: stages.eq("mixture") & rows["source_domain"].eq(rows["target_domain"]),
    }
    for said, rule in wrong.items():
        bad = rule()
        if bad.any():
            raise table.fault(where, bad, said)
    return stages


def _one_of(table: TextTable, header: Header, name: str, allowed: tuple[str, ...]) -> pd.Series:
    column = header.settings.get(name)
    if column is None:
        return pd.Series(None, table.cells.index, dtype=object)
    values = table.texts(column).str.lower()
    bad = values.notna() & ~values.isin(allowed)
    if bad.any():
        hint = nearest(str(values[bad].iat[0]), allowed)
        raise table.fault(column, bad, f"allowed: {', '.join(allowed)}, or nothing{hint and '; ' + hint}")
    return values.astype(object)


def _one_learning_rate(table: TextTable, header: Header, rows: pd.DataFrame) -> None:
    """A column ``learning_rate`` is of the network's own training; in place."""
    column = header.settings.get("learning_rate")
    if column is None:
        return
    rate = table.numbers(column, minimum=0)
    first = rows["stage"].isin(("pretrain", "mixture"))
    for name, own in (("pretrain_learning_rate", first), ("transfer_learning_rate", ~first)):
        twice = own & rate.notna() & rows[name].notna() & (rate != rows[name])
        if twice.any():
            raise table.fault(column, twice, f"{header.settings[name]} says another rate for the same training")
        rows[name] = rows[name].fillna(rate.where(own))


def _in_order(rows: pd.DataFrame) -> None:
    """The domains of a mixture in the order of their ids, with their images: a pair has no direction; in place."""
    turned = rows["stage"].eq("mixture") & (rows["source_domain"].astype(str) > rows["target_domain"].astype(str))
    for one, other in (("source_domain", "target_domain"), ("n_images", "n_images_second")):
        rows.loc[turned, [one, other]] = rows.loc[turned, [other, one]].to_numpy()
    rows["turned"] = turned


def _ids(table: TextTable, header: Header, rows: pd.DataFrame) -> pd.Series:
    """The id of each row's network: as given, or a hash of its settings."""
    alike = rows.groupby(IDENTITY, dropna=False, sort=False).ngroup()
    given = rows["network_id"]
    column = header.settings.get("network_id")
    if column is not None:
        strange = given.notna() & ~given.map(lambda one: str(one).isprintable() and len(str(one)) <= _MOST_OF_AN_ID)
        if strange.any():
            raise table.fault(column, strange, f"allowed: at most {_MOST_OF_AN_ID} printable characters")
        several = given.notna() & (alike.groupby(given).transform("nunique") > 1)
        if several.any():
            of_one = several & given.eq(given[several].iat[0])
            differing = [name for name in IDENTITY if rows.loc[of_one, name].nunique(dropna=False) > 1]
            raise table.fault(column, of_one, f"rows of one network differ in {', '.join(differing)}")
    first = rows.loc[~alike.duplicated()].set_index(alike[~alike.duplicated()])
    made = {number: digest([_plain(value) for value in row]) for number, *row in first[IDENTITY].itertuples()}
    ids = given.fillna(alike.map(made))
    twice = ids.duplicated(keep=False)
    if not header.long and twice.any():
        same = ids.eq(ids[twice].iat[0])
        where = column or header.settings.get("target_domain") or header.settings["source_domain"]
        said = "rows of one network; each must have one row" if column and given[same].notna().all() else (
            "these rows have the same settings; give them a column replicate or network_id that tells them apart"
        )  # fmt: skip
        raise table.fault(where, same, said)
    return ids


def _plain(value: object) -> object:
    return None if value is None or pd.isna(value) else value
