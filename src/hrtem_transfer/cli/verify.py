"""``hrtem-transfer verify``: whether the files of a sweep are what they were when they were written."""

from __future__ import annotations

import argparse
from shlex import quote

from hrtem_transfer.cli.sweep_arguments import add_folder_argument, planned, start
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.records import counted

HELP = "read every file of a sweep and name what is damaged or missing; --repair makes way for whole files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    add_folder_argument(parser)
    parser.add_argument(
        "--repair",
        action="store_true",
        help="remove what is damaged, and nothing else; the next start of the workflow makes it again",
    )


def run(arguments: argparse.Namespace) -> int:
    """0 when nothing is wrong, or what was wrong has been removed; else 1, also for tables and reports of other plans.

    Raises:
        DataError: a workflow works on the sweep that is to be repaired.
    """
    from hrtem_transfer.inspection import products
    from hrtem_transfer.inspection.verification import repair, verify
    from hrtem_transfer.jobs.sweep_lock import claim, is_claimed

    files = planned(arguments)
    begin = start(files, arguments.config)
    if not files.root.is_dir():
        raise DataError(f"{files.root}: there is no such folder, and nothing to verify. First: {begin}")
    if arguments.repair:
        claim(files.root)
    at_rest = arguments.repair or not is_claimed(files.root)
    print(f"sweep {files.sweep.study.sweep} in {files.root}")
    result = verify(files, lambda line: print(f"  {line}", flush=True), at_rest=at_rest)
    for what in dict.fromkeys((*result.whole, *result.absent)):
        print(f"  whole: {what}: {result.whole[what]} ({result.absent[what]} not made yet)")
    foreign = [one for one in (products.tables(files), products.report(files)) if one.of_another]
    for one in foreign:
        print(f"  {one.name}: {one.words}. The workflow makes them.")
    if not result.findings:
        done = not foreign and not any(result.absent.values())
        print("All files are there and whole." if done else f"All files that are there are whole. Next: {begin}")
        return 1 if foreign else 0
    if not arguments.repair:
        print(f"{counted(len(result.findings), 'problem')} found.")
        print(f"Next: hrtem-transfer verify {quote(str(files.root))} --repair, which removes the damaged files")
        return 1
    for path in repair(result.findings):
        print(f"  removed: {path}")
    print(f"Next, to make what is missing: {begin}")
    return 1 if foreign else 0
