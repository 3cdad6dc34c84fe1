"""``hrtem-transfer collect``: the tables of a sweep that has not come to its end."""

from __future__ import annotations

import argparse

from hrtem_transfer.cli.sweep_arguments import add_folder_argument, planned
from hrtem_transfer.study.records import counted

HELP = "gather what is there now into the tables, for a sweep that is unfinished or in which jobs failed"


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
        return
    print(
        f"Not there yet: tables of {counted(len(gathered.training), 'run')} and "
        f"{counted(len(gathered.evaluations), 'evaluation')}. Their networks are rows with status `missing`; why jobs "
        f"failed, `hrtem-transfer status {files.root}` says. Figures and page of what is there: `hrtem-transfer report "
        f"{files.root}`. The workflow goes on when it is started again, and gathers anew at its end."
    )
