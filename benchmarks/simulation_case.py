"""The structure at paper scale on which the simulation benchmarks measure, and how they image and compare."""

from __future__ import annotations

import numpy as np
import torch

from hrtem_transfer.simulation import focus
from hrtem_transfer.simulation.imaging import Microscope, middle, wave_plane_c10_A
from hrtem_transfer.simulation.multislice.engine import ExitWaves, exit_waves
from hrtem_transfer.simulation.structures import Specimen, build
from hrtem_transfer.study.config.imaging import Imaging
from hrtem_transfer.study.config.schema import Scattering, Substrate, Thermal
from hrtem_transfer.study.config.types import Range, WholeRange
from hrtem_transfer.study.domains import preset_crystal
from hrtem_transfer.study.recipes import SetRecipe
from hrtem_transfer.study.seeds import stream

IMAGING = Imaging(focal_spread_A=10.0, defocus_jitter_nm=0.0)
FINE_IMAGING = Imaging(focal_spread_A=10.0, defocus_jitter_nm=0.0, focal_spread_nodes=31)
DEFOCUS_NM = -10.0
# Pixels across 12.8 nm and slices in A, as config/paper.yaml has them.
DEFAULT = (960, 2.0)


def simulation(engine: str, pixels: int, slice_A: float, phonons: int = 1, cell_nm: float = 12.8) -> Scattering:
    """Section ``simulation`` with a grid of ``pixels`` over the cell, kept at 0.2 A."""
    return Scattering.model_validate(
        {
            "engine": engine,
            "energy_keV": 300.0,
            "cell_nm": cell_nm,
            "sampling_A": 10 * cell_nm / pixels,
            "exit_wave_sampling_A": 0.2,
            "slice_thickness_A": slice_A,
            "frozen_phonons": phonons,
        }
    )


def recipe(
    crystal_name: str = "CdSe",
    radius_nm: tuple[float, float] = (1.5, 2.5),
    particles: tuple[int, int] = (3, 3),
    thickness_nm: tuple[float, float] | None = (5.0, 5.0),
    gap_nm: float = 1.0,
    settings: Scattering | None = None,
    thermal: Thermal | None = None,
    density_g_per_cm3: float = 2.2,
) -> SetRecipe:
    """A structure set; by default the middle of the paper's CdSe set."""
    return SetRecipe(
        name="benchmark",
        seed=1,
        revision=1,
        crystal=preset_crystal(crystal_name),
        radius_nm=Range(min=radius_nm[0], max=radius_nm[1]),
        particles=WholeRange(min=particles[0], max=particles[1]),
        gap_nm=gap_nm,
        stacking_faults=WholeRange(min=0, max=0),
        simulation=settings or simulation("torch", 960, 2.0),
        substrate=None
        if thickness_nm is None
        else Substrate(
            thickness_nm=Range(min=thickness_nm[0], max=thickness_nm[1]), density_g_per_cm3=density_g_per_cm3
        ),
        thermal=thermal or Thermal(),
    )


def waves(
    specimen: Specimen,
    settings: Scattering,
    device: torch.device,
    dtype: torch.dtype = torch.float32,
    thermal: Thermal | None = None,
) -> ExitWaves:
    """Exit waves with the same thermal displacements, in units of their size, whatever the settings."""
    return exit_waves(specimen, settings, thermal or Thermal(), stream(1, "benchmark", "phonons"), device, dtype)


def specimen(settings: Scattering) -> Specimen:
    """The atoms at the settings' slice thickness; the layers' heights depend on it, the atoms' arrangement does not."""
    return build(recipe(settings=settings), "train", 0)


def zero_focus(found: ExitWaves, atoms: Specimen) -> float:
    """C10 of zero focus in angstrom, from the first snapshot."""
    wave = torch.as_tensor(found.particles[0])
    return focus.zero_focus(wave, atoms.cell_A / wave.shape[-1], 300.0, atoms.surface_A).c10_A


def image(
    exit_wave: np.ndarray,
    focus_A: float,
    device: torch.device,
    imaging: Imaging = IMAGING,
    px: int = 512,
    defocus_nm: float = DEFOCUS_NM,
) -> np.ndarray:
    """Intensity [y, x] at the study's standard condition, cut to the image; ``focus_A`` is the C10 of zero focus."""
    microscope = Microscope(exit_wave.shape[-1], 0.2, 300.0, imaging, device)
    intensity = microscope.intensity(torch.as_tensor(exit_wave), wave_plane_c10_A(defocus_nm, focus_A))
    return middle(intensity.cpu().numpy(), px)


def error(found: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
    """Relative L2 difference of two images, and the same relative to the reference's contrast (its deviation)."""
    difference = float(np.linalg.norm(found - reference))
    return (
        difference / float(np.linalg.norm(reference)),
        difference / float(np.linalg.norm(reference - reference.mean())),
    )
