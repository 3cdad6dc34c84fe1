"""A real Slurm of two virtual nodes, the faults that can hit it, and a tiny sweep that runs on it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workflow.conftest import ROOT, Workflow

HERE = Path(__file__).parent
TINY = HERE / "tiny.yaml"
EPOCH = re.compile(r"network ([0-9a-f]{12}) \(\w+, frozen: \w+\) epoch (\d+)/")
# States of jobs that have not ended.
BUSY = {"PENDING", "CONFIGURING", "RUNNING", "COMPLETING"}
# What happened in each round, for the table at the end of the test session.
ROUNDS: list[str] = []


def wait_until(what: Callable[[], object], seconds: float, message: str) -> None:
    """Wait until ``what`` gives something true; fail with ``message`` after so many seconds."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, message
        time.sleep(0.1)


@dataclass(frozen=True)
class Job:
    """A Slurm job as squeue tells it."""

    number: int
    state: str
    node: str
    partition: str
    gpus: str
    comment: str


class Cluster:
    """The cluster of cluster.sh: two nodes, n1 and n2, with two GPUs each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def script(self, action: str) -> None:
        subprocess.run(["bash", str(HERE / "cluster.sh"), action, str(self.folder)], check=True, timeout=120)

    def jobs(self) -> list[Job]:
        """All jobs, also those that ended within the last five minutes."""
        columns = ("jobid", "state", "nodelist", "partition", "tres-per-job", "comment")
        query = ["squeue", "--noheader", "--states=all", "--Format=" + ",".join(f"{name}:100" for name in columns)]
        lines = subprocess.run(query, check=True, capture_output=True, text=True, timeout=30).stdout.splitlines()
        rows = [[line[at : at + 100].strip() for at in range(0, 600, 100)] for line in lines]
        return [Job(int(number), *rest) for number, *rest in rows]

    def job_of(self, run: str) -> Job:
        """The newest training job of a run."""
        found = [job for job in self.jobs() if job.comment.startswith("rule_transfer") and run in job.comment]
        return max(found, key=lambda job: job.number)

    def unfinished(self) -> list[Job]:
        return [job for job in self.jobs() if job.state in BUSY]

    def state(self, number: int) -> str:
        return next(job.state for job in self.jobs() if job.number == number)

    def pid(self, daemon: str) -> int:
        return int((self.folder / f"{daemon}.pid").read_text())

    def end_daemon(self, daemon: str, number: signal.Signals) -> None:
        """End slurmctld or a node's slurmd by its pid."""
        pid = self.pid(daemon)
        os.kill(pid, number)
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), 30, f"{daemon} does not end")

    def end_processes(self, job: Job) -> None:
        """End all processes of a job at once."""
        mark = f"SLURM_JOB_ID={job.number}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                step = re.match(rb"slurmstepd: \[(\d+)\.", (process / "cmdline").read_bytes())
                inside = {mark, b"SLURM_CLUSTER_NAME=test"} <= set((process / "environ").read_bytes().split(b"\0"))
            except OSError:
                continue
            if inside or (step is not None and int(step[1]) == job.number):
                os.kill(int(process.name), signal.SIGKILL)

    def cut_power(self, node: str) -> None:
        """End a node's slurmd and all processes of its jobs."""
        lost = [job for job in self.unfinished() if job.node == node]
        self.end_daemon(f"slurmd.{node}", signal.SIGKILL)
        for job in lost:
            self.end_processes(job)

    def start_node(self, node: str) -> None:
        subprocess.run(["slurmd", "-N", node], check=True, timeout=30)
        self.wait_for_nodes()

    def wait_for_nodes(self) -> None:
        def states() -> set[str]:
            query = ["sinfo", "--noheader", "--Node", "--format=%t"]
            return set(subprocess.run(query, check=True, capture_output=True, text=True, timeout=30).stdout.split())

        wait_until(lambda: states() <= {"idle", "mix", "alloc", "comp"}, 60, "the nodes are not back")


class SlurmSweep(Workflow):
    """The tiny sweep in one folder, with the profile for Slurm as it is but for how soon Slurm is first asked."""

    def __init__(self, folder: Path, profile: Path = ROOT / "profiles" / "slurm") -> None:
        super().__init__(folder, TINY)
        self.profile = profile
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        return (self.folder / "snakemake.txt").read_text()

    def command(self, *arguments: str) -> list[str]:
        return [
            *(sys.executable, "-m", "snakemake", "collect", "--snakefile", str(ROOT / "Snakefile")),
            *("--profile", str(self.profile), "--slurm-init-seconds-before-status-checks", "2"),
            *("--directory", str(self.folder), "--configfile", str(self.config), *arguments),
        ]

    def begin(self, *arguments: str) -> None:
        """Start Snakemake as the leader of a process group of its own; what it says is added to snakemake.txt."""
        with (self.folder / "snakemake.txt").open("ab") as output:
            environment = {**os.environ, "OMP_NUM_THREADS": "1"}
            self.process = subprocess.Popen(
                self.command(*arguments), stdout=output, stderr=output, start_new_session=True, env=environment
            )

    def end(self, seconds: float = 540) -> int:
        """Wait for Snakemake's end; its exit status."""
        assert self.process is not None
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(self.output)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to Snakemake and whatever it runs on this side of Slurm."""
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def logs(self) -> dict[str, str]:
        """Logs of the transfer runs, by run. A job that starts removes its log."""
        found = {}
        for path in (self.results / "logs" / "transfer").glob("*.log"):
            with suppress(FileNotFoundError):
                found[path.stem] = path.read_text()
        return found

    def waits(self, run: str) -> bool:
        """Whether a job of the run has come to the run's lock and found it held."""
        return "waiting: process" in self.logs().get(run, "")

    def stored(self) -> set[str]:
        return {path.stem for path in (self.results / "networks").glob("[0-9a-f]*.safetensors")}

    def in_flight(self) -> dict[str, set[str]]:
        """By run: networks that were begun and are not in the store."""
        return {run: {network for network, _ in EPOCH.findall(log)} - self.stored() for run, log in self.logs().items()}

    def wait_for_second_network(self) -> str:
        """Wait until a run has stored its first network and trains the next; the run."""
        found: list[str] = []

        def there() -> bool:
            assert self.process is None or self.process.poll() is None, self.output
            for run, unfinished in self.in_flight().items():
                begun = EPOCH.findall(self.logs().get(run, ""))
                # Not in its last epochs: it would be finished before the fault is there.
                if len(dict(begun)) == 2 and len(unfinished) == 1 and 2 <= int(begun[-1][1]) <= 8:
                    found.append(run)
            return bool(found)

        wait_until(there, 300, "no second network was seen in training")
        return found[0]

    def owner(self, run: str) -> int:
        """Process id of who trains a run, from its lock."""
        return int(json.loads((self.results / "runs" / "transfer" / run / ".lock").read_text())["pid"])


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    for command in ("slurmctld", "munged"):
        if shutil.which(command, path=f"{os.environ['PATH']}:/usr/sbin") is None:
            pytest.fail(f"{command}: not found. apt-get install --no-install-recommends slurm-wlm munge")
    cluster = Cluster(tmp_path_factory.mktemp("slurm"))
    cluster.script("start")
    try:
        yield cluster
    finally:
        cluster.script("stop")


@pytest.fixture(scope="session")
def undisturbed_tiny(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    """The tiny sweep, run once on this machine without Slurm. Tests only read it."""
    workflow = Workflow(tmp_path_factory.mktemp("local"), TINY)
    workflow.run("collect")
    return workflow


@pytest.fixture
def fresh(cluster: Cluster, tmp_path: Path) -> Iterator[SlurmSweep]:
    """A sweep of which nothing is done; after the test none of its jobs is left."""
    sweep = SlurmSweep(tmp_path)
    yield sweep
    if sweep.process is not None and sweep.process.poll() is None:
        sweep.signal(signal.SIGKILL)
        sweep.process.wait()
    subprocess.run(["scancel", *(str(job.number) for job in cluster.unfinished())], capture_output=True)
    wait_until(lambda: not cluster.unfinished(), 60, "jobs are left in the queue")


@pytest.fixture
def pretrained(undisturbed_tiny: Workflow, fresh: SlurmSweep) -> SlurmSweep:
    """A sweep whose images and pretrained network are there: the transfers are still to do."""
    sweep = fresh
    keep = ("exit_waves", "images", "networks", "runs/pretrain")
    for folder in keep:
        shutil.copytree(undisturbed_tiny.results / folder, sweep.results / folder)
    for run in undisturbed_tiny.results.glob("logs/transfer/*.log"):
        for network in set(EPOCH.findall(run.read_text())):
            (sweep.results / "networks" / f"{network[0]}.safetensors").unlink(missing_ok=True)
    return sweep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ROUNDS:
        terminalreporter.section("rounds on Slurm")
        for line in ROUNDS:
            terminalreporter.line(line)
