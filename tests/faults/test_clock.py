"""Clocks and touched files: what is older than what it is made from is made again, and nothing is trained again."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

import pytest

from hrtem_transfer.study import Layout
from tests.faults.stages import SMALL, small
from tests.workflow.conftest import Workflow
from tests.workflow.numbers import differences

HOUR = 3600.0
AFTER_IMAGES = {"pretrain": 1, "transfer": 1, "evaluate": 2, "collect": 1, "report": 1, "gallery": 1, "all": 1}


@pytest.fixture
def workflow(undamaged: Layout, tmp_path: Path) -> Workflow:
    """The finished sweep in the place where the workflow looks for it, its times in the order of its making."""
    shutil.copytree(undamaged.root, tmp_path / "results" / "small")
    return Workflow(tmp_path, SMALL)


def shift(path: Path, seconds: float) -> None:
    then = path.stat().st_mtime + seconds
    os.utime(path, (then, then))


def planned_jobs(workflow: Workflow) -> dict[str, int]:
    """What the workflow would do, jobs by rule."""
    said = workflow.run("--dry-run", "--quiet", "rules")
    return {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", said, re.MULTILINE) if rule != "total"}


def case(name: str, files: Layout) -> None:
    """Put times and files as a fault leaves them."""
    if name == "everything an hour ahead":
        for path in files.root.rglob("*.*"):
            shift(path, HOUR)
    elif name == "images an hour ahead of the rest":
        shift(files.images("defocus_m30nm"), HOUR)
    elif name == "weights touched":
        for path in files.store.iterdir():
            os.utime(path, (time.time() + HOUR,) * 2)
    elif name == "results an hour back":
        for path in files.root.glob("evaluations/*"):
            shift(path, -HOUR)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("everything an hour ahead", {}),
        ("weights touched", {}),
        ("results an hour back", {"evaluate": 2, "collect": 1, "report": 1, "gallery": 1, "all": 1}),
        ("images an hour ahead of the rest", AFTER_IMAGES),
    ],
)
def test_exactly_what_is_older_than_what_it_is_made_from_is_made_again(
    workflow: Workflow, name: str, expected: dict[str, int]
) -> None:
    case(name, small(workflow.folder / "results"))
    assert planned_jobs(workflow) == expected


def untouched(files: Layout) -> dict[Path, tuple[int, int]]:
    """What shows that no network was written again: inode and time of each file of the store."""
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in files.store.iterdir()}


@pytest.mark.slow
def test_no_training_is_repeated_and_no_number_changes(workflow: Workflow, undamaged: Layout) -> None:
    files = small(workflow.folder / "results")
    case("results an hour back", files)
    before = untouched(files)
    workflow.run()
    assert untouched(files) == before
    assert differences(files.root, undamaged.root) == []


@pytest.mark.slow
def test_an_input_from_the_future_is_named_and_touching_it_is_enough(workflow: Workflow, undamaged: Layout) -> None:
    files = small(workflow.folder / "results")
    case("images an hour ahead of the rest", files)
    before, images = untouched(files), files.images("defocus_m30nm")
    process = workflow.start()
    said, _ = process.communicate(timeout=540)
    assert process.returncode == 1
    assert "clock skew" in said
    assert images.name in said
    images.touch()
    workflow.run()
    assert untouched(files) == before
    assert differences(files.root, undamaged.root) == []
