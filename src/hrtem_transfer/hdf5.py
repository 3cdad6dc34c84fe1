"""How this project writes and reads HDF5: compressed, checksummed, and with errors that name the file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np

from hrtem_transfer.files import DataError

# The file format of HDF5 1.10 has checksums in its own structures too; fletcher32 covers the data.
LIBRARY_VERSION = "v110"
CHUNK_BYTES = 1 << 20


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
    """Read what ``store_json`` wrote."""
    return json.loads(parent[name][...].tobytes().decode())


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
