"""The report of a study: figures, explorer and effects, from its tables alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from hrtem_transfer.checksums import record
from hrtem_transfer.figures.selection import Selection
from hrtem_transfer.figures.study import study_figures
from hrtem_transfer.page.build import write_explorer
from hrtem_transfer.results import load
from hrtem_transfer.results.effects import effects, recommended
from hrtem_transfer.results.writing import write_csv

CHECKSUMS = "report.sha256"


def report(
    results_dir: Path,
    out: Path | None = None,
    *,
    selection: Selection | None = None,
    pair: tuple[str, str] | None = None,
    images: Mapping[str, Path] | None = None,
    pixel_size_A: float = 1.0,
    title: str | None = None,
    progress: Callable[[str], None] = print,
) -> list[Path]:
    """Draw all figures, and write the explorer and the tables of effects.

    Args:
        results_dir: the folder of the study's tables.
        out: where to write ``figures/``, ``explorer.html``, ``effects.csv``, ``recommended.csv`` and the SHA-256 of
            them all; the same folder when None.
        selection: the subset and the reduction of the figures. Explorer and effects always hold all networks.
        pair: source and target of the figures that show one pair.
        images: image files by id of the domain, for the explorer's example images.
        pixel_size_A: size of their pixels.
        title: of the explorer.
        progress: told each file as it is written.

    Returns:
        The files written.

    Raises:
        DataError: a table or image file is missing or damaged, or does not fit the others.
        ValueError: the subset has no network with a result.
    """
    tables = load(Path(results_dir))
    out = Path(results_dir if out is None else out)
    written: list[Path] = []

    def done(paths: list[Path]) -> None:
        written.extend(paths)
        for path in paths:
            progress(str(path))

    transferred = (tables.networks["stage"] == "transfer") & (tables.networks["status"] == "ok")
    if transferred.any():
        for figure in study_figures(tables, selection or Selection(), pair):
            done(figure.save(out / "figures"))
    else:
        progress("no figures: no transferred network has a result")
    for name, rows in (("effects", effects(tables)), ("recommended", recommended(tables))):
        write_csv(out / f"{name}.csv", rows)
        done([out / f"{name}.csv"])
    heading = title or "Transfer learning for HRTEM: all networks"
    done([write_explorer(tables, out / "explorer.html", title=heading, images=images, pixel_size_A=pixel_size_A)])
    record(out / CHECKSUMS, written)
    return written
