"""Domains of a plain table: their names made ids, and what the table and a table of domains say about them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from hrtem_transfer.results.foreign.header import DESCRIPTIONS, ROLES, Header
from hrtem_transfer.results.foreign.text_table import TextTable, read_text_table
from hrtem_transfer.results.loading import filled
from hrtem_transfer.results.table_schemas import DOMAINS
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.terminal import inert
from hrtem_transfer.study.config.problems import nearest, shown

_NAME = re.compile("[a-z][a-z0-9_]{0,199}")
_MOST = 60


def ids_of(names: Iterable[str], prefix: str = "d") -> dict[str, str]:
    """An id for each name: itself where it is one, else with lowercase letters, digits and underscores only.

    ``-10 nm`` becomes ``m10_nm``, ``10 nm`` ``d_10_nm``, ``CdSe/Large`` ``cdse_large``; names that would get the same
    id get numbers.
    """
    wanted = sorted(set(names))
    found = {name: name for name in wanted if _NAME.fullmatch(name)}
    taken = set(found.values())
    for name in wanted:
        if name in found:
            continue
        signed = re.sub(r"(?<!\w)[-\N{MINUS SIGN}](?=[\d.])", "m", name)
        signed = re.sub(r"(?<!\w)\+(?=[\d.])", "p", signed)
        plain = re.sub(r"[^a-z0-9]+", "_", signed.lower()).strip("_")[:_MOST].strip("_")
        if not plain[:1].isalpha():
            plain = f"{prefix}_{plain}".rstrip("_")
        one, number = plain, 2
        while one in taken:
            one, number = f"{plain}_{number}", number + 1
        found[name] = one
        taken.add(one)
    return found


def domains_table(table: TextTable, header: Header, names: dict[str, str], domains: Path | None) -> pd.DataFrame:
    """The table ``domains`` (family may be missing) of the domains ``names`` (name to id).

    Args:
        table: the table of networks, whose columns such as ``source_defocus_nm`` describe domains.
        header: what its columns mean.
        names: id by name of each domain that it names.
        domains: a table with one row per domain, or None.

    Raises:
        DataError: a description cannot be read, or a domain is described in two ways; file, column and row are named.
    """
    frame = pd.DataFrame({"domain": list(names.values())}, index=pd.Index(list(names), dtype=object))
    frame["label"] = [None if name == one else inert(name) for name, one in names.items()]
    for role in ROLES:
        domain = header.settings.get(f"{role}_domain")
        for described in DESCRIPTIONS:
            column = header.descriptions.get((role, described))
            if column is None:
                continue
            if domain is None:
                raise DataError(f"{table.path}: column {column} describes domains, but there is no {role}_domain")
            _describe(frame, table, table.texts(domain), described, column)
    if domains is not None:
        _describe_all(frame, read_text_table(Path(domains)))
    frame["family"] = frame.get("family")
    for column in ("family", "structure_set"):
        if column in frame:
            known = frame[column].dropna()
            frame[column] = frame[column].map(ids_of(known, column), na_action="ignore").astype(object)
    return filled(DOMAINS, frame.reset_index(drop=True))


def _describe_all(frame: pd.DataFrame, table: TextTable) -> None:
    columns = list(table.cells.columns)
    known = ["domain", "label", *DESCRIPTIONS]
    # A table of domains of ours says these of its own study.
    columns = [name for name in columns if name not in ("plan", "synthetic")]
    if "domain" not in columns:
        raise DataError(f"{table.path}: column domain is missing; found {', '.join(columns[:12])}. It must name each "
                        f"domain as the table of networks does.")  # fmt: skip
    for column in columns:
        if column not in known:
            hint = nearest(column, known)
            raise DataError(f"{table.path}: column {shown(column)} is not known; allowed: {', '.join(known)}"
                            f"{'; ' + hint if hint else ''}")  # fmt: skip
    names = table.texts("domain")
    twice = names.duplicated(keep=False) & names.notna()
    if twice.any():
        raise table.fault("domain", twice, "each domain must be there once")
    # Also by the id that a name gets, so that a table of domains made here can be given again.
    by_id = dict(zip(frame["domain"], frame.index, strict=True))
    names = names.map(lambda name: name if name in frame.index else by_id.get(name, name), na_action="ignore")
    if not names.isin(frame.index).any():
        raise table.fault(
            "domain", names.notna(), f"none of them is in the table of networks, which has {', '.join(frame.index[:6])}"
        )
    for column in columns:
        if column != "domain":
            _describe(frame, table, names, column, column)


def _describe(frame: pd.DataFrame, table: TextTable, names: pd.Series, described: str, column: str) -> None:
    """Put a column of descriptions into the row of the domain that each of its rows names."""
    kind = next(one for one in DOMAINS.columns if one.name == described)
    if kind.kind == "text":
        values = table.texts(column)
    else:
        limits = {"minimum": kind.minimum, "maximum": kind.maximum}
        values = table.numbers(column, whole=kind.kind == "whole", **limits)
    rows = pd.DataFrame({"name": names, "value": values}).dropna()
    rows = rows[rows["name"].isin(frame.index)]
    for name, given in rows.groupby("name", sort=False)["value"]:
        there = frame.at[name, described] if described in frame else None
        known = [] if there is None or pd.isna(there) or described == "label" else [there]
        if len({*given, *known}) > 1:
            bad = names.eq(name) & values.notna()
            raise table.fault(column, bad, f"domain {shown(name)} must have one {described}")
    found = rows.drop_duplicates("name").set_index("name")["value"].reindex(frame.index).astype(object)
    frame[described] = found.where(found.notna(), frame.get(described))
