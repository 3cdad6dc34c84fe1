"""Whether the simulation that a configuration asks for makes physical and numerical sense. Light: no numpy."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping

from hrtem_transfer.config.elements import DEBYE_WALLER_B_A2
from hrtem_transfer.config.presets import PRESETS
from hrtem_transfer.config.problems import nearest
from hrtem_transfer.config.schema import Study

Rule = tuple[tuple[str | int, ...], str, str, str]

# Fraction of a pixel by which a sampling may miss a whole number of pixels, so that 0.13333 passes for 2/15.
_WHOLE = 0.05
_BAND_LIMIT = 2 / 3
# Lattice fringes down to 1 A must lie within the band limit even where no aperture says what is imaged.
_LEAST_BAND_PER_A = 1.0
_WURTZITE = 186
# Largest least distance of n points on a square flat torus of edge 1: W. Dickinson et al., Optimal packings of up to
# five equal circles on a square flat torus, Beitr. Algebra Geom. 52, 315 (2011). Beyond: hexagonal packing.
_TORUS = {2: math.sqrt(0.5), 3: (math.sqrt(6) - math.sqrt(2)) / 2, 4: (math.sqrt(6) - math.sqrt(2)) / 2, 5: 5**-0.5}
_CARBON_ATOMS_PER_NM3_AT_2 = 100.3
# Spheres placed at random come to a halt where they fill 0.38 of space (B. Widom, J. Chem. Phys. 44, 3888 (1966));
# ours reach 0.3 in time.
_MOST_FILLED = 0.3
# Smaller spheres may hold no atom at all.
_LEAST_RADIUS_NM = 0.3


def problems(study: Study, cif_texts: Mapping[str, str]) -> list[Rule]:
    """All problems as (path of the key, what was found, what is allowed, what to do)."""
    found = [
        *_grids(study),
        *_slices(study),
        *_elements(study, cif_texts),
        *_film(study),
        *_packing(study),
        *_band(study),
        *_dose(study),
    ]
    return found or [*_memory(study)]


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


def _slices(study: Study) -> Iterator[Rule]:
    layers = [(f"the smallest particles of structure_sets.{name}", 20 * family.radius_nm.min)
              for name, family in study.structure_sets.items()]  # fmt: skip
    if study.substrate is not None:
        layers.append(("the thinnest substrate", 10 * study.substrate.thickness_nm.min))
    what, thinnest_A = min(layers, key=lambda layer: layer[1])
    if study.simulation.slice_thickness_A > thinnest_A:
        yield (
            ("simulation", "slice_thickness_A"),
            f"{study.simulation.slice_thickness_A:g}",
            f"at most {thinnest_A:g}, the thickness of {what}",
            "1 to 2 are usual",
        )


def _elements(study: Study, cif_texts: Mapping[str, str]) -> Iterator[Rule]:
    known = list(DEBYE_WALLER_B_A2)
    if study.substrate is not None and study.substrate.element not in known:
        yield (
            ("substrate", "element"),
            f"unknown element '{study.substrate.element}'",
            ", ".join(known),
            nearest(study.substrate.element, known),
        )
    readable = set()
    for name, text in cif_texts.items():
        found = _cif(name, text, known)
        if found is None:
            readable.add(name)
        else:
            yield found
    for name, family in study.structure_sets.items():
        if family.stacking_faults.max == 0:
            continue
        for crystal in family.crystal if isinstance(family.crystal, list) else [family.crystal]:
            faultable = _is_wurtzite(crystal, cif_texts[crystal] if crystal in readable else None)
            if not faultable and (crystal in PRESETS or crystal in readable):
                wurtzite = [preset for preset, value in PRESETS.items() if value.space_group == _WURTZITE]
                yield (
                    ("structure_sets", name, "stacking_faults"),
                    f"up to {family.stacking_faults.max} in {crystal}, which is not wurtzite",
                    f"stacking faults in wurtzite only ({', '.join(wurtzite)}, or a CIF file of that structure)",
                    f"set max to 0, or give {crystal} a structure set of its own",
                )
            elif crystal in PRESETS:
                # Planes lie c/2 apart, and cut off caps of at least that height.
                planes = math.floor((4 * 10 * family.radius_nm.min) / (PRESETS[crystal].c_A or math.inf) - 2)
                if family.stacking_faults.max > planes:
                    yield (
                        ("structure_sets", name, "stacking_faults", "max"),
                        f"{family.stacking_faults.max}",
                        f"at most {max(planes, 0)}, the glide planes of the smallest particles of {crystal}",
                        "lower it, or raise radius_nm.min",
                    )


def _film(study: Study) -> Iterator[Rule]:
    support = study.substrate
    if support is None or support.element != "C":
        return
    per_A3 = _CARBON_ATOMS_PER_NM3_AT_2 * support.density_g_per_cm3 / 2 / 1000
    most_A = (6 * _MOST_FILLED / (math.pi * per_A3)) ** (1 / 3)
    if support.minimum_distance_A > most_A:
        yield (
            ("substrate", "minimum_distance_A"),
            f"{support.minimum_distance_A:g}, too far apart for {support.density_g_per_cm3:g} g/cm3",
            f"at most {math.floor(100 * most_A) / 100:g}: atoms placed at random would not fit",
            "lower it, or lower substrate.density_g_per_cm3",
        )


def _cif(name: str, text: str, known: list[str]) -> Rule | None:
    from hrtem_transfer.simulation.crystals import unit_cell
    from hrtem_transfer.sweep.recipes import CrystalRecipe

    path = ("crystals", name, "cif")
    try:
        cell = unit_cell(CrystalRecipe(name=name, basis=None, cif_text=text))
    except ValueError as error:
        what, _, advice = str(error).rpartition(": ")
        return (path, what, "a CIF file of an ordered crystal", advice)
    unknown = sorted(set(cell.get_chemical_symbols()) - set(known))
    if unknown:
        return (path, f"unknown element '{unknown[0]}'", ", ".join(known), nearest(unknown[0], known))
    return None


def _is_wurtzite(crystal: str, cif_text: str | None) -> bool:
    if cif_text is None:
        return crystal in PRESETS and PRESETS[crystal].space_group == _WURTZITE
    from hrtem_transfer.simulation.crystals import unit_cell
    from hrtem_transfer.simulation.particles import glide_planes
    from hrtem_transfer.sweep.recipes import CrystalRecipe

    try:
        return bool(glide_planes(unit_cell(CrystalRecipe(name=crystal, basis=None, cif_text=cif_text))))
    except ValueError:
        return False


def _packing(study: Study) -> Iterator[Rule]:
    cell_nm = study.simulation.cell_nm
    for name, family in study.structure_sets.items():
        if family.radius_nm.min < _LEAST_RADIUS_NM:
            yield (
                ("structure_sets", name, "radius_nm", "min"),
                f"{family.radius_nm.min:g}",
                f"at least {_LEAST_RADIUS_NM:g}, so that every particle holds atoms",
                "the unit is nanometre",
            )
            continue
        largest_nm = 2 * family.radius_nm.max + family.gap_nm
        if largest_nm > cell_nm:
            yield (
                ("structure_sets", name, "radius_nm", "max"),
                f"{family.radius_nm.max:g}, with the gap {largest_nm:g} nm across",
                f"at most {max(0.0, (cell_nm - family.gap_nm) / 2):.4g} in a cell of {cell_nm:g} nm",
                "lower it, or raise simulation.cell_nm",
            )
            continue
        count = family.particles.max
        if count < 2:
            continue
        room_nm = cell_nm * _TORUS.get(count, math.sqrt(2 / (math.sqrt(3) * count)))
        needed_nm = 2 * family.radius_nm.min + family.gap_nm
        # Random placement does not reach the densest packing.
        if needed_nm > 0.98 * room_nm:
            most = max(n for n in range(1, count) if n == 1 or needed_nm <= 0.98 * cell_nm * _TORUS.get(
                n, math.sqrt(2 / (math.sqrt(3) * n))))  # fmt: skip
            gap_nm = max(0.0, 0.98 * room_nm - 2 * family.radius_nm.min)
            yield (
                ("structure_sets", name, "particles", "max"),
                f"{count} particles of radius {family.radius_nm.min:g} nm or more, {family.gap_nm:g} nm apart",
                f"at most {most} in a cell of {cell_nm:g} nm",
                f"lower it, or raise simulation.cell_nm to {needed_nm / room_nm * cell_nm / 0.98:.3g}"
                + (f", or lower gap_nm to {math.floor(100 * gap_nm) / 100:g}" if gap_nm > 0 else ""),
            )


def _band(study: Study) -> Iterator[Rule]:
    simulation = study.simulation
    band_per_A = _BAND_LIMIT / (2 * simulation.sampling_A)
    nyquist_per_A = 0.5 / simulation.exit_wave_sampling_A
    wavelength_A = _wavelength_A(simulation.energy_keV)
    apertures: list[tuple[tuple[str | int, ...], float]] = []
    if study.imaging.aperture_mrad is not None:
        apertures.append((("imaging", "aperture_mrad"), study.imaging.aperture_mrad))
    for name, family in study.domains.items():
        values = family.aperture_mrad if isinstance(family.aperture_mrad, list) else [family.aperture_mrad]
        apertures += [(("domains", name, "aperture_mrad"), value) for value in values if value is not None]
    for path, aperture in apertures:
        needed_per_A = 1e-3 * aperture / wavelength_A
        if needed_per_A * 10 * simulation.cell_nm < 1:
            yield (
                path,
                f"{aperture:g}, which lets nothing through but the undiffracted beam",
                f"at least {1e3 * wavelength_A / (10 * simulation.cell_nm):.2g} in a cell of {simulation.cell_nm:g} nm",
                "the unit is milliradian",
            )
        for key, limit in (("sampling_A", band_per_A), ("exit_wave_sampling_A", nyquist_per_A)):
            if needed_per_A > limit:
                finer = getattr(simulation, key) * limit / needed_per_A
                yield (
                    path,
                    f"{aperture:g}, which lets through {needed_per_A:.3g}/A",
                    f"at most {1e3 * limit * wavelength_A:.3g}, the limit of simulation.{key} "
                    f"{getattr(simulation, key):g} ({limit:.3g}/A)",
                    f"make the aperture smaller, or simulation.{key} at most {finer:.3g}",
                )
    for key, limit, finest in (
        ("sampling_A", band_per_A, _BAND_LIMIT / (2 * _LEAST_BAND_PER_A)),
        ("exit_wave_sampling_A", nyquist_per_A, 0.5 / _LEAST_BAND_PER_A),
    ):
        if not apertures and limit < _LEAST_BAND_PER_A * (1 - 1e-9):
            yield (
                ("simulation", key),
                f"{getattr(simulation, key):g}, which carries frequencies up to {limit:.3g}/A",
                f"at most {finest:.3g}, so that lattice fringes down to {1 / _LEAST_BAND_PER_A:g} A are carried",
                "make it finer, or give imaging.aperture_mrad if only coarser detail is to be imaged",
            )


def _dose(study: Study) -> Iterator[Rule]:
    area_A2 = study.simulation.exit_wave_sampling_A**2
    most = round(10000 / area_A2)
    for name, family in study.domains.items():
        values = family.dose_e_per_A2 if isinstance(family.dose_e_per_A2, list) else [family.dose_e_per_A2]
        for index, dose in enumerate(values):
            if dose > most:
                path: tuple[str | int, ...] = ("domains", name, "dose_e_per_A2")
                yield (
                    (*path, index) if isinstance(family.dose_e_per_A2, list) else path,
                    f"{dose:g}, which is {dose * area_A2:.3g} electrons per pixel",
                    f"at most {most} with pixels of {study.simulation.exit_wave_sampling_A:g} A: counts are stored in "
                    "16 bits",
                    "lower the dose",
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
        density = _CARBON_ATOMS_PER_NM3_AT_2 * study.substrate.density_g_per_cm3 / 2
        atoms = density * simulation.cell_nm**2 * study.substrate.thickness_nm.max
    libraries = 450e6
    # Wave, spectrum, transmission and their temporaries; cached propagators and form factors.
    return libraries + 110 * multislice_px + 48 * simulation.frozen_phonons * kept_px + 1200 * atoms


def _machine_bytes() -> float | None:
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (ValueError, OSError, AttributeError):
        return None


def _wavelength_A(energy_keV: float) -> float:
    # The same formula as multislice.electrons, whose module needs scipy; a test holds them together.
    rest_keV = 510.99895
    return 12.398419843 / math.sqrt(energy_keV * (2 * rest_keV + energy_keV))
