import errno
import fcntl
import json
import os
import socket
import subprocess
import sys
import time

import pytest

from hrtem_transfer.jobs import run_lock

HOLD = """
import sys, time
from pathlib import Path
from hrtem_transfer.jobs import run_lock
with run_lock.held(Path(sys.argv[1]), print):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def other(tmp_path):
    """Starts a process that holds the lock for so many seconds; returned when it has it."""
    started = []

    def start(seconds: float) -> subprocess.Popen:
        command = [sys.executable, "-c", HOLD, str(tmp_path / ".lock"), str(seconds)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_second_process_waits_and_says_for_whom(tmp_path, other):
    process, lines = other(1.5), []
    assert run_lock.is_held(tmp_path / ".lock")
    began = time.monotonic()
    with run_lock.held(tmp_path / ".lock", lines.append, poll_seconds=0.05):
        assert time.monotonic() - began > 0.5
        assert json.loads((tmp_path / ".lock").read_text())["pid"] == os.getpid()
    assert len(lines) == 1
    assert f"process {process.pid} on {socket.gethostname()} since 20" in lines[0]


def test_a_killed_process_leaves_no_lock_behind(tmp_path, other):
    process, lines = other(60), []
    process.kill()
    process.wait()
    assert (tmp_path / ".lock").exists()
    assert not run_lock.is_held(tmp_path / ".lock")
    with run_lock.held(tmp_path / ".lock", lines.append):
        pass
    assert lines == []


def test_the_lock_is_gone_afterwards_also_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), run_lock.held(tmp_path / "run" / ".lock", print):
        raise ZeroDivisionError
    assert list((tmp_path / "run").iterdir()) == []
    assert not run_lock.is_held(tmp_path / "run" / ".lock")


def test_a_file_system_without_locks_is_worked_on_with_a_notice(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "lockf", refuse)
    lines = []
    with run_lock.held(tmp_path / ".lock", lines.append):
        pass
    assert len(lines) == 1
    assert "has no locks" in lines[0]


def test_many_processes_come_one_after_the_other(tmp_path):
    code = """
import sys, time
from pathlib import Path
from hrtem_transfer.jobs import run_lock
folder = Path(sys.argv[1])
for _ in range(10):
    with run_lock.held(folder / ".lock", lambda line: None, poll_seconds=0.001):
        count = int((folder / "count").read_text())
        time.sleep(0.002)
        (folder / "count").write_text(str(count + 1))
"""
    (tmp_path / "count").write_text("0")
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    assert (tmp_path / "count").read_text() == "40"
