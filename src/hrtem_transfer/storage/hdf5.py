"""How this project writes and reads HDF5: compressed, checksummed, and with errors that name the file.

What is read lies in the file itself and is numbers: links to elsewhere, external or virtual storage, objects and data
that are declared but not there are refused before memory is taken for them.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np

from hrtem_transfer.storage.files import DataError, written_whole

# The file format of HDF5 1.10 has checksums in its own structures too; fletcher32 covers the data.
LIBRARY_VERSION = "v110"
CHUNK_BYTES = 1 << 20
_MAX_JSON_BYTES = 1 << 26


@contextmanager
def written(path: Path) -> Iterator[h5py.File]:
    """Give a new file to fill; it appears at ``path`` whole when the block ends, or not at all.

    Raises:
        OSError: the disk is full, or the folder is not writable.
    """
    with written_whole(path) as temporary, _Output(temporary, "w+b") as output:
        try:
            with h5py.File(output, "w", libver=LIBRARY_VERSION) as file:
                yield file
        finally:
            # What comes after a failed write is its consequence.
            if output.failed is not None:
                raise output.failed


class _Output(io.FileIO):
    """Where HDF5 writes to. It keeps the first error: HDF5 loses one that comes when a dataset or file is closed."""

    failed: OSError | None = None

    def write(self, data: Any) -> int:
        left = memoryview(data).cast("B")
        total = len(left)
        try:
            while left and self.failed is None:
                left = left[super().write(left) :]
        except OSError as error:
            self.failed = error
        return total

    def truncate(self, size: int | None = None) -> int:
        try:
            return super().truncate(size)
        except OSError as error:
            self.failed = self.failed or error
            return size or 0


def create(parent: h5py.Group, name: str, shape: tuple[int, ...], dtype: Any) -> h5py.Dataset:
    """A dataset to be filled later: chunks of whole items along the first axis, bitshuffle, zstd, fletcher32."""
    item = int(np.prod(shape[1:], dtype=np.int64)) * np.dtype(dtype).itemsize
    rows = max(1, min(shape[0], CHUNK_BYTES // max(item, 1)))
    compression = hdf5plugin.Blosc(cname="zstd", clevel=5, shuffle=hdf5plugin.Blosc.BITSHUFFLE)
    return parent.create_dataset(
        name, shape=shape, dtype=dtype, chunks=(rows, *shape[1:]), fletcher32=True, **compression
    )


def store(parent: h5py.Group, name: str, data: np.ndarray) -> None:
    """Write a whole array."""
    create(parent, name, data.shape, data.dtype)[...] = data


def store_json(parent: h5py.Group, name: str, data: Mapping[str, Any]) -> None:
    """Write plain data as checksummed UTF-8 text."""
    store(parent, name, np.frombuffer(json.dumps(data, sort_keys=True).encode(), dtype=np.uint8))


def load_json(parent: h5py.Group, name: str) -> dict[str, Any]:
    """Read what ``store_json`` wrote.

    Raises:
        ValueError: it is not there, longer than 64 MiB, or not such a text.
    """
    text = dataset(parent, name, 1, "u")
    if text.nbytes > _MAX_JSON_BYTES:
        raise ValueError(f"{name} declares {text.nbytes} bytes of text, at most {_MAX_JSON_BYTES} are allowed")
    data = json.loads(text[...].tobytes().decode())
    if not isinstance(data, dict):
        raise ValueError(f"{name} is {type(data).__name__}, expected keys with values")
    return data


def group(parent: h5py.Group, name: str) -> h5py.Group:
    """A group that lies in this file.

    Raises:
        ValueError: there is none, or it is a link to elsewhere.
    """
    return _own(parent, name, h5py.Group)


def dataset(parent: h5py.Group, name: str, axes: int, kinds: str) -> h5py.Dataset:
    """A dataset of numbers whose data all lie in this file.

    Args:
        parent: where it is.
        name: its name.
        axes: number of axes that it must have.
        kinds: kinds of numbers that it may hold, in numpy's letters: u, i, f.

    Raises:
        ValueError: there is none, or it is anything else.
    """
    found = _own(parent, name, h5py.Dataset)
    if found.dtype.kind not in kinds or found.ndim != axes:
        raise ValueError(f"{name} is {found.dtype} with {found.ndim} axes")
    if found.external or found.is_virtual:
        raise ValueError(f"the data of {name} lie in another file, which is not allowed")
    if found.chunks:
        chunks = math.prod(-(-size // chunk) for size, chunk in zip(found.shape, found.chunks, strict=True))
        there = found.id.get_num_chunks() * math.prod(found.chunks)
        complete = found.id.get_num_chunks() == chunks
    else:
        there = found.id.get_storage_size() // found.dtype.itemsize
        complete = there == found.size
    if not complete:
        raise ValueError(f"{name} declares {found.size} numbers, the file holds {there}")
    return found


def _own(parent: h5py.Group, name: str, kind: type) -> Any:
    link = parent.get(name, getlink=True)
    if link is None:
        raise ValueError(f"{name} is missing")
    if not isinstance(link, h5py.HardLink):
        raise ValueError(f"{name} is a link to elsewhere, which is not allowed")
    found = parent[name]
    if not isinstance(found, kind):
        raise ValueError(f"{name} is no {kind.__name__.lower()}")
    return found


@contextmanager
def guarded(path: Path, kind: str, remedy: str) -> Iterator[None]:
    """Whatever HDF5 finds wrong with a file in this block becomes a ``DataError`` that names the file.

    Args:
        path: the file.
        kind: what the file should be, for messages: "image file".
        remedy: what the person should do when it is missing or damaged.
    """
    try:
        yield
    except DataError:
        raise
    except (OSError, KeyError, RuntimeError, ValueError, TypeError, AttributeError, IndexError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(
            f"{path}: this {kind} is damaged or cut off, or is something else ({reason}). {remedy}"
        ) from error


@contextmanager
def opened(path: Path, kind: str, remedy: str) -> Iterator[h5py.File]:
    """Open a file to read.

    What goes wrong inside the block is not looked at: reading belongs into ``guarded``.

    Raises:
        DataError: the file is missing, cut off, damaged or of another kind.
    """
    if not path.is_file():
        raise DataError(f"{path}: there is no such {kind}. {remedy}")
    with guarded(path, kind, remedy):
        file = h5py.File(path, "r", libver=(LIBRARY_VERSION, "latest"))
    with file:
        yield file
