"""Jobs that are killed, stopped, starved or started twice, without the workflow around them."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from hrtem_transfer.inspection.sweep_state import sweep_state
from hrtem_transfer.inspection.verification import repair, verify
from hrtem_transfer.jobs import training
from hrtem_transfer.study import Layout
from tests.faults.processes import ended, start
from tests.faults.stages import evaluate, gather, quiet, render, small, train
from tests.workflow.numbers import differences


def work(files: Layout) -> None:
    """All stages after the exit waves, each only if its files are missing, as the workflow does it."""
    if not all(files.images(domain).exists() for domain in files.sweep.domains):
        render(files)
    train(files)
    evaluate(files)
    gather(files)


def copy_of(files: Layout, results: Path) -> Layout:
    shutil.copytree(files.root, results / files.root.name)
    return small(results)


def with_exit_waves(undamaged: Layout, results: Path) -> Layout:
    files = small(results)
    shutil.copytree(undamaged.root / "exit_waves", files.root / "exit_waves")
    return files


def identities(files: Layout) -> dict[str, tuple[int, int]]:
    """Inode and time of every finished network: they change when it is written again."""
    found = [path for path in files.store.glob("[!.]*") if path.is_file()]
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


@pytest.mark.parametrize("rounds", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_a_job_killed_at_random_moments(rounds: int, undamaged: Layout, tmp_path: Path) -> None:
    files = with_exit_waves(undamaged, tmp_path)
    numbers, kept, killed = random.Random(rounds), {}, 0
    while killed < rounds:
        job = start(lambda: work(files))
        time.sleep(numbers.uniform(0.05, 1.5))
        os.kill(job, signal.SIGKILL)
        if ended(job) != -signal.SIGKILL:
            shutil.rmtree(files.root)
            with_exit_waves(undamaged, tmp_path)
            kept = {}
            continue
        killed += 1
        found = verify(files, quiet, at_rest=True).findings
        # `missing`: killed between the tables and the listing of their checksums.
        assert "damaged" not in {finding.kind for finding in found}, found
        now = identities(files)
        assert {name: now[name] for name in kept} == kept
        kept = now
    work(files)
    assert {name: value for name, value in identities(files).items() if name in kept} == kept
    repair(verify(files, quiet, at_rest=True).findings)
    assert verify(files, quiet, at_rest=True).findings == []
    assert differences(files.root, undamaged.root) == []


def test_a_job_killed_in_the_middle_of_a_file(undamaged: Layout, tmp_path: Path) -> None:
    files = with_exit_waves(undamaged, tmp_path)

    def die_at_byte_200(stage: Callable[[Layout], None]) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
        stage(files)

    for stage in (render, train):
        assert ended(start(partial(die_at_byte_200, stage))) == -signal.SIGXFSZ
        found = verify(files, quiet, at_rest=True).findings
        assert {finding.kind for finding in found} == {"left over"}, found
        repair(found)
        stage(files)
    assert verify(files, quiet, at_rest=True).findings == []


def test_two_at_once_on_the_same_runs_train_each_network_once(undamaged: Layout, tmp_path: Path) -> None:
    files = with_exit_waves(undamaged, tmp_path)
    render(files)
    written = tmp_path / "trained"
    jobs = [start(lambda: train(files, noting(written))) for _ in range(2)]
    assert [ended(job) for job in jobs] == [0, 0]
    epochs = [line for line in written.read_text().splitlines() if " epoch 1/" in line]
    assert len(epochs) == len(set(epochs)) == 10
    evaluate(files)
    gather(files)
    assert differences(files.root, undamaged.root) == []


def noting(path: Path) -> Callable[[str], None]:
    """Progress that many processes append to one file."""

    def note(line: str) -> None:
        with path.open("a") as file:
            file.write(line.split(": training loss")[0] + "\n")

    return note


def test_a_job_that_hangs_is_named_by_status_and_by_who_waits_and_stops_no_other(
    undamaged: Layout, tmp_path: Path
) -> None:
    files = with_exit_waves(undamaged, tmp_path)
    render(files)
    first, second = tmp_path / "first", tmp_path / "second"
    hangs = start(lambda: train(files, noting(first)))
    while not first.exists():
        time.sleep(0.01)
    os.kill(hangs, signal.SIGSTOP)
    ((run_id, owner),) = sweep_state(files).running
    assert run_id in files.sweep.runs
    assert owner.startswith(f"process {hangs} on ")
    assert " since 20" in owner
    waits = start(lambda: train(files, noting(second)))
    while not second.exists():
        time.sleep(0.01)
    assert f"waiting: process {hangs} on " in second.read_text()
    os.kill(hangs, signal.SIGKILL)
    assert (ended(hangs), ended(waits)) == (-signal.SIGKILL, 0)
    assert sweep_state(files).running == []
    evaluate(files)
    gather(files)
    assert differences(files.root, undamaged.root) == []


def test_a_network_that_hits_a_limit_of_memory_is_tried_again_and_no_other(
    undamaged: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = with_exit_waves(undamaged, tmp_path)
    render(files)
    hungry = files.sweep.runs[next(iter(files.sweep.runs))].networks[0].network_id
    fit = training._Trainer._fit

    def fit_with_little_memory(self: training._Trainer, network_id: str, *more: Any) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if network_id == hungry:
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + (256 << 20), hard))
        try:
            # What the images of a large network take, before the rest.
            torch.empty((512 << 20) if network_id == hungry else 1, dtype=torch.uint8)
            fit(self, network_id, *more)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

    monkeypatch.setattr(training._Trainer, "_fit", fit_with_little_memory)
    run = files.sweep.runs[next(iter(files.sweep.runs))]
    assert ended(start(lambda: train(files))) == 1
    # Its neighbours are kept; nothing says of it that it failed, and its run is not finished.
    kept = identities(files)
    assert set(kept) == {f"{one.network_id}.safetensors" for one in run.networks if one.network_id != hungry}
    assert kept
    assert not files.training(run).exists()
    monkeypatch.undo()
    train(files)
    evaluate(files)
    gather(files)
    assert {name: identities(files)[name] for name in kept} == kept
    assert differences(files.root, undamaged.root) == []
