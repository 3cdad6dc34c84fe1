"""Jobs as processes of their own, to be killed, stopped and starved: forked, so that they start at once."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable


def start(job: Callable[[], object]) -> int:
    """Run ``job`` in a child that ends with 0, or with 1 when it raises; returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        job()
        os._exit(0)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def ended(child: int) -> int:
    """Wait for the end of a child; its exit code, or minus the number of the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
