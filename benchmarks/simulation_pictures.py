"""Pictures of the paper's images for the docs, drawn from the sample that ``simulation_sample.py`` makes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import torch

from hrtem_transfer import exit_wave_files
from hrtem_transfer.files import written_whole
from hrtem_transfer.image_files import read_images
from hrtem_transfer.imaging import Microscope, middle, underfocus_A
from hrtem_transfer.sweep.expansion import Sweep

OUTLINE = "#ff9d2e"
PIXEL_NM = 0.02
Tile = tuple[str, np.ndarray, np.ndarray]


def sheet(tiles: Sequence[Tile], columns: int, path: Path, tile_px: int, title: str) -> None:
    """Grey images with label outlines, captions and one scale bar of 2 nm, as PNG.

    Args:
        tiles: caption, image [y, x] and label [y, x] of each.
        columns: tiles per row.
        path: file to write.
        tile_px: edge of a tile in the picture, in pixels.
        title: over the whole.
    """
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    rows = -(-len(tiles) // columns)
    inch = tile_px / 100
    figure, axes = plt.subplots(rows, columns, figsize=(columns * inch, rows * (inch + 0.16) + 0.35), dpi=100)
    for axis in axes.flat:
        axis.axis("off")
    for axis, (caption, image, label) in zip(axes.flat, tiles, strict=False):
        low, high = np.percentile(image, [0.5, 99.5])
        axis.imshow(image, cmap="gray", vmin=low, vmax=high, interpolation="antialiased")
        axis.contour(label, levels=[0.5], colors=OUTLINE, linewidths=0.7)
        axis.set_title(caption, fontsize=7, pad=2)
    edge = tiles[0][1].shape[0]
    bar = 2 / PIXEL_NM
    axes.flat[0].plot([0.05 * edge, 0.05 * edge + bar], [0.95 * edge] * 2, color="white", linewidth=3)
    axes.flat[0].text(0.05 * edge, 0.92 * edge, "2 nm", color="white", fontsize=7, va="bottom")
    figure.suptitle(title, fontsize=9, y=0.995)
    figure.subplots_adjust(left=0.005, right=0.995, bottom=0.005, top=1 - 0.42 / (rows * (inch + 0.16) + 0.35),
                           wspace=0.02, hspace=0.16 / inch)  # fmt: skip
    with written_whole(path) as temporary:
        figure.savefig(temporary, format="png")
    plt.close(figure)


def fullest(folder: Path, domain_id: str) -> tuple[np.ndarray, np.ndarray]:
    """Of the sample's images of a domain the one that shows most particle, and its label."""
    images = read_images(folder / f"domain_{domain_id}.h5", "test")
    chosen = int(images.labels.mean(axis=(1, 2)).argmax())
    return images.counts[chosen], images.labels[chosen]


def all_domains(sweep: Sweep, folder: Path, path: Path) -> None:
    """One image of every domain."""
    tiles = [(domain_id, *fullest(folder, domain_id)) for domain_id in sweep.domains]
    sheet(tiles, 7, path, 150, "All 34 domains of the paper: electron counts, outlines of the labels (10.24 nm wide)")


def crystals(sweep: Sweep, folder: Path, path: Path) -> None:
    """All crystals at both sizes, without noise, at the structure series' condition."""
    tiles = [
        (domain_id.removeprefix("structure_"), *noiseless(sweep, folder, domain_id, -10.0)[:2])
        for size in ("small", "large")
        for domain_id in sweep.domains
        if domain_id.startswith("structure_") and domain_id.endswith(size)
    ]
    tiles = [(caption, middle(image, 384), middle(label, 384)) for caption, image, label in tiles]
    sheet(tiles, 6, path, 190, "The nine crystals, small and large, -10 nm defocus, infinite dose (7.7 nm wide)")


def focal_series(sweep: Sweep, folder: Path, path: Path) -> None:
    """One structure at all defocus values of the paper, without noise."""
    values = [plan.recipe.condition.defocus_nm for name, plan in sweep.domains.items() if name.startswith("defocus")]
    first = next(name for name in sweep.domains if name.startswith("defocus"))
    tiles = []
    for value in sorted(values):
        image, label, contrast = noiseless(sweep, folder, first, value)
        tiles.append((f"{value:+.0f} nm, contrast {100 * contrast:.1f} %", middle(image, 320), middle(label, 320)))
    sheet(tiles, 6, path, 190, "CdSe on carbon, focal series, positive = underfocus, infinite dose (6.4 nm wide)")


def noiseless(sweep: Sweep, folder: Path, domain_id: str, defocus_nm: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Intensity and label of the sample's fullest structure, and the image's relative contrast."""
    plan = sweep.domains[domain_id]
    simulation = plan.recipe.structure_set.simulation
    with exit_wave_files.opened(folder / f"{plan.structures.set_id}.h5") as shard:
        structures = [shard.read(index) for index in range(shard.start, shard.stop)]
    best = max(structures, key=lambda one: float(middle(one.labels, simulation.image_px).mean()))
    n = best.waves.shape[-1]
    microscope = Microscope(n, 10 * simulation.cell_nm / n, simulation.energy_keV, plan.recipe.condition,
                            torch.device("cpu"))  # fmt: skip
    intensity = microscope.intensity(torch.as_tensor(best.waves), underfocus_A(defocus_nm, best.zero_focus_A)).numpy()
    image = middle(intensity, simulation.image_px)
    return image, middle(best.labels, simulation.image_px), float(image.std() / image.mean())


def draw_all(sweep: Sweep, folder: Path, out: Path) -> None:
    """Draw all pictures into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    all_domains(sweep, folder, out / "domains.png")
    crystals(sweep, folder, out / "crystals.png")
    focal_series(sweep, folder, out / "focal_series.png")
    for path in sorted(out.glob("*.png")):
        print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")
