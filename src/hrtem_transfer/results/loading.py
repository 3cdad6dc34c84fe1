"""Reading the tables of a study again, checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hrtem_transfer import parquet_files
from hrtem_transfer.config.problems import shown
from hrtem_transfer.files import DataError
from hrtem_transfer.results.table_schemas import DOMAINS, EVALUATIONS, HISTORIES, NETWORKS, Table
from hrtem_transfer.results.writing import checked

_NAME = "[a-z][a-z0-9_]{0,199}"
_REMEDY = "Start the workflow again (its rule `collect` makes the tables), or name another results folder."


@dataclass(frozen=True)
class Tables:
    """The four tables of one study (see docs/data-dictionary.md for their columns)."""

    networks: pd.DataFrame
    evaluations: pd.DataFrame
    histories: pd.DataFrame
    domains: pd.DataFrame

    @property
    def synthetic(self) -> bool:
        """Whether any row was made up by the generator."""
        frames = (self.networks, self.evaluations, self.histories, self.domains)
        return any(bool(frame["synthetic"].any()) for frame in frames)


def load(results_dir: Path) -> Tables:
    """Read the tables in a results folder.

    Raises:
        DataError: a table is missing, damaged or not of this schema, holds a key twice, or names a network or domain
            that the others do not know; file, column and rows are named.
    """
    folder = Path(results_dir)
    if not folder.is_dir():
        raise DataError(f"{folder}: there is no such folder. {_REMEDY}")
    networks = load_table(folder, NETWORKS)
    evaluations = load_table(folder, EVALUATIONS)
    histories = load_table(folder, HISTORIES)
    domains = load_table(folder, DOMAINS)
    _named(folder / "networks.parquet", networks, "series")
    for column in ("domain", "series"):
        _named(folder / "domains.csv", domains, column)
    known_networks, known_domains = set(networks["network_id"]), set(domains["domain"])
    _known(folder / "networks.parquet", networks, "pretrained_id", known_networks, "networks.parquet")
    for column in ("source_domain", "target_domain"):
        _known(folder / "networks.parquet", networks, column, known_domains, "domains.csv")
    _known(folder / "evaluations.parquet", evaluations, "network_id", known_networks, "networks.parquet")
    _known(folder / "evaluations.parquet", evaluations, "evaluation_domain", known_domains, "domains.csv")
    _known(folder / "histories.parquet", histories, "network_id", known_networks, "networks.parquet")
    return Tables(networks, evaluations, histories, domains)


def load_table(folder: Path, table: Table) -> pd.DataFrame:
    """Read one table of a results folder (``domains`` from CSV, the others from Parquet); errors as in ``load``."""
    if table is not DOMAINS:
        path = Path(folder) / f"{table.name}.parquet"
        return checked(table, parquet_files.read_table(path, _REMEDY).to_pandas(), str(path))
    path = Path(folder) / f"{table.name}.csv"
    if not path.is_file():
        raise DataError(f"{path}: there is no such table. {_REMEDY}")
    try:
        frame = pd.read_csv(path)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{path}: this table is damaged or of another kind ({reason}). {_REMEDY}") from error
    return checked(table, frame, str(path))


def _named(path: Path, frame: pd.DataFrame, column: str) -> None:
    """Files and parts of the page are named after series and domains."""
    strange = frame[column][~frame[column].str.fullmatch(_NAME)]
    if len(strange):
        raise DataError(
            f"{path}: column {column}: {shown(strange.iloc[0])} in row {int(strange.index[0]) + 1} is no name; "
            f"allowed: lowercase letters, digits and underscores, beginning with a letter. {_REMEDY}"
        )


def _known(path: Path, frame: pd.DataFrame, column: str, known: set[str], where: str) -> None:
    values = frame[column].dropna()
    strange = values[~values.isin(known)]
    if len(strange):
        some = ", ".join(dict.fromkeys(strange.head(3)))
        rows = ", ".join(str(int(row) + 1) for row in strange.index[:3])
        more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
        raise DataError(f"{path}: column {column}: {some} in row {rows}{more} is not in {where}. {_REMEDY}")
