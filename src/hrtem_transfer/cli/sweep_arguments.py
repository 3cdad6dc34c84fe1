"""The arguments of all commands that speak of one results folder, and which folder they mean."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from hrtem_transfer.inspection.loading import load_study
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study import Layout, read_plan, results_folders
from hrtem_transfer.study.config.problems import ConfigError, nearest
from hrtem_transfer.study.layout import NETWORKS, PLAN
from hrtem_transfer.study.plan import difference
from hrtem_transfer.study.results_folder import results_folder

_START = "start the workflow (snakemake --configfile FILE --cores all)"


def add_folder_argument(parser: argparse.ArgumentParser, *, config: bool = True) -> None:
    """Add FOLDER and ``--results``; with ``config`` also ``--config``, for a sweep that has no plan yet."""
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="FOLDER",
        help="results folder of a sweep, such as results/demo; may be left out where there is only one",
    )
    parser.add_argument(
        "--results", default="results", metavar="FOLDER", help="the folder above the results folders (default: results)"
    )
    if config:
        parser.add_argument(
            "--config",
            metavar="FILE",
            help="read this configuration instead of the plan in the results folder: before the first start, or to see "
            "what an edit changes",
        )


def chosen_folder(arguments: argparse.Namespace) -> Path:
    """The results folder that is meant: FOLDER, or the only one with a plan or tables.

    Raises:
        ConfigError: there is no such folder, or several could be meant; the message says what to do.
    """
    return _chosen(arguments, (PLAN, NETWORKS))


def planned(arguments: argparse.Namespace) -> Layout:
    """The sweep that is meant, with the places of its files: from its frozen plan, or from ``--config``.

    Raises:
        ConfigError: no folder or configuration can be meant, or the configuration cannot be used.
        DataError: the plan is missing or damaged.
    """
    config = getattr(arguments, "config", None)
    if config is not None:
        sweep = load_study(config)
        if arguments.folder is None:
            return Layout.below(arguments.results, sweep)
        _not_a_file(arguments)
        return Layout(sweep, results_folder(arguments.folder))
    folder = _chosen(arguments, (PLAN,))
    return Layout(read_plan(folder / PLAN), folder)


def start(files: Layout, config: str | None = None, target: Path | None = None) -> str:
    """The command that starts the workflow of a sweep, from its plan or from a configuration, for all or one file."""
    words = ["snakemake", "--configfile", config or str(files.plan)]
    results = str(files.root.parent)
    # The workflow writes below `results` unless it is given another folder.
    words += [] if results == "results" else ["--config", f"results={results}"]
    words += ["--cores", "all", *([str(target)] if target else [])]
    return " ".join(map(quote, words))


def all_planned(arguments: argparse.Namespace) -> list[Layout]:
    """The sweep that is meant; without FOLDER and ``--config`` all whose plan can be read; errors as in ``planned``."""
    if arguments.folder is not None or arguments.config is not None:
        return [planned(arguments)]
    found = []
    for folder in results_folders(results_folder(arguments.results)):
        try:
            found.append(Layout(read_plan(folder / PLAN), folder))
        except DataError as error:
            # Another sweep's damage is named; the network may be in a sweep that is whole.
            print(error, file=sys.stderr)
    return found or [planned(arguments)]


def edited(files: Layout) -> list[str]:
    """A line that says what a configuration changes in the plan that lies in its folder; none when nothing."""
    try:
        found = difference(files)
    except DataError as error:
        return [f"  {error}"]
    if found is None:
        return []
    return [
        f"  The configuration is not the one that {files.plan} was frozen from: {found}. The next start of the "
        "workflow with it makes what is new, and tables of its networks only."
    ]


def _chosen(arguments: argparse.Namespace, holding: Sequence[str]) -> Path:
    """A folder that holds one of these files."""
    results = results_folder(arguments.results)
    there = results_folders(results, holding)
    if arguments.folder is not None:
        _not_a_file(arguments)
        return _named(results_folder(arguments.folder), holding, there)
    if len(there) == 1:
        return there[0]
    if there:
        names = ", ".join(map(str, there))
        raise ConfigError(f"{results}: found {len(there)} results folders: {names}. Name one of them as FOLDER.")
    what = "a plan" if NETWORKS not in holding else "a plan or tables"
    config = ", give --config FILE (such as config/demo.yaml)" if hasattr(arguments, "config") else ""
    raise ConfigError(
        f"{results}: found no results folder with {what}. To make one, {_START}{config}; if there is one elsewhere, "
        "name the folder above it (--results FOLDER)."
    )


def _not_a_file(arguments: argparse.Namespace) -> None:
    """ConfigError where FOLDER is a file, with the option that takes such a file."""
    path = Path(arguments.folder)
    if not path.is_file():
        return
    advice = f"name the folder, {path.parent}" if path.name in (PLAN, NETWORKS) else "name a folder"
    if path.suffix in (".yaml", ".yml") and hasattr(arguments, "config"):
        advice = f"a configuration goes with --config: hrtem-transfer {arguments.command} --config {quote(str(path))}"
    raise ConfigError(f"{path}: found a file; allowed: a results folder, such as results/demo; {advice}")


def _named(folder: Path, holding: Sequence[str], there: Sequence[Path]) -> Path:
    if any((folder / name).is_file() for name in holding):
        return folder
    others = nearest(folder.name, [one.name for one in there]) if there else ""
    known = f" Folders with one: {', '.join(map(str, there))}." if there else ""
    if not folder.is_dir():
        raise DataError(f"{folder}: there is no such folder.{known} {others}".rstrip())
    what = f"no plan ({PLAN})" if NETWORKS not in holding else f"neither a plan ({PLAN}) nor tables ({NETWORKS})"
    raise DataError(
        f"{folder}: this folder holds {what}. To make one, {_START}, or name another folder.{known} {others}".rstrip()
    )
