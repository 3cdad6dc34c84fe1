"""Every kind of file, cut off and with single flipped bytes: refused with its name, or read as if nothing had been."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hrtem_transfer.inspection.verification import planned_files
from hrtem_transfer.jobs import network_store, score_store
from hrtem_transfer.jobs.network_headers import read_header
from hrtem_transfer.storage import checksums, exit_wave_files, image_files
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.parquet_files import read_table
from hrtem_transfer.study import Layout, read_plan

FLIPS = 200


def waves(path: Path) -> Any:
    with exit_wave_files.opened(path) as shard:
        structures = [shard.read(index) for index in range(shard.start, shard.stop)]
        arrays = [(one.waves.tobytes(), one.phase.tobytes(), one.zero_focus_A) for one in structures]
        return arrays, shard.recipe, shard.split, shard.notes


def images(path: Path) -> Any:
    sets = [image_files.read_images(path, split) for split in ("train", "validation", "test")]
    arrays = [
        (one.counts.tobytes(), one.labels.tobytes(), one.defocus_nm.tobytes(), one.index.tobytes()) for one in sets
    ]
    return arrays, image_files.read_recipe(path)


def network(path: Path) -> Any:
    read_header(path)
    record, tensors = network_store.read_network(path.parent, path.stem)
    return record, {name: (tensor.dtype, tensor.numpy().tobytes()) for name, tensor in tensors.items()}


def table(path: Path) -> Any:
    found = read_table(path, "")
    return repr(found.to_pydict()), str(found.schema.remove_metadata())


def scores(path: Path) -> Any:
    problems: list[str] = []
    record = network_store.read_record(path.parents[1] / "networks", path.stem)
    found = score_store.read_scores(path.parent, path.stem, record.weights_digest, problems.append)
    if problems:
        raise DataError(problems[0])
    return found


def listing(path: Path) -> Any:
    return checksums.recorded(path)


@dataclass(frozen=True)
class Kind:
    """One kind of file: an example of it in the finished sweep, and how its content is read at use.

    ``read`` is None where nothing but ``hrtem-transfer verify`` looks at the content.
    """

    name: str
    example: Callable[[Layout], Path]
    read: Callable[[Path], Any] | None


def _run(files: Layout, stage: str) -> Any:
    return next(run for run in files.sweep.runs.values() if run.stage == stage)


def _network(files: Layout, stage: str) -> str:
    return _run(files, stage).networks[0].network_id


KINDS = [
    Kind("plan", lambda files: files.plan, lambda path: (read_plan(path).digest, read_plan(path).study)),
    Kind("exit waves", lambda files: files.shard(next(iter(files.sweep.shards))), waves),
    Kind("images", lambda files: files.images("defocus_m30nm"), images),
    Kind("pretrained weights", lambda files: files.network(_network(files, "pretrain")), network),
    Kind("run weights", lambda files: files.network(_network(files, "transfer")), network),
    Kind("training table", lambda files: files.training(_run(files, "transfer")), table),
    Kind("kept scores", lambda files: files.scores / f"{_network(files, 'transfer')}.json", scores),
    Kind("evaluation table", lambda files: files.evaluation(list(files.sweep.evaluations.values())[-1]), table),
    Kind("networks.parquet", lambda files: files.root / "networks.parquet", table),
    Kind("evaluations.parquet", lambda files: files.root / "evaluations.parquet", table),
    Kind("histories.parquet", lambda files: files.root / "histories.parquet", table),
    Kind("networks.csv", lambda files: files.root / "networks.csv", None),
    Kind("evaluations.csv.gz", lambda files: files.root / "evaluations.csv.gz", None),
    Kind("domains.csv", lambda files: files.root / "domains.csv", None),
    Kind("effects.csv", lambda files: files.root / "effects.csv", None),
    Kind("explorer", lambda files: files.root / "explorer.html", None),
    Kind("figure, PNG", lambda files: files.root / "figures" / "contact_sheet.png", None),
    Kind("figure, SVG", lambda files: files.root / "figures" / "transfer_defocus.svg", None),
    Kind("listing of checksums", lambda files: files.tables_listing, listing),
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


def checked_by_verify(files: Layout, path: Path) -> Callable[[], object]:
    """What ``verify`` does with one file."""
    return next(file.read for file in planned_files(files) if file.path == path)


def content_or_message(read: Callable[[Path], Any], path: Path) -> Any:
    try:
        return read(path)
    except DataError as error:
        return str(error)


@pytest.mark.parametrize("kept", ["nothing", "one byte", "half", "all but one byte"])
def test_a_file_that_was_cut_off_is_refused_and_named(kind: Kind, kept: str, finished: Layout) -> None:
    path = kind.example(finished)
    check = checked_by_verify(finished, path)
    check()
    whole = path.read_bytes()
    sizes = {"nothing": 0, "one byte": 1, "half": len(whole) // 2, "all but one byte": len(whole) - 1}
    path.write_bytes(whole[: sizes[kept]])
    for use in [check, *([lambda: kind.read(path)] if kind.read else [])]:
        with pytest.raises(DataError) as error:
            use()
        assert str(path) in str(error.value)


def test_single_flipped_bytes_are_refused_and_named_or_change_nothing(kind: Kind, finished: Layout) -> None:
    path = kind.example(finished)
    check = checked_by_verify(finished, path)
    whole = path.read_bytes()
    # Where only `verify` looks, any change of a byte counts.
    read = kind.read or (lambda path: (check(), path.read_bytes())[1])
    expected = read(path)
    outcomes: Counter[str] = Counter()
    numbers = random.Random(kind.name)
    for position in (numbers.randrange(len(whole)) for _ in range(FLIPS)):
        flipped = whole[position] ^ numbers.randrange(1, 256)
        path.write_bytes(whole[:position] + bytes([flipped]) + whole[position + 1 :])
        found = content_or_message(read, path)
        outcomes["refused" if isinstance(found, str) else "harmless"] += 1
        if isinstance(found, str):
            assert str(path) in found
        else:
            assert found == expected, f"byte {position} of {path.name} changed what is read"
    print(f"FLIPPED | {kind.name} | {len(whole)} | {outcomes['refused']} | {outcomes['harmless']} | 0 |")
    assert outcomes["refused"] > (0.5 if kind.read else 0.999) * FLIPS
