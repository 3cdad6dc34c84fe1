"""Whether tables and report in a results folder are those of its plan. Light: reads no table."""

from __future__ import annotations

from dataclasses import dataclass

from hrtem_transfer.study import Layout
from hrtem_transfer.study.layout import NETWORKS


@dataclass(frozen=True)
class Product:
    """Tables, or a report: what is there, in words, and whether it is anything but what the plan asks for."""

    name: str
    words: str
    of_another: bool = False


def tables(files: Layout) -> Product:
    """The tables of a folder: of this plan and whole, gathered before its end, of another plan, or not there."""
    if files.tables_listing.exists():
        return Product("tables", "of this plan, with all runs")
    if not (files.root / NETWORKS).exists():
        return Product("tables", "not made yet")
    plan = _plan_of_tables(files)
    if plan == files.sweep.digest:
        return Product("tables", "of this plan, gathered before all jobs had ended")
    whose = f"of another plan ({plan})" if plan else "of no known plan"
    return Product("tables", f"{whose}; those of this one are not made yet", of_another=True)


def report(files: Layout) -> Product:
    """Figures and page of a folder, in the same way."""
    if files.report_listing.exists():
        return Product("report", "of this plan")
    if not (files.root / "explorer.html").exists():
        return Product("report", "not made yet")
    return Product("report", "not of these tables; that is not made yet", of_another=True)


def _plan_of_tables(files: Layout) -> str | None:
    """Digest of the plan that the tables say they were collected for; None when they do not, or cannot be read."""
    import pyarrow as pa
    from pyarrow import parquet

    from hrtem_transfer.results.writing import PLAN_KEY

    try:
        metadata = parquet.read_schema(files.root / NETWORKS).metadata or {}
    except (OSError, pa.ArrowException):
        return None
    found = metadata.get(PLAN_KEY)
    return found.decode("utf-8", "replace") if found else None
