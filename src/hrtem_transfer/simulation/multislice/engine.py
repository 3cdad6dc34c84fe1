"""Exit waves of a specimen: our own engine in torch, or abTEM as the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from hrtem_transfer.simulation.multislice import propagation
from hrtem_transfer.simulation.multislice.grid import Grid, whole_pixels
from hrtem_transfer.simulation.multislice.slices import PhaseGratings, Slice, cut
from hrtem_transfer.simulation.structures import Specimen
from hrtem_transfer.simulation.thermal import displaced
from hrtem_transfer.study.config.schema import Scattering, Thermal


@dataclass(frozen=True)
class ExitWaves:
    """Waves referred to the plane on which the particles rest, complex [phonon, y, x].

    Attributes:
        specimen: behind particles and substrate, propagated back to the reference plane.
        particles: behind the particles alone, in vacuum, at the same plane and with the same displacements.
    """

    specimen: np.ndarray
    particles: np.ndarray


def exit_waves(
    specimen: Specimen,
    simulation: Scattering,
    thermal: Thermal,
    rng: np.random.Generator,
    device: torch.device,
    dtype: torch.dtype = torch.float32,
) -> ExitWaves:
    """Exit waves of all thermal snapshots of a specimen, at the sampling at which they are kept.

    Args:
        specimen: the atoms.
        simulation: section ``simulation`` of the configuration.
        thermal: section ``thermal`` of the configuration.
        rng: source of the thermal displacements, one snapshot after the other.
        device: where torch computes; on a GPU all snapshots go as one batch. abTEM runs on the CPU.
        dtype: torch.float32, or torch.float64 to check it.

    Raises:
        ValueError: a sampling does not divide the cell into whole pixels, or an element has no form factor or no
            thermal displacement.
    """
    numbers, places = specimen.numbers, specimen.positions_A
    snapshots = [displaced(numbers, places, thermal, rng) for _ in range(simulation.frozen_phonons)]
    if simulation.engine == "abtem":
        from hrtem_transfer.simulation.multislice.abtem_engine import waves_of_snapshot

        pairs = [waves_of_snapshot(specimen, snapshot, simulation) for snapshot in snapshots]
        return ExitWaves(np.stack([pair[0] for pair in pairs]), np.stack([pair[1] for pair in pairs]))
    n = whole_pixels(specimen.cell_A, simulation.sampling_A)
    grid = Grid(specimen.cell_A, n, simulation.energy_keV, device, dtype)
    size = len(snapshots) if device.type == "cuda" else 1
    batches = [snapshots[start : start + size] for start in range(0, len(snapshots), size)]
    torch_waves = torch_engine(specimen, simulation, grid)
    results = [torch_waves(batch) for batch in batches]
    return ExitWaves(
        np.concatenate([specimen_waves.cpu().numpy() for specimen_waves, _ in results]),
        np.concatenate([particle_waves.cpu().numpy() for _, particle_waves in results]),
    )


def torch_engine(
    specimen: Specimen, simulation: Scattering, grid: Grid
) -> Callable[[list[np.ndarray]], tuple[torch.Tensor, torch.Tensor]]:
    """A function from a batch of snapshots to waves (specimen, particles), each [phonon, y, x].

    The beam meets the particles first, so the vacuum wave is the specimen's own wave before the substrate.
    """
    n_out = whole_pixels(specimen.cell_A, simulation.exit_wave_sampling_A)
    elements = [int(number) for number in np.unique(specimen.numbers)]
    gratings: dict[int, PhaseGratings] = {}
    step = simulation.slice_thickness_A
    first = specimen.n_particle_atoms

    def transmissions(slices: list[Slice], batch: int) -> Iterator[tuple[float, torch.Tensor]]:
        for part in slices:
            yield part.plane_A, propagation.transmission(gratings[batch].phase(part))

    def compute(snapshots: list[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
        batch = len(snapshots)
        if batch not in gratings:
            gratings[batch] = PhaseGratings(grid, elements, batch)
        upper = [snapshot[:first] for snapshot in snapshots]
        lower = [snapshot[first:] for snapshot in snapshots]
        numbers = specimen.numbers
        particle_slices = cut(numbers[:first], upper, 0.0, specimen.surface_A, step, grid)
        spectrum, plane = propagation.run(
            propagation.plane_wave(grid, batch), 0.0, transmissions(particle_slices, batch), grid
        )
        particles = propagation.wave_at(spectrum, specimen.surface_A - plane, grid, n_out)
        film_slices = cut(numbers[first:], lower, specimen.surface_A, specimen.depth_A, step, grid)
        if not film_slices:
            return particles, particles
        spectrum, plane = propagation.run(spectrum, plane, transmissions(film_slices, batch), grid)
        return propagation.wave_at(spectrum, specimen.surface_A - plane, grid, n_out), particles

    return compute
