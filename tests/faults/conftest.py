"""The small sweep, finished, for tests that damage copies of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hrtem_transfer.jobs.run_lock import held
from hrtem_transfer.study import Layout
from tests.faults.stages import STAGES, quiet, small


@pytest.fixture(scope="session")
def undamaged(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """All files of the small sweep, made once by functions. Tests only read it."""
    folder = tmp_path_factory.getbasetemp()
    # Workers of one session share it.
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    files = small(folder / "whole")
    with held(folder / "whole.lock", quiet):
        if not files.report_listing.exists():
            for stage in STAGES.values():
                stage(files)
    return files


@pytest.fixture
def finished(undamaged: Layout, tmp_path: Path) -> Layout:
    """A copy of the finished sweep, to be damaged."""
    shutil.copytree(undamaged.root, tmp_path / undamaged.root.name)
    return small(tmp_path)


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a small file system in memory with the options given, at the folder returned."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> Path:
        if os.geteuid() != 0 or shutil.which("mount") is None:
            pytest.skip("only root can mount a file system")
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        return place

    yield mount
    if place.is_mount():
        subprocess.run(["umount", "--lazy", str(place)], check=True, timeout=60)
