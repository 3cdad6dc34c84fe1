"""``hrtem-transfer compare A B``: two sweeps, or a sweep and a published table, side by side."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "compare two results folders, or a results folder and a published table of networks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    for name in ("a", "b"):
        parser.add_argument(name, type=Path, help="results folder, or a table `networks` (Parquet or CSV)")
    parser.add_argument(
        "--most", type=int, default=10, help="how many of the largest differences to list (default: 10)"
    )


def run(arguments: argparse.Namespace) -> None:
    """Print the comparison of two studies."""
    from hrtem_transfer.results.compare import compare

    print(compare(arguments.a, arguments.b, most=max(arguments.most, 0)))
