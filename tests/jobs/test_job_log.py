"""How a job of the workflow speaks and ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hrtem_transfer.jobs.job_log import job_log
from hrtem_transfer.storage.files import DataError


def test_lines_are_appended_with_the_time_of_day(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "job.log"
    for line in ("first", "second"):
        with job_log(log) as say:
            say(line)
    assert re.fullmatch(r"\d\d:\d\d:\d\d first\n\d\d:\d\d:\d\d second\n", log.read_text())


@pytest.mark.parametrize("error", [DataError("images/a.h5: damaged"), OSError(28, "No space left on device")])
def test_what_a_person_can_mend_is_said_without_a_traceback(tmp_path: Path, error: Exception) -> None:
    log = tmp_path / "job.log"
    with pytest.raises(SystemExit) as ended, job_log(log):
        raise error
    assert ended.value.code == f"{error}\n(log: {log})"
    assert "Traceback" not in log.read_text()


def test_what_is_our_fault_leaves_its_traceback_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    with pytest.raises(SystemExit, match=r"KeyError: 'x'\n\(the traceback is in "), job_log(log):
        {}["x"]
    assert "Traceback (most recent call last)" in log.read_text()
