"""The tiny sweep on a real Slurm, each time with another fault: always the same tables, and only what was in flight is
trained again.

The rounds with a fault start from the same images and pretrained network, made once on this machine without Slurm.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.slurm.conftest import BUSY, EPOCH, ROUNDS, Cluster, SlurmSweep, wait_until
from tests.workflow.conftest import ROOT, Workflow
from tests.workflow.test_small_sweep import assert_same_results, finished_networks

pytestmark = [pytest.mark.slurm, pytest.mark.timeout(900)]
quick = pytest.mark.slurm_quick
EPOCHS = list(range(1, 21))


class Round:
    """A sweep that is hit by a fault, and what stood in its logs and its store then."""

    def __init__(self, sweep: SlurmSweep) -> None:
        self.sweep = sweep
        self.logs: dict[str, str] = {}
        self.finished: dict[str, tuple[int, int]] = {}
        self.in_flight: set[str] = set()
        self.runs_hit: set[str] = set()

    def hit(self, *runs: str) -> None:
        """The fault is there: the trainings that these runs were at are lost. What was noted for a run before stays."""
        logs, in_flight = self.sweep.logs(), self.sweep.in_flight()
        self.logs |= {run: log for run, log in logs.items() if run not in self.runs_hit}
        self.finished |= finished_networks(self.sweep.results)
        self.in_flight |= set().union(*(in_flight.get(run, set()) for run in runs))
        self.runs_hit |= set(runs)

    def trained_again(self) -> set[str]:
        """Networks that were begun before the fault and once more after it.

        A job that starts removes its log; what stands there then is of after the fault only.
        """
        again: set[str] = set()
        for run, log in self.sweep.logs().items():
            before = self.logs.get(run, "")
            begun = parts_of(before)
            for network, parts in parts_of(log.removeprefix(before)).items():
                # Two trainings at the same time would put their epochs between each other's.
                whole = parts_of(log)[network]
                assert all(part == EPOCHS[: len(part)] for part in whole), (network, whole)
                assert whole[-1] == EPOCHS
                if network in begun and parts[0][0] == 1:
                    again.add(network)
        return again


def parts_of(log: str) -> dict[str, list[list[int]]]:
    """The epochs that a log tells of by network, cut where a training began."""
    found: dict[str, list[list[int]]] = {}
    for network, epoch in EPOCH.findall(log):
        parts = found.setdefault(network, [])
        if not parts or epoch == "1":
            parts.append([])
        parts[-1].append(int(epoch))
    return found


@contextmanager
def round_of(fault: str, sweep: SlurmSweep, undisturbed: Workflow) -> Iterator[Round]:
    """Compare at the end of a round: tables, and what was trained again with what was in flight."""
    began = time.monotonic()
    this = Round(sweep)
    yield this
    assert_same_results(sweep.results, undisturbed.results)
    again = this.trained_again()
    assert again == this.in_flight
    after = finished_networks(sweep.results)
    assert {name: after[name] for name in this.finished} == this.finished
    minutes = (time.monotonic() - began) / 60
    ROUNDS.append(
        f"{fault:40} in flight {len(this.in_flight)}, trained again {len(again)}, tables equal, {minutes:.1f} min"
    )


@quick
def test_no_fault(cluster: Cluster, fresh: SlurmSweep, undisturbed_tiny: Workflow) -> None:
    before = {job.number for job in cluster.jobs()}
    with round_of("none, from the first exit wave on", fresh, undisturbed_tiny):
        fresh.begin()
        assert fresh.end() == 0, fresh.output
    jobs = [job for job in cluster.jobs() if job.number not in before]
    assert {job.state for job in jobs} == {"COMPLETED"}
    for job in jobs:
        simulation = job.comment.startswith(("rule_exit_waves", "rule_images"))
        assert job.partition == ("cpu" if simulation else "gpu")
        assert ("gpu:1" in job.gpus) is not simulation
    assert not list((fresh.folder / "results" / "slurm_logs").rglob("*.log"))


@quick
def test_scancel_of_one_training_and_a_power_cut_under_the_other(
    cluster: Cluster, pretrained: SlurmSweep, undisturbed_tiny: Workflow
) -> None:
    with round_of("scancel of one, power cut under the other", pretrained, undisturbed_tiny) as round_:
        pretrained.begin()
        run = pretrained.wait_for_second_network()
        cancelled = cluster.job_of(run)
        (moved,) = (job for job in cluster.unfinished() if "transfer" in job.comment and job != cancelled)
        other = moved.comment.rsplit("_", 1)[1]
        subprocess.run(["scancel", str(cancelled.number)], check=True)
        wait_until(lambda: cluster.state(cancelled.number) == "CANCELLED", 60, "the job is still there")
        round_.hit(run)
        cluster.cut_power(moved.node)
        round_.hit(other)
        try:
            wait_until(lambda: cluster.job_of(other).node not in ("", moved.node), 120, "Slurm did not move the job")
        finally:
            cluster.start_node(moved.node)
        assert pretrained.end() == 0, pretrained.output
    assert round_.in_flight
    assert cluster.job_of(run).number > cancelled.number
    assert cluster.job_of(other).number == moved.number


def test_scancel_of_a_training(cluster: Cluster, pretrained: SlurmSweep, undisturbed_tiny: Workflow) -> None:
    with round_of("scancel of one training", pretrained, undisturbed_tiny) as round_:
        pretrained.begin()
        run = pretrained.wait_for_second_network()
        job = cluster.job_of(run)
        subprocess.run(["scancel", str(job.number)], check=True)
        wait_until(lambda: cluster.job_of(run).state == "CANCELLED", 60, "the job is still there")
        round_.hit(run)
        assert pretrained.end() == 0, pretrained.output
    assert "Trying to restart job" in pretrained.output
    assert cluster.job_of(run).number > job.number


def test_a_node_goes_down(cluster: Cluster, pretrained: SlurmSweep, undisturbed_tiny: Workflow) -> None:
    with round_of("power cut of a node, slurmd killed", pretrained, undisturbed_tiny) as round_:
        pretrained.begin()
        run = pretrained.wait_for_second_network()
        job = cluster.job_of(run)
        cluster.cut_power(job.node)
        round_.hit(run)
        try:
            wait_until(lambda: cluster.job_of(run).node not in ("", job.node), 120, "Slurm did not move the job")
        finally:
            cluster.start_node(job.node)
        assert pretrained.end() == 0, pretrained.output
    # Slurm put the job back under its number; Snakemake never saw a failure.
    assert cluster.job_of(run).number == job.number
    assert "Error in rule" not in pretrained.output


def test_a_node_is_cut_off_and_works_on(cluster: Cluster, pretrained: SlurmSweep, undisturbed_tiny: Workflow) -> None:
    with round_of("slurmd killed, its training lives on", pretrained, undisturbed_tiny) as round_:
        pretrained.begin()
        run = pretrained.wait_for_second_network()
        job, pid = cluster.job_of(run), pretrained.owner(run)
        cluster.end_daemon(f"slurmd.{job.node}", signal.SIGKILL)
        round_.hit()
        os.kill(pid, signal.SIGSTOP)
        try:
            wait_until(lambda: pretrained.waits(run), 180, "no second training came to the lock")
            assert f"waiting: process {pid} on" in pretrained.logs()[run]
        finally:
            os.kill(pid, signal.SIGCONT)
            # Slurm would end the lost job when its node is back.
            wait_until(lambda: not Path(f"/proc/{pid}").exists(), 180, "the cut-off training does not end")
            cluster.start_node(job.node)
        assert pretrained.end() == 0, pretrained.output


def test_requeue(cluster: Cluster, pretrained: SlurmSweep, undisturbed_tiny: Workflow) -> None:
    with round_of("scontrol requeue of one training", pretrained, undisturbed_tiny) as round_:
        pretrained.begin()
        run = pretrained.wait_for_second_network()
        job = cluster.job_of(run)
        subprocess.run(["scontrol", "requeue", str(job.number)], check=True)
        wait_until(lambda: cluster.job_of(run).state == "PENDING", 60, "the job is not in the queue again")
        round_.hit(run)
        assert pretrained.end() == 0, pretrained.output
    assert cluster.job_of(run).number == job.number
    assert "Error in rule" not in pretrained.output


def test_a_job_over_its_time_limit(
    cluster: Cluster, pretrained: SlurmSweep, undisturbed_tiny: Workflow, tmp_path: Path
) -> None:
    profile = yaml.safe_load((ROOT / "profiles" / "slurm" / "config.yaml").read_text())
    profile["set-resources"]["transfer"] = {**profile["set-resources"]["transfer"], "runtime": "1 * attempt"}
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "config.yaml").write_text(yaml.safe_dump(profile))
    pretrained.profile = tmp_path / "profile"
    with round_of("a hung training over its time limit", pretrained, undisturbed_tiny) as round_:
        pretrained.begin()
        run = pretrained.wait_for_second_network()
        jobs = {name: cluster.job_of(name).number for name in pretrained.logs()}
        os.kill(pretrained.owner(run), signal.SIGSTOP)
        wait_until(lambda: cluster.state(jobs[run]) == "TIMEOUT", 240, "Slurm did not end the job")
        # On a slow machine the other one's minute was over too.
        wait_until(lambda: not {cluster.state(job) for job in jobs.values()} & BUSY, 30, "the other job goes on")
        round_.hit(*(name for name, job in jobs.items() if cluster.state(job) == "TIMEOUT"))
        assert pretrained.end() == 0, pretrained.output
    assert cluster.job_of(run).number > jobs[run]
    assert "SLURM status is: 'TIMEOUT'" in pretrained.output


def test_the_controller_is_away_for_a_minute(
    cluster: Cluster, pretrained: SlurmSweep, undisturbed_tiny: Workflow
) -> None:
    with round_of("controller away for 60 s", pretrained, undisturbed_tiny) as round_:
        pretrained.begin()
        pretrained.wait_for_second_network()
        cluster.end_daemon("slurmctld", signal.SIGTERM)
        round_.hit()
        time.sleep(60)
        subprocess.run(["slurmctld"], check=True, timeout=30)
        assert pretrained.end() == 0, pretrained.output


def test_snakemake_is_killed_and_started_again_while_its_jobs_live(
    cluster: Cluster, pretrained: SlurmSweep, undisturbed_tiny: Workflow
) -> None:
    with round_of("Snakemake kill -9, started again", pretrained, undisturbed_tiny) as round_:
        pretrained.begin()
        run = pretrained.wait_for_second_network()
        pretrained.signal(signal.SIGKILL)
        pretrained.end()
        round_.hit()
        first, pid = cluster.job_of(run), pretrained.owner(run)
        # Held where it is until the second job has come to the lock, however slow this machine is.
        os.kill(pid, signal.SIGSTOP)
        try:
            pretrained.begin()
            wait_until(lambda: pretrained.waits(run), 120, "no second training came to the lock")
            assert f"waiting: process {pid} on" in pretrained.logs()[run]
            second = cluster.job_of(run)
            assert second.number > first.number
            assert {job.number for job in cluster.unfinished()} >= {first.number, second.number}
        finally:
            os.kill(pid, signal.SIGCONT)
        assert pretrained.end() == 0, pretrained.output


def test_an_interrupt_cancels_all_jobs(cluster: Cluster, pretrained: SlurmSweep, undisturbed_tiny: Workflow) -> None:
    with round_of("Ctrl-C, started again", pretrained, undisturbed_tiny) as round_:
        pretrained.begin()
        pretrained.wait_for_second_network()
        pretrained.signal(signal.SIGINT)
        assert pretrained.end(60) != 0
        wait_until(lambda: not cluster.unfinished(), 30, "jobs are left in the queue")
        assert "Traceback" not in pretrained.output
        round_.hit(*pretrained.in_flight())
        assert round_.in_flight
        pretrained.begin()
        assert pretrained.end() == 0, pretrained.output
