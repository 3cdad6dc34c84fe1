"""Writing files so that a file at its final name is whole, whatever happens in between."""

from __future__ import annotations

import errno
import os
import resource
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DataError(Exception):
    """A file of ours is missing, damaged or not what it should be; the message names it and says what to do."""


class NoRoomError(OSError):
    """A file did not fit; the message names it, what it needs and what is free."""


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def written_whole(path: str | os.PathLike[str], size_bytes: int | None = None) -> Iterator[Path]:
    """Give a temporary name beside ``path`` to write to; on success flush it to disk and rename it to ``path``.

    The temporary file lies in the same folder (a rename within one file system is atomic, POSIX rename(2)) and
    is removed when the block raises. What was at ``path`` before stays until the new file is complete.

    Args:
        path: the file's final name.
        size_bytes: how large it will be, where that is known; only for the message when it does not fit.

    Raises:
        NoRoomError: the disk is full, a quota or the limit of a file's size is reached; ``path`` is as it was before.
        OSError: the folder cannot be written, say; ``path`` is as it was before.
    """
    final = Path(path)
    temporary = final.with_name(f".{final.stem}.{os.getpid()}-{uuid.uuid4().hex[:8]}.tmp{final.suffix}")
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        _flush(temporary, os.O_RDWR)
        os.replace(temporary, final)
        _flush(final.parent, os.O_RDONLY)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        written = temporary.stat().st_size if temporary.exists() else 0
        temporary.unlink(missing_ok=True)
        needs = f"more than {written / 1e6:.3f} MB" if size_bytes is None else f"{size_bytes / 1e6:.3f} MB"
        raise NoRoomError(_no_room(final, needs, error)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _no_room(path: Path, needs: str, error: OSError) -> str:
    """What a file that did not fit needs, and what there is."""
    what = f"{path}: {os.strerror(error.errno or 0)}. The file needs {needs}"
    if error.errno == errno.EFBIG:
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0] / 1e6
        return f"{what}; files may have {limit:.3f} MB (ulimit -f). Raise the limit and start the same command again."
    room = os.statvfs(next(folder for folder in path.absolute().parents if folder.exists()))
    # Some file systems count no files and say 0 of 0.
    files = f" and room for {room.f_favail} more files" if room.f_files else ""
    free = f"{room.f_bavail * room.f_frsize / 1e6:.3f} MB{files} are free"
    return f"{what}; {free}. Make space and start the same command again; what is finished is kept."


def in_words(error: Exception) -> str:
    """The message of an error for a person; where there was no room, also what is free."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM and error.filename is not None:
        return _no_room(Path(os.fsdecode(error.filename)), "a place", error)
    return str(error)


def _flush(path: Path, mode: int) -> None:
    descriptor = os.open(path, mode)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_bytes(path: str | os.PathLike[str], data: bytes | memoryview) -> None:
    """Write ``data`` to ``path``, whole or not at all; raises like ``written_whole``."""
    with written_whole(path, len(data)) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write ``text`` as UTF-8 to ``path``, whole or not at all; raises like ``written_whole``."""
    write_bytes(path, text.encode("utf-8"))
