"""Which jobs failed, and why: the last words of their logs. From files alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from hrtem_transfer.jobs.run_lock import is_held
from hrtem_transfer.study import Layout

_LAST_BYTES = 20_000


def failed_jobs(files: Layout) -> list[tuple[Path, str]]:
    """(log, reason) of each job whose output is not there and whose log ends with what stopped it.

    A job that is started again begins a new log, or goes on in the old one; while its run's lock is held, it has not
    failed.
    """
    return [
        (log, reason)
        for log, output, lock in _jobs(files)
        if log.exists() and not output.exists() and not (lock and is_held(lock)) and (reason := last_words(log))
    ]


def last_words(log: Path) -> str | None:
    """What stopped a job, by its log; None when that ends with anything else.

    ``job_log`` ends with ``stopped: <what is wrong>``, or with a traceback, whose last line says it.
    """
    with log.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _LAST_BYTES))
        text = file.read().decode("utf-8", "replace").strip()
    stopped = re.search(r"^\d\d:\d\d:\d\d stopped: (.*)\Z", text, re.MULTILINE | re.DOTALL)
    if stopped and not re.search(r"^\d\d:\d\d:\d\d ", stopped[1], re.MULTILINE):
        return " ".join(stopped[1].split())
    _, traceback, end = text.rpartition("Traceback (most recent call last)")
    if not traceback or re.search(r"^\d\d:\d\d:\d\d ", end, re.MULTILINE):
        return None
    return end.splitlines()[-1]


def _jobs(files: Layout) -> Iterator[tuple[Path, Path, Path | None]]:
    """(log, output, lock or None) of each planned job, as the rules name them."""
    sweep, logs = files.sweep, files.root / "logs"
    for shard in sweep.shards:
        yield logs / "exit_waves" / f"{shard}.log", files.shard(shard), None
    for domain in sweep.domains:
        yield logs / "images" / f"{files.images(domain).stem}.log", files.images(domain), None
    for run in sweep.runs.values():
        yield logs / run.stage / f"{run.run_id}.log", files.training(run), files.lock(run)
    for one in sweep.evaluations.values():
        yield logs / "evaluate" / f"{one.evaluation_id}.log", files.evaluation(one), None
    for log in sorted((logs / "alone").glob("*.log")):
        yield log, files.alone(log.stem), None
    for name, output in (("collect", files.tables_listing), ("report", files.report_listing)):
        yield logs / f"{name}.log", output, None
