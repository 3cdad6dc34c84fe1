"""One workflow per folder, and no lock left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hrtem_transfer.jobs.sweep_lock import claim
from hrtem_transfer.storage.files import DataError

HOLD = """
import sys, time
from hrtem_transfer.jobs.sweep_lock import claim
claim(sys.argv[1])
print('held', flush=True)
time.sleep(600)
"""


def test_the_second_is_refused_by_name_and_a_kill_leaves_no_lock(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(
            DataError, match=rf"another workflow works on this folder \(process {holder.pid} on \S+ since"
        ):
            claim(tmp_path)
    finally:
        holder.kill()
        holder.communicate()
    claim(tmp_path)


def test_a_folder_that_cannot_be_written_is_named() -> None:
    # Not even root makes folders in /proc.
    with pytest.raises(
        DataError, match=r"/proc/results: this results folder cannot be written \(.+\). Put the results"
    ):
        claim("/proc/results")
