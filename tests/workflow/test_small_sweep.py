"""The whole workflow at a small size: what it makes, and what it does after it was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tests.workflow.conftest import Workflow
from tests.workflow.numbers import TABLES, table


def assert_same_results(results: Path, other: Path) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(table(results, name), table(other, name), check_exact=True)
    assert (results / "domains.csv").read_bytes() == (other / "domains.csv").read_bytes()


def finished_networks(results: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of every finished network's file: they change when it is written again."""
    files = (results / "networks").glob("*.safetensors")
    return {file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in files if file.name[0] != "."}


def started_until(workflow: Workflow, reached: Callable[[], object], seconds: float = 400) -> subprocess.Popen[str]:
    """Start it, and wait until it has come so far."""
    process = workflow.start()
    deadline = time.monotonic() + seconds
    while not reached():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, "it has not come so far in time"
        time.sleep(0.02)
    return process


def kill_when(workflow: Workflow, networks: int) -> dict[str, tuple[int, int]]:
    """Start it, and kill the whole process group with SIGKILL once so many networks are finished."""
    process = started_until(workflow, lambda: len(finished_networks(workflow.results)) >= networks)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return finished_networks(workflow.results)


def interrupt_when_an_image_is_there(workflow: Workflow) -> None:
    """Start it, and press Ctrl-C once the first image file is finished."""
    process = started_until(workflow, lambda: [*(workflow.results / "images").glob("[a-z]*.h5")])
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode != 0


def test_the_tables_hold_every_planned_network(undisturbed: Workflow) -> None:
    networks = pd.read_parquet(undisturbed.results / "networks.parquet")
    assert len(networks) == 12 + 2 + 2
    assert set(networks.status) == {"ok"}
    assert networks.network_id.is_unique
    transfers = networks[networks.stage == "transfer"]
    assert transfers.loss_target_before.notna().all()
    assert transfers.loss_target_after.notna().all()
    evaluations = pd.read_parquet(undisturbed.results / "evaluations.parquet")
    held_out = evaluations[evaluations.split != "train"]
    assert len(held_out) == len(networks) * 2 * 2
    csv = pd.read_csv(undisturbed.results / "networks.csv")
    assert csv.network_id.tolist() == networks.network_id.tolist()
    assert len(pd.read_csv(undisturbed.results / "evaluations.csv.gz")) == len(evaluations)


def test_the_pictures_are_there(undisturbed: Workflow) -> None:
    pictures = sorted(path.name for path in (undisturbed.results / "figures").iterdir())
    assert "contact_sheet.png" in pictures
    assert "transfer_defocus.svg" in pictures
    assert (undisturbed.results / "explorer.html").stat().st_size > 100_000


def test_a_finished_sweep_has_nothing_to_do(undisturbed: Workflow) -> None:
    assert "Nothing to be done" in undisturbed.run("--dry-run")


def test_a_deleted_result_is_made_again_from_the_stored_networks(undisturbed: Workflow, tmp_path: Path) -> None:
    copy = Workflow(tmp_path)
    shutil.copytree(undisturbed.folder, tmp_path, dirs_exist_ok=True)
    before = finished_networks(copy.results)
    gone = next((copy.results / "runs" / "transfer").iterdir())
    shutil.rmtree(gone)
    assert "transfer " in copy.run("--dry-run", "--quiet", "rules")
    copy.run()
    assert_same_results(copy.results, undisturbed.results)
    assert finished_networks(copy.results) == before


def test_after_an_interrupt_and_two_kills_the_same_command_goes_on_and_trains_nothing_twice(
    undisturbed: Workflow, tmp_path: Path
) -> None:
    stopped = Workflow(tmp_path)
    interrupt_when_an_image_is_there(stopped)
    kept: dict[str, tuple[int, int]] = {}
    # While the first is pretrained that others start from, and while these are trained.
    for networks in (1, 5):
        now = kill_when(stopped, networks)
        assert {name: now[name] for name in kept} == kept
        assert networks <= len(now) < 16
        kept = now
    stopped.run()
    after = finished_networks(stopped.results)
    assert {name: after[name] for name in kept} == kept
    assert_same_results(stopped.results, undisturbed.results)


def test_a_second_start_on_the_same_folder_is_refused_and_named(tmp_path: Path) -> None:
    workflow = Workflow(tmp_path)
    first = started_until(workflow, (workflow.results / ".workflow.lock").exists, 120)
    second = workflow.start()
    output, _ = second.communicate(timeout=120)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert second.returncode != 0
    assert f"another workflow works on this folder (process {first.pid} on " in output
    assert "Traceback" not in output
