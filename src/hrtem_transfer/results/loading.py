"""Reading the tables of a study again, checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from hrtem_transfer.learning.scores import SCORES
from hrtem_transfer.results.table_schemas import DOMAINS, EVALUATIONS, HISTORIES, NETWORKS, Table
from hrtem_transfer.results.writing import checked, unprotected
from hrtem_transfer.storage import parquet_files
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.config.problems import shown

_NAME = "[a-z][a-z0-9_]{0,199}"
_REMEDY = "Start the workflow again (its rule `collect` makes the tables), or name another results folder."


@dataclass(frozen=True)
class Tables:
    """The four tables of one study (see docs/data-dictionary.md for their columns).

    A study from elsewhere may have no histories, no test split, and losses without other scores: ``split`` and
    ``measures`` say what there is.
    """

    networks: pd.DataFrame
    evaluations: pd.DataFrame
    histories: pd.DataFrame
    domains: pd.DataFrame

    @property
    def _frames(self) -> tuple[pd.DataFrame, ...]:
        return self.networks, self.evaluations, self.histories, self.domains

    @cached_property
    def synthetic(self) -> bool:
        """Whether any row was written by the generator of synthetic results."""
        return any(bool(frame["synthetic"].any()) for frame in self._frames)

    @cached_property
    def split(self) -> str:
        """The split that columns of losses and scores in ``networks`` are from."""
        return reported_split(self.evaluations)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Names of the scores that have a value anywhere, in the order of ``SCORES``."""
        there = self.evaluations
        return tuple(one.name for one in SCORES if one.name in there and there[one.name].notna().any())

    @cached_property
    def plan(self) -> str | None:
        """Digest of the frozen plan that the tables were collected for; None for tables from elsewhere."""
        named = {value for frame in self._frames if "plan" in frame for value in frame["plan"].dropna().unique()}
        return min(named) if named else None


def reported_split(evaluations: pd.DataFrame) -> str:
    """``test`` where any row has it, else ``validation``."""
    return "test" if (evaluations["split"] == "test").any() or not len(evaluations) else "validation"


def load(results_dir: Path) -> Tables:
    """Read the tables in a results folder. Columns that may be empty may also be absent, and so may the histories.

    Raises:
        DataError: a table is missing, damaged or not of this schema, holds a key twice, names a network or domain that
            the others do not know, or the tables are of different plans; file, column and rows are named.
    """
    folder = Path(results_dir)
    if not folder.is_dir():
        raise DataError(f"{folder}: there is no such folder. {_REMEDY}")
    networks = load_table(folder, NETWORKS)
    evaluations = load_table(folder, EVALUATIONS)
    path = folder / "histories.parquet"
    histories = load_table(folder, HISTORIES) if path.exists() else checked(HISTORIES, empty(HISTORIES), str(path))
    domains = load_table(folder, DOMAINS, networks)
    _named(folder / "networks.parquet", networks, "series")
    for column in ("domain", "family"):
        _named(folder / "domains.csv", domains, column)
    known_networks, known_domains = set(networks["network_id"]), set(domains["domain"])
    _known(folder / "networks.parquet", networks, "pretrained_id", known_networks, "networks.parquet")
    for column in ("source_domain", "target_domain"):
        _known(folder / "networks.parquet", networks, column, known_domains, "domains.csv")
    _known(folder / "evaluations.parquet", evaluations, "network_id", known_networks, "networks.parquet")
    _known(folder / "evaluations.parquet", evaluations, "evaluation_domain", known_domains, "domains.csv")
    _known(folder / "histories.parquet", histories, "network_id", known_networks, "networks.parquet")
    plans = {value for one in (networks, evaluations, histories, domains) for value in one["plan"].dropna().unique()}
    if len(plans) > 1:
        raise DataError(f"{folder}: its tables are of different plans ({', '.join(sorted(plans))}). {_REMEDY}")
    return Tables(networks, evaluations, histories, domains)


def load_table(folder: Path, table: Table, networks: pd.DataFrame | None = None) -> pd.DataFrame:
    """Read one table of a results folder (``domains`` from CSV, the others from Parquet); errors as in ``load``.

    ``networks`` gives domains without a family the series that they are used in.
    """
    if table is not DOMAINS:
        path = Path(folder) / f"{table.name}.parquet"
        return checked(table, filled(table, parquet_files.read_table(path, _REMEDY).to_pandas()), str(path))
    path = Path(folder) / f"{table.name}.csv"
    if not path.is_file():
        raise DataError(f"{path}: there is no such table. {_REMEDY}")
    try:
        frame = read_csv(path, table)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{path}: this table is damaged or of another kind ({reason}). {_REMEDY}") from error
    return checked(table, with_families(filled(table, frame), networks), str(path))


def read_csv(path: Path, table: Table) -> pd.DataFrame:
    """A CSV table as ``write_csv`` leaves it: texts stay texts (an id of digits, a crystal called NaN).

    Raises:
        ValueError: it is no such table; spreadsheets of some countries put semicolons or tabs between the columns.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        header = file.readline(10_000)
    for separator, word in ((";", "semicolons"), ("\t", "tabs")):
        if header.count(separator) > header.count(","):
            raise ValueError(f"found {word} between its columns; allowed: commas")
    texts = {column.name: "str" for column in table.columns if column.kind == "text"}
    frame = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    return unprotected(frame)


def empty(table: Table) -> pd.DataFrame:
    """The table without rows."""
    return pd.DataFrame({column.name: pd.Series(dtype=column.dtype) for column in table.columns})


def filled(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the columns that a file may lack, empty or with their default."""
    absent = [column for column in table.columns if column.optional and column.name not in frame.columns]
    return frame.assign(
        **{one.name: pd.Series([one.default] * len(frame), index=frame.index, dtype=one.dtype) for one in absent}
    )


def with_families(domains: pd.DataFrame, networks: pd.DataFrame | None) -> pd.DataFrame:
    """Domains without a family get the series of networks that were trained on them, else their own id."""
    if "domain" not in domains or ("family" in domains and domains["family"].notna().all()):
        return domains
    series: dict[str, str] = {}
    if networks is not None:
        for column in ("target_domain", "source_domain"):
            rows = networks.dropna(subset=[column]).sort_values("series")
            series |= dict(zip(rows[column][::-1], rows["series"][::-1], strict=True))
    own = domains["domain"].map(lambda name: series.get(name, name))
    return domains.assign(family=domains["family"].fillna(own) if "family" in domains else own)


def _named(path: Path, frame: pd.DataFrame, column: str) -> None:
    """Files and parts of the page are named after series and domains."""
    strange = frame[column][~frame[column].str.fullmatch(_NAME)]
    if len(strange):
        raise DataError(
            f"{path}: column {column}: {shown(strange.iloc[0])} in row {int(strange.index[0]) + 1} cannot be used "
            f"as a name; allowed: lowercase letters, digits and underscores, beginning with a letter. {_REMEDY}"
        )


def _known(path: Path, frame: pd.DataFrame, column: str, known: set[str], where: str) -> None:
    values = frame[column].dropna()
    strange = values[~values.isin(known)]
    if len(strange):
        some = ", ".join(dict.fromkeys(strange.head(3)))
        rows = ", ".join(str(int(row) + 1) for row in strange.index[:3])
        more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
        raise DataError(f"{path}: column {column}: {some} in row {rows}{more} is not in {where}. {_REMEDY}")
