"""``hrtem-transfer verify``: it lists exactly what is damaged or missing, and removes exactly that."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from hrtem_transfer.cli.main import main
from hrtem_transfer.inspection.verification import verify
from hrtem_transfer.jobs.sweep_lock import claim
from hrtem_transfer.study import Layout
from tests.faults.processes import ended, start
from tests.faults.stages import SMALL, quiet


def command(files: Layout, *more: str) -> int:
    return main(["verify", "--config", str(SMALL), "--results", str(files.root.parent), *more])


def everything(files: Layout) -> set[Path]:
    return {path for path in files.root.rglob("*") if path.is_file() and path.name != ".workflow.lock"}


def flip(path: Path) -> Path:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0x20
    path.write_bytes(whole)
    return path


def damaged_and_what_goes_too(files: Layout) -> tuple[list[Path], set[Path]]:
    """Damage one file of each kind; they, and what has to go with them."""
    runs = {run.stage: run for run in files.sweep.runs.values()}
    networks = [files.network(runs[stage].networks[0].network_id) for stage in ("pretrain", "transfer")]
    damaged = [
        files.plan,
        files.shard(next(iter(files.sweep.shards))),
        files.images("defocus_m30nm"),
        *networks,
        files.evaluation(list(files.sweep.evaluations.values())[-1]),
        files.root / "networks.csv",
        files.root / "figures" / "transfer_defocus.svg",
    ]
    tables = {files.training(runs[stage]) for stage in ("pretrain", "transfer")}
    return [flip(path) for path in damaged], tables | {files.tables_listing, files.report_listing}


def test_a_whole_sweep_is_whole(undamaged: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(undamaged) == 0
    said = capsys.readouterr().out
    assert "  whole: trained network: 10 (0 not made yet)" in said
    assert "  damaged: " not in said


def test_a_long_look_tells_how_far_it_is(undamaged: Layout) -> None:
    told: list[str] = []
    whole = verify(undamaged, told.append, at_rest=True, told_every_s=0.0).whole
    assert told[0] == f"0 of {len(told)} files looked at"
    assert len(told) == whole.total()


def test_it_lists_exactly_what_is_damaged_and_repair_removes_exactly_that(
    finished: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(finished)
    damaged, goes_too = damaged_and_what_goes_too(finished)
    assert command(finished) == 1
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if "damaged: " in line] == [
        line for path in damaged for line in said.splitlines() if line.startswith(f"  damaged: {path}")
    ]
    assert everything(finished) == before
    assert command(finished, "--repair") == 0
    assert before - everything(finished) == {*damaged, *goes_too}


def test_what_is_gone_is_missing_only_when_something_was_made_from_it(finished: Layout) -> None:
    run = next(run for run in finished.sweep.runs.values() if run.stage == "transfer")
    network = finished.network(run.networks[0].network_id)
    network.unlink()
    (finding,) = verify(finished, quiet, at_rest=True).findings
    assert (finding.kind, finding.path, finding.remove) == ("missing", network, (finished.training(run),))
    for path in (
        *finished.root.glob("*.*"),
        *finished.root.glob("figures/*"),
        *finished.root.glob("runs/*/*/*"),
        *finished.root.glob("evaluations/*"),
    ):
        path.unlink()
    result = verify(finished, quiet, at_rest=True)
    assert (result.findings, result.absent["trained network"]) == ([], 1)


def test_a_file_under_anothers_name_is_refused(finished: Layout) -> None:
    one, other = finished.images("defocus_m30nm"), finished.images("defocus_p10nm")
    one.write_bytes(other.read_bytes())
    (finding,) = verify(finished, quiet, at_rest=True).findings
    assert finding.path == one
    assert "made from other settings" in finding.reason


def test_what_a_killed_process_left_is_found_but_not_while_a_workflow_works(finished: Layout) -> None:
    left = finished.store / ".0123456789ab.99-cafe.tmp.safetensors"
    left.write_bytes(b"half a netw")
    (finding,) = verify(finished, quiet, at_rest=True).findings
    assert (finding.kind, finding.remove) == ("left over", (left,))
    worker = working(finished)
    assert command(finished) == 0
    os.kill(worker, signal.SIGKILL)
    ended(worker)
    assert command(finished, "--repair") == 0
    assert not left.exists()


def test_nothing_is_repaired_while_a_workflow_works(finished: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    path = flip(finished.root / "networks.csv")
    worker = working(finished)
    assert command(finished, "--repair") == 1
    assert f"another workflow works on this folder (process {worker} on " in capsys.readouterr().err
    os.kill(worker, signal.SIGKILL)
    ended(worker)
    assert path.exists()


def working(files: Layout) -> int:
    """A process that holds the sweep."""
    ready, tell = os.pipe()

    def hold() -> None:
        claim(files.root)
        os.write(tell, b"x")
        signal.pause()

    worker = start(hold)
    os.read(ready, 1)
    return worker
