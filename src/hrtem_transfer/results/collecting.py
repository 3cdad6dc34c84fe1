"""From the tables of runs to the tables of the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hrtem_transfer.results.networks import networks_table
from hrtem_transfer.results.reading import read_evaluations, read_training
from hrtem_transfer.results.summary import Summary, summarise
from hrtem_transfer.results.table_schemas import DOMAINS, EVALUATIONS, HISTORIES, NETWORKS
from hrtem_transfer.results.writing import checked, write_tables
from hrtem_transfer.study.records import NetworkRecord

# Images read at once when foreground is counted: 16 of 512 px are 8 MB with their labels.
_IMAGES_AT_ONCE = 16


def collect(
    networks: Sequence[NetworkRecord],
    domains: Sequence[Mapping[str, Any]],
    training: Sequence[Path],
    evaluations: Sequence[Path],
    out: Path,
    *,
    plan: str | None = None,
    evaluated_on: Mapping[str, Sequence[str]] | None = None,
    synthetic: bool = False,
) -> Summary:
    """Write networks, evaluations, histories and domains; the same input gives the same bytes.

    Args:
        networks: the planned networks, pretrained ones among them; each gets a row, with status and reason.
        domains: the columns of the table ``domains``, and ``image_file`` (path or None), from whose test labels
            ``foreground_share`` is counted where it is not given.
        training: the runs' training tables.
        evaluations: the runs' evaluation tables.
        out: folder for ``networks.parquet``, ``networks.csv``, ``evaluations.parquet``, ``evaluations.csv.gz``,
            ``histories.parquet`` and ``domains.csv``.
        plan: digest of the frozen plan behind ``networks``; it stands in every row, and in the Parquet files' metadata.
        evaluated_on: ids of the domains on which each network must have been evaluated, by network id; without it
            those that any network of its series was evaluated on.
        synthetic: mark every row as synthetic.

    Returns:
        The summary of what was collected; ``Summary.complete`` says whether every network has a result.

    Raises:
        DataError: a file is missing or damaged, or holds rows that cannot be; file, column and rows are named.
        ValueError: a planned network or a domain is given twice.
    """
    out = Path(out)
    _distinct([record.network_id for record in networks], "network")
    _distinct([str(domain["domain"]) for domain in domains], "domain")
    planned = {record.network_id for record in networks}
    trained = read_training(training, planned)
    evaluated = read_evaluations(evaluations, planned)
    domain_rows = _domains(domains)
    rows = {
        NETWORKS: networks_table(networks, trained, evaluated, domain_rows, evaluated_on),
        EVALUATIONS: evaluated.sort_values(list(EVALUATIONS.key), ignore_index=True),
        HISTORIES: trained[[name for name in HISTORIES.names if name not in ("plan", "synthetic")]].sort_values(
            list(HISTORIES.key), ignore_index=True
        ),
        DOMAINS: domain_rows,
    }
    frames = {
        table.name: checked(table, frame.assign(plan=plan, synthetic=synthetic), str(out / table.name))
        for table, frame in rows.items()
    }
    paths = write_tables(out, frames, plan)
    return summarise(frames["networks"], frames["evaluations"], frames["domains"], paths)


def _distinct(ids: Sequence[str], what: str) -> None:
    repeated = sorted({one for one in ids if ids.count(one) > 1}) if len(set(ids)) < len(ids) else []
    if repeated:
        raise ValueError(f"{what} {', '.join(repeated[:3])} is given more than once; each {what} must be there once")


def _domains(domains: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    columns = [name for name in DOMAINS.names if name not in ("plan", "synthetic", "foreground_share")]
    frame = pd.DataFrame([[domain.get(name) for name in columns] for domain in domains], columns=columns)
    frame["foreground_share"] = [_foreground_share(domain) for domain in domains]
    return frame


def _foreground_share(domain: Mapping[str, Any]) -> float:
    """Share of particle pixels in the test labels; NaN when there is no image file."""
    given = domain.get("foreground_share")
    if given is not None:
        return float(given)
    if domain.get("image_file") is None:
        return float("nan")
    from hrtem_transfer.storage.image_files import n_images, read_images

    path = Path(domain["image_file"])
    total = n_images(path, "test")
    shares = []
    for first in range(0, total, _IMAGES_AT_ONCE):
        labels = read_images(path, "test", first, min(first + _IMAGES_AT_ONCE, total)).labels
        shares += list(labels.mean(axis=(1, 2), dtype=np.float64))
    return float(np.mean(shares)) if shares else float("nan")
