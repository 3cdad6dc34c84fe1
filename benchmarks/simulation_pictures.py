"""Pictures of the paper's images for the docs, drawn from the sample that ``simulation_sample.py`` makes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import torch
from PIL import Image

from hrtem_transfer.simulation.imaging import Microscope, middle, wave_plane_c10_A
from hrtem_transfer.simulation.labels import mask
from hrtem_transfer.storage import exit_wave_files
from hrtem_transfer.storage.files import written_whole
from hrtem_transfer.storage.image_files import read_images
from hrtem_transfer.study.expansion import Sweep

OUTLINE = "#ff9d2e"
PIXEL_NM = 0.02
COLOURS = 80
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
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    plt.close(figure)
    # Noise does not compress; half of the size goes with grey levels that nobody sees.
    small = Image.open(drawn).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    with written_whole(path) as temporary:
        small.save(temporary, format="png", optimize=True)


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
    """A particle of every crystal at both sizes, without noise, at the structure series' condition."""
    tiles = []
    for size in ("small", "large"):
        for domain_id in (name for name in sweep.domains if name.startswith("structure_") and name.endswith(size)):
            image, label = around_a_particle(sweep, folder, domain_id, -10.0)
            tiles.append((domain_id.removeprefix("structure_"), middle(image, 360), middle(label, 360)))
    sheet(tiles, 6, path, 190, "The nine crystals, small and large, -10 nm defocus, infinite dose (7.2 nm wide)")


def focal_series(sweep: Sweep, folder: Path, path: Path) -> None:
    """One structure at all defocus values of the paper, without noise."""
    values = [plan.recipe.condition.defocus_nm for name, plan in sweep.domains.items() if name.startswith("defocus")]
    first = next(name for name in sweep.domains if name.startswith("defocus"))
    tiles = []
    for value in sorted(values):
        image, label = around_a_particle(sweep, folder, first, value)
        contrast = 100 * image.std() / image.mean()
        tiles.append((f"{value:+.0f} nm, contrast {contrast:.1f} %", middle(image, 300), middle(label, 300)))
    sheet(tiles, 6, path, 190, "CdSe on carbon, focal series, positive = overfocus, infinite dose (6 nm wide)")


def around_a_particle(sweep: Sweep, folder: Path, domain_id: str, defocus_nm: float) -> tuple[np.ndarray, np.ndarray]:
    """Intensity and label of the whole periodic cell, the first structure's first particle moved to the middle."""
    plan = sweep.domains[domain_id]
    simulation = plan.recipe.structure_set.simulation
    with exit_wave_files.opened(folder / f"{plan.structures.set_id}.h5") as shard:
        structure = shard.read(shard.start)
        x_A, y_A, _ = shard.notes[0]["particles"][0]["centre_A"]
    n = structure.waves.shape[-1]
    sampling_A = 10 * simulation.cell_nm / n
    microscope = Microscope(n, sampling_A, simulation.energy_keV, plan.recipe.condition, torch.device("cpu"))
    c10_A = wave_plane_c10_A(defocus_nm, structure.zero_focus_A)
    intensity = microscope.intensity(torch.as_tensor(structure.waves), c10_A).numpy()
    label = mask(structure.phase, sampling_A, plan.recipe.labels)
    shift = tuple(n // 2 - round(at / sampling_A) for at in (y_A, x_A))
    return np.roll(intensity, shift, (0, 1)), np.roll(label, shift, (0, 1))


def draw_all(sweep: Sweep, folder: Path, out: Path) -> None:
    """Draw all pictures into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    all_domains(sweep, folder, out / "domains.png")
    crystals(sweep, folder, out / "crystals.png")
    focal_series(sweep, folder, out / "focal_series.png")
    for path in sorted(out.glob("*.png")):
        print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")
