from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.parquet_files import read_table, write_table

TABLE = pa.table(
    {
        "network_id": [f"n{number}" for number in range(30)],
        "epoch": list(range(30)),
        "loss": [*np.random.default_rng(1).random(29), None],
        "kept": [True, False] * 15,
        "reason": [None, "", "a, b", '"'] + [None] * 26,
    }
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_table(tmp_path / "a.parquet", TABLE)
    return tmp_path / "a.parquet"


def test_a_table_comes_back(file: Path) -> None:
    assert read_table(file, "Make it anew.").equals(TABLE)


def test_equal_rows_give_equal_bytes(file: Path) -> None:
    write_table(file.with_name("b.parquet"), TABLE)
    assert file.read_bytes() == file.with_name("b.parquet").read_bytes()


@pytest.mark.parametrize(
    "changed",
    [
        TABLE.set_column(1, "epoch", [list(range(1, 31))]),
        TABLE.rename_columns(["network_id", "epoch", "lose", "kept", "reason"]),
        TABLE.set_column(1, "epoch", [pa.array(range(30), pa.int32())]),
        TABLE.set_column(4, "reason", [["", "", "a, b", '"'] + [None] * 26]),
        TABLE.slice(0, 29),
    ],
    ids=["value", "name", "type", "empty text for none", "a row less"],
)
def test_the_digest_sees_values_names_types_and_rows(file: Path, changed: pa.Table) -> None:
    digest = pq.read_schema(file).metadata
    pq.write_table(changed.replace_schema_metadata(digest), file)
    with pytest.raises(DataError, match=r"a\.parquet: this table is damaged \(SHA-256.*Make it anew"):
        read_table(file, "Make it anew.")


def test_any_reader_can_check_the_pages(file: Path) -> None:
    losses = pq.ParquetFile(file).metadata.row_group(0).column(2)
    whole = bytearray(file.read_bytes())
    whole[losses.dictionary_page_offset + losses.total_compressed_size - 1] ^= 1
    file.write_bytes(whole)
    with pytest.raises(OSError, match="CRC checksum"):
        pq.read_table(file, page_checksum_verification=True)


def test_a_table_without_digest_is_read(tmp_path: Path) -> None:
    pq.write_table(TABLE, tmp_path / "plain.parquet")
    assert read_table(tmp_path / "plain.parquet", "").equals(TABLE)


def test_missing_and_foreign_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"x\.parquet: there is no such table\. Make it anew\."):
        read_table(tmp_path / "x.parquet", "Make it anew.")
    (tmp_path / "y.parquet").write_text("no table")
    with pytest.raises(DataError, match=r"y\.parquet: this table is damaged or is no Parquet file"):
        read_table(tmp_path / "y.parquet", "Make it anew.")
