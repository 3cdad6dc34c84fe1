"""``hrtem-transfer report RESULTS_DIR``: figures, explorer and effects from the tables of any results folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from hrtem_transfer.config.problems import ConfigError

HELP = "draw the figures and write the explorer from the tables in a results folder"

_KINDS: dict[str, type] = {
    "images": int,
    "replicate": int,
    "pretrain_learning_rate": float,
    "transfer_learning_rate": float,
}
_FILTERS = (
    "series",
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
    parser.add_argument("results_dir", type=Path, help="folder with networks.parquet and the other tables")
    parser.add_argument("--out", type=Path, help="where to write (default: the same folder)")
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="NAME=VALUE[,VALUE...]",
        help=f"show only networks with these values, e.g. --where images=64,128; names: {', '.join(_FILTERS)}",
    )
    parser.add_argument(
        "--reduction",
        choices=("min", "mean", "median", "max"),
        default="median",
        help="how the networks of a pair become one number (default: median)",
    )
    parser.add_argument("--pair", metavar="SOURCE,TARGET", help="domains for the figures that show one pair")
    parser.add_argument(
        "--images", type=Path, metavar="DIR", help="folder with the image files, for examples in the explorer"
    )
    parser.add_argument("--title", help="title of the explorer")


def run(arguments: argparse.Namespace) -> None:
    """Draw figures and write explorer and effects.

    Raises:
        ConfigError: an argument cannot be used.
        DataError: a table or image file is missing or damaged.
    """
    from hrtem_transfer.figures.selection import Selection
    from hrtem_transfer.report import report

    images, pixel_size_A = _images(arguments.images) if arguments.images else ({}, 1.0)
    pair = None
    if arguments.pair:
        source, comma, target = arguments.pair.partition(",")
        if not comma or not source or not target or "," in target:
            raise ConfigError(f"--pair: found {arguments.pair!r}; give two domains: SOURCE,TARGET")
        pair = (source, target)
    try:
        selection = Selection(dict(_filter(text) for text in arguments.where), arguments.reduction)
        report(
            arguments.results_dir,
            arguments.out,
            selection=selection,
            pair=pair,
            images=images,
            pixel_size_A=pixel_size_A,
            title=arguments.title,
        )
    except ValueError as error:
        raise ConfigError(f"{arguments.results_dir}: {error}") from error


def _filter(text: str) -> tuple[str, list[object]]:
    name, equals, values = text.partition("=")
    if name not in _FILTERS or not equals or not values:
        raise ConfigError(f"--where: found {text!r}; give NAME=VALUE[,VALUE...] with a name of {', '.join(_FILTERS)}")
    kind = _KINDS.get(name, str)
    try:
        return name, [kind(value) for value in values.split(",")]
    except ValueError as error:
        raise ConfigError(f"--where {name}: found {values!r}; its values are numbers") from error


def _images(folder: Path) -> tuple[dict[str, Path], float]:
    """Image files by the domain that each was made for, and the size of their pixels."""
    from hrtem_transfer.image_files import read_recipe

    found: dict[str, Path] = {}
    sizes = {1.0}
    for path in sorted(folder.glob("*.h5")):
        recipe = read_recipe(path)
        found[recipe["name"]] = path
        sizes = {float(recipe["structure_set"]["simulation"]["exit_wave_sampling_A"])}
    if not found:
        raise ConfigError(f"--images: found no image file (*.h5) in {folder}")
    return found, sizes.pop()
