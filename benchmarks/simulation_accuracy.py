"""Error of the image against cost, for grids and slices of our engine and of abTEM's, at paper scale.

    python benchmarks/simulation_accuracy.py [--abtem]

One phonon of the benchmark's structure. The reference: our engine at 1,280 px, slices of 0.5 A, float64, focal series
of 31 nodes. Errors are relative L2 differences of images, and the same in units of the image's contrast (its standard
deviation). Below the table: what few focal nodes cost and err, and the sampling noise of eight phonons.
"""

from __future__ import annotations

import argparse
import time
from itertools import product

import numpy as np
import torch
from simulation_case import FINE_IMAGING, IMAGING, error, image, simulation, specimen, waves, zero_focus

from hrtem_transfer.torch_settings import settled

OURS = [(1280, 0.5), *product((1280, 960, 800, 720, 640), (1.0, 2.0, 3.0, 4.0))]
ABTEM = [(1280, 0.5), (1280, 1.0), (1280, 2.0), (960, 1.0), (960, 2.0), (960, 3.0), (800, 2.0), (800, 3.0), (640, 2.0)]
NODES = (0, 3, 5, 7, 9, 11, 15)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--abtem", action="store_true", help="abTEM's settings too (minutes)")
    options = parser.parse_args()
    with settled("cpu", 1) as device:
        settings = simulation("torch", 1280, 0.5)
        atoms = specimen(settings)
        found = waves(atoms, settings, device, torch.float64)
        focus_A = zero_focus(found, atoms)
        fine = image(found.specimen, focus_A, device, FINE_IMAGING)
        above_A = focus_A - atoms.surface_A  # the reference plane lies on a whole slice and moves with its thickness
        print(
            "| engine | pixels | slices (A) | CPU s per phonon | error (%) | of contrast (%) |"
            "\n|---|---|---|---|---|---|"
        )
        for engine, choices in (("torch", OURS), ("abtem", ABTEM if options.abtem else [])):
            waves(specimen(simulation(engine, 640, 40.0)), simulation(engine, 640, 40.0), device)  # imports and plans
            for pixels, slices in choices:
                row(engine, pixels, slices, above_A, fine, device)
        nodes_table(found.specimen, focus_A, fine, device)
        noise(above_A, device)


def row(engine: str, pixels: int, slices: float, above_A: float, fine: np.ndarray, device: torch.device) -> None:
    """One line of the table."""
    settings = simulation(engine, pixels, slices)
    atoms = specimen(settings)
    began = time.process_time()
    found = waves(atoms, settings, device)
    seconds = time.process_time() - began
    off, of_contrast = error(image(found.specimen, above_A + atoms.surface_A, device, FINE_IMAGING), fine)
    print(
        f"| {engine} | {pixels} | {slices:g} | {seconds:.2f} | {100 * off:.2f} | {100 * of_contrast:.1f} |", flush=True
    )


def nodes_table(exit_waves: np.ndarray, focus_A: float, fine: np.ndarray, device: torch.device) -> None:
    """Error and cost of the focal series."""
    print("\n| focal nodes | CPU s per image and phonon | error (%) | of contrast (%) |\n|---|---|---|---|")
    for nodes in NODES:
        imaging = IMAGING.model_copy(update={"focal_spread_nodes": nodes})
        began = time.process_time()
        found = image(exit_waves.astype(np.complex64), focus_A, device, imaging)
        seconds = time.process_time() - began
        off, of_contrast = error(found, fine)
        print(f"| {nodes or 'quasi-coherent'} | {seconds:.2f} | {100 * off:.2f} | {100 * of_contrast:.1f} |")


def noise(above_A: float, device: torch.device) -> None:
    """Standard error of the mean of eight phonons, at the default setting, and that setting's error on their mean."""
    images = {}
    for pixels, slices, imaging in ((800, 2.0, IMAGING), (1280, 0.5, FINE_IMAGING)):
        settings = simulation("torch", pixels, slices, 8)
        atoms = specimen(settings)
        found = waves(atoms, settings, device).specimen
        focus_A = above_A + atoms.surface_A
        images[pixels] = np.stack([image(wave[None], focus_A, device, imaging) for wave in found])
    mean = images[800].mean(axis=0)
    contrast = float(np.linalg.norm(mean - mean.mean()))
    spread = float(np.linalg.norm(images[800].std(axis=0, ddof=1))) / np.sqrt(8)
    off, of_contrast = error(mean, images[1280].mean(axis=0))
    print(
        f"\nEight phonons: sampling noise {100 * spread / contrast:.1f} % of contrast; error of the default setting "
        f"(800 px, 2 A, 7 nodes) {100 * off:.2f} %, {100 * of_contrast:.1f} % of contrast: "
        f"{spread / contrast / of_contrast:.1f} times below the noise."
    )


if __name__ == "__main__":
    main()
