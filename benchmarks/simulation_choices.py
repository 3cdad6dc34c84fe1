"""What the paper leaves open, and how much each choice changes: printed for docs/simulation.md.

    python benchmarks/simulation_choices.py [--cell-nm 12.8] [--phonons 8]

One structure of the paper's CdSe on 5 nm of carbon, imaged at -10 nm: focal spread, thermal motion, density of the
film, sign of the defocus. Differences are relative L2 differences in units of the image's contrast (its standard
deviation), with the same displacements in units of their size; a film of another density is another film, so that
only its contrast is compared. Labels: the order of smoothing and threshold, and what half precision costs.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator

import numpy as np
import torch
from simulation_case import IMAGING, error, image, recipe, simulation, waves, zero_focus

from hrtem_transfer.compute.torch_settings import settled
from hrtem_transfer.simulation.labels import mask, mean_phase
from hrtem_transfer.simulation.structures import Specimen, build
from hrtem_transfer.study.config.imaging import Imaging
from hrtem_transfer.study.config.presets import PRESETS
from hrtem_transfer.study.config.schema import Thermal
from hrtem_transfer.study.recipes import LabelRecipe, SetRecipe

TABLE = Thermal(model="debye_waller")
SHARP = ("C", "Fe", "Co3O4")
FILMS = 3


class Case:
    """The paper's CdSe at a given size of cell."""

    def __init__(self, cell_nm: float, phonons: int, device: torch.device) -> None:
        self.cell_nm, self.device = cell_nm, device
        self.settings = simulation("torch", round(7.5 * 10 * cell_nm), 2.0, phonons, cell_nm)
        self.px = round(40 * cell_nm)

    def recipe(self, particles: int = 1, **changes: object) -> SetRecipe:
        """The structure set; without ``particles`` the film alone."""
        count = max(1, round(3 * (self.cell_nm / 12.8) ** 2)) if particles else 0
        return recipe("CdSe", (1.5, 2.5), (count, count), settings=self.settings, **changes)  # type: ignore[arg-type]

    def scattered(self, wanted: SetRecipe, index: int = 0) -> tuple[np.ndarray, float]:
        """Waves of the specimen and the C10 of its zero focus (0 without particles)."""
        specimen: Specimen = build(wanted, "train", index)
        found = waves(specimen, self.settings, self.device, thermal=wanted.thermal)
        return found.specimen, zero_focus(found, specimen) if specimen.particles else 0.0

    def image(
        self, made: tuple[np.ndarray, float], imaging: Imaging = IMAGING, defocus_nm: float = -10.0
    ) -> np.ndarray:
        """Intensity [y, x] of what ``scattered`` gave."""
        return image(*made, self.device, imaging, self.px, defocus_nm)


def contrast(picture: np.ndarray) -> float:
    """Standard deviation over mean."""
    return float(picture.std() / picture.mean())


def image_rows(case: Case) -> Iterator[tuple[str, str, str, str]]:
    """(open point, other choice, difference, change of contrast) of each choice that shows in the image."""
    made = case.scattered(case.recipe())
    base = case.image(made)

    def against(other: np.ndarray) -> tuple[str, str]:
        return f"{100 * error(other, base)[1]:.1f} %", f"{100 * (contrast(other) / contrast(base) - 1):+.1f} %"

    deviation = Imaging(focal_spread_std_A=10.0, defocus_jitter_nm=0.0)
    yield "focal spread of 10 A", "`imaging.focal_spread_std_A: 10`", *against(case.image(made, deviation))
    moved = case.scattered(case.recipe(thermal=TABLE))
    yield "thermal motion", "`thermal.model: debye_waller`", *against(case.image(moved))
    flipped = case.image(made, defocus_nm=10.0)
    yield "sign of the defocus", "+10 nm for -10 nm", *against(flipped)
    films = {
        density: np.mean([
            contrast(case.image(case.scattered(case.recipe(0, density_g_per_cm3=density), index), defocus_nm=-11.0))
            for index in range(FILMS)
        ])
        for density in (2.2, 2.0)
    }  # fmt: skip
    yield (
        "density of carbon",
        "`substrate.density_g_per_cm3: 2.0`",
        "another film",
        f"{100 * (films[2.0] / films[2.2] - 1):+.1f} % (of the film's, {FILMS} films)",
    )


def label_rows(device: torch.device) -> Iterator[tuple[str, str, str, str]]:
    """(crystal, overlap of the other order, area of the other order over that of the default, pixels that turn)."""
    settings = simulation("torch", 480, 2.0, 4, 6.4)
    for crystal in PRESETS:
        atoms = build(recipe(crystal, (1.0, 2.0), (1, 1), None, settings=settings), "train", 0)
        found = waves(atoms, settings, device)
        phase = mean_phase(torch.as_tensor(found.particles), zero_focus(found, atoms), 0.2, 300.0)
        smooth_A = 1.0 if crystal in SHARP else 1.6

        def cut(
            order: str = "threshold_then_smooth", phase: np.ndarray = phase, smooth_A: float = smooth_A
        ) -> np.ndarray:
            ours = LabelRecipe(phase_threshold_rad=math.pi / 16, order=order, cut=0.07, smooth_A=smooth_A)
            return mask(phase, 0.2, ours).astype(bool)

        first, other = cut(), cut("smooth_then_threshold")
        turned = cut(phase=phase.astype(np.float16).astype(np.float32)) != first
        yield (
            crystal,
            f"{(first & other).sum() / (first | other).sum():.2f}",
            f"{other.sum() / first.sum():.2f}",
            f"{turned.sum()} of {turned.size}",
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cell-nm", type=float, default=12.8)
    parser.add_argument("--phonons", type=int, default=8)
    options = parser.parse_args()
    with settled("cpu", 1) as device:
        print("| open point | other choice | difference, of contrast | contrast |\n" + 4 * "|---" + "|")
        for row in image_rows(Case(options.cell_nm, options.phonons, device)):
            print("| " + " | ".join(row) + " |", flush=True)
        print("\n| crystal | smoothed first: overlap | area | pixels that half precision turns |\n" + 4 * "|---" + "|")
        for row in label_rows(device):
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
