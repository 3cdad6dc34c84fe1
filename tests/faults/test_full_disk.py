"""No room, at every stage: no half file at a final name, a message with needed and free, and the same call goes on."""

from __future__ import annotations

import os
import re
import resource
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hrtem_transfer.inspection.verification import verify
from hrtem_transfer.storage.files import in_words
from hrtem_transfer.study import Layout
from tests.faults.stages import STAGES, quiet, small
from tests.workflow.numbers import differences

# What lies below the results folder, by the stage that makes it.
MADE_BY = {
    "exit_waves": ["exit_waves"],
    "images": ["images"],
    "train": ["networks", "runs"],
    "evaluate": ["scores", "evaluations"],
    "collect": ["*.parquet", "*.csv", "*.gz", "summary.txt", "tables-*.sha256"],
    "report": ["figures", "explorer.html", "effects.csv", "report-*.sha256"],
}
LIMIT = 200


def before(stage: str, undamaged: Layout, results: Path) -> Layout:
    """The sweep as it is when a stage begins."""
    files = small(results)
    shutil.copytree(undamaged.root, files.root)
    for name in list(STAGES)[list(STAGES).index(stage) :]:
        for path in [path for pattern in MADE_BY[name] for path in files.root.glob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return files


def fill(disk: Path, leave_bytes: int = 0) -> Path:
    """Take all space of a file system but some."""
    filler = disk / "filler"
    room = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - leave_bytes)
    return filler


@contextmanager
def small_files_only() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def refused(stage: str, files: Layout) -> str:
    """The message with which a stage ends; nothing half is left."""
    with pytest.raises(OSError, match=r"\w") as error:
        STAGES[stage](files)
    assert verify(files, quiet, at_rest=True).findings == []
    return in_words(error.value)


def goes_on(stage: str, files: Layout, undamaged: Layout) -> None:
    for name in list(STAGES)[list(STAGES).index(stage) : -1] if stage != "report" else ["report"]:
        STAGES[name](files)
    assert verify(files, quiet, at_rest=True).findings == []
    assert differences(files.root, undamaged.root) == []


@pytest.mark.parametrize("stage", STAGES)
def test_a_full_disk(stage: str, undamaged: Layout, little_disk: Callable[[str], Path]) -> None:
    disk = little_disk("size=32m")
    files = before(stage, undamaged, disk)
    filler = fill(disk)
    message = refused(stage, files)
    pattern = r"No space left on device. The file needs (more than )?\d+\.\d{3} MB; 0\.\d{3} MB and room for \d+ more"
    assert re.search(pattern, message), message
    filler.unlink()
    goes_on(stage, files, undamaged)


def test_what_fits_is_kept_and_not_trained_again(undamaged: Layout, little_disk: Callable[[str], Path]) -> None:
    disk = little_disk("size=32m")
    files = before("train", undamaged, disk)
    filler = fill(disk, leave_bytes=500_000)
    refused("train", files)
    (kept,) = files.store.iterdir()
    identity = (kept.stat().st_ino, kept.stat().st_mtime_ns)
    filler.unlink()
    goes_on("train", files, undamaged)
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == identity


@pytest.mark.parametrize("stage", STAGES)
def test_a_limit_of_file_size(stage: str, undamaged: Layout, tmp_path: Path) -> None:
    files = before(stage, undamaged, tmp_path)
    with small_files_only():
        message = refused(stage, files)
    pattern = r"File too large. The file needs (more than )?\d+\.\d{3} MB; files may have 0\.000 MB \(ulimit -f\)"
    assert re.search(pattern, message), message
    if stage == "train":
        goes_on(stage, files, undamaged)


@pytest.mark.parametrize("stage", ["images", "train", "evaluate"])
def test_no_inode(stage: str, undamaged: Layout, little_disk: Callable[[str], Path]) -> None:
    disk = little_disk("size=64m,nr_inodes=200")
    files = before(stage, undamaged, disk)
    fillers = [disk / f"filler{number}" for number in range(os.statvfs(disk).f_favail)]
    for path in fillers:
        path.touch()
    assert "and room for 0 more files are free. Make space" in refused(stage, files)
    for path in fillers:
        path.unlink()
    goes_on(stage, files, undamaged)


@pytest.mark.parametrize("stage", ["images", "train", "evaluate"])
def test_a_folder_that_cannot_be_written(
    stage: str, undamaged: Layout, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if os.geteuid() == 0:
        disk = request.getfixturevalue("little_disk")("size=32m")
        files = before(stage, undamaged, disk)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, timeout=60)
        message = refused(stage, files)
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True, timeout=60)
    else:
        files = before(stage, undamaged, tmp_path)
        folders = [files.root, *(path for path in files.root.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
        message = refused(stage, files)
        for folder in folders:
            folder.chmod(stat.S_IRWXU)
    assert re.search(rf"(Read-only file system|Permission denied): '{re.escape(str(files.root))}", message), message
    goes_on(stage, files, undamaged)
