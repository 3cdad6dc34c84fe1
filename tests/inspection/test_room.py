"""A sweep that does not fit is refused before it starts; what is there already needs no room."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hrtem_transfer.inspection import room
from hrtem_transfer.inspection.calibration import known_sizes
from hrtem_transfer.inspection.planning import make_plan
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study import Layout, read_sweep

ROOT = Path(__file__).parents[2]


@pytest.fixture
def files(tmp_path: Path) -> Layout:
    return Layout.below(tmp_path, read_sweep(ROOT / "config" / "demo.yaml"))


def free(monkeypatch: pytest.MonkeyPatch, size: float) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**15, 10**15 - int(size), int(size)))


def test_needed_and_free_are_named(files: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"bytes_per_structure": 1e9, "bytes_per_image": 0.0, "bytes_per_network": 0.0}
    free(monkeypatch, 383e9)
    with pytest.raises(DataError, match=r"demo: what is left of the sweep needs 384.0 GB, 383.0 GB are free there"):
        room.check_room(files, sizes)
    free(monkeypatch, 385e9)
    room.check_room(files, sizes)


def test_what_is_finished_needs_no_more_room(files: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    for shard in files.sweep.shards:
        files.shard(shard).parent.mkdir(parents=True, exist_ok=True)
        files.shard(shard).touch()
    free(monkeypatch, 0)
    room.check_room(files, {"bytes_per_structure": 1e9, "bytes_per_image": 0.0, "bytes_per_network": 0.0})


def test_estimated_sizes_are_below_those_measured_at_the_shipped_setting() -> None:
    paper = Layout.below("/nonexistent", read_sweep(ROOT / "config" / "paper.yaml"))
    estimated, stated = room.least_sizes(paper), known_sizes(paper)
    assert 0.5 < estimated["bytes_per_structure"] / stated["bytes_per_structure"] < 1
    assert 0.5 < estimated["bytes_per_image"] / stated["bytes_per_image"] < 1
    assert stated["bytes_per_network"] == 5.73e7


def test_the_size_of_a_network_is_that_of_a_stored_pretrained_one(files: Layout) -> None:
    assert room.least_sizes(files)["bytes_per_network"] == 0
    record = next(one for one in files.sweep.networks.values() if one.stage == "pretrain")
    files.store.mkdir(parents=True)
    files.network(record.network_id).write_bytes(bytes(1234))
    assert room.least_sizes(files)["bytes_per_network"] == 1234
    assert make_plan(files)[1].left.bytes_on_disk(known_sizes(files)) > 0
