"""The data dictionary, written from the tables' descriptions (``make docs``)."""

from __future__ import annotations

import sys
from pathlib import Path

from hrtem_transfer.results.table_schemas import TABLES, Column

_TYPES = {"text": "text", "whole": "whole number (64 bit)", "real": "real number (64 bit)", "flag": "true or false"}
_FILES = {
    "networks": "`networks.parquet`, `networks.csv`",
    "evaluations": "`evaluations.parquet`, `evaluations.csv.gz`",
    "histories": "`histories.parquet`",
    "domains": "`domains.csv`",
}


def data_dictionary() -> str:
    """The dictionary of all tables as Markdown."""
    lines = [
        "# Data dictionary",
        "",
        "Written from `src/hrtem_transfer/results/table_schemas.py` by `make docs`; a test compares both.",
        "Files are UTF-8; CSV files have commas, decimal points and empty cells where there is no value.",
        "Rows are sorted, and the same results give the same bytes.",
        "",
        "`network_id` is text of hexadecimal digits: in a spreadsheet choose *text* for the columns `network_id` and",
        "`pretrained_id` when importing. `seed` has at most 15 digits, which spreadsheets and R hold exactly.",
    ]
    for table in TABLES.values():
        key = ", ".join(f"`{name}`" for name in table.key)
        lines += ["", f"## {table.name}", "", f"{_FILES[table.name]}. {table.meaning} Key: {key}.", ""]
        lines += ["| column | type | unit | empty | meaning |", "|---|---|---|---|---|"]
        lines += [_row(column) for column in table.columns]
    return "\n".join(lines) + "\n"


def _row(column: Column) -> str:
    allowed = f" One of {', '.join(f'`{value}`' for value in column.values)}." if column.values else ""
    limits = ""
    if column.minimum is not None and column.maximum is not None:
        limits = f" From {column.minimum:g} to {column.maximum:g}."
    empty = "may be" if column.nullable else "never"
    meaning = column.meaning[0].upper() + column.meaning[1:]
    return f"| `{column.name}` | {_TYPES[column.kind]} | {column.unit} | {empty} | {meaning}.{allowed}{limits} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(data_dictionary(), encoding="utf-8")
