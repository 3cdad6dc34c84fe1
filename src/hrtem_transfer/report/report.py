"""The report of a study: figures, explorer and effects, from its tables alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from hrtem_transfer.report.figures.contact_sheet import contact_sheet
from hrtem_transfer.report.figures.example_images import own_images
from hrtem_transfer.report.figures.selection import Selection
from hrtem_transfer.report.figures.study import study_figures
from hrtem_transfer.report.page.build import write_explorer
from hrtem_transfer.results import Tables, load
from hrtem_transfer.results.effects import effects, recommended
from hrtem_transfer.results.writing import write_csv
from hrtem_transfer.storage.checksums import digest_of_file, digest_of_files, noted, record, recorded
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.config.problems import nearest
from hrtem_transfer.study.layout import PLAN

TABLES = ("networks.parquet", "evaluations.parquet", "histories.parquet", "domains.csv")
# Which figures a report drew, so that the next one can take away what it does not draw.
_FIGURES = "figures.sha256"


def report(
    results_dir: Path,
    out: Path | None = None,
    *,
    selection: Selection | None = None,
    pair: tuple[str, str] | None = None,
    images: Mapping[str, Path] | None = None,
    title: str | None = None,
    progress: Callable[[str], None] = print,
) -> list[Path]:
    """Draw all figures, and write the explorer and the tables of effects: what there is, and what is missing.

    Args:
        results_dir: the folder of the study's tables.
        out: where to write ``figures/``, ``explorer.html``, ``effects.csv``, ``recommended.csv`` and the SHA-256 of
            them all; the same folder when None.
        selection: the subset and the reduction, for everything that is written; what knows no such choice is left out.
        pair: source and target that figures of one pair and the explorer show, likewise.
        images: image files by id of the domain, for the examples; those of the folder when None.
        title: of the explorer.
        progress: called with each file as it is written, and with what is left out.

    Returns:
        The files written, but for their listing.

    Raises:
        DataError: a table or image file is missing or damaged, or does not fit the others.
        ValueError: the subset has no network with a result, the pair is not in it, or a subset would be written over
            the study's own report.
    """
    folder, target = Path(results_dir), Path(results_dir if out is None else out)
    own = selection is None and pair is None
    if not own:
        _elsewhere(folder, target, out is not None)
    tables = load(folder)
    selection = selection or Selection()
    _known(tables, pair)
    if images is None:
        images = own_images(folder, tables, progress)
    written: list[Path] = []

    def done(paths: Iterable[Path]) -> None:
        for path in paths:
            written.append(path)
            progress(str(path))

    for figure in study_figures(tables, selection, pair):
        done(figure.save(target / "figures"))
    if not written:
        progress("no figures: no network has a result")
    if own and images:
        rows = [row for row in tables.domains.to_dict("records") if row["domain"] in images]
        shown = [{**row, "image_file": images[row["domain"]]} for row in rows]
        done([contact_sheet(shown, target / "figures" / "contact_sheet.png", synthetic=tables.synthetic)])
    drawn = list(written)
    done(_tables_of_effects(tables, target, selection, pair, progress))
    heading = title or f"Transfer learning for HRTEM: {folder.resolve().name}"
    page = target / "explorer.html"
    done([write_explorer(tables, page, title=heading, images=images, selection=selection, pair=pair)])
    if drawn or (target / "figures").is_dir():
        written += _clear(target / "figures", drawn)
    listing = target / listing_name(tables.plan)
    for old in target.glob("report*.sha256"):
        old.unlink()
    record(listing, written, {"plan": tables.plan or "none", "tables": digest_of_files(_tables(folder))})
    return written


def listing_name(plan: str | None) -> str:
    """Name of a report's listing of checksums; ``plan`` is the digest of the frozen plan behind its tables."""
    return "report.sha256" if plan is None else f"report-{plan}.sha256"


def stale(folder: Path, listing: Path) -> str | None:
    """Why the report of a listing is not that of the tables in ``folder``; None when it is.

    Raises:
        DataError: the listing is missing or damaged.
    """
    if noted(listing).get("tables") == digest_of_files(_tables(folder)):
        return None
    return f"{listing}: this report was drawn from other tables than those in {folder}"


def _tables(folder: Path) -> list[Path]:
    return [folder / name for name in TABLES]


def _elsewhere(folder: Path, target: Path, asked: bool) -> None:
    """ValueError where a part of a study would take the place of a study's own report."""
    if not asked:
        raise ValueError(
            "a part of the study would be written over its own report; say where to write it: --out FOLDER"
        )
    if target.resolve() == folder.resolve() or any((target / name).exists() for name in (PLAN, TABLES[0])):
        raise ValueError(f"{target} is a results folder, whose own report would be lost; give --out another folder")


def _known(tables: Tables, pair: tuple[str, str] | None) -> None:
    known = list(tables.domains["domain"])
    for name in pair or ():
        if name not in known:
            raise ValueError(f"no domain {name!r}; {nearest(name, known) or 'there are: ' + ', '.join(known[:24])}")


def _tables_of_effects(
    tables: Tables,
    target: Path,
    selection: Selection,
    pair: tuple[str, str] | None,
    progress: Callable[[str], None],
) -> list[Path]:
    """Write ``effects.csv`` and ``recommended.csv``, which know subsets but no reduction other than the median."""
    paths = [target / "effects.csv", target / "recommended.csv"]
    if pair is not None or selection.reduction != "median":
        progress("left out: effects.csv and recommended.csv, which hold medians over all pairs")
        for path in paths:
            path.unlink(missing_ok=True)
        return []
    chosen = selection.tables(tables)
    for path, rows in zip(paths, (effects(chosen), recommended(chosen)), strict=True):
        write_csv(path, rows)
    return paths


def _clear(figures: Path, drawn: list[Path]) -> list[Path]:
    """Take away the figures of an earlier report that this one has not drawn; returns the listing of those it has.

    Only files that are still as that report left them go.
    """
    listing = figures / _FIGURES
    before: dict[str, str] = {}
    with suppress(DataError):
        before = recorded(listing)
    for name in set(before).difference(path.name for path in drawn):
        path = figures / name
        if path.is_file() and digest_of_file(path) == before[name]:
            path.unlink()
    listing.unlink(missing_ok=True)
    if not drawn:
        return []
    record(listing, drawn)
    return [listing]
