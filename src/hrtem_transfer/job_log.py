"""What a job of the workflow says, and how it ends when something is wrong."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hrtem_transfer.files import DataError


@contextmanager
def job_log(path: str | Path) -> Iterator[Callable[[str], None]]:
    """Give a function that appends a line, with the time of day, to the log at ``path``.

    When the block raises, the log gets the traceback and standard error a short text that names the log; for a
    :class:`DataError` or an ``OSError`` (no space left, say) that text is its message. The process then ends with 1.
    """
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as log:

        def say(line: str) -> None:
            log.write(f"{time.strftime('%H:%M:%S')} {line}\n")
            log.flush()

        try:
            yield say
        except (DataError, OSError) as error:
            say(f"stopped: {error}")
            sys.exit(f"{error}\n(log: {file})")
        except Exception as error:
            say(traceback.format_exc())
            sys.exit(f"{type(error).__name__}: {error}\n(the traceback is in {file})")
