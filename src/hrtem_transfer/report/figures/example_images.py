"""Which image file belongs to which domain: the examples of a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hrtem_transfer.results import Tables
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.image_files import read_recipe
from hrtem_transfer.study import Layout, read_plan
from hrtem_transfer.study.config.problems import ConfigError
from hrtem_transfer.study.layout import PLAN


def own_images(folder: Path, tables: Tables, progress: Callable[[str], None]) -> dict[str, Path]:
    """The image files of a results folder by id of the domain, as far as they are there.

    The frozen plan says which they are; without one, the recipes in ``images/*.h5`` do, and a domain that several
    files were made for has no example.

    Raises:
        DataError: an image file or the plan is damaged.
    """
    domains = list(tables.domains["domain"])
    if (folder / PLAN).is_file():
        files = Layout(read_plan(folder / PLAN), folder)
        if tables.plan not in (None, files.sweep.digest):
            progress(f"no example images: {folder / PLAN} is of plan {files.sweep.digest}, the tables of {tables.plan}")
            return {}
        planned = {name: files.images(name) for name in domains if name in files.sweep.domains}
        return {name: path for name, path in planned.items() if path.is_file()}
    found = _by_recipe(folder / "images")
    for name, paths in found.items():
        if len(paths) > 1 and name in domains:
            progress(f"no example image of {name}: {_words(paths)} were all made for it; name a folder with --images")
    return {name: found[name][0] for name in domains if len(found.get(name, ())) == 1}


def images_in(folder: Path, tables: Tables) -> dict[str, Path]:
    """The image files of a folder by the domain that each was made for.

    Raises:
        ConfigError: there is none of a domain of the tables, or there are several of one.
        DataError: an image file is damaged.
    """
    domains = list(tables.domains["domain"])
    found = {name: paths for name, paths in _by_recipe(folder).items() if name in domains}
    if not found:
        raise ConfigError(f"--images: found no image file (*.h5) of a domain of this study in {folder}")
    for name, paths in found.items():
        if len(paths) > 1:
            raise ConfigError(f"--images: {_words(paths)} were all made for {name}; leave one of them in the folder")
    return {name: paths[0] for name, paths in found.items()}


def _by_recipe(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.h5")):
        recipe = read_recipe(path)
        name = recipe.get("name") if isinstance(recipe, dict) else None
        if not isinstance(name, str):
            raise DataError(f"{path}: this image file does not say which domain it was made for")
        found.setdefault(name, []).append(path)
    return found


def _words(paths: list[Path]) -> str:
    return " and ".join(str(path) for path in paths)
