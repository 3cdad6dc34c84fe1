"""A table that a person names, as texts: CSV with commas, semicolons or tabs, or Parquet; every fault names its row."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hrtem_transfer.results.writing import numbered, unprotected
from hrtem_transfer.storage import parquet_files
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.config.problems import shown
from hrtem_transfer.study.config.small_files import UnreadableError, read_small_text

_MOST_BYTES = 500_000_000
# Not "Na", which is a crystal.
_MISSING = ("", "nan", "NaN", "NA", "n/a", "N/A", "none", "None", "null", "NULL", "-")


@dataclass(frozen=True)
class TextTable:
    """A table whose cells are texts without spaces around them.

    Attributes:
        path: the file, for messages.
        cells: one column of texts for each of the file; "" where a cell is empty.
        decimal_comma: numbers may be written 0,5.
    """

    path: Path
    cells: pd.DataFrame
    decimal_comma: bool = False

    def fault(self, column: str, rows: pd.Series, said: str) -> DataError:
        """An error about some rows (a mask) of a column: what was found in them, and ``said``."""
        index = self.cells.index[rows.to_numpy(dtype=bool)]
        found = ", ".join(shown(one) for one in dict.fromkeys(self.cells.loc[index, column].head(3)))
        return DataError(f"{self.path}: column {column}: found {found} in row {numbered(index)}; {said}")

    def texts(self, column: str) -> pd.Series:
        """A column as texts; missing where a cell is empty or says that nothing is known."""
        cells = self.cells[column]
        return cells.astype(object).where(~cells.isin(_MISSING), None)

    def numbers(
        self, column: str, *, whole: bool = False, minimum: float | None = None, maximum: float | None = None
    ) -> pd.Series:
        """A column as real numbers, NaN where a cell is empty.

        Raises:
            DataError: a cell is no finite number, is not whole, or lies outside of the limits.
        """
        texts = self.texts(column)
        plain = texts.str.replace(",", ".", regex=False) if self.decimal_comma else texts
        # A true minus sign, as typeset tables have it.
        values = pd.to_numeric(plain.str.replace("\N{MINUS SIGN}", "-", regex=False), errors="coerce").astype(float)
        there = texts.notna()
        allowed = "a whole number" if whole else "a number"
        if minimum is not None and maximum is not None:
            allowed += f" from {minimum:g} to {maximum:g}"
        elif minimum is not None:
            allowed += f", at least {minimum:g}"
        bad = there & ~np.isfinite(values)
        if whole:
            bad |= there & (values % 1 != 0)
        bad |= there & (values < (-math.inf if minimum is None else minimum))
        bad |= there & (values > (math.inf if maximum is None else maximum))
        if bad.any():
            raise self.fault(column, bad, f"allowed: {allowed}, or nothing")
        return values


def read_text_table(path: Path) -> TextTable:
    """Read a CSV or Parquet table.

    Raises:
        DataError: the file is missing, a folder, empty, no text in UTF-8, or its rows differ in their number of cells.
    """
    if path.suffix.lower() == ".parquet" and path.is_file():
        frame = parquet_files.read_table(path, "Give a table as CSV (UTF-8) or Parquet.").to_pandas()
        cells = pd.DataFrame({str(name): [_text(value) for value in frame[name]] for name in frame})
        return _with_rows(TextTable(path, cells))
    try:
        text = read_small_text(path, _MOST_BYTES)
    except UnreadableError as error:
        raise DataError(f"{path}: this {error}. Give a table as CSV (UTF-8) or Parquet.") from error
    if not text.strip():
        raise DataError(f"{path}: this table is empty. Its first line must name its columns.")
    if "\0" in text:
        raise DataError(f"{path}: this is no table of text. Give a table as CSV (UTF-8) or Parquet.")
    header = text.lstrip().splitlines()[0]
    separator = max(",;\t", key=header.count)
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(line)]
    except csv.Error as error:
        raise DataError(f"{path}: this table is damaged ({error}). Give a table as CSV (UTF-8) or Parquet.") from error
    names = _names(path, [name.strip() for name in lines[0]], lines[1:])
    cells = pd.DataFrame(
        [[cell.strip() for cell in line[: len(names)]] for line in lines[1:]], columns=names, dtype=str
    )
    return _with_rows(TextTable(path, unprotected(cells), decimal_comma=separator == ";"))


def _names(path: Path, header: list[str], lines: Sequence[list[str]]) -> list[str]:
    """The columns' names, without nameless empty ones at the end (a separator at the end of each line)."""
    names = list(header)
    while names and not names[-1] and not any(cell.strip() for line in lines for cell in line[len(names) - 1 :]):
        names.pop()
    if not all(names):
        raise DataError(f"{path}: column {names.index('') + 1} has no name. The first line must name all columns.")
    _once(path, names)
    for number, line in enumerate(lines, start=1):
        if len(line) not in (len(names), len(header)):
            raise DataError(
                f"{path}: row {number} has {len(line)} cells, but there are {len(names)} columns. Put texts with a "
                "separator in them between quotation marks."
            )
    return names


def _once(path: Path, names: Sequence[str]) -> None:
    repeated = [name for name in dict.fromkeys(names) if list(names).count(name) > 1]
    if repeated:
        raise DataError(f"{path}: column {repeated[0]} is there more than once. Each column must have its own name.")


def _with_rows(table: TextTable) -> TextTable:
    if not len(table.cells):
        raise DataError(f"{table.path}: this table has columns but no rows.")
    return table


def _text(value: Any) -> str:
    return "" if value is None or (np.isscalar(value) and pd.isna(value)) else str(value).strip()
