"""A file at its final name is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hrtem_transfer.storage.files import write_text, written_whole


def test_nothing_is_at_the_name_before_the_end_and_the_old_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "new" / "table.csv"
    with written_whole(file) as temporary:
        temporary.write_text("1")
        assert temporary.parent == file.parent
        assert temporary.suffix == ".csv"
        assert not file.exists()
    assert file.read_text() == "1"
    with pytest.raises(ZeroDivisionError), written_whole(file) as temporary:
        temporary.write_text(str(1 / 0))
    assert file.read_text() == "1"
    assert [path.name for path in file.parent.iterdir()] == ["table.csv"]


def test_a_process_that_is_killed_while_writing_leaves_no_file_at_the_name(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from hrtem_transfer.storage.files import written_whole\n"
        "with written_whole(sys.argv[1]) as temporary:\n"
        "    temporary.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    file = tmp_path / "table.csv"
    done = subprocess.run([sys.executable, "-c", code, str(file)], timeout=60)
    assert done.returncode == -9
    assert not file.exists()


def full_disk(path: Path) -> None:
    path.symlink_to("/dev/full")
    with path.open("w") as handle:
        handle.write("new")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_no_space_is_an_error_not_a_short_file(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    write_text(file, "old")
    with pytest.raises(OSError, match="No space left"), written_whole(file) as temporary:
        full_disk(temporary)
    assert file.read_text() == "old"


def test_files_can_be_read_by_others_but_not_written(tmp_path: Path) -> None:
    write_text(tmp_path / "table.csv", "1")
    assert (tmp_path / "table.csv").stat().st_mode & 0o022 == 0
