"""How much memory is in use, and how much was at most.

The size of a process says neither: holes of what came before hide what is kept, and ``ru_maxrss`` begins with the peak
of the process that started this one.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MALLINFO_FIELDS = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"


class Mallinfo(ctypes.Structure):
    """What ``mallinfo2`` of the GNU C library returns."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in MALLINFO_FIELDS.split())


def bytes_in_use() -> int:
    """What was asked of the allocator and not given back."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallinfo2"):
        pytest.skip("only the GNU C library tells how much memory is in use")
    libc.mallinfo2.restype = Mallinfo
    gc.collect()
    told = libc.mallinfo2()
    return int(told.uordblks + told.hblkhd)


def resident(key: str) -> int:
    """Bytes of this process in memory: ``VmRSS`` now, ``VmHWM`` at most."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines[key].split()[0]) * 1024


@dataclass
class Peak:
    """By how many bytes this process grew at most."""

    grown: int = 0


@contextmanager
def peak() -> Iterator[Peak]:
    """Watch by how much this process grows in between."""
    # "5" forgets the peak so far (man 5 proc).
    Path("/proc/self/clear_refs").write_text("5")
    found, before = Peak(), resident("VmRSS")
    yield found
    found.grown = resident("VmHWM") - before
