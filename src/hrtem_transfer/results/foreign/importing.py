"""From a plain table to the tables of a results folder, whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hrtem_transfer.results.foreign.domain_names import domains_table, ids_of
from hrtem_transfer.results.foreign.evaluations import scores
from hrtem_transfer.results.foreign.header import Header, understood
from hrtem_transfer.results.foreign.settings import settings
from hrtem_transfer.results.foreign.text_table import TextTable, read_text_table
from hrtem_transfer.results.loading import filled, reported_split
from hrtem_transfer.results.networks import ORDER, add_losses, add_spread, series_domains
from hrtem_transfer.results.summary import Summary, summarise
from hrtem_transfer.results.table_schemas import DOMAINS, EVALUATIONS, TABLES
from hrtem_transfer.results.writing import checked, write_tables
from hrtem_transfer.storage.files import DataError, write_text
from hrtem_transfer.study.recipes import digest

# The spread over two domains, that of the training among them, says nothing about domains that were never seen.
_LEAST_DOMAINS = 3


@dataclass(frozen=True)
class Imported:
    """What was made of a table.

    Attributes:
        summary: the summary of the study.
        notes: sentences about names that were changed and columns that were left out.
    """

    summary: Summary
    notes: list[str]

    def __str__(self) -> str:
        return "\n".join([*self.notes, str(self.summary)])


def import_table(table: Path, out: Path, *, domains: Path | None = None, name: str | None = None) -> Imported:
    """Make a results folder from a table of settings and losses (docs/results.md describes its columns).

    Args:
        table: CSV or Parquet file.
        out: folder to make; it must not exist.
        domains: table that describes the domains, one row each.
        name: name of the study, and of series that the table does not name; default: that of the folder.

    Raises:
        DataError: something in the tables cannot be, or ``out`` exists; nothing is written then.
    """
    out = Path(out)
    if out.exists() or out.is_symlink():
        raise DataError(f"{out}: this exists already. Give --out a folder that does not exist yet.")
    source = read_text_table(Path(table))
    header = understood(source)
    names = ids_of(_names(source, header))
    study = ids_of([name or out.name or "imported"], "study").popitem()[1][:100]
    rows = settings(source, header, names, study)
    rows["pretrained_id"] = _pretrained_ids(source, header, rows)
    evaluations = scores(source, header, rows, names)
    networks = _networks(rows, evaluations, source.path)
    described = domains_table(source, header, names, domains)
    described["family"] = described["family"].fillna(described["domain"].map(_families(networks, evaluations)))
    networks = _measured(networks, evaluations, described)
    frames = {"networks": networks, "evaluations": evaluations, "domains": described}
    synthetic = _synthetic(source, header)
    whole = {
        key: checked(TABLES[key], filled(TABLES[key], frame.assign(synthetic=synthetic)), str(table))
        for key, frame in frames.items()
    }
    whole["evaluations"] = whole["evaluations"].sort_values(list(EVALUATIONS.key), ignore_index=True)
    whole["domains"] = whole["domains"].sort_values(list(DOMAINS.key), ignore_index=True)
    notes = header.left_out()
    renamed = [f"{old!r} is {new}" for old, new in names.items() if old != new]
    if renamed:
        more = f" and {len(renamed) - 8} more" if len(renamed) > 8 else ""
        notes.append(f"Domains with names that are no ids: {', '.join(renamed[:8])}{more}.")
    summary = _write(out, whole, Path(table))
    return Imported(summary, notes)


def _names(table: TextTable, header: Header) -> list[str]:
    """All names of domains in the table."""
    columns = [header.settings.get(f"{role}_domain") for role in ("source", "target", "evaluation")]
    names = {one.domain for one in header.scores if one.domain not in (None, "source", "target")}
    return sorted({*names, *(name for column in columns if column for name in table.texts(column).dropna().unique())})


def _synthetic(table: TextTable, header: Header) -> bool:
    """Whether any row says that it is synthetic, as our own tables do."""
    column = header.settings.get("synthetic")
    return column is not None and bool(table.cells[column].str.lower().isin(("true", "1", "yes")).any())


def _pretrained_ids(table: TextTable, header: Header, rows: pd.DataFrame) -> pd.Series:
    """The pretrained network behind each row: as stated, one of its own, or the only one in the table that fits."""
    moved = rows["stage"].eq("transfer")
    before = [table.texts(one.column).notna() for one in header.scores if one.before]
    with_scores = rows.loc[np.logical_or.reduce(before) if before else [], "network_id"]
    own = rows["network_id"].map({one: digest(["before", one]) for one in with_scores}).astype(object)
    ids = rows["pretrained_id"].fillna(own.where(moved))
    key = ["source_domain", "pretrain_learning_rate", "replicate"]
    pretrained = rows[rows["stage"] == "pretrain"].drop_duplicates("network_id")
    only = pretrained[~pretrained.duplicated(key, keep=False)][[*key, "network_id"]]
    fitting = rows[key].merge(only, on=key, how="left")["network_id"]
    return ids.fillna(pd.Series(fitting.to_numpy(), rows.index).where(moved))


def _networks(rows: pd.DataFrame, evaluations: pd.DataFrame, path: Path) -> pd.DataFrame:
    """One row per network, with those that stand behind others and have no row of their own."""
    own = rows.drop_duplicates("network_id")
    stage_of = own.set_index("network_id")["stage"]
    moved = own[own["pretrained_id"].notna()]
    parents = moved["pretrained_id"].map(stage_of)
    wrong = parents.notna() & (parents != "pretrain")
    if wrong.any():
        one = moved[wrong].iloc[0]
        raise DataError(
            f"{path}: column pretrained_id: {one['pretrained_id']} in row {int(one.name) + 1} is a network of stage "
            f"{stage_of[one['pretrained_id']]}; a network starts from one of stage pretrain"
        )
    behind = moved[~moved["pretrained_id"].isin(own["network_id"])]
    several = behind.groupby("pretrained_id")["source_domain"].transform("nunique") > 1
    if several.any():
        one = behind[several].iloc[0]
        raise DataError(
            f"{path}: column pretrained_id: networks of different sources start from {one['pretrained_id']} (row "
            f"{int(one.name) + 1}); a pretrained network has one source"
        )
    behind = behind.drop_duplicates("pretrained_id").assign(stage="pretrain", freeze="none")
    kept = ["pretrained_id", "stage", "series", "source_domain", "freeze", "pretrain_learning_rate", "replicate"]
    made = behind[kept].rename(columns={"pretrained_id": "network_id"})
    networks = pd.concat([own.drop(columns="turned"), made], ignore_index=True)
    found = networks["network_id"].isin(evaluations.loc[evaluations["loss"].notna(), "network_id"])
    networks["status"] = found.map({True: "ok", False: "missing"})
    networks["reason"] = found.map({True: None, False: "the imported table has no loss of it"})
    for column in ("n_images", "n_images_second", "replicate", "seed", "best_epoch"):
        networks[column] = networks[column].astype("Int64")
    return networks


def _families(networks: pd.DataFrame, evaluations: pd.DataFrame) -> dict[str, str]:
    """For each domain the series of networks trained or evaluated on it; of several the first that is no mixture."""
    used = [evaluations[["network_id", "evaluation_domain"]].rename(columns={"evaluation_domain": "domain"})]
    used += [
        networks[["network_id", name]].rename(columns={name: "domain"}) for name in ("source_domain", "target_domain")
    ]
    rows = pd.concat(used).dropna().merge(networks[["network_id", "series", "stage"]], on="network_id")
    rows = rows.assign(mixture=rows["stage"] == "mixture").sort_values(["mixture", "series"])
    return rows.drop_duplicates("domain").set_index("domain")["series"].to_dict()


def _measured(networks: pd.DataFrame, evaluations: pd.DataFrame, domains: pd.DataFrame) -> pd.DataFrame:
    """The networks in order, with losses and spreads from the split that there is as columns."""
    split = reported_split(evaluations)
    add_losses(networks, evaluations, split)
    names = series_domains(networks, evaluations[(evaluations["split"] == split) & evaluations["loss"].notna()])
    enough = {series: found if len(found) >= _LEAST_DOMAINS else [] for series, found in names.items()}
    add_spread(networks, evaluations, domains, enough, split)
    return networks.sort_values(ORDER, ignore_index=True, na_position="first")


def _write(out: Path, frames: dict[str, pd.DataFrame], table: Path) -> Summary:
    """The folder, made under another name and renamed when it is whole."""
    unfinished = out.with_name(f".{out.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.tmp")
    try:
        paths = {key: out / path.name for key, path in write_tables(unfinished, frames).items()}
        summary = summarise(frames["networks"], frames["evaluations"], frames["domains"], paths)
        write_text(unfinished / "summary.txt", f"Imported from {table.name}.\n{summary}\n")
        os.rename(unfinished, out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return summary
