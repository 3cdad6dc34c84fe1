"""The shipped settings against a fine calculation: the image is right to 1 %, well below the phonons' own noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from hrtem_transfer.simulation.focus import zero_focus
from hrtem_transfer.simulation.imaging import Microscope, wave_plane_c10_A
from hrtem_transfer.simulation.multislice.engine import exit_waves
from hrtem_transfer.simulation.structures import build
from hrtem_transfer.study.reading import read_sweep
from hrtem_transfer.study.seeds import stream
from tests.simulation_helpers import domain, recipe

CELL_NM, PHONONS = 6.4, 8


def images(nodes: int | None, **settings) -> np.ndarray:
    """Intensity of each snapshot [phonon, y, x] at the paper's standard condition."""
    wanted = recipe("CdSe", (1.5, 1.6), thickness_nm=(4.0, 4.1), cell_nm=CELL_NM, frozen_phonons=PHONONS, **settings)
    specimen = build(wanted, "train", 0)
    cpu = torch.device("cpu")
    found = exit_waves(specimen, wanted.simulation, wanted.thermal, stream(1, "phonons", "accuracy"), cpu)
    condition = domain(wanted, focal_spread_nodes=nodes, defocus_jitter_nm=0.0).condition
    microscope = Microscope(320, 0.2, 300.0, condition, cpu)
    focus_A = zero_focus(torch.as_tensor(found.particles[0]), 0.2, 300.0, specimen.surface_A).c10_A
    c10_A = wave_plane_c10_A(-10.0, focus_A)
    return np.stack([microscope.intensity(torch.as_tensor(wave[None]), c10_A).numpy() for wave in found.specimen])


@pytest.mark.slow
def test_shipped_settings_are_right_to_one_percent_and_below_the_phonons_noise() -> None:
    paper = read_sweep(Path(__file__).parents[2] / "config" / "paper.yaml").study
    shipped = images(
        paper.imaging.focal_spread_nodes,
        sampling_A=paper.simulation.sampling_A,
        slice_thickness_A=paper.simulation.slice_thickness_A,
    )
    fine = images(31, sampling_A=0.1, slice_thickness_A=0.5).mean(axis=0)
    image = shipped.mean(axis=0)
    error = np.linalg.norm(image - fine)
    assert error < 0.01 * np.linalg.norm(fine)
    noise = np.linalg.norm(shipped.std(axis=0, ddof=1) / np.sqrt(PHONONS))
    assert noise / np.linalg.norm(image - image.mean()) > 4 * error / np.linalg.norm(fine - fine.mean())
