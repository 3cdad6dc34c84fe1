"""One workflow at a time on one results folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from hrtem_transfer.jobs.run_lock import TAKEN, is_held, owner_of, sign
from hrtem_transfer.storage.files import DataError

_NAME = ".workflow.lock"
# A lock lives as long as its descriptor is open: until the process ends, however it ends.
_held: list[int] = []


def is_claimed(folder: str | Path) -> bool:
    """Whether another process works on the results folder of a sweep now."""
    return is_held(Path(folder) / _NAME)


def claim(folder: str | Path) -> None:
    """Lock the results folder of a sweep for the rest of this process.

    The lock is the operating system's (fcntl) and ends with the process, so that a killed workflow leaves none behind;
    Snakemake's own would have to be removed by hand. On a file system without locks nothing is claimed.

    Raises:
        DataError: another process has it; the message names host, process id and since when. Or the folder cannot be
            made or written.
    """
    path = Path(folder) / _NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise DataError(
            f"{folder}: this results folder cannot be written ({error.strerror}). Put the results elsewhere "
            "(--config results=FOLDER), or have the folder made writable for you."
        ) from error
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in TAKEN:
            raise DataError(
                f"{folder}: another workflow works on this folder ({owner_of(path)}). Wait until it has ended, or end "
                "it; what it has finished is kept."
            ) from None
        return
    sign(descriptor)
    _held.append(descriptor)
