"""Tables that come from elsewhere: what they hold does not become code, and what they declare is not believed."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hrtem_transfer.results.writing import write_csv, write_parquet
from hrtem_transfer.storage import parquet_files
from hrtem_transfer.storage.files import DataError

FORMULAS = ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]


def test_texts_in_csv_do_not_run_as_formulas(tmp_path: Path) -> None:
    frame = pd.DataFrame({"reason": [*FORMULAS, "plain = text", None], "loss": [-0.5] * 8})
    write_csv(tmp_path / "a.csv", frame)
    read = pd.read_csv(tmp_path / "a.csv")
    assert list(read["reason"][:7]) == [*(f"'{formula}" for formula in FORMULAS), "plain = text"]
    assert read["reason"].isna().sum() == 1
    assert (read["loss"] == -0.5).all()


def test_the_same_texts_stay_as_they_are_in_parquet(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", pd.DataFrame({"reason": FORMULAS}))
    assert list(parquet_files.read_table(tmp_path / "a.parquet", "").to_pandas()["reason"]) == FORMULAS


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_a_pickled_type_in_a_parquet_file_is_not_unpickled(tmp_path: Path) -> None:
    # Arrow once took extension types of Python as pickles out of the file's schema (CVE-2023-47248).
    metadata = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": pickle.dumps(Touch(tmp_path / "made")),
    }
    schema = pa.schema([pa.field("network_id", pa.binary(), metadata=metadata)])
    pq.write_table(pa.table({"network_id": [b"a"]}, schema=schema), tmp_path / "a.parquet")
    parquet_files.read_table(tmp_path / "a.parquet", "")
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def test_declared_rows_are_counted_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Two million equal values take a few hundred bytes.
    pq.write_table(pa.table({"a": pa.repeat(1, 2_000_000)}), tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 10_000
    monkeypatch.setattr(parquet_files, "_MOST_VALUES", 1_000_000)
    taken = pa.total_allocated_bytes()
    with pytest.raises(DataError, match=r"it declares 2000000 rows of 1 columns, more than 1000000 values"):
        parquet_files.read_table(tmp_path / "a.parquet", "")
    assert pa.total_allocated_bytes() - taken < 1_000_000


def test_metadata_of_pandas_is_not_believed(tmp_path: Path) -> None:
    from hrtem_transfer.results.loading import load_table
    from hrtem_transfer.results.table_schemas import EVALUATIONS

    table = pa.table({"network_id": ["a"]}, metadata={"pandas": b'{"index_columns": ["x"], "columns": [{}]}'})
    pq.write_table(table.replace_schema_metadata({"pandas": b"[["}), tmp_path / "evaluations.parquet")
    with pytest.raises(DataError, match="column evaluation_domain is missing"):
        load_table(tmp_path, EVALUATIONS)


def test_names_in_a_table_to_import_become_nothing_but_ids_and_labels(tmp_path: Path) -> None:
    from hrtem_transfer.results import load
    from hrtem_transfer.results.foreign import import_table

    names = [*FORMULAS[:4], "../../etc", "<script>", "a\x1b[2J", "x" * 500]
    rows = [[name, "B", "../../x", 0.1] for name in names]
    frame = pd.DataFrame(rows, columns=["source", "target", "series", "loss"])
    frame.to_csv(tmp_path / "table.csv", index=False)
    import_table(tmp_path / "table.csv", tmp_path / "out")
    tables = load(tmp_path / "out")
    assert tables.domains["domain"].str.fullmatch("[a-z][a-z0-9_]{0,79}").all()
    assert set(tables.networks["series"]) == {"x"}
    assert set(tables.domains["label"].dropna()) == {
        *(name.replace("\x1b", "\N{REPLACEMENT CHARACTER}") for name in names),
        "B",
    }
    for line in (tmp_path / "out" / "domains.csv").read_text().splitlines():
        assert not any(cell.strip('"').startswith(tuple("=+-@")) for cell in line.split(",")[1:2])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "table.csv"]
