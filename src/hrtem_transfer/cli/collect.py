"""``hrtem-transfer collect``: the tables of a sweep that has not come to its end."""

from __future__ import annotations

import argparse
from shlex import quote

from hrtem_transfer.cli.sweep_arguments import add_folder_argument, planned
from hrtem_transfer.study.records import counted

HELP = "write the tables from what is finished, for a sweep that still runs or in which jobs failed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    add_folder_argument(parser, config=False)


def run(arguments: argparse.Namespace) -> None:
    """Write the tables, and say what they lack.

    Raises:
        ConfigError: no folder can be meant.
        DataError: the plan or a table of a run is damaged; it is named.
    """
    from hrtem_transfer.inspection.gathering import gather

    files = planned(arguments)
    print(f"sweep {files.sweep.study.sweep} in {files.root}")
    gathered = gather(files, print)
    print(gathered.summary)
    if gathered.complete:
        print("Every job has left its table: these are the tables that the workflow ends with.")
        print(f"Next: hrtem-transfer report {quote(str(files.root))}")
        return
    print(
        f"Not there yet: tables of {counted(len(gathered.training), 'run')} and "
        f"{counted(len(gathered.evaluations), 'evaluation')}. Their networks are rows with status `missing`. The "
        "workflow goes on when it is started again, and collects again at its end."
    )
    folder = quote(str(files.root))
    print(f"Next: hrtem-transfer status {folder} (why jobs failed), or hrtem-transfer report {folder} (figures so far)")
