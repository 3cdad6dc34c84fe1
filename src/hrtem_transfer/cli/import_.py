"""``hrtem-transfer import TABLE --out FOLDER``: a results folder from a plain table of settings and losses."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "make a results folder from a table of settings and losses that something else has made"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("table", type=Path, help="CSV (comma, semicolon or tab) or Parquet; columns: docs/results.md")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder to make; it must not exist")
    parser.add_argument(
        "--domains", type=Path, metavar="CSV", help="table that describes the domains: column domain, and any of those "
        "of the table domains (docs/data-dictionary.md)"
    )  # fmt: skip
    parser.add_argument("--name", help="name of the study (default: that of the folder)")


def run(arguments: argparse.Namespace) -> None:
    """Import the table, and say what was found.

    Raises:
        DataError: a table cannot be read, or the folder exists.
    """
    from hrtem_transfer.results.foreign import import_table

    imported = import_table(arguments.table, arguments.out, domains=arguments.domains, name=arguments.name)
    print(imported)
