"""The scores of a plain table, one row per network, domain and split."""

from __future__ import annotations

import pandas as pd

from hrtem_transfer.learning.scores import SCORES
from hrtem_transfer.results.foreign.header import Header, ScoreColumn
from hrtem_transfer.results.foreign.text_table import TextTable
from hrtem_transfer.results.table_schemas import SPLITS
from hrtem_transfer.results.writing import numbered
from hrtem_transfer.storage.files import DataError

KEY = ["network_id", "evaluation_domain", "split"]
_SCORES = {score.name: score for score in SCORES}


def scores(table: TextTable, header: Header, rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """All scores as columns network_id, evaluation_domain, split and one for each of ``SCORES``.

    Args:
        table: the table.
        header: what its columns mean.
        rows: the settings of its rows; scores ``before`` go to the network that ``pretrained_id`` names.
        names: id by name of each domain.

    Raises:
        DataError: a score cannot be read or cannot be, has no domain, or is there twice.
    """
    parts = [_of_column(table, header, rows, names, column) for column in header.scores]
    found = pd.concat(parts).dropna(subset=["value"])
    # A pretrained network stands behind several rows, which then repeat its scores.
    same = [*KEY, "score", "value"]
    found = found.sort_values("before", kind="stable")
    found = found[~(found["before"] & found.duplicated(same))]
    repeated = found.duplicated([*KEY, "score"], keep=False)
    if repeated.any():
        raise _repeated(table, found[repeated])
    wide = found.pivot(index=KEY, columns="score", values="value").reset_index()
    return wide.reindex(columns=[*KEY, *_SCORES])


def _repeated(table: TextTable, found: pd.DataFrame) -> DataError:
    one = found.iloc[0]
    same = found[(found[[*KEY, "score"]] == one[[*KEY, "score"]]).all(axis=1)]
    return DataError(
        f"{table.path}: column {one['column']}: more than one {one['score']} "
        f"({', '.join(f'{value:g}' for value in same['value'].head(3))}) of network {one['network_id']} on "
        f"{one['evaluation_domain']}, {one['split']} split, in row {numbered(pd.Index(same['row'].unique()))}; "
        "each must be there once. Give networks that differ a network_id or replicate, pretrained ones a pretrained_id"
    )


def _of_column(
    table: TextTable, header: Header, rows: pd.DataFrame, names: dict[str, str], column: ScoreColumn
) -> pd.DataFrame:
    least, greatest = _SCORES[column.score].limits or (None, None)
    values = table.numbers(column.column, minimum=least, maximum=greatest)
    found = pd.DataFrame({"network_id": rows["network_id"], "value": values, "row": rows.index}, index=rows.index)
    found["column"], found["score"], found["before"] = column.column, column.score, column.before
    there = values.notna()
    if column.before:
        found["network_id"] = rows["pretrained_id"]
        wrong = there & (rows["stage"] != "transfer")
        if wrong.any():
            raise table.fault(column.column, wrong, "only transferred networks have a network before them")
    found["evaluation_domain"] = _domains(table, header, rows, names, column, there)
    found["split"] = column.split or _splits(table, header)
    return found


def _domains(
    table: TextTable, header: Header, rows: pd.DataFrame, names: dict[str, str], column: ScoreColumn, there: pd.Series
) -> pd.Series:
    """The domain of each row that a column's scores are of."""
    if header.long:
        where = header.settings["evaluation_domain"]
        domains = table.texts(where).map(names, na_action="ignore")
        if (there & domains.isna()).any():
            raise table.fault(where, there & domains.isna(), f"{column.column} has a value there, of no domain")
        return domains
    if column.domain in ("source", "target"):
        # As the table has them: a mixture's may have been turned.
        other = "target" if column.domain == "source" else "source"
        domains = rows[f"{column.domain}_domain"].where(~rows["turned"], rows[f"{other}_domain"])
        if (there & domains.isna()).any():
            raise table.fault(column.column, there & domains.isna(), f"the network of this row has no {column.domain}")
        return domains
    if column.domain is not None:
        return pd.Series(names[column.domain], rows.index)
    if (there & rows["stage"].eq("mixture")).any():
        raise table.fault(
            column.column,
            there & rows["stage"].eq("mixture"),
            f"a mixture has two domains: write {column.column}:source and {column.column}:target",
        )
    return rows["target_domain"].fillna(rows["source_domain"])


def _splits(table: TextTable, header: Header) -> pd.Series:
    column = header.settings.get("split")
    if column is None:
        return pd.Series("validation", table.cells.index)
    values = table.texts(column).str.lower().fillna("validation")
    bad = ~values.isin(SPLITS)
    if bad.any():
        raise table.fault(column, bad, f"allowed: {', '.join(SPLITS)}, or nothing, which is validation")
    return values
