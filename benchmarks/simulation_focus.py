"""Where zero focus lies for lone particles: the deepest minimum of contrast, the next one, and the atoms' centroid.

    python benchmarks/simulation_focus.py [--particles 6] [--crystals C Fe ...]

Particles of 2.5 to 3.5 nm radius in vacuum, alone in a cell of 9.6 nm. Distances are along the beam. "Nearly as deep"
means a runner-up whose contrast is within 5 % of the least.
"""

from __future__ import annotations

import argparse

import numpy as np
import torch
from simulation_case import recipe, simulation, waves

from hrtem_transfer.compute.torch_settings import settled
from hrtem_transfer.simulation.focus import ZeroFocus, zero_focus
from hrtem_transfer.simulation.structures import build
from hrtem_transfer.study.config.presets import PRESETS

CELL_NM = 9.6
NEARLY = 1.05


def searched(crystal: str, index: int, device: torch.device) -> tuple[ZeroFocus, float]:
    """What the search finds for one particle, and the C10 of its atoms' centroid in angstrom."""
    settings = simulation("torch", round(7.5 * 10 * CELL_NM), 2.0, 1, CELL_NM)
    specimen = build(recipe(crystal, (2.5, 3.5), (1, 1), None, settings=settings), "train", index)
    wave = torch.as_tensor(waves(specimen, settings, device).particles[0])
    found = zero_focus(wave, specimen.cell_A / wave.shape[-1], 300.0, specimen.surface_A)
    return found, float(specimen.positions_A[:, 2].mean()) - specimen.surface_A


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--particles", type=int, default=6, help="particles of each crystal")
    parser.add_argument("--crystals", nargs="+", default=list(PRESETS), choices=list(PRESETS), metavar="CRYSTAL")
    options = parser.parse_args()
    print("| crystal | from the centroid (A): median, most | runners-up nearly as deep | their distances (A) |")
    print(4 * "|---" + "|")
    with settled("cpu", 1) as device:
        for crystal in options.crystals:
            off, near = [], []
            for index in range(options.particles):
                found, centroid_A = searched(crystal, index, device)
                off.append(abs(found.c10_A - centroid_A))
                if found.runner_up_A is not None and (found.runner_up_contrast or 0) < NEARLY * (found.contrast or 0):
                    near.append(abs(found.runner_up_A - found.c10_A))
            listed = ", ".join(f"{distance:.0f}" for distance in sorted(near)) or "-"
            print(
                f"| {crystal} | {np.median(off):.1f}, {max(off):.1f} | {len(near)} of {options.particles} | {listed} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
