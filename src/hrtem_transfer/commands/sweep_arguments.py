"""The arguments of all commands that speak of a planned sweep."""

from __future__ import annotations

import argparse

from hrtem_transfer.sweep import Layout, read_sweep


def add_sweep_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--config`` and ``--results``."""
    parser.add_argument(
        "--config", default="config/paper.yaml", metavar="FILE", help="configuration (default: %(default)s)"
    )
    parser.add_argument(
        "--results", default="results", metavar="FOLDER", help="where results/<sweep> lies (default: %(default)s)"
    )


def planned(arguments: argparse.Namespace) -> Layout:
    """The sweep that the arguments name, with the places of its files.

    Raises:
        ConfigError: when the configuration cannot be used.
    """
    return Layout.below(arguments.results, read_sweep(arguments.config))
