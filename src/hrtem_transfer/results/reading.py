"""Reading the tables of runs: what training and evaluation left behind, checked file by file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pyarrow as pa

from hrtem_transfer.results.table_schemas import EVALUATIONS
from hrtem_transfer.storage import parquet_files
from hrtem_transfer.storage.files import DataError

TRAINING_COLUMNS = (
    "network_id",
    "epoch",
    "train_loss",
    "validation_loss",
    "learning_rate",
    "kept",
    "seconds",
    "images_per_second",
    "status",
    "reason",
    "device",
)
# What a network really ran with; run tables that lack it are read with missing values.
RECORDED = ("device_kind", "precision", "threads", "torch_version", "hrtem_transfer_version")
EVALUATION_COLUMNS = tuple(name for name in EVALUATIONS.names if name not in ("plan", "synthetic"))
_REMEDY = "Delete it and start the workflow again; it is then made again."
_TYPES = {
    **dict.fromkeys(("network_id", "status", "reason", "device", "evaluation_domain", "split"), pa.string()),
    **dict.fromkeys(("epoch", "images"), pa.int64()),
    "kept": pa.bool_(),
}
_RECORDED_TYPES = {name: pa.int64() if name == "threads" else pa.string() for name in RECORDED}


def read_training(paths: Sequence[Path], planned: set[str]) -> pd.DataFrame:
    """All rows of the runs' training tables.

    Raises:
        DataError: a file is missing, damaged, lacks a column, names a network that is not planned, or repeats a row.
    """
    return _read(paths, TRAINING_COLUMNS, ("network_id", "epoch"), planned, _RECORDED_TYPES)


def read_evaluations(paths: Sequence[Path], planned: set[str]) -> pd.DataFrame:
    """All rows of the runs' evaluation tables; errors as in ``read_training``."""
    return _read(paths, EVALUATION_COLUMNS, ("network_id", "evaluation_domain", "split"), planned)


def _read(
    paths: Sequence[Path],
    columns: Sequence[str],
    key: Sequence[str],
    planned: set[str],
    optional: Mapping[str, pa.DataType] = MappingProxyType({}),
) -> pd.DataFrame:
    types = {**{name: _TYPES.get(name, pa.float64()) for name in columns}, **optional}
    schema = pa.schema(list(types.items()))
    tables = [_read_one(Path(path), columns, schema) for path in paths]
    table = pa.concat_tables(tables) if tables else schema.empty_table()
    # Whole numbers that may be missing stay whole.
    frame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    origin = pd.Series([str(path) for path, t in zip(paths, tables, strict=True) for _ in range(t.num_rows)], dtype=str)
    _reject(
        frame,
        origin,
        ~frame["network_id"].isin(planned),
        "networks that are not planned",
        "The file belongs to another study or to an earlier configuration: " + _REMEDY,
    )
    _reject(frame, origin, frame.duplicated(list(key), keep=False), f"more than one row per {', '.join(key)}", _REMEDY)
    return frame


def _read_one(path: Path, columns: Sequence[str], schema: pa.Schema) -> pa.Table:
    table = parquet_files.read_table(path, _REMEDY)
    absent = [name for name in columns if name not in table.column_names]
    if absent:
        raise DataError(
            f"{path}: column {', '.join(absent)} is missing; found {', '.join(table.column_names)}. {_REMEDY}"
        )
    for name in schema.names:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, schema.field(name).type))
    try:
        return table.select(schema.names).cast(schema)
    except (pa.ArrowException, ValueError) as error:
        raise DataError(
            f"{path}: a column has the wrong type ({' '.join(str(error).split())[:200]}). {_REMEDY}"
        ) from error


def _reject(frame: pd.DataFrame, origin: pd.Series, bad: pd.Series, what: str, remedy: str) -> None:
    if not bad.any():
        return
    files = list(dict.fromkeys(origin[bad.to_numpy()]))
    ids = list(dict.fromkeys(frame.loc[bad, "network_id"]))
    more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
    where = ", ".join(files[:3]) + (f" and {len(files) - 3} more files" if len(files) > 3 else "")
    raise DataError(f"{where}: {what}: column network_id, {', '.join(ids[:3])}{more}. {remedy}")
