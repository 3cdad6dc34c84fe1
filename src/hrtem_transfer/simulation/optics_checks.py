"""Whether an imaging condition can be imaged on the grid, in the margin and with the nodes that are given. Light."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hrtem_transfer.simulation.specimen_checks import Rule
from hrtem_transfer.study.config.imaging import Condition
from hrtem_transfer.study.config.optics import BAND_LIMIT, focal_nodes_needed, wavelength_A
from hrtem_transfer.study.config.problems import Path
from hrtem_transfer.study.config.schema import Simulation, Study
from hrtem_transfer.study.domains import condition, domain_points

# Lattice fringes down to 1 A must lie within the band limit, and their delocalisation within the margin, even where
# no aperture says what is imaged.
_LEAST_BAND_PER_A = 1.0
# So many standard deviations of the defocus are looked at: one image in twenty lies beyond.
_SIGMAS = 2


def optics_problems(study: Study) -> Iterator[Rule]:
    """What is wrong with the imaging conditions of a study."""
    yield from _band(study)
    yield from _delocalisation(study)
    yield from _focal_nodes(study)
    yield from _dose(study)


def _limits_per_A(simulation: Simulation) -> dict[str, float]:
    """The largest frequency that multislice, and the kept exit waves, carry."""
    return {
        "sampling_A": BAND_LIMIT / (2 * simulation.sampling_A),
        "exit_wave_sampling_A": 0.5 / simulation.exit_wave_sampling_A,
    }


def _band(study: Study) -> Iterator[Rule]:
    simulation = study.simulation
    wavelength = wavelength_A(simulation.energy_keV)
    limits = _limits_per_A(simulation)
    apertures: list[tuple[Path, float]] = []
    if study.imaging.aperture_mrad is not None:
        apertures.append((("imaging", "aperture_mrad"), study.imaging.aperture_mrad))
    for name, family in study.domains.items():
        values = family.aperture_mrad if isinstance(family.aperture_mrad, list) else [family.aperture_mrad]
        apertures += [(("domains", name, "aperture_mrad"), value) for value in values if value is not None]
    for path, aperture in apertures:
        needed_per_A = 1e-3 * aperture / wavelength
        if needed_per_A * 10 * simulation.cell_nm < 1:
            yield (
                path,
                f"{aperture:g}, which lets nothing through but the undiffracted beam",
                f"at least {1e3 * wavelength / (10 * simulation.cell_nm):.2g} in a cell of {simulation.cell_nm:g} nm",
                "the unit is milliradian",
            )
        for key, limit in limits.items():
            if needed_per_A > limit:
                finer = getattr(simulation, key) * limit / needed_per_A
                yield (
                    path,
                    f"{aperture:g}, which lets through {needed_per_A:.3g}/A",
                    f"at most {1e3 * limit * wavelength:.3g}, the limit of simulation.{key} "
                    f"{getattr(simulation, key):g} ({limit:.3g}/A)",
                    f"make the aperture smaller, or simulation.{key} at most {finer:.3g}",
                )
    for key, limit in limits.items():
        if not apertures and limit < _LEAST_BAND_PER_A * (1 - 1e-9):
            yield (
                ("simulation", key),
                f"{getattr(simulation, key):g}, which carries frequencies up to {limit:.3g}/A",
                f"at most {getattr(simulation, key) * limit / _LEAST_BAND_PER_A:.3g}, so that lattice fringes down to "
                f"{1 / _LEAST_BAND_PER_A:g} A are carried",
                "make it finer, or give imaging.aperture_mrad if only coarser detail is to be imaged",
            )


def _delocalisation(study: Study) -> Iterator[Rule]:
    """The cell is periodic: detail that is displaced by more than the margin comes from the other side of the cell."""
    simulation = study.simulation
    image_A = simulation.image_px * simulation.exit_wave_sampling_A
    margin_A = (10 * simulation.cell_nm - image_A) / 2
    if margin_A < -1e-6:
        return  # an image larger than the cell, which is said elsewhere
    wavelength = wavelength_A(simulation.energy_keV)
    said: set[tuple[str, float]] = set()
    for name, family in study.domains.items():
        for _, _, given in domain_points(study, name, family):
            at = condition(study, given)
            k = min(_LEAST_BAND_PER_A, _band_per_A(simulation, at))
            displacement_A = delocalisation_A(at, wavelength, k)
            if displacement_A <= margin_A or (name, at.defocus_nm) in said:
                continue
            said.add((name, at.defocus_nm))
            path: Path = ("domains", name, "defocus_nm")
            listed = family.defocus_nm
            other = _other_terms(at)
            yield (
                (*path, listed.index(at.defocus_nm)) if isinstance(listed, list) else path,
                f"{at.defocus_nm:g}, which {f'with {other} ' if other else ''}displaces detail of {1 / k:.3g} A by up "
                f"to {displacement_A / 10:.3g} nm",
                _allowed_defocus(at, margin_A, wavelength * k),
                f"lower it, or make {_wider(study, image_A, displacement_A)}",
            )


def _band_per_A(simulation: Simulation, at: Condition) -> float:
    """The largest frequency that is imaged."""
    carried = _limits_per_A(simulation).values()
    if at.aperture_mrad is None:
        return min(carried)
    return min(1e-3 * at.aperture_mrad / wavelength_A(simulation.energy_keV), *carried)


def delocalisation_A(at: Condition, wavelength_A: float, band_per_A: float) -> float:
    """How far detail up to a frequency is displaced in the image at most, in angstrom.

    The gradient of the aberration function over 2 pi: lambda C10 k + lambda^3 C30 k^3 (H. Lichte, Ultramicroscopy 38,
    13 (1991)), with two-fold astigmatism added to C10 along its worse axis, and two standard deviations of the jitter.
    """
    reach_A = 10 * (_SIGMAS * at.defocus_jitter_nm + at.astigmatism_nm)
    c30_A = 1e7 * at.spherical_aberration_mm
    worst = 0.0
    for c10_A in (10 * at.defocus_nm - reach_A, 10 * at.defocus_nm + reach_A):
        frequencies = [band_per_A]
        if c10_A * c30_A < 0:
            # Between zero and the limit the two terms may be farthest apart.
            frequencies.append(min(band_per_A, math.sqrt(-c10_A / (3 * c30_A)) / wavelength_A))
        for k in frequencies:
            worst = max(worst, abs(wavelength_A * c10_A * k + wavelength_A**3 * c30_A * k**3))
    return worst


def _other_terms(at: Condition) -> str:
    terms = (
        (at.defocus_jitter_nm, f"{_SIGMAS} x {at.defocus_jitter_nm:g} nm of jitter"),
        (at.astigmatism_nm, f"{at.astigmatism_nm:g} nm of astigmatism"),
        (at.spherical_aberration_mm, f"Cs of {at.spherical_aberration_mm:g} mm"),
    )
    return " and ".join(words for value, words in terms if value)


def _allowed_defocus(at: Condition, margin_A: float, per_A: float) -> str:
    margin = f"the margin of {margin_A / 10:g} nm between image and cell edge"
    most_nm = margin_A / per_A / 10 - _SIGMAS * at.defocus_jitter_nm - at.astigmatism_nm
    if at.spherical_aberration_mm or most_nm <= 0:
        return f"displacements within {margin}"
    return f"at most {math.floor(10 * most_nm) / 10:g} either way, as detail must come from within {margin}"


def _wider(study: Study, image_A: float, displacement_A: float) -> str:
    simulation = study.simulation
    factor = 2**study.network.encoder_depth
    px = int((10 * simulation.cell_nm - 2 * displacement_A) / simulation.exit_wave_sampling_A / factor) * factor
    smaller = f"simulation.image_px at most {px}, or " if px > 0 else ""
    return f"{smaller}simulation.cell_nm at least {math.ceil(image_A + 2 * displacement_A) / 10:g}"


def _focal_nodes(study: Study) -> Iterator[Rule]:
    nodes = study.imaging.focal_spread_nodes
    if nodes is None or nodes < 2:
        return
    wavelength = wavelength_A(study.simulation.energy_keV)
    needed: dict[float, int] = {}
    for name, family in study.domains.items():
        for _, _, given in domain_points(study, name, family):
            at = condition(study, given)
            more = focal_nodes_needed(at.spread_std_A, wavelength, _band_per_A(study.simulation, at))
            needed[at.spread_std_A] = max(more, needed.get(at.spread_std_A, 0))
    spread_A, most = max(needed.items(), key=lambda item: item[1])
    if most > nodes:
        yield (
            ("imaging", "focal_spread_nodes"),
            f"{nodes}, too few for a focal spread with a standard deviation of {spread_A:.3g} A",
            f"at least {most}, or 0 or 1 for a quasi-coherent envelope",
            "leave the key out: the nodes then follow the spread",
        )


def _dose(study: Study) -> Iterator[Rule]:
    area_A2 = study.simulation.exit_wave_sampling_A**2
    most = round(10000 / area_A2)
    for name, family in study.domains.items():
        values = family.dose_e_per_A2 if isinstance(family.dose_e_per_A2, list) else [family.dose_e_per_A2]
        for index, dose in enumerate(values):
            if dose > most:
                path: Path = ("domains", name, "dose_e_per_A2")
                yield (
                    (*path, index) if isinstance(family.dose_e_per_A2, list) else path,
                    f"{dose:g}, which is {dose * area_A2:.3g} electrons per pixel",
                    f"at most {most} with pixels of {study.simulation.exit_wave_sampling_A:g} A: counts are stored in "
                    "16 bits",
                    "lower the dose",
                )
