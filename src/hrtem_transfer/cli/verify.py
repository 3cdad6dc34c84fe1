"""``hrtem-transfer verify``: whether the files of a sweep are what they were when they were written."""

from __future__ import annotations

import argparse

from hrtem_transfer.cli.sweep_arguments import add_folder_argument, planned
from hrtem_transfer.storage.files import DataError

HELP = "read every file of a sweep: what is damaged or missing; --repair removes it so that the next run makes it anew"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    add_folder_argument(parser)
    parser.add_argument(
        "--repair",
        action="store_true",
        help="remove what is damaged, and nothing else, so that the next run makes it again",
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
    if not files.root.is_dir():
        raise DataError(f"{files.root}: there is no such folder, and nothing to verify. Start the workflow first.")
    if arguments.repair:
        claim(files.root)
    at_rest = arguments.repair or not is_claimed(files.root)
    print(f"sweep {files.sweep.study.sweep} in {files.root}")
    result = verify(files, lambda line: print(f"  {line}", flush=True), at_rest=at_rest)
    for what in dict.fromkeys((*result.whole, *result.absent)):
        print(f"  whole: {what}: {result.whole[what]} ({result.absent[what]} not made yet)")
    foreign = [one for one in (products.tables(files), products.report(files)) if one.of_another]
    for one in foreign:
        print(f"  {one.name}: {one.words}. Start the workflow again to have them made.")
    if not result.findings:
        return 1 if foreign else 0
    if not arguments.repair:
        print(
            f"  {len(result.findings)} files are not as they should be. With --repair they are removed; then start the "
            "workflow again."
        )
        return 1
    for path in repair(result.findings):
        print(f"  removed: {path}")
    print("  Start the workflow again to have made what is missing now.")
    return 1 if foreign else 0
