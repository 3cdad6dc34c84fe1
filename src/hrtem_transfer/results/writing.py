"""Writing tables: the same rows give the same bytes, and a file at its name is whole."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from hrtem_transfer.results.table_schemas import Table
from hrtem_transfer.storage import parquet_files
from hrtem_transfer.storage.files import DataError, written_whole
from hrtem_transfer.study.config.problems import nearest, shown

# In the metadata of a Parquet file: a table without rows says too which plan it was collected for.
PLAN_KEY = b"hrtem-transfer plan"
_FORMULA = r"^([=+\-@\t\r])"


def checked(table: Table, frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """The frame with its columns in order and of their types, validated by pandera.

    Args:
        table: what it must be.
        frame: what it is.
        where: the file, for messages.

    Raises:
        DataError: columns are missing or foreign, or values are not allowed; file, column and rows are named.
    """
    import pandera.errors

    absent = [name for name in table.names if name not in frame.columns]
    foreign = [str(name) for name in frame.columns if name not in table.names]
    if absent or foreign:
        hints = [nearest(name, table.names) for name in foreign]
        found = [f"column {name} is missing" for name in absent]
        found += [
            f"column {shown(name)} is not known{hint and ' ('}{hint}{hint and ')'}"
            for name, hint in zip(foreign, hints, strict=True)
        ]
        needed = [column.name for column in table.columns if not column.optional]
        raise DataError(
            f"{where}: {'; '.join(found)}. The table {table.name} must have the columns {', '.join(needed)}, and may "
            "have "
            "those of docs/data-dictionary.md."
        )
    frame = frame[table.names].reset_index(drop=True)
    for column in table.columns:
        try:
            if not column.nullable and frame[column.name].isna().any():
                rows = frame.index[frame[column.name].isna()]
                raise DataError(
                    f"{where}: column {column.name} is empty in row {numbered(rows)}; it must have a value."
                )
            frame[column.name] = frame[column.name].astype(column.dtype)
        except (TypeError, ValueError) as error:
            raise DataError(
                f"{where}: column {column.name} must be {column.kind} ({column.dtype.lower()}), "
                f"found {frame[column.name].dtype}: {' '.join(str(error).split())[:160]}."
            ) from error
    try:
        return table.schema().validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise DataError(f"{where}: {_problems(error.failure_cases)}") from error


def write_parquet(path: Path, frame: pd.DataFrame, plan: str | None = None) -> None:
    """Write a frame as Parquet, atomically; ``plan`` (the digest of the frozen plan) goes into its metadata too."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    if plan is not None:
        table = table.replace_schema_metadata({**(table.schema.metadata or {}), PLAN_KEY: plan.encode()})
    parquet_files.write_table(path, table)


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as CSV (UTF-8, comma, shortest exact decimals; gzip when the name ends so), atomically.

    A text that a spreadsheet would run as a formula gets an apostrophe in front, as in the explorer's CSV.
    """
    options = csv.WriteOptions(quoting_style="needed", quoting_header="needed")
    texts = frame.select_dtypes(["object", "str"])
    frame = frame.assign(**{name: texts[name].str.replace(_FORMULA, r"'\1", regex=True) for name in texts})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with written_whole(path) as temporary, temporary.open("wb") as raw:
        if path.suffix == ".gz":
            # Without name and time in its header, so that equal rows give equal bytes.
            with gzip.GzipFile("", "wb", 5, raw, mtime=0) as packed:
                csv.write_csv(table, packed, options)
        else:
            csv.write_csv(table, raw, options)


def write_tables(out: Path, frames: Mapping[str, pd.DataFrame], plan: str | None = None) -> dict[str, Path]:
    """Write checked tables, by name, to a folder; returns the files that a person opens."""
    paths = {}
    for name, frame in frames.items():
        csv_name = {"networks": "networks.csv", "evaluations": "evaluations.csv.gz", "domains": "domains.csv"}.get(name)
        if name != "domains":
            paths[name] = out / f"{name}.parquet"
            write_parquet(paths[name], frame, plan)
        if csv_name is not None:
            paths[name] = out / csv_name
            write_csv(paths[name], frame)
    return paths


def unprotected(frame: pd.DataFrame) -> pd.DataFrame:
    """The texts of a CSV file without the apostrophe that ``write_csv`` puts before what looks like a formula."""
    texts = frame.select_dtypes(["object", "str"])
    return frame.assign(**{name: texts[name].str.replace(r"^'([=+\-@\t\r])", r"\1", regex=True) for name in texts})


def numbered(rows: pd.Index, most: int = 3) -> str:
    """Some rows of a table as a person counts them."""
    # People count from 1, and a CSV file's first line is its header.
    shown = ", ".join(str(int(row) + 1) for row in rows[:most])
    return shown + (f" and {len(rows) - most} more" if len(rows) > most else "")


def _words(check: str) -> str:
    """A check of pandera, ``less_than_or_equal_to(1.0)``, as a person says it."""
    name, _, argument = check.rstrip(")").partition("(")
    words = {"isin": "one of", "greater_than_or_equal_to": "at least", "less_than_or_equal_to": "at most"}
    return f"{words[name]} {argument.strip('()').replace(chr(39), '')}" if name in words else check


def _shown(value: Any) -> str:
    """A value as Python writes it, without the name of a library's type."""
    return repr(value.item() if hasattr(value, "item") else value)


def _problems(cases: pd.DataFrame) -> str:
    parts = []
    for (column, check), rows in cases.groupby(["column", "check"], dropna=False, sort=False):
        index = pd.Index(rows["index"].dropna().unique())
        values = ", ".join(dict.fromkeys(_shown(value) for value in rows["failure_case"].head(3)))
        said = (
            "the same key occurs more than once"
            if check == "multiple_fields_uniqueness"
            else f"must be {_words(str(check))}"
        )
        parts.append(f"column {column}: {said}; found {values} in row {numbered(index)}")
    return "; ".join(parts) + "."
