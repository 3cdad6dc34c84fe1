"""Whether the simulation that a configuration asks for makes physical and numerical sense. Light: no numpy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hrtem_transfer.config.schema import Study

Rule = tuple[tuple[str | int, ...], str, str, str]


def problems(study: Study, cif_texts: Mapping[str, str]) -> list[Rule]:
    """All problems as (path of the key, what was found, what is allowed, what to do)."""
    return [*_grids(study)]


def _grids(study: Study) -> Iterator[Rule]:
    simulation = study.simulation
    cell_A = 10 * simulation.cell_nm
    for key in ("sampling_A", "exit_wave_sampling_A"):
        pixels = cell_A / getattr(simulation, key)
        if abs(pixels - round(pixels)) > 1e-6 * pixels or round(pixels) % 2:
            yield (
                ("simulation", key),
                f"{getattr(simulation, key):g}, which gives {pixels:.3f} pixels across the cell",
                "samplings that divide the cell into an even, whole number of pixels",
                f"use {cell_A / (2 * max(1, round(pixels / 2))):.6g}, or another simulation.cell_nm",
            )
    if simulation.exit_wave_sampling_A < simulation.sampling_A:
        yield (
            ("simulation", "exit_wave_sampling_A"),
            f"{simulation.exit_wave_sampling_A:g}",
            f"at least simulation.sampling_A ({simulation.sampling_A:g})",
            "",
        )
    field_A = simulation.image_px * simulation.exit_wave_sampling_A
    if field_A > cell_A * (1 + 1e-9):
        yield (
            ("simulation", "image_px"),
            f"{simulation.image_px}, which is {field_A / 10:g} nm",
            f"at most {int(cell_A / simulation.exit_wave_sampling_A)}, the cell of {simulation.cell_nm:g} nm",
            "make the image smaller or the cell larger",
        )
    if simulation.slice_thickness_A > cell_A:
        yield (
            ("simulation", "slice_thickness_A"),
            f"{simulation.slice_thickness_A:g}",
            f"at most the cell's edge, {cell_A:g} A",
            "0.5 to 2 A are usual",
        )
