"""Whether the simulation that a configuration asks for makes physical and numerical sense. Light: no numpy."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from hrtem_transfer.simulation.optics_checks import optics_problems
from hrtem_transfer.simulation.specimen_checks import Rule, specimen_problems
from hrtem_transfer.study.config.elements import number_density_per_A3
from hrtem_transfer.study.config.schema import Study

# Fraction of a pixel by which a sampling may miss a whole number of pixels, so that 0.13333 passes for 2/15.
_WHOLE = 0.05
# The smoothing of labels takes the masks of smaller particles away, or most of them.
_LABELLED_RADIUS_NM = 0.6


def problems(study: Study, cif_texts: Mapping[str, str]) -> list[Rule]:
    """All problems as (path of the key, what was found, what is allowed, what to do)."""
    found = [*_grids(study), *specimen_problems(study, cif_texts), *optics_problems(study)]
    return found or [*_memory(study)]


def warnings(study: Study) -> list[str]:
    """What is allowed and probably not meant: one sentence each, with the key, what stands there and what to do."""
    found = []
    for name, family in study.structure_sets.items():
        if family.radius_nm.min < _LABELLED_RADIUS_NM and family.particles.max > 0:
            found.append(
                f"structure_sets.{name}.radius_nm.min: found {family.radius_nm.min:g}; the labels of particles below "
                f"{_LABELLED_RADIUS_NM:g} nm may vanish; raise it, or look at the labels in the report's examples"
            )
    unused = ", ".join(study.thermal.debye_waller_B_A2)
    if unused and study.thermal.model == "uniform":
        found.append(
            f"thermal.debye_waller_B_A2: found {unused}, which `thermal: model: uniform` does not read; remove it, or "
            "take `model: debye_waller`"
        )
    return found


def _grids(study: Study) -> Iterator[Rule]:
    simulation = study.simulation
    cell_A = 10 * simulation.cell_nm
    for key in ("sampling_A", "exit_wave_sampling_A"):
        pixels = cell_A / getattr(simulation, key)
        whole = max(1, round(pixels))
        if abs(pixels - whole) > _WHOLE:
            yield (
                ("simulation", key),
                f"{getattr(simulation, key):g}, which gives {pixels:.3f} pixels across the cell",
                "samplings that divide the cell into a whole number of pixels",
                f"use {cell_A / whole:.6g}, or another simulation.cell_nm",
            )
    if simulation.exit_wave_sampling_A < simulation.sampling_A:
        yield (
            ("simulation", "exit_wave_sampling_A"),
            f"{simulation.exit_wave_sampling_A:g}",
            f"at least simulation.sampling_A ({simulation.sampling_A:g})",
            "exit waves can be kept at a coarser sampling than they were calculated with, not at a finer one",
        )
    field_A = simulation.image_px * simulation.exit_wave_sampling_A
    if field_A > cell_A * (1 + 1e-9):
        yield (
            ("simulation", "image_px"),
            f"{simulation.image_px}, which is {field_A / 10:g} nm",
            f"at most {int(cell_A / simulation.exit_wave_sampling_A + _WHOLE)}, the cell of {simulation.cell_nm:g} nm",
            "make the image smaller or the cell larger",
        )


def _memory(study: Study) -> Iterator[Rule]:
    machine = _machine_bytes()
    needed = memory_bytes(study)
    if machine is not None and needed > machine:
        yield (
            ("simulation",),
            f"settings that need about {needed / 1e9:.1f} GB of memory",
            f"less than the machine has, {machine / 1e9:.1f} GB",
            "lower cell_nm or frozen_phonons, or take a coarser sampling_A or a thinner substrate",
        )


def memory_bytes(study: Study) -> float:
    """Estimated peak memory of one simulation process on the CPU; measured to be right within a factor of two."""
    simulation = study.simulation
    multislice_px = (10 * simulation.cell_nm / simulation.sampling_A) ** 2
    kept_px = (10 * simulation.cell_nm / simulation.exit_wave_sampling_A) ** 2
    atoms = 0.0
    if study.substrate is not None:
        per_A3 = number_density_per_A3(study.substrate.element, study.substrate.density_g_per_cm3)
        atoms = 1000 * per_A3 * simulation.cell_nm**2 * study.substrate.thickness_nm.max
    libraries = 450e6
    # Wave, spectrum, transmission and their temporaries; cached propagators and form factors.
    return libraries + 110 * multislice_px + 48 * simulation.frozen_phonons * kept_px + 1200 * atoms


def _machine_bytes() -> float | None:
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (ValueError, OSError, AttributeError):
        return None
