import pandas as pd
import pandera.errors
import pytest

from hrtem_transfer.results import load
from hrtem_transfer.results.table_schemas import TABLES


@pytest.fixture
def frames(corner_results):
    study = load(corner_results)
    return {name: getattr(study, name) for name in TABLES}


@pytest.mark.parametrize("name", list(TABLES))
def test_real_tables_pass(frames, name):
    TABLES[name].schema().validate(frames[name])


@pytest.mark.parametrize("name", list(TABLES))
def test_rows_twice_are_refused(frames, name):
    twice = pd.concat([frames[name], frames[name].head(1)], ignore_index=True)
    with pytest.raises(pandera.errors.SchemaError):
        TABLES[name].schema().validate(twice)


@pytest.mark.parametrize("name", list(TABLES))
def test_limits_and_values_are_checked(frames, name):
    schema, checked = TABLES[name].schema(), 0
    for column in TABLES[name].columns:
        wrong = column.minimum - 1 if column.minimum is not None else "other" if column.values else None
        if wrong is None:
            continue
        bad = frames[name].copy()
        bad[column.name] = pd.Series([wrong] * len(bad)).astype(column.dtype)
        with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
            schema.validate(bad)
        checked += 1
    assert checked >= 1


def test_dtypes_survive_the_files(corner_results, frames):
    for name in ("networks", "evaluations", "histories"):
        again = pd.read_parquet(corner_results / f"{name}.parquet")
        assert {column.name: str(again[column.name].dtype) for column in TABLES[name].columns} == {
            column.name: column.dtype for column in TABLES[name].columns
        }
