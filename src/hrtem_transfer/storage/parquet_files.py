"""How this project writes and reads Parquet: with page checksums, and a digest of what no page checksum covers.

Page checksums (CRC-32, part of the format) cover data, but neither the footer nor the pages' headers: one flipped bit
there renames a column, or moves rows. Hence the SHA-256 of column names, types and values in the file's metadata.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from hrtem_transfer.storage.files import DataError, write_bytes

# The paper's largest table has 6 million.
_MOST_VALUES = 100_000_000
_DIGEST = b"hrtem-transfer sha256 of values"


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table (zstd), atomically; the same rows give the same bytes."""
    metadata = {**(table.schema.metadata or {}), _DIGEST: digest_of_values(table)}
    # Through memory: on a full disk pyarrow removes what it has written, and with it how much it was.
    with pa.BufferOutputStream() as stream:
        pq.write_table(table.replace_schema_metadata(metadata), stream, compression="zstd", write_page_checksum=True)
        data = memoryview(stream.getvalue())
    write_bytes(path, data)


def read_table(path: Path, remedy: str) -> pa.Table:
    """Read a table and check its values; one without a digest (of another program, say) is taken as it is.

    Raises:
        DataError: the file is missing, damaged or no Parquet file; the message names it and ends with ``remedy``.
    """
    if not path.is_file():
        raise DataError(f"{path}: there is no such table. {remedy}")
    try:
        # One thread: thousands of small files do not gain from more.
        file = pq.ParquetFile(path, page_checksum_verification=True)
        # A few bytes can declare any number of equal rows.
        rows, columns = file.metadata.num_rows, file.metadata.num_columns
        if rows * columns > _MOST_VALUES:
            raise ValueError(f"it declares {rows} rows of {columns} columns, more than {_MOST_VALUES} values")
        table = file.read(use_threads=False)
        expected = (table.schema.metadata or {}).get(_DIGEST)
        found = digest_of_values(table) if expected is not None else None
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{path}: this table is damaged or is no Parquet file ({reason}). {remedy}") from error
    if found != expected:
        raise DataError(f"{path}: this table is damaged (SHA-256 of its values differs). {remedy}")
    # What a library notes beside a table (pandas: its index and types) is not needed, and can be anything.
    return table.replace_schema_metadata()


def digest_of_values(table: pa.Table) -> bytes:
    """SHA-256 (hexadecimal) of column names, types and values; the values as CSV, whose decimals are exact."""
    state = hashlib.sha256(repr([(field.name, str(field.type)) for field in table.schema]).encode())
    with pa.PythonFile(_Sink(state), mode="w") as sink:
        csv.write_csv(table, sink, csv.WriteOptions(quoting_style="needed", quoting_header="needed"))
    return state.hexdigest().encode()


class _Sink:
    """A file to write to that only feeds a digest."""

    closed = False

    def __init__(self, state: hashlib._Hash) -> None:
        self._state = state

    def write(self, data: bytes) -> int:
        self._state.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        self.closed = True
