"""How far a sweep has come, from its files alone. Light: needs neither Snakemake nor torch."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hrtem_transfer.learning.network_headers import read_header
from hrtem_transfer.sweep import Layout


@dataclass
class SweepState:
    """Counts are (done, planned). ``networks`` are those in the store, by (series, stage)."""

    shards: tuple[int, int]
    images: tuple[int, int]
    evaluations: tuple[int, int]
    networks: dict[tuple[str, str], tuple[int, int]]
    failed: list[tuple[str, str]] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    running: list[tuple[str, str]] = field(default_factory=list)
    seconds_left: float | None = None


def sweep_state(files: Layout, now: float | None = None) -> SweepState:
    """Look at the files of a sweep.

    The time left is the number of networks that are missing over the rate at which the last ones (at most 100, in the
    last 24 hours) appeared; None when fewer than 2 did.
    """
    from hrtem_transfer.files import DataError

    sweep = files.sweep
    state = SweepState(
        shards=_present([files.shard(key) for key in sweep.shards]),
        images=_present([files.images(key) for key in sweep.domains]),
        evaluations=_present([files.evaluation(one) for one in sweep.evaluations.values()]),
        networks={},
    )
    planned: Counter[tuple[str, str]] = Counter()
    done: Counter[tuple[str, str]] = Counter()
    times: list[float] = []
    for record in sweep.networks.values():
        block = (record.series, record.stage)
        planned[block] += 1
        path = files.network(record.network_id)
        try:
            header = read_header(path)
        except DataError as error:
            state.damaged.append(str(error))
            continue
        if header is None:
            continue
        done[block] += 1
        times.append(path.stat().st_mtime)
        if header["status"] != "ok":
            state.failed.append((record.network_id, header["reason"] or "no reason was noted"))
    state.networks = {block: (done[block], count) for block, count in planned.items()}
    state.running = _running(files)
    state.seconds_left = _time_left(times, sum(planned.values()) - sum(done.values()), now or time.time())
    return state


def _present(paths: list[Path]) -> tuple[int, int]:
    return sum(path.exists() for path in paths), len(paths)


def _running(files: Layout) -> list[tuple[str, str]]:
    from hrtem_transfer.run_lock import is_held, owner_of

    locks = [(run.run_id, files.lock(run)) for run in files.sweep.runs.values()]
    return [(run_id, owner_of(lock)) for run_id, lock in locks if lock.exists() and is_held(lock)]


def _time_left(times: list[float], left: int, now: float) -> float | None:
    recent = sorted(one for one in times if now - one < 86_400)[-100:]
    if left == 0:
        return 0.0
    if len(recent) < 2 or recent[-1] == recent[0]:
        return None
    return left * (recent[-1] - recent[0]) / (len(recent) - 1)
