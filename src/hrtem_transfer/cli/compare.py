"""``hrtem-transfer compare A B``: two sweeps, or a sweep and a published table, side by side."""

from __future__ import annotations

import argparse
from pathlib import Path
from shlex import quote

HELP = "compare two studies: results folders, or published tables of networks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    for name in ("a", "b"):
        parser.add_argument(
            name, metavar=name.upper(), type=Path, help="results folder, or a table of networks (Parquet or CSV)"
        )
    parser.add_argument(
        "--most", type=int, default=10, metavar="N", help="list the N largest differences (default: 10)"
    )


def run(arguments: argparse.Namespace) -> None:
    """Print the comparison of two studies."""
    from hrtem_transfer.results.compare import compare

    print(compare(arguments.a, arguments.b, most=max(arguments.most, 0)))
    folders = [path for path in (arguments.a, arguments.b) if path.is_dir()]
    if folders:
        print("Next: " + " or ".join(f"hrtem-transfer report {quote(str(path))}" for path in folders))
