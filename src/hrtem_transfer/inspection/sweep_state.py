"""How far a sweep has come, from its files alone. Light: needs neither Snakemake nor torch."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hrtem_transfer.inspection import products
from hrtem_transfer.inspection.failed_jobs import failed_jobs
from hrtem_transfer.inspection.planning import training_images
from hrtem_transfer.inspection.products import Product
from hrtem_transfer.jobs.network_headers import read_header
from hrtem_transfer.study import Layout


@dataclass
class SweepState:
    """Counts are (done, planned). ``networks``: in the store, by (series, stage). ``shards``: None when not kept.

    ``ways`` counts trained networks by the precision and the kind of device that they really ran with.
    """

    shards: tuple[int, int] | None
    images: tuple[int, int]
    evaluations: tuple[int, int]
    networks: dict[tuple[str, str], tuple[int, int]]
    products: tuple[Product, ...] = ()
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: list[tuple[str, str]] = field(default_factory=list)
    failed_jobs: list[tuple[Path, str]] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    running: list[tuple[str, str]] = field(default_factory=list)
    seconds_left: float | None = None


def sweep_state(files: Layout, now: float | None = None) -> SweepState:
    """Look at the files of a sweep.

    The time left is the training that is missing (images times epochs) over the rate at which that of the last networks
    (at most 100, in the last 24 hours) was done; None when fewer than 2 appeared.
    """
    from hrtem_transfer.storage.files import DataError

    sweep = files.sweep
    state = SweepState(
        shards=_present([files.shard(key) for key in sweep.shards]) if sweep.study.keep.exit_waves else None,
        images=_present([files.images(key) for key in sweep.domains]),
        evaluations=_present([files.evaluation(one) for one in sweep.evaluations.values()]),
        networks={},
    )
    planned: Counter[tuple[str, str]] = Counter()
    done: Counter[tuple[str, str]] = Counter()
    finished: list[tuple[float, float]] = []
    left = 0.0
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
            left += training_images([record])
            continue
        done[block] += 1
        finished.append((path.stat().st_mtime, training_images([record])))
        if header["status"] == "ok":
            state.ways[header["precision"], header["device_kind"]] += 1
        else:
            state.failed.append((record.network_id, header["reason"] or "no reason was noted"))
    state.networks = {block: (done[block], count) for block, count in planned.items()}
    state.products = (products.tables(files), products.report(files))
    state.running = _running(files)
    state.failed_jobs = failed_jobs(files)
    state.seconds_left = _time_left(finished, left, now or time.time())
    return state


def _present(paths: list[Path]) -> tuple[int, int]:
    return sum(path.exists() for path in paths), len(paths)


def _running(files: Layout) -> list[tuple[str, str]]:
    from hrtem_transfer.jobs.run_lock import is_held, owner_of

    locks = [(run.run_id, files.lock(run)) for run in files.sweep.runs.values()]
    return [(run_id, owner_of(lock)) for run_id, lock in locks if lock.exists() and is_held(lock)]


def _time_left(finished: list[tuple[float, float]], left: float, now: float) -> float | None:
    """``finished``: when each network appeared, and its training; ``left``: the training that is missing."""
    recent = sorted(one for one in finished if now - one[0] < 86_400)[-100:]
    if left == 0:
        return 0.0
    if len(recent) < 2 or recent[-1][0] == recent[0][0]:
        return None
    # The first one began before the span between first and last.
    return left * (recent[-1][0] - recent[0][0]) / sum(work for _, work in recent[1:])
