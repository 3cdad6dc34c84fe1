"""A workflow that cannot submit: told once, in Slurm's words, before any job. Made-up commands stand in for Slurm."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from hrtem_transfer.study import Layout, read_sweep
from tests.jobs.test_sweep_lock import HOLD
from tests.workflow.conftest import ROOT

TINY = Path(__file__).with_name("tiny.yaml")
PARTITION = (
    'case "$*" in *"-p gpu "*) echo "sbatch: error: invalid partition specified: gpu" >&2\n'
    'echo "allocation failure: Invalid partition name specified" >&2; exit 1;; esac'
)


class Site:
    """A folder with the only commands on the PATH; what sbatch was called with is noted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in ("which", "sh", "bash", "uname"):
            (self.bin / tool).symlink_to(str(shutil.which(tool)))

    def command(self, name: str, body: str) -> None:
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "$@" >> {self.folder}/{name}.calls\n{body}\n')
        path.chmod(0o755)

    def calls(self, name: str) -> list[str]:
        path = self.folder / f"{name}.calls"
        return path.read_text().splitlines() if path.exists() else []

    def snakemake(
        self, *arguments: str, profile: Path = ROOT / "profiles" / "slurm", config: Path = TINY
    ) -> tuple[int, str]:
        """Start the sweep; exit status and all that was said."""
        done = subprocess.run(
            [
                *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")),
                *arguments,
                *("--profile", str(profile), "--directory", str(self.folder / "sweep"), "--configfile", str(config)),
            ],
            env={**os.environ, "PATH": str(self.bin), "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def slurm(site: Site, sbatch: str) -> None:
    """The other commands as on a machine where accounting is off."""
    site.command("sbatch", sbatch)
    site.command("sinfo", "")
    site.command("squeue", "")
    site.command("scancel", "")
    site.command("scontrol", "echo MinJobAge = 300 sec")
    site.command("sacct", "echo Slurm accounting storage is disabled >&2; exit 1")


def test_an_unknown_partition_is_told_once_and_nothing_is_submitted(site: Site) -> None:
    slurm(site, PARTITION)
    status, said = site.snakemake()
    assert status != 0
    assert said.count("invalid partition specified: gpu") == 1
    assert re.search(r"^ *\w+, \w+, \w+: sbatch: error: invalid partition", said, re.MULTILINE), said
    assert "Traceback" not in said
    assert len(site.calls("sbatch")) == 5  # exit waves, images, pretrain, transfer, evaluate
    assert all("--test-only" in call for call in site.calls("sbatch"))


def test_an_unknown_account_is_told_once_and_nothing_is_submitted(site: Site, tmp_path: Path) -> None:
    slurm(site, "exit 0")
    site.command("sacctmgr", "echo physics")
    profile = yaml.safe_load((ROOT / "profiles" / "slurm" / "config.yaml").read_text())
    profile["default-resources"]["slurm_account"] = "nobody"
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "config.yaml").write_text(yaml.safe_dump(profile))
    status, said = site.snakemake(profile=tmp_path / "profile")
    assert status != 0
    assert said.count("account nobody appears to be invalid") == 1
    assert "physics" in said
    assert "Traceback" not in said
    assert all("--test-only" in call for call in site.calls("sbatch"))


def test_a_machine_without_slurm_is_told(site: Site) -> None:
    status, said = site.snakemake()
    assert status != 0
    assert said.count("sbatch: not found on the PATH") == 1
    assert "Traceback" not in said


def test_a_second_sweep_on_the_folder_is_refused_before_slurm_is_asked(site: Site) -> None:
    slurm(site, "exit 0")
    folder = site.folder / "sweep" / "results" / "tiny"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        status, said = site.snakemake()
    finally:
        holder.kill()
        holder.communicate()
    assert status != 0
    assert f"(process {holder.pid} on " in said
    assert time.strftime("since %Y") in said
    assert "Traceback" not in said
    assert site.calls("sbatch") == []


def test_jobs_that_slurm_refuses_later_are_tried_again_and_listed_at_the_end(site: Site) -> None:
    slurm(site, 'case "$*" in *--test-only*) ;; *) echo "sbatch: error: no room" >&2; exit 1;; esac')
    status, said = site.snakemake("--slurm-init-seconds-before-status-checks", "1")
    assert status != 0
    assert "no room" in said
    assert len([call for call in site.calls("sbatch") if "--test-only" not in call]) == 3 * 3  # shards, attempts
    last = said.splitlines()[-9:]
    assert sum("logs/exit_waves/" in line for line in last) == 3, said
    assert "hrtem-transfer status" in said
    assert "Traceback" not in said


def test_a_job_reads_the_frozen_plan_whatever_became_of_the_configuration(site: Site, tmp_path: Path) -> None:
    config = tmp_path / "edited.yaml"
    config.write_text(TINY.read_text())
    # Runs the job on the spot, after the configuration was spoilt, and refuses it: its words are what is looked at.
    run = (
        f"echo 'no: configuration' > {config}\n"
        f'for word; do case "$word" in --wrap=*) sh -c "${{word#--wrap=}}" > {tmp_path}/job.log 2>&1;; esac; done\n'
        f"echo $? > {tmp_path}/job.status\n"
    )
    slurm(site, f'case "$*" in *--test-only*) ;; *) {run} echo "sbatch: error: no room" >&2; exit 1;; esac')
    site.command("srun", 'while [ "${1#-}" != "$1" ]; do shift; done; exec "$@"')
    sweep = read_sweep(config)
    shard = str(Layout.below("results", sweep).shard(next(iter(sweep.shards))))
    site.snakemake(shard, "--retries", "0", config=config)
    said = (tmp_path / "job.log").read_text()
    assert (tmp_path / "job.status").read_text() == "0\n", said
    assert "1 of 1 steps (100%) done" in said
