"""``hrtem-transfer import TABLE --out FOLDER``: a results folder from a plain table of settings and losses."""

from __future__ import annotations

import argparse
from pathlib import Path
from shlex import quote

HELP = "make a results folder from a table of settings and losses that another program wrote"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "table", metavar="TABLE", type=Path, help="CSV (comma, semicolon or tab) or Parquet; columns: docs/results.md"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="the new results folder; it must not exist yet"
    )
    parser.add_argument(
        "--domains", type=Path, metavar="TABLE", help="table of the domains: column domain, and any other column of "
        "domains.csv (docs/data-dictionary.md)"
    )  # fmt: skip
    parser.add_argument("--name", metavar="NAME", help="name of the study (default: the folder's)")


def run(arguments: argparse.Namespace) -> None:
    """Import the table, and say what was found.

    Raises:
        DataError: a table cannot be read, or the folder exists.
    """
    from hrtem_transfer.results.foreign import import_table

    imported = import_table(arguments.table, arguments.out, domains=arguments.domains, name=arguments.name)
    print(imported)
    print(f"Next: hrtem-transfer report {quote(str(arguments.out))}")
