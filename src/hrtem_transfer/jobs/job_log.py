"""What a job of the workflow says, and how it ends when something is wrong."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hrtem_transfer.storage.files import DataError, in_words
from hrtem_transfer.storage.terminal import inert


@contextmanager
def job_log(path: str | Path) -> Iterator[Callable[[str], None]]:
    """Give a function that appends a line, with the time of day, to the log at ``path``.

    When the block raises, the log gets the traceback and standard error a short text that names the log; for a
    :class:`DataError` or an ``OSError`` (no space left, say) that text is its message. The process then ends with 1.
    Work does not stop for a log that cannot be written: the first file that is a result says what is wrong.
    """
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        log: BinaryIO = file.open("ab", buffering=0)
    except OSError:
        log = open(os.devnull, "wb", buffering=0)  # noqa: SIM115
    with log:

        def say(line: str) -> None:
            with suppress(OSError):
                log.write(f"{time.strftime('%H:%M:%S')} {inert(line)}\n".encode())

        try:
            yield say
        except (DataError, OSError) as error:
            say(f"stopped: {in_words(error)}")
            sys.exit(inert(f"{in_words(error)}\n(log: {file})"))
        except Exception as error:
            say(traceback.format_exc())
            sys.exit(inert(f"{type(error).__name__}: {error}\n(the traceback is in {file})"))
