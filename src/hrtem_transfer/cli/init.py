"""``hrtem-transfer init FOLDER``: the workflow's files in a folder of one's own."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from shlex import quote

from hrtem_transfer.storage.files import DataError, write_bytes
from hrtem_transfer.storage.shipped import shipped_file, shipped_files

HELP = "lay the workflow (Snakefile, config, profiles, envs) into a folder, to start a study there"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to; it is made if it does not exist")


def run(arguments: argparse.Namespace) -> None:
    """Lay out the files and print what to do next.

    Raises:
        DataError: FOLDER is a file, or has files that are different; nothing is written then.
        OSError: the folder cannot be written; what this call wrote is removed again.
    """
    folder: Path = arguments.folder
    written = lay_out(folder)
    print(f"{folder}: {len(written)} files written" if written else f"{folder}: all files are already here")
    print("Next:")
    if find_spec("snakemake") is None:
        print("  pip install 'hrtem-transfer[workflow]'")
    print(f"  cd {quote(str(folder))}")
    print("  snakemake --configfile config/demo.yaml --cores 2   # the study in miniature, some minutes")
    print("Your own study: copy config/demo.yaml and edit the copy; config/README.md explains every key.")


def lay_out(folder: Path) -> list[Path]:
    """Copy the shipped files that ``folder`` does not have yet; returns their paths.

    Raises:
        DataError: ``folder`` is a file, or has files that are different; nothing is written then.
        OSError: the folder cannot be written; what this call wrote is removed again.
    """
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder}: found a file; name a folder, or one to be made")
    targets = {folder / name: shipped_file(name) for name in shipped_files()}
    if not targets:
        raise DataError("hrtem-transfer: this installation lacks the workflow's files; install it from a wheel")
    in_the_way = [path for path in _paths(targets, folder) if not _may_stay(path, targets)]
    if in_the_way:
        raise DataError(
            f"{folder}: found other files where the workflow's belong, so nothing was written:\n"
            + "\n".join(f"  {path}" for path in in_the_way)
            + "\nMove them away, or name another folder."
        )
    new = [target for target in targets if not target.exists()]
    made = sorted({parent for one in new for parent in one.parents if not parent.exists()}, reverse=True)
    written: list[Path] = []
    try:
        for target in new:
            write_bytes(target, targets[target].read_bytes())
            written.append(target)
    except BaseException:
        for target in written:
            target.unlink(missing_ok=True)
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        raise
    return written


def _paths(targets: Iterable[Path], folder: Path) -> list[Path]:
    """The targets and the folders between them and ``folder`` that exist, a broken link included."""
    between = {
        path for target in targets for path in (target, *target.parents) if path != folder and folder in path.parents
    }
    return sorted(path for path in between if os.path.lexists(path))


def _may_stay(path: Path, targets: Mapping[Path, Path]) -> bool:
    """A folder where a folder belongs, or a file that is the same as the package's."""
    if path not in targets:
        return path.is_dir()
    return path.is_file() and path.read_bytes() == targets[path].read_bytes()
