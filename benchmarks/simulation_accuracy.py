"""Error of the image against cost, for grids and slices of our engine and of abTEM's, at paper scale.

    python benchmarks/simulation_accuracy.py [grid] [nodes] [noise] [crystals] [--abtem]

All but the last table: one phonon of the benchmark's structure. The reference: our engine at 1,280 px, slices of
0.5 A, float64, focal series of 31 nodes. Errors are relative L2 differences of images, and the same in units of the
image's contrast (its standard deviation). The other tables: what the focal series of a spread costs and errs, the
sampling noise of eight phonons, and the shipped setting's error for large particles of every crystal.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from itertools import product

import numpy as np
import torch
from simulation_case import (
    DEFAULT,
    FINE_IMAGING,
    IMAGING,
    error,
    image,
    recipe,
    simulation,
    specimen,
    waves,
    zero_focus,
)

from hrtem_transfer.compute.torch_settings import settled
from hrtem_transfer.simulation.structures import build
from hrtem_transfer.study.config.imaging import Imaging
from hrtem_transfer.study.config.optics import focal_nodes_needed, wavelength_A
from hrtem_transfer.study.config.presets import PRESETS

OURS = [(1280, 0.5), *product((1280, 960, 800, 720, 640), (1.0, 2.0, 3.0, 4.0))]
ABTEM = [(1280, 0.5), (1280, 1.0), (1280, 2.0), (960, 1.0), (960, 2.0), (960, 3.0), (800, 2.0), (800, 3.0), (640, 2.0)]
TABLES = ("grid", "nodes", "noise", "crystals")
SPREADS_A = (1.0, 3.5, 7.07, 10.0, 20.0, 30.0, 60.0, 100.0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(TABLES)}; all when none is named")
    parser.add_argument("--abtem", action="store_true", help="abTEM's settings too (minutes)")
    options = parser.parse_args()
    if unknown := set(options.tables) - set(TABLES):
        parser.error(f"unknown table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    wanted = options.tables or TABLES
    with settled("cpu", 1) as device:
        if set(wanted) - {"crystals"}:
            on_the_case(wanted, options.abtem, device)
        if "crystals" in wanted:
            crystals_table(device)


def on_the_case(wanted: Sequence[str], abtem: bool, device: torch.device) -> None:
    """The tables of the benchmark's structure."""
    settings = simulation("torch", 1280, 0.5)
    atoms = specimen(settings)
    found = waves(atoms, settings, device, torch.float64)
    focus_A = zero_focus(found, atoms)
    fine = image(found.specimen, focus_A, device, FINE_IMAGING)
    if "grid" in wanted:
        print("| engine | pixels | slices (A) | CPU s per phonon | error (%) | of contrast (%) |\n" + 6 * "|---" + "|")
        for engine, choices in (("torch", OURS), ("abtem", ABTEM if abtem else [])):
            waves(specimen(simulation(engine, 640, 5.0)), simulation(engine, 640, 5.0), device)  # imports and plans
            for pixels, slices in choices:
                row(engine, pixels, slices, focus_A, fine, device)
    if "nodes" in wanted:
        nodes_table(found.specimen.astype(np.complex64), focus_A, device)
    if "noise" in wanted:
        noise(focus_A, device)


def crystals_table(device: torch.device) -> None:
    """Error of the shipped setting for a particle of 3 nm radius of every crystal, in a cell of 8 nm, two phonons."""
    cell_nm = 8.0
    print("\n| crystal | error (%) | of contrast (%) |\n|---|---|---|")
    for name in PRESETS:
        images: list[np.ndarray] = []
        for sampling_A, slices, imaging in ((0.1, 0.5, FINE_IMAGING), (128 / DEFAULT[0], DEFAULT[1], IMAGING)):
            settings = simulation("torch", round(10 * cell_nm / sampling_A), slices, 2, cell_nm)
            atoms = build(recipe(name, (3.0, 3.0), (1, 1), settings=settings), "train", 0)
            found = waves(atoms, settings, device)
            if not images:
                focus_A = zero_focus(found, atoms)
            images.append(image(found.specimen, focus_A, device, imaging, 320))
        off, of_contrast = error(images[1], images[0])
        print(f"| {name} | {100 * off:.2f} | {100 * of_contrast:.1f} |", flush=True)


def row(engine: str, pixels: int, slices: float, focus_A: float, fine: np.ndarray, device: torch.device) -> None:
    """One line of the table."""
    settings = simulation(engine, pixels, slices)
    atoms = specimen(settings)
    began = time.process_time()
    found = waves(atoms, settings, device)
    seconds = time.process_time() - began
    off, of_contrast = error(image(found.specimen, focus_A, device, FINE_IMAGING), fine)
    print(
        f"| {engine} | {pixels} | {slices:g} | {seconds:.2f} | {100 * off:.2f} | {100 * of_contrast:.1f} |", flush=True
    )


def nodes_table(exit_waves: np.ndarray, focus_A: float, device: torch.device) -> None:
    """Error, against 99 nodes, and cost of the series that each spread gets, and of the quasi-coherent envelope."""
    print("\n| standard deviation (A) | nodes | CPU s per image and phonon | error (%) | quasi-coherent: error (%) |")
    print(5 * "|---" + "|")
    for spread_A in SPREADS_A:
        found, seconds = {}, {}
        for nodes in (None, 0, 99):
            imaging = Imaging(focal_spread_std_A=spread_A, focal_spread_nodes=nodes, defocus_jitter_nm=0.0)
            began = time.process_time()
            found[nodes] = image(exit_waves, focus_A, device, imaging)
            seconds[nodes] = time.process_time() - began
        used = focal_nodes_needed(spread_A, wavelength_A(300.0), 0.5 / 0.2)
        errors = [100 * error(found[nodes], found[99])[0] for nodes in (None, 0)]
        print(f"| {spread_A:g} | {used} | {seconds[None]:.2f} | {errors[0]:.2f} | {errors[1]:.2f} |", flush=True)


def noise(focus_A: float, device: torch.device) -> None:
    """Standard error of the mean of eight phonons, at the default setting, and that setting's error on their mean."""
    images = {}
    for pixels, slices, imaging in ((*DEFAULT, IMAGING), (1280, 0.5, FINE_IMAGING)):
        settings = simulation("torch", pixels, slices, 8)
        atoms = specimen(settings)
        found = waves(atoms, settings, device).specimen
        images[pixels] = np.stack([image(wave[None], focus_A, device, imaging) for wave in found])
    mean = images[DEFAULT[0]].mean(axis=0)
    contrast = float(np.linalg.norm(mean - mean.mean()))
    spread = float(np.linalg.norm(images[DEFAULT[0]].std(axis=0, ddof=1))) / np.sqrt(8)
    off, of_contrast = error(mean, images[1280].mean(axis=0))
    setting = f"{DEFAULT[0]} px, {DEFAULT[1]:g} A"
    print(
        f"\nEight phonons: sampling noise {100 * spread / contrast:.1f} % of contrast; error of the default setting "
        f"({setting}) {100 * off:.2f} %, {100 * of_contrast:.1f} % of contrast: "
        f"{spread / contrast / of_contrast:.1f} times below the noise."
    )


if __name__ == "__main__":
    main()
