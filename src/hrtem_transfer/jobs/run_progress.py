"""Telling a person how far a run is: one line per network and epoch, and a bar on a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TextIO

_BAR_WIDTH = 30


class RunProgress:
    """Counts work in augmented images that have been trained on.

    Args:
        total: what the run has to do, in augmented images.
        line: takes a line of text (``print``).
        terminal: where a bar is drawn if it is a terminal; None: nowhere.
        clock: seconds.
    """

    def __init__(
        self,
        total: int,
        line: Callable[[str], None] = print,
        terminal: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total, self._line, self._clock = max(total, 1), line, clock
        self._terminal = terminal if terminal is not None and terminal.isatty() else None
        self._began, self._done, self._trained = clock(), 0, 0

    def advance(self, images: int, text: str) -> None:
        """So many augmented images were trained on; ``text`` says of which network and with what result."""
        self._trained += images
        self._done = min(self._done + images, self._total)
        self._clear()
        self._line(f"{text}, {self.left()} left")
        self._draw()

    def skip(self, images: int) -> None:
        """So many images need no training (an epoch before a restart, the rest of a network that failed)."""
        self._done = min(self._done + images, self._total)

    def left(self) -> timedelta:
        """Estimated time to the end of the run, at the mean speed so far."""
        elapsed = self._clock() - self._began
        return timedelta(seconds=round(elapsed / max(self._trained, 1) * (self._total - self._done)))

    def close(self) -> None:
        """Take the bar away."""
        self._clear()

    def _clear(self) -> None:
        if self._terminal is not None:
            self._terminal.write("\r\x1b[K")
            self._terminal.flush()

    def _draw(self) -> None:
        if self._terminal is not None:
            share = self._done / self._total
            full = round(_BAR_WIDTH * share)
            self._terminal.write(f"[{'#' * full}{'.' * (_BAR_WIDTH - full)}] {share:4.0%}  {self.left()} left")
            self._terminal.flush()
