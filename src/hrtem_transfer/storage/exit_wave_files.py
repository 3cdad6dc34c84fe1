"""Files of exit waves: one shard of a structure set's split, with zero focus and the particles' phase in vacuum.

Waves are kept as half precision floats, [structure, phonon, y, x, (re, im)]: their rounding (5e-4) is far below the
noise of any dose. The datasets beside them: ``phase`` float16 [structure, y, x], from which labels are cut
(docs/simulation.md says what its rounding costs), ``zero_focus_A`` float64 and ``index`` int64 [structure], ``format``,
``recipe`` and ``structures`` (JSON).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from hrtem_transfer.storage import hdf5
from hrtem_transfer.storage.files import DataError

FORMAT = "hrtem-transfer exit waves 2"
_KIND = "exit-wave file"
_REMEDY = "Delete it and start the workflow again; it is then made again."


@dataclass(frozen=True)
class Structure:
    """What a shard holds of one structure.

    Attributes:
        index: its number in the split.
        waves: complex64 [phonon, y, x].
        phase: of the particles' mean wave in vacuum at zero focus, in radian, float32 [y, x].
        zero_focus_A: C10 of least contrast on the plane of the waves; negative where the particles lie upstream.
    """

    index: int
    waves: np.ndarray
    phase: np.ndarray
    zero_focus_A: float

    def as_kept(self) -> Structure:
        """The structure with the rounding that writing and reading it brings."""
        parts = np.stack([self.waves.real, self.waves.imag], axis=-1).astype(np.float16).astype(np.float32)
        phase = self.phase.astype(np.float16).astype(np.float32)
        return Structure(self.index, parts.view(np.complex64)[..., 0], phase, self.zero_focus_A)


class Writer:
    """Fills a shard structure by structure."""

    def __init__(self, file: h5py.File, start: int, stop: int, phonons: int, n: int) -> None:
        count = stop - start
        self._start = start
        self._waves = hdf5.create(file, "waves", (count, phonons, n, n, 2), np.float16)
        self._phase = hdf5.create(file, "phase", (count, n, n), np.float16)
        self._zero_focus = np.full(count, np.nan)
        self._notes: list[dict[str, Any]] = [{} for _ in range(count)]
        self._file = file
        hdf5.store(file, "index", np.arange(start, stop, dtype=np.int64))

    def add(self, structure: Structure, notes: Mapping[str, Any]) -> None:
        """Write one structure and plain facts about it (seeds, particles, zero focus)."""
        row = structure.index - self._start
        parts = np.stack([structure.waves.real, structure.waves.imag], axis=-1)
        self._waves[row] = parts.astype(np.float16)
        self._phase[row] = structure.phase.astype(np.float16)
        self._zero_focus[row] = structure.zero_focus_A
        self._notes[row] = dict(notes)

    def close(self) -> None:
        """Write what is kept for the end.

        Raises:
            ValueError: not all structures were added.
        """
        if np.isnan(self._zero_focus).any():
            there = int(np.isfinite(self._zero_focus).sum())
            raise ValueError(f"{there} of {len(self._zero_focus)} structures were written")
        hdf5.store(self._file, "zero_focus_A", self._zero_focus)
        hdf5.store_json(self._file, "structures", {"structures": self._notes})


@contextmanager
def written(
    path: Path, recipe: Mapping[str, Any], split: str, start: int, stop: int, phonons: int, n: int
) -> Iterator[Writer]:
    """Write a shard; it appears at ``path`` whole when the block ends, or not at all."""
    with hdf5.written(path) as file:
        hdf5.store_json(file, "format", {"format": FORMAT})
        hdf5.store_json(file, "recipe", {"recipe": recipe, "split": split, "start": start, "stop": stop})
        writer = Writer(file, start, stop, phonons, n)
        yield writer
        writer.close()


class Shard:
    """A shard opened for reading; damage that shows later is reported with the file's name too."""

    def __init__(self, path: Path, file: h5py.File) -> None:
        self._path, self._file = path, file
        with self._guarded():
            form = hdf5.load_json(file, "format").get("format")
            if form != FORMAT:
                raise DataError(f"{path}: format {form!r} found, {FORMAT!r} expected. {_REMEDY}")
            header = hdf5.load_json(file, "recipe")
            self.recipe: dict[str, Any] = header["recipe"]
            self.split: str = header["split"]
            self.start: int = header["start"]
            self.stop: int = header["stop"]
            self._waves = hdf5.dataset(file, "waves", 5, "f")
            self._phase = hdf5.dataset(file, "phase", 3, "f")
            zero_focus = hdf5.dataset(file, "zero_focus_A", 1, "f")
            if not (len(zero_focus) == self.stop - self.start == len(self._waves) == len(self._phase)):
                raise DataError(f"{path}: its parts do not have the same number of structures. {_REMEDY}")
            self._zero_focus = zero_focus[...]

    def _guarded(self) -> AbstractContextManager[None]:
        return hdf5.guarded(self._path, _KIND, _REMEDY)

    @property
    def notes(self) -> list[dict[str, Any]]:
        """Facts about each structure: seeds, particles, zero focus."""
        with self._guarded():
            return hdf5.load_json(self._file, "structures")["structures"]

    def read(self, index: int) -> Structure:
        """One structure of the split.

        Raises:
            DataError: the file is damaged.
        """
        row = index - self.start
        with self._guarded():
            parts = self._waves[row].astype(np.float32)
            phase = self._phase[row].astype(np.float32)
        return Structure(index, parts.view(np.complex64)[..., 0], phase, float(self._zero_focus[row]))


@contextmanager
def opened(path: Path) -> Iterator[Shard]:
    """Open a shard.

    Raises:
        DataError: the file is missing, damaged or of another kind; the message names it.
    """
    with hdf5.opened(Path(path), _KIND, _REMEDY) as file:
        yield Shard(Path(path), file)
