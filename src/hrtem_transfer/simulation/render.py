"""From exit waves to the images of one domain."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import torch

from hrtem_transfer.compute.torch_settings import settled
from hrtem_transfer.simulation import imaging
from hrtem_transfer.simulation.imaging import Microscope, middle, wave_plane_c10_A
from hrtem_transfer.simulation.labels import mask
from hrtem_transfer.simulation.multislice.grid import whole_pixels
from hrtem_transfer.storage import exit_wave_files
from hrtem_transfer.storage.exit_wave_files import Shard, Structure
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.image_files import ImageSet, write_images
from hrtem_transfer.study.config.schema import SPLITS
from hrtem_transfer.study.recipes import DomainRecipe, digest
from hrtem_transfer.study.seeds import stream


def render_domain(
    recipe: DomainRecipe,
    counts: Mapping[str, int],
    shards: Sequence[Path],
    path: Path,
    *,
    device: str = "auto",
    threads: int = 1,
    progress: Callable[[str], None] = print,
) -> None:
    """Render the images of a domain, with their labels, from the exit waves of its structure set.

    Image i of a split shows structure i; its defocus and its noise depend on the domain's name, the condition, the
    split and i alone. Labels are cut from the phase that is kept beside the waves.

    Args:
        recipe: the domain.
        counts: images wanted of each split.
        shards: the structure set's shard files, in any order.
        path: image file to write; it appears whole or not at all.
        device: "auto", "cpu", "cuda" or "cuda:<number>".
        threads: threads on the CPU.
        progress: receives one line per split.

    Raises:
        DataError: a shard is missing, damaged or made from another recipe, or a structure is in none of them.
        OSError: the file cannot be written.
    """
    rendered: dict[str, ImageSet] = {}
    with settled(device, threads) as where, ExitStack() as stack:
        places = _places(recipe, shards, stack)
        microscope: Microscope | None = None
        for split in (split for split in SPLITS if split in counts):
            began = time.perf_counter()
            images, labels, defocus = [], [], []
            for index in range(counts[split]):
                if (split, index) not in places:
                    raise DataError(
                        f"domain {recipe.name!r} needs {split} structure {index} of set {recipe.structure_set.name!r}, "
                        f"which is in none of its {len(shards)} exit-wave files: simulate more structures"
                    )
                structure = places[split, index].read(index)
                microscope = microscope or microscope_of(recipe, structure, where)
                image, defocus_nm = render(recipe, split, structure, microscope)
                images.append(image)
                labels.append(label(recipe, structure))
                defocus.append(defocus_nm)
            rendered[split] = image_set(images, labels, defocus, recipe.image_px)
            seconds = time.perf_counter() - began
            progress(f"{recipe.name} {split}: {counts[split]} images, {seconds / max(1, counts[split]):.2f} s each")
    write_images(path, rendered, recipe.model_dump())


def render(recipe: DomainRecipe, split: str, structure: Structure, microscope: Microscope) -> tuple[np.ndarray, float]:
    """Counts [y, x] of one image and its defocus in nm relative to zero focus, positive = overfocus."""
    condition = recipe.condition
    rng = stream(recipe.structure_set.seed, f"image/{split}", recipe.name, structure.index)
    defocus_nm = condition.defocus_nm + condition.defocus_jitter_nm * float(rng.standard_normal())
    waves = torch.as_tensor(structure.waves)
    intensity = microscope.intensity(waves, wave_plane_c10_A(defocus_nm, structure.zero_focus_A)).cpu().numpy()
    seen = middle(intensity, recipe.image_px)
    return imaging.counts(seen, condition.dose_e_per_A2, _sampling_A(recipe, structure), rng), defocus_nm


def label(recipe: DomainRecipe, structure: Structure) -> np.ndarray:
    """Pixels of particles in one image, uint8 0 or 1 [y, x]; smoothed in the periodic cell, then cut to the image."""
    return middle(mask(structure.phase, _sampling_A(recipe, structure), recipe.labels), recipe.image_px)


def pixel_size_A(recipe: DomainRecipe) -> float:
    """Edge of the pixels of a domain's images in angstrom: a whole number of them makes the cell."""
    cell_A = 10 * recipe.structure_set.simulation.cell_nm
    return cell_A / whole_pixels(cell_A, recipe.structure_set.simulation.exit_wave_sampling_A)


def _sampling_A(recipe: DomainRecipe, structure: Structure) -> float:
    return 10 * recipe.structure_set.simulation.cell_nm / structure.waves.shape[-1]


def microscope_of(recipe: DomainRecipe, structure: Structure, device: torch.device) -> Microscope:
    """The domain's microscope, for waves of the size of this structure's."""
    n, energy_keV = structure.waves.shape[-1], recipe.structure_set.simulation.energy_keV
    return Microscope(n, _sampling_A(recipe, structure), energy_keV, recipe.condition, device)


def _places(recipe: DomainRecipe, shards: Sequence[Path], stack: ExitStack) -> dict[tuple[str, int], Shard]:
    """Which shard holds which structure; every shard's recipe is checked."""
    wanted = digest(recipe.structure_set.model_dump())
    places = {}
    for path in shards:
        shard = stack.enter_context(exit_wave_files.opened(path))
        if digest(shard.recipe) != wanted:
            raise DataError(
                f"{path}: these exit waves were made from another recipe of structure set "
                f"{recipe.structure_set.name!r} than domain {recipe.name!r} asks for. Delete the file and start the "
                "workflow again; it is then made again."
            )
        places.update({(shard.split, index): shard for index in range(shard.start, shard.stop)})
    return places


def image_set(images: list[np.ndarray], labels: list[np.ndarray], defocus_nm: list[float], px: int) -> ImageSet:
    """Images of ``px`` pixels, int64 [y, x] each, as a stack in the smallest type that holds them.

    Raises:
        ValueError: a pixel counts more electrons than 16 bits hold.
    """
    if not images:
        empty = np.zeros((0, px, px), dtype=np.uint8)
        return ImageSet(empty, empty, np.zeros(0), np.zeros(0, dtype=np.int64))
    most = max(int(image.max()) for image in images)
    if most > np.iinfo(np.uint16).max:
        raise ValueError(f"a pixel counts {most} electrons, more than 65535: lower `dose_e_per_A2`")
    dtype = np.uint8 if most <= np.iinfo(np.uint8).max else np.uint16
    return ImageSet(
        counts=np.stack([image.astype(dtype) for image in images]),
        labels=np.stack(labels),
        defocus_nm=np.array(defocus_nm),
        index=np.arange(len(images), dtype=np.int64),
    )
