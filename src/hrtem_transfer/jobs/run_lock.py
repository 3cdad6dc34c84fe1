"""One process at a time on one run."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

TAKEN = (errno.EACCES, errno.EAGAIN)
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


@contextmanager
def held(path: Path, progress: Callable[[str], None], poll_seconds: float = 1.0) -> Iterator[None]:
    """Hold the lock file ``path`` for the length of the block; wait for it while another process has it.

    The lock is the operating system's (fcntl, which NFS 4 carries to other machines) and ends with its process however
    that ends, so a lock cannot be left behind. The file only tells who has it: host, process id and since when; the
    process that waits passes that to ``progress``. Where the file system has no locks, work goes on with a notice:
    results are written atomically and are the same whoever writes them, so that double work costs time only.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _acquire(path, progress, poll_seconds)
    try:
        sign(descriptor)
        yield
    finally:
        # The name goes first: who waits for this file then finds that it has no name any more, and tries again.
        path.unlink(missing_ok=True)
        os.close(descriptor)


def sign(descriptor: int) -> None:
    """Write into a lock file who holds it: host, process id and since when. On a full disk it stays unsigned."""
    owner = {"host": socket.gethostname(), "pid": os.getpid(), "since": datetime.now(UTC).isoformat("T", "seconds")}
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(owner).encode(), 0)


def owner_of(path: Path) -> str:
    """Who holds the lock, in words."""
    try:
        owner = json.loads(path.read_text())
        return f"process {owner['pid']} on {owner['host']} since {owner['since']}"
    except (OSError, ValueError, KeyError):
        return "another process"


def is_held(path: Path) -> bool:
    """Whether a process, this one excepted, holds the lock at ``path`` now."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except OSError as error:
        return error.errno in TAKEN
    finally:
        os.close(descriptor)


def _acquire(path: Path, progress: Callable[[str], None], poll_seconds: float) -> int:
    said = False
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                progress(f"{path}: this file system has no locks; make sure that nobody else works on this run")
                return descriptor
            os.close(descriptor)
            if error.errno not in TAKEN:
                raise
            if not said:
                progress(f"waiting: {owner_of(path)} works on this run ({path})")
                said = True
            time.sleep(poll_seconds)
            continue
        if _is_at(descriptor, path):
            return descriptor
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
