"""The tables of a sweep from what its jobs have left, whether all of them have ended or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrtem_transfer.jobs.run_lock import held
from hrtem_transfer.results import Summary, collect
from hrtem_transfer.storage import checksums
from hrtem_transfer.storage.files import write_text
from hrtem_transfer.study import Layout


@dataclass(frozen=True)
class Gathered:
    """The summary, and which tables of runs and evaluations are not there yet."""

    summary: Summary
    training: tuple[Path, ...]
    evaluations: tuple[Path, ...]

    @property
    def complete(self) -> bool:
        """Whether every job has left its table."""
        return not self.training and not self.evaluations


def gather(files: Layout, progress: Callable[[str], None]) -> Gathered:
    """Write the tables of a sweep and its summary from the tables of runs and evaluations that are there.

    Listings of checksums go first, those of other plans and of the report among them, and that of this plan comes last
    and only when no job's table is missing: the workflow gathers again as long as it is not there.

    Args:
        files: the sweep.
        progress: called while waiting for another process that writes the same tables.

    Raises:
        DataError: a file is damaged, or holds what is not planned; it is named.
        OSError: a file cannot be written.
    """
    sweep = files.sweep
    training = [files.training(run) for run in sweep.runs.values()]
    evaluations = [files.evaluation(one) for one in sweep.evaluations.values()]
    evaluated_on = {one.network_id: run.evaluation_domains for run in sweep.runs.values() for one in run.networks}
    with held(files.root / ".tables.lock", progress):
        no_training, no_evaluation = ([path for path in some if not path.exists()] for some in (training, evaluations))
        for listing in (*files.other_listings(), files.tables_listing, files.report_listing):
            listing.unlink(missing_ok=True)
        summary = collect(
            list(sweep.networks.values()),
            [_with_images(row) for row in files.domain_rows()],
            sorted(set(training).difference(no_training)),
            sorted(set(evaluations).difference(no_evaluation)),
            files.root,
            plan=sweep.digest,
            evaluated_on=evaluated_on,
        )
        gathered = Gathered(summary, tuple(no_training), tuple(no_evaluation))
        pictures = f"Pictures:\n  {files.root}/figures\n  {files.root}/explorer.html\n" if gathered.complete else ""
        write_text(files.tables["summary"], f"{summary}\n{pictures}")
        if gathered.complete:
            checksums.record(files.tables_listing, files.tables.values())
    return gathered


def _with_images(row: dict[str, Any]) -> dict[str, Any]:
    """The row of a domain, without its image file where that is not there."""
    return row if Path(row["image_file"]).is_file() else {**row, "image_file": None}
