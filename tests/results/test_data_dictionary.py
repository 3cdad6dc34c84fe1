from pathlib import Path

from hrtem_transfer.results.data_dictionary import data_dictionary
from hrtem_transfer.results.table_schemas import TABLES

WRITTEN = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_file_is_what_the_schemas_say():
    assert WRITTEN.read_text(encoding="utf-8") == data_dictionary(), "write it again: make docs"


def test_every_column_has_a_meaning_and_numbers_have_a_unit():
    for table in TABLES.values():
        for column in table.columns:
            assert len(column.meaning) > 5, column.name
            if column.kind == "real":
                assert column.unit, column.name
