"""Files of electron micrographs with their labels: the only thing that physics and learning share.

Layout: one group per split, each with ``counts`` [n, y, x], ``labels`` [n, y, x], ``defocus_nm`` [n] and ``index``
[n]; beside the groups ``recipe``, the JSON text of all settings that determined the content. All data are
checksummed (fletcher32) and compressed (bit shuffle, zstd).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from hrtem_transfer.storage import hdf5
from hrtem_transfer.storage.files import DataError

FORMAT = "hrtem-transfer images 1"
# Axes and kinds of numbers (unsigned, signed, real) of a split's datasets.
_PARTS = {"counts": (3, "u"), "labels": (3, "u"), "defocus_nm": (1, "f"), "index": (1, "i")}
_REMEDY = "Delete it and start the workflow again; it is then made again."


@dataclass(frozen=True)
class ImageSet:
    """Micrographs of one split.

    Attributes:
        counts: electrons per pixel, uint8 or uint16 [n, y, x].
        labels: 1 where there is particle, else 0, uint8 [n, y, x].
        defocus_nm: defocus of each image relative to its structure's zero focus, positive = overfocus, float64 [n].
        index: number of each image's structure in its split, int64 [n].
    """

    counts: np.ndarray
    labels: np.ndarray
    defocus_nm: np.ndarray
    index: np.ndarray

    def __post_init__(self) -> None:
        n = len(self.counts)
        if self.counts.ndim != 3 or self.counts.dtype not in (np.uint8, np.uint16):
            raise ValueError(f"counts must be uint8 or uint16 [n, y, x], not {self.counts.dtype} {self.counts.shape}")
        if self.labels.dtype != np.uint8 or self.labels.shape != self.counts.shape:
            raise ValueError(
                f"labels must be uint8 {self.counts.shape} like the counts, not {self.labels.dtype} {self.labels.shape}"
            )
        if self.labels.size and self.labels.max() > 1:
            raise ValueError(f"labels must be 0 or 1, found {self.labels.max()}")
        if self.defocus_nm.dtype != np.float64 or self.defocus_nm.shape != (n,):
            raise ValueError(f"defocus_nm must be float64 ({n},), not {self.defocus_nm.dtype} {self.defocus_nm.shape}")
        if self.index.dtype != np.int64 or self.index.shape != (n,):
            raise ValueError(f"index must be int64 ({n},), not {self.index.dtype} {self.index.shape}")

    def __len__(self) -> int:
        return len(self.counts)


def write_images(path: Path, images: Mapping[str, ImageSet], recipe: Mapping[str, Any]) -> None:
    """Write the images of all splits and the settings behind them; the file appears whole or not at all.

    Args:
        path: file to write; an existing one is replaced.
        images: image sets by split.
        recipe: plain data (JSON) that determined the images.

    Raises:
        OSError: the disk is full or the folder is not writable.
    """
    with hdf5.written(path) as file:
        hdf5.store_json(file, "format", {"format": FORMAT})
        hdf5.store_json(file, "recipe", recipe)
        for split, image_set in images.items():
            group = file.create_group(split)
            for name in ("counts", "labels", "defocus_nm", "index"):
                hdf5.store(group, name, getattr(image_set, name))


def read_images(path: Path, split: str, first: int = 0, stop: int | None = None) -> ImageSet:
    """Read images ``first`` to ``stop`` (excluded; None = all) of a split.

    Raises:
        DataError: the file is missing, damaged or of another kind, or holds fewer images than asked for.
        ValueError: ``first`` is negative or above ``stop``.
    """
    path = Path(path)
    if first < 0 or (stop is not None and first > stop):
        raise ValueError(f"images {first} to {stop} of {path} were asked for: give 0 <= first <= stop")
    with _opened(path) as file:
        parts = _parts(path, file, split)
        there = len(parts["index"])
        end = there if stop is None else stop
        if max(first, end) > there:
            raise DataError(
                f"{path}: images {first} to {end} of split {split!r} were asked for, the file holds {there}. "
                "Raise `structures` of its structure set, or ask for fewer images."
            )
        return ImageSet(**{name: part[first:end] for name, part in parts.items()})


def n_images(path: Path, split: str) -> int:
    """The number of images of a split.

    Raises:
        DataError: the file is missing, damaged or of another kind, or has no such split.
    """
    path = Path(path)
    with _opened(path) as file:
        return len(_parts(path, file, split)["index"])


def read_recipe(path: Path) -> dict[str, Any]:
    """The settings that determined the file's content, as they were given to ``write_images``.

    Raises:
        DataError: the file is missing, damaged or of another kind.
    """
    with _opened(Path(path)) as file:
        return hdf5.load_json(file, "recipe")


@contextmanager
def _opened(path: Path) -> Iterator[h5py.File]:
    with hdf5.opened(path, "image file", _REMEDY) as file, hdf5.guarded(path, "image file", _REMEDY):
        yield file


def _parts(path: Path, file: h5py.File, split: str) -> dict[str, h5py.Dataset]:
    """The datasets of a split, none of them read yet, all with the same number of images."""
    form = hdf5.load_json(file, "format").get("format")
    if form != FORMAT:
        raise DataError(f"{path}: format {form!r} found, {FORMAT!r} expected. {_REMEDY}")
    if split not in file:
        there = ", ".join(name for name in file if name not in ("format", "recipe")) or "none"
        raise DataError(f"{path}: there are no images of split {split!r}; splits in the file: {there}.")
    group = hdf5.group(file, split)
    parts = {name: hdf5.dataset(group, name, axes, kinds) for name, (axes, kinds) in _PARTS.items()}
    if len({len(part) for part in parts.values()}) > 1:
        sizes = ", ".join(f"{name} {len(part)}" for name, part in parts.items())
        raise DataError(f"{path}: its parts do not have the same number of images ({sizes}). {_REMEDY}")
    return parts
