"""Example images of every domain on one sheet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hrtem_transfer.report.figures.labels import domain_labels
from hrtem_transfer.storage.files import written_whole
from hrtem_transfer.storage.image_files import read_images

_OUTLINE = "#ff9d2e"
# Lengths that a scale bar may have, in nm.
_BARS_NM = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_MAX_PX = 320


def example(path: Path, split: str = "test") -> tuple[np.ndarray, np.ndarray]:
    """The image of a split's first four that shows most particle, with its label: counts and labels [y, x].

    Raises:
        DataError: the image file is missing or damaged, or holds no image of this split.
    """
    from hrtem_transfer.storage.image_files import n_images

    images = read_images(path, split, 0, min(4, n_images(path, split)) or 1)
    chosen = int(np.argmax(images.labels.mean(axis=(1, 2))))
    return images.counts[chosen], images.labels[chosen]


def grey(counts: np.ndarray) -> np.ndarray:
    """Counts as grey values from 0 to 1, between their 0.5th and 99.5th percentile."""
    values = counts.astype(np.float64)
    low, high = np.percentile(values, [0.5, 99.5])
    return np.clip((values - low) / max(high - low, 1e-9), 0, 1)


def scale_bar_nm(width_nm: float) -> float:
    """A round length of about a quarter of the image's width, in nm."""
    return min(_BARS_NM, key=lambda bar: abs(math.log(bar / (width_nm / 4))))


def contact_sheet(
    domains: Sequence[Mapping[str, Any]],
    path: Path,
    pixel_size_A: float | None = None,
    *,
    columns: int | None = None,
    synthetic: bool = False,
) -> Path:
    """Draw a test image of every domain with the outlines of its label and a scale bar, as PNG.

    Args:
        domains: columns of the table ``domains`` and ``image_file``, one mapping per domain.
        path: the PNG file to write.
        pixel_size_A: size of a pixel where a domain does not state its own; without either there is no scale bar.
        columns: images per row; chosen to give a sheet a little wider than high when None.
        synthetic: say on the sheet that the images are synthetic.

    Returns:
        ``path``.

    Raises:
        DataError: an image file is missing or damaged.
        ValueError: there are no domains.
    """
    if not domains:
        raise ValueError("there are no domains to show")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    table = pd.DataFrame([{key: value for key, value in d.items() if key != "image_file"} for d in domains])
    rows = {str(domain["domain"]): domain for domain in domains}
    labels = _sheet_labels(table)
    across = columns or max(1, math.ceil(math.sqrt(len(labels) * 1.4)))
    down = math.ceil(len(labels) / across)
    figure = Figure(figsize=(1.75 * across, 1.93 * down + 0.5), dpi=150, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.subplots(down, across, squeeze=False).flat
    widths_nm: set[float | None] = set()
    for axis, (name, words) in zip(axes, labels.items(), strict=False):
        counts, label = example(Path(rows[name]["image_file"]))
        pixel_A = pixel_size(rows[name].get("pixel_size_A"), pixel_size_A)
        widths_nm.add(None if pixel_A is None else round(counts.shape[1] * pixel_A / 10, 6))
        _draw(axis, counts, label, pixel_A)
        axis.set_title(words, fontsize=7, pad=3, parse_math=False)
    for axis in figure.axes:
        axis.set_axis_off()
    caption = f"{'SYNTHETIC. ' if synthetic else ''}A test image of each domain{_widths(widths_nm)}"
    figure.subplots_adjust(
        left=0.01,
        right=0.99,
        top=1 - 0.25 / figure.get_figheight(),
        bottom=0.35 / figure.get_figheight(),
        wspace=0.05,
        hspace=0.13,
    )
    figure.text(0.01, 0.1 / figure.get_figheight(), _wrapped(caption, 28 * across), fontsize=7, va="bottom")
    with written_whole(Path(path)) as temporary:
        # No name and version of the software in the file, so that equal images give equal bytes.
        figure.savefig(temporary, format="png", metadata={"Software": None})
    return Path(path)


def pixel_size(stated: Any, otherwise: float | None = None) -> float | None:
    """Edge of a pixel in angstrom as a row of the table ``domains`` states it, where it does."""
    return otherwise if stated is None or pd.isna(stated) or not stated > 0 else float(stated)


def _widths(widths_nm: set[float | None]) -> str:
    """The rest of the caption: how wide the images are, and what is drawn on them."""
    shown = ", grey values from the 0.5th to the 99.5th percentile; outlined: the label."
    known = sorted(width for width in widths_nm if width is not None)
    if len(known) != len(widths_nm) or not known:
        return f"{shown} Bars: where the size of a pixel is known."
    bars = " and ".join(dict.fromkeys(f"{scale_bar_nm(width):g} nm" for width in known))
    wide = f"{known[0]:.3g} nm" if len(known) == 1 else f"{known[0]:.3g} to {known[-1]:.3g} nm"
    return f", {wide} wide{shown} Bars: {bars}."


def _sheet_labels(table: pd.DataFrame) -> dict[str, str]:
    """Labels within each family of domains in the order of axes, with the crystal where all of a family share it."""
    found: dict[str, str] = {}
    for _, family in table.sort_values(["family", "structure_set"], kind="stable").groupby("family", sort=False):
        labels = domain_labels(table, list(family["domain"]))
        crystals = family["crystal"].dropna().unique()
        shared = f"{crystals[0]} " if len(crystals) == 1 else ""
        found |= {name: label if label == name else f"{shared}{label}" for name, label in labels.items()}
    return found


def _draw(axis: Any, counts: np.ndarray, label: np.ndarray, pixel_size_A: float | None) -> None:
    step = max(1, math.ceil(counts.shape[1] / _MAX_PX))
    height, width = counts.shape
    shown = counts[: height - height % step, : width - width % step]
    if step > 1:
        shown = shown.reshape(height // step, step, width // step, step).mean(axis=(1, 3))
    edges = (-0.5, width - 0.5, height - 0.5, -0.5)
    axis.imshow(grey(shown), cmap="gray", vmin=0, vmax=1, extent=edges, interpolation="nearest")
    if 0 < label.mean() < 1:
        axis.contour(label, levels=[0.5], colors=[_OUTLINE], linewidths=0.9)
    if pixel_size_A is not None:
        _draw_bar(axis, width, height, scale_bar_nm(width * pixel_size_A / 10) * 10 / pixel_size_A)
    axis.set_xlim(-0.5, width - 0.5)
    axis.set_ylim(height - 0.5, -0.5)


def _draw_bar(axis: Any, width: int, height: int, length: float) -> None:
    """A white bar with a black edge, lower left; lengths in pixels."""
    margin = 0.05 * width
    axis.fill_between([margin, margin + length], height - margin * 1.6, height - margin, color="black", lw=0)
    axis.fill_between(
        [margin, margin + length], height - margin * 1.5, height - margin * 1.1, color="white", lw=0, zorder=3
    )


def _wrapped(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, max(width, 60)))
