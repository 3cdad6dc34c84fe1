"""``hrtem-transfer report [FOLDER]``: figures, explorer and effects from the tables of any results folder."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hrtem_transfer.cli.sweep_arguments import add_folder_argument, chosen_folder
from hrtem_transfer.study.config.problems import ConfigError, nearest

HELP = "draw the figures and write the explorer from the tables of a results folder"

_KINDS: dict[str, type] = {
    "images": int,
    "replicate": int,
    "pretrain_learning_rate": float,
    "transfer_learning_rate": float,
}
_FILTERS = (
    "series",
    "stage",
    "source",
    "target",
    "images",
    "freeze",
    "pretrain_learning_rate",
    "transfer_learning_rate",
    "replicate",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    add_folder_argument(parser, config=False)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="where to write (default: the same folder; needed with --where, --reduction and --pair)",
    )
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="NAME=VALUE[,VALUE...]",
        help=f"only networks with these values, such as --where images=64,128; names: {', '.join(_FILTERS)}",
    )
    parser.add_argument(
        "--reduction",
        choices=("min", "mean", "median", "max"),
        help="how the networks of a pair become one number (default: median)",
    )
    parser.add_argument("--pair", metavar="SOURCE,TARGET", help="the two domains of figures that show one pair")
    parser.add_argument(
        "--images",
        type=Path,
        metavar="FOLDER",
        help="folder with the image files that examples are taken from (default: those of the sweep)",
    )
    parser.add_argument("--title", metavar="TITLE", help="title of the explorer")
    # A value that begins with a minus sign (-60nm) would be taken for an option, with an error that helps nobody.
    parse = parser.parse_known_args

    def parse_joined(args: Sequence[str] | None = None, namespace: Any = None) -> tuple[Any, list[str]]:
        return parse(None if args is None else joined(args), namespace)

    parser.parse_known_args = parse_joined  # type: ignore[method-assign,assignment]


def joined(arguments: Sequence[str]) -> list[str]:
    """The arguments with what follows ``--pair`` as its value, whatever it begins with."""
    found: list[str] = []
    for word in arguments:
        if found and found[-1] == "--pair" and "," in word:
            found[-1] = f"--pair={word}"
        else:
            found.append(word)
    return found


def run(arguments: argparse.Namespace) -> None:
    """Draw figures and write explorer and effects.

    Raises:
        ConfigError: an argument cannot be used.
        DataError: a table or image file is missing or damaged.
    """
    pair = None
    if arguments.pair is not None:
        source, comma, target = arguments.pair.partition(",")
        if not comma or not source or not target or "," in target:
            raise ConfigError(f"--pair: found {arguments.pair!r}; give two domains: SOURCE,TARGET")
        pair = (source, target)
    filters = dict(_filter(text) for text in arguments.where)
    folder = chosen_folder(arguments)

    from hrtem_transfer.report.figures.example_images import images_in
    from hrtem_transfer.report.figures.selection import Selection
    from hrtem_transfer.report.report import report
    from hrtem_transfer.results import load

    asked = bool(filters) or arguments.reduction is not None
    try:
        report(
            folder,
            arguments.out,
            selection=Selection(filters, arguments.reduction or "median") if asked else None,
            pair=pair,
            images=images_in(arguments.images, load(folder)) if arguments.images else None,
            title=arguments.title,
        )
    except ValueError as error:
        raise ConfigError(f"{folder}: {error}") from error
    print(f"Next: open {(arguments.out or folder) / 'explorer.html'} in a browser.")


def _filter(text: str) -> tuple[str, list[object]]:
    name, equals, values = text.partition("=")
    if name not in _FILTERS or not equals or not values:
        hint = f" ({nearest(name, _FILTERS)})" if nearest(name, _FILTERS) and name not in _FILTERS else ""
        raise ConfigError(
            f"--where: found {text!r}{hint}; give NAME=VALUE[,VALUE...] with a name of {', '.join(_FILTERS)}"
        )
    kind = _KINDS.get(name, str)
    try:
        return name, [kind(value) for value in values.split(",")]
    except ValueError as error:
        raise ConfigError(f"--where {name}: found {values!r}; its values are numbers") from error
