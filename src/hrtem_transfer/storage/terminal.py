"""Text for a terminal: what comes from files cannot move the cursor, colour, clear or retitle it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

# C0 and C1 controls (ISO/IEC 6429) but tab and newline; and marks that reverse the order of what is read.
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {0x09, 0x0A}
_INERT = dict.fromkeys(_CONTROLS, "\N{REPLACEMENT CHARACTER}")


def inert(text: str) -> str:
    """The text with ``U+FFFD`` in place of each character that a terminal obeys; tabs and newlines stay."""
    return text.translate(_INERT)


class _Inert:
    """A stream that writes inert text to another one."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(inert(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def inert_output() -> Iterator[None]:
    """Standard output and error are inert while this lasts."""
    output, errors = cast(TextIO, _Inert(sys.stdout)), cast(TextIO, _Inert(sys.stderr))
    with redirect_stdout(output), redirect_stderr(errors):
        yield
