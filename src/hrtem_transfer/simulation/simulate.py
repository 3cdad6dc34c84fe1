"""From a structure set's recipe to a file of exit waves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from hrtem_transfer.compute.torch_settings import settled
from hrtem_transfer.simulation import labels
from hrtem_transfer.simulation.focus import ZeroFocus, zero_focus
from hrtem_transfer.simulation.multislice.engine import exit_waves
from hrtem_transfer.simulation.multislice.grid import whole_pixels
from hrtem_transfer.simulation.structures import Specimen, build
from hrtem_transfer.storage import exit_wave_files
from hrtem_transfer.storage.exit_wave_files import Structure
from hrtem_transfer.study.recipes import SetRecipe
from hrtem_transfer.study.seeds import seed_sequence, stream


def simulate_shard(
    recipe: SetRecipe,
    split: str,
    start: int,
    stop: int,
    path: Path,
    *,
    device: str = "auto",
    threads: int = 1,
    progress: Callable[[str], None] = print,
) -> None:
    """Simulate structures ``start`` to ``stop`` (excluded) of a split and write their exit waves to ``path``.

    A structure depends on the recipe, the split and its index alone, not on the shard it is in.

    Args:
        recipe: the structure set.
        split: train, validation or test.
        start: index of the first structure.
        stop: index after the last one.
        path: file to write; it appears whole or not at all.
        device: "auto", "cpu", "cuda" or "cuda:<number>".
        threads: threads on the CPU; a fixed number gives bit-identical files on one machine.
        progress: receives one line per structure.

    Raises:
        ValueError: the recipe cannot be carried out.
        OSError: the file cannot be written.
    """
    n = whole_pixels(10 * recipe.simulation.cell_nm, recipe.simulation.exit_wave_sampling_A)
    phonons = recipe.simulation.frozen_phonons
    written = exit_wave_files.written(path, recipe.model_dump(), split, start, stop, phonons, n)
    with settled(device, threads) as where, written as writer:
        for index in range(start, stop):
            began = time.perf_counter()
            specimen, structure, focus = simulate(recipe, split, index, where)
            writer.add(structure, notes(recipe, split, index, specimen, focus))
            progress(
                f"{recipe.name} {split} {index}: {len(specimen.particles)} particles, {len(specimen.numbers)} atoms, "
                f"zero focus {structure.zero_focus_A:.1f} A, {time.perf_counter() - began:.2f} s"
            )


def simulate(recipe: SetRecipe, split: str, index: int, device: torch.device) -> tuple[Specimen, Structure, ZeroFocus]:
    """One structure: its atoms; its exit waves and vacuum phase; and what the search for zero focus found."""
    simulation = recipe.simulation
    specimen = build(recipe, split, index)
    displacements = stream(recipe.seed, f"phonons/{split}", recipe.name, index)
    waves = exit_waves(specimen, simulation, recipe.thermal, displacements, device)
    vacuum = torch.as_tensor(waves.particles, device=device)
    sampling_A = specimen.cell_A / vacuum.shape[-1]
    # Without particles there is nothing to focus on: the film's upstream plane is taken.
    focus = ZeroFocus(c10_A=0.0)
    if specimen.particles:
        focus = zero_focus(vacuum[0], sampling_A, simulation.energy_keV, specimen.surface_A)
    phase = labels.mean_phase(vacuum, focus.c10_A, sampling_A, simulation.energy_keV)
    return specimen, Structure(index, waves.specimen, phase, focus.c10_A), focus


def notes(recipe: SetRecipe, split: str, index: int, specimen: Specimen, focus: ZeroFocus) -> dict[str, Any]:
    """Plain facts about a structure that are kept with its waves: seeds, particles, how sure its zero focus is."""

    def rounded(values: np.ndarray) -> list[float]:
        return [round(float(value), 6) for value in values]

    return {
        "seeds": {
            what: seed_sequence(recipe.seed, f"{what}/{split}", recipe.name, index).entropy
            for what in ("structure", "phonons")
        },
        "atoms": len(specimen.numbers),
        "surface_A": specimen.surface_A,
        "depth_A": specimen.depth_A,
        "zero_focus": asdict(focus) | {"from_centroid_A": _from_centroid_A(specimen, focus)},
        "particles": [
            {
                "centre_A": rounded(centre),
                "radius_A": round(particle.radius_A, 6),
                "rotation_xyzw": rounded(np.array(particle.rotation)),
                "fault_planes_A": rounded(np.array(particle.fault_planes_A)),
                "atoms": len(particle.numbers),
            }
            for particle, centre in zip(specimen.particles, specimen.centres_A, strict=True)
        ],
    }


def _from_centroid_A(specimen: Specimen, focus: ZeroFocus) -> float | None:
    """How far downstream of the centroid of the particles' atoms the plane of zero focus lies, in angstrom."""
    if not specimen.particles:
        return None
    centroid_A = float(specimen.positions_A[: specimen.n_particle_atoms, 2].mean())
    return round(specimen.surface_A + focus.c10_A - centroid_A, 1)
