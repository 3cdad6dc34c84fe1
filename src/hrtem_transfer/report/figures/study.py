"""The figures of the study, from its tables: what each shows, for any subset and reduction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from hrtem_transfer.report.figures import panels
from hrtem_transfer.report.figures.figure import Figure
from hrtem_transfer.report.figures.labels import describing
from hrtem_transfer.report.figures.rows import epoch_seconds
from hrtem_transfer.report.figures.selection import Selection
from hrtem_transfer.results import Tables

# More classes of source and target than this squared are a map, not a distribution.
_MOST_CLASSES = 4


@dataclass(frozen=True)
class Part:
    """The networks of one series with a result: transferred ones, and those from scratch beside them."""

    series: str
    moved: pd.DataFrame
    scratch: pd.DataFrame

    @property
    def both(self) -> pd.DataFrame:
        """All of them."""
        return pd.concat([self.moved, self.scratch]) if len(self.scratch) else self.moved


def study_figures(tables: Tables, selection: Selection, pair: tuple[str, str] | None = None) -> Iterator[Figure]:
    """All figures that the selected networks allow, series by series; none without a result.

    Args:
        tables: the study's tables.
        selection: which networks and which reduction.
        pair: source and target of the mixture curves and the bars by domain; the first that has both when None.

    Raises:
        ValueError: a filter leaves no network with a result, or the pair is not among the selected networks.
    """
    chosen = selection.tables(tables)
    ok = chosen.networks[chosen.networks["status"] == "ok"]
    if selection.filters and not len(ok):
        raise ValueError(f"no network with a result in this subset: {selection.words()}")
    if pair is not None and pair not in _pairs(ok[ok["stage"].isin(("transfer", "mixture"))]):
        raise ValueError(f"no selected network was trained on {pair[0]} and then on {pair[1]}: {selection.words()}")
    mixed = False
    for name, rows in ok.groupby("series", sort=True):
        part = Part(str(name), rows[rows["stage"] == "transfer"], rows[rows["stage"] == "scratch"])
        if not len(part.both):
            if (rows["stage"] == "pretrain").all():
                yield from _drawn(panels.pretrained(chosen, rows, selection, part.series))
            continue
        for figure in _of_series(chosen, part, selection, pair):
            mixed = mixed or figure.name.startswith("mixture_")
            yield figure
    baseline = ok[ok["stage"] == "mixture"]
    if len(baseline) and not mixed:
        here = pair if pair in _pairs(baseline) else _pairs(baseline)[0]
        yield from _drawn(panels.mixtures(chosen, selection, str(baseline["series"].min()), here))
    seconds = epoch_seconds(ok, chosen.histories)
    if len(seconds):
        yield panels.times(chosen, ok[ok["stage"] == "transfer"], selection, seconds)


def _of_series(tables: Tables, part: Part, selection: Selection, pair: tuple[str, str] | None) -> Iterator[Figure]:
    rows, series = part.both, part.series
    yield from _drawn(panels.distributions(tables, rows, selection, series))
    yield from _drawn(panels.maps(tables, rows, selection, series, panels.TARGET))
    yield from _drawn(panels.maps(tables, rows, selection, series, panels.SPREAD))
    there = {*part.moved["source_domain"].dropna(), *part.moved["target_domain"].dropna()}
    domains = tables.domains[tables.domains["domain"].isin(there)]
    columns = describing(domains)
    for column in columns if len(columns) > 1 else ():
        if domains[column].nunique() <= _MOST_CLASSES:
            yield from _drawn(panels.classes(tables, part.moved, selection, series, column))
    pairs = _pairs(part.moved)
    with_mixture = [one for one in pairs if _has_mixture(tables.networks, one)]
    here = pair if pair is not None else next(iter([*with_mixture, *pairs]), None)
    if here in pairs:
        yield from _drawn(panels.bars(tables, part.moved, part.scratch, selection, series, here))
        if here in with_mixture:
            yield from _drawn(panels.mixtures(tables, selection, series, here))


def _drawn(figure: Figure | None) -> Iterator[Figure]:
    if figure is not None:
        yield figure


def _pairs(rows: pd.DataFrame) -> list[tuple[str, str]]:
    known = rows.dropna(subset=["source_domain", "target_domain"])
    return sorted(set(zip(known["source_domain"], known["target_domain"], strict=True)))


def _has_mixture(networks: pd.DataFrame, pair: tuple[str, str]) -> bool:
    either = _pairs(networks[(networks["stage"] == "mixture") & (networks["status"] == "ok")])
    return pair in either or pair[::-1] in either
