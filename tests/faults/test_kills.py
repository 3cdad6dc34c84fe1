"""The workflow, killed with SIGKILL at random moments: the same command goes on, and no number changes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from hrtem_transfer.inspection.verification import repair, verify
from hrtem_transfer.study import Layout
from tests.faults.stages import SMALL, quiet, small
from tests.workflow.conftest import Workflow
from tests.workflow.numbers import differences

VICTIMS = ("scheduler", "job", "group")
# A start takes some seconds before its first job; a whole run on two free cores about 30.
LONGEST_SECONDS = 25.0


def children(pid: int) -> list[int]:
    """All processes below one, from the kernel's tables."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, timeout=60)
    below = [int(line) for line in found.stdout.split()]
    return below + [one for child in below for one in children(child)]


def begin(workflow: Workflow) -> subprocess.Popen[bytes]:
    """Start it with its words in a file: a pipe would stay open as long as an orphan lives."""
    with (workflow.folder / "said.txt").open("wb") as said:
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            workflow.command(), stdout=said, stderr=subprocess.STDOUT, start_new_session=True, env=environment
        )


def shoot(process: subprocess.Popen[bytes], victim: str, numbers: random.Random) -> list[int]:
    """Kill a part of a running workflow; returns the processes that live on without it."""
    if victim == "group":
        os.killpg(process.pid, signal.SIGKILL)
        return []
    jobs = children(process.pid)
    if victim == "job":
        # Where no job runs at that moment, or it ends just then, nothing is hit: the scheduler goes on.
        end([numbers.choice(jobs)] if jobs else [])
        return []
    process.kill()
    return jobs


def identities(files: Layout) -> dict[str, tuple[int, int]]:
    found = [path for path in files.store.glob("[!.]*") if path.is_file()]
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def chain(workflow: Workflow, seed: int, rounds: int) -> Counter[str]:
    """Start the workflow and kill a part of it, again and again on the same folder.

    After each kill every file at a final name is whole, and no network that was finished is written again. Every
    other round the next start follows at once, while processes of the last one live on; every third one loses
    ``.snakemake`` first.
    """
    files, numbers, kept = small(workflow.folder / "results"), random.Random(seed), {}
    outcomes: Counter[str] = Counter()
    for number in range(rounds):
        victim = VICTIMS[number % len(VICTIMS)]
        process = begin(workflow)
        try:
            process.wait(timeout=numbers.uniform(1, LONGEST_SECONDS))
            outcomes["ended before"] += 1
        except subprocess.TimeoutExpired:
            orphans = shoot(process, victim, numbers)
            outcomes[victim] += 1
            if victim == "job":
                # The scheduler goes on without that job, and says in the end that it failed.
                process.wait(timeout=500)
            elif number % 2 == 0 and orphans:
                outcomes["next start beside orphans"] += 1
            else:
                end(orphans)
            process.wait(timeout=500)
        found = verify(files, quiet, at_rest=True).findings
        # `missing`: killed between the tables and the listing of their checksums.
        assert "damaged" not in {finding.kind for finding in found}, found
        now = identities(files)
        assert {name: now[name] for name in kept} == kept
        kept = now
        if number % 3 == 2:
            shutil.rmtree(workflow.folder / ".snakemake", ignore_errors=True)
            outcomes[".snakemake deleted"] += 1
    return outcomes


def end(processes: list[int]) -> None:
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


def finish(workflow: Workflow, undamaged: Layout) -> None:
    """The same command once more ends well, with the numbers of a sweep that nothing happened to."""
    files = small(workflow.folder / "results")
    deadline = time.monotonic() + 300
    while begin(workflow).wait(timeout=500):
        # A process of an earlier start can still hold the sweep for a moment.
        said = (workflow.folder / "said.txt").read_text()
        assert "another workflow works on this folder" in said, said
        assert time.monotonic() < deadline, said
        time.sleep(1)
    repair([one for one in verify(files, quiet, at_rest=True).findings if one.kind == "left over"])
    assert verify(files, quiet, at_rest=True).findings == []
    assert differences(files.root, undamaged.root) == []


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("seed", "rounds"), [(0, 6), *(pytest.param(seed, 6, marks=pytest.mark.slow) for seed in range(1, 11))]
)
def test_after_kills_at_random_moments_the_same_command_goes_on(
    seed: int, rounds: int, undamaged: Layout, tmp_path: Path
) -> None:
    workflow = Workflow(tmp_path, SMALL)
    outcomes = chain(workflow, seed, rounds)
    print(f"KILLS | seed {seed} | {rounds} rounds | {dict(outcomes)}")
    finish(workflow, undamaged)
