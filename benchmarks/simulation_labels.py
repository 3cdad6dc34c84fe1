"""How well labels from the vacuum exit wave's phase cover the projected atoms: all nine crystals, both sizes.

    python benchmarks/simulation_labels.py [--particles 4]

Single particles in vacuum, four frozen phonons. The truth: discs of each atom's covalent radius around the projected
atoms, channels narrower than 3 A closed and holes filled. Printed is the intersection over union with the label, as
a median over particles, for both orders of smoothing and thresholding, several cuts, and the wave taken at zero
focus or at the plane where the particles rest.
"""

from __future__ import annotations

import argparse

import numpy as np
import torch
from ase.data import covalent_radii
from scipy.ndimage import binary_fill_holes, distance_transform_edt
from simulation_case import recipe, simulation, waves, zero_focus

from hrtem_transfer.compute.torch_settings import settled
from hrtem_transfer.simulation.labels import mask, mean_phase
from hrtem_transfer.simulation.structures import Specimen, build
from hrtem_transfer.study.config.presets import PRESETS
from hrtem_transfer.study.recipes import LabelRecipe

SIZES = {"small": ((1.0, 2.0), 6.4), "large": ((2.5, 3.5), 9.6)}
SHARP = ("C", "Fe", "Co3O4")
CLOSE_A = 1.5
CUTS = (0.5, 0.2, 0.1, 0.07, 0.05, 0.03)


def truth(specimen: Specimen, n: int) -> np.ndarray:
    """Pixels of the projected particles, bool [y, x]; the particle must lie in the middle of its cell."""
    sampling_A = specimen.cell_A / n
    far = np.full((n, n), np.inf)
    for number in np.unique(specimen.numbers):
        empty = np.ones((n, n), dtype=bool)
        yx = np.round(specimen.positions_A[specimen.numbers == number, 1::-1] / sampling_A).astype(int) % n
        empty[yx[:, 0], yx[:, 1]] = False
        far = np.minimum(far, distance_transform_edt(empty) * sampling_A - covalent_radii[number])
    grown = far <= CLOSE_A
    return binary_fill_holes(distance_transform_edt(grown) * sampling_A > CLOSE_A)


def centred(specimen: Specimen) -> Specimen:
    """The same particle moved to the middle of its cell, so that it does not cross the edge."""
    shift = specimen.cell_A / 2 - specimen.centres_A[0, :2]
    specimen.positions_A[:, :2] = (specimen.positions_A[:, :2] + shift) % specimen.cell_A
    return specimen


def overlap(found: np.ndarray, expected: np.ndarray) -> float:
    """Intersection over union."""
    return float((found.astype(bool) & expected).sum() / (found.astype(bool) | expected).sum())


def labels(order: str, cut: float, crystal: str) -> LabelRecipe:
    """PAPER.md's threshold and smoothing with an order and a cut."""
    smooth_A = 1.0 if crystal in SHARP else 1.6
    return LabelRecipe(phase_threshold_rad=np.pi / 16, order=order, cut=cut, smooth_A=smooth_A)


def overlaps(
    crystal: str, size: str, particles: int, device: torch.device
) -> dict[tuple[str, str, float], list[float]]:
    """IoU by plane, order and cut, one for each particle."""
    radius_nm, cell_nm = SIZES[size]
    settings = simulation("torch", round(10 * cell_nm / 0.16), 2.0, 4, cell_nm)
    wanted = recipe(crystal, radius_nm, (1, 1), None, settings=settings)
    found: dict[tuple[str, str, float], list[float]] = {}
    for index in range(particles):
        specimen = centred(build(wanted, "train", index))
        exit_waves = waves(specimen, settings, device)
        vacuum = torch.as_tensor(exit_waves.particles)
        expected = truth(specimen, vacuum.shape[-1])
        for plane, c10_A in (("zero focus", zero_focus(exit_waves, specimen)), ("plane of rest", 0.0)):
            phase = mean_phase(vacuum, c10_A, 0.2, 300.0)
            for order, cuts in (("threshold_then_smooth", CUTS), ("smooth_then_threshold", (0.5,))):
                for cut in cuts:
                    label = mask(phase, 0.2, labels(order, cut, crystal))
                    found.setdefault((plane, order, cut), []).append(overlap(label, expected))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--particles", type=int, default=4, help="particles per crystal and size")
    particles = parser.parse_args().particles
    with settled("cpu", 1) as device:
        table = {(c, s): overlaps(c, s, particles, device) for c in PRESETS for s in SIZES}
    ways = list(next(iter(table.values())))
    for plane in dict.fromkeys(way[0] for way in ways):
        mine = [way for way in ways if way[0] == plane]
        names = [f"cut {cut:g}" if order.startswith("thr") else "smoothed first" for _, order, cut in mine]
        print(f"\nWave at {plane}:\n\n| crystal | size | {' | '.join(names)} |\n|---|---|{'---|' * len(mine)}")
        for (crystal, size), found in table.items():
            print(f"| {crystal} | {size} | {' | '.join(f'{np.median(found[way]):.2f}' for way in mine)} |")
        pooled = [np.concatenate([found[way] for found in table.values()]) for way in mine]
        print(f"| **median** | | {' | '.join(f'{np.median(values):.2f}' for values in pooled)} |")
        print(f"| **mean** | | {' | '.join(f'{values.mean():.3f}' for values in pooled)} |")
        print(f"| **least** | | {' | '.join(f'{values.min():.2f}' for values in pooled)} |")


if __name__ == "__main__":
    main()
