"""Whether specimens can be built: elements, crystals, the film, and the space that particles need. Light: no numpy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from hrtem_transfer.study.config.elements import ATOMIC_MASS, DEBYE_WALLER_B_A2, number_density_per_A3
from hrtem_transfer.study.config.presets import PRESETS
from hrtem_transfer.study.config.problems import Path, nearest
from hrtem_transfer.study.config.schema import Study

# Path of the key, what was found, what is allowed, what to do.
Rule = tuple[Path, str, str, str]

_SYMBOLS = list(ATOMIC_MASS)
_ELEMENTS = f"chemical symbols, {_SYMBOLS[0]} to {_SYMBOLS[-1]}"
_WURTZITE = 186
# Largest least distance of n points on a square flat torus of edge 1: W. Dickinson et al., Optimal packings of up to
# five equal circles on a square flat torus, Beitr. Algebra Geom. 52, 315 (2011). Beyond: hexagonal packing.
_TORUS = {2: math.sqrt(0.5), 3: (math.sqrt(6) - math.sqrt(2)) / 2, 4: (math.sqrt(6) - math.sqrt(2)) / 2, 5: 5**-0.5}
# Spheres placed at random come to a halt where they fill 0.38 of space (B. Widom, J. Chem. Phys. 44, 3888 (1966));
# ours reach 0.3 in time.
_MOST_FILLED = 0.3
# Smaller spheres may hold no atom at all.
_LEAST_RADIUS_NM = 0.3


def specimen_problems(study: Study, cif_texts: Mapping[str, str]) -> Iterator[Rule]:
    """What is wrong with the specimens of a study; ``cif_texts`` holds the text of each crystal given by a file."""
    yield from _slices(study)
    yield from _elements(study)
    readable = set()
    for name, text in cif_texts.items():
        found = _cif(study, name, text)
        if found is None:
            readable.add(name)
        else:
            yield found
    yield from _stacking_faults(study, {name: cif_texts[name] for name in readable})
    yield from _film(study)
    yield from _empty(study)
    yield from _packing(study)


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


def _elements(study: Study) -> Iterator[Rule]:
    for symbol in study.thermal.debye_waller_B_A2:
        if symbol not in ATOMIC_MASS:
            yield _unknown(("thermal", "debye_waller_B_A2", symbol), symbol)
    if study.substrate is not None:
        yield from _vibrating(study, ("substrate", "element"), [study.substrate.element])


def _vibrating(study: Study, path: Path, symbols: list[str]) -> Iterator[Rule]:
    """A problem for the first symbol that is no element, or whose thermal motion is not known."""
    known = {*DEBYE_WALLER_B_A2, *study.thermal.debye_waller_B_A2}
    for symbol in symbols:
        if symbol not in ATOMIC_MASS:
            yield _unknown(path, symbol)
            return
        if study.thermal.model == "debye_waller" and symbol not in known:
            yield (
                path,
                f"element '{symbol}', whose Debye-Waller factor is not known",
                f"{', '.join(one for one in _SYMBOLS if one in known)} (thermal.model: debye_waller)",
                f"give it as `thermal: debye_waller_B_A2: {{{symbol}: ...}}`, B = 8 pi^2 <u^2> in square angstrom, or "
                "take `thermal: model: uniform`",
            )
            return


def _unknown(path: Path, symbol: str) -> Rule:
    return path, f"unknown element '{symbol}'", _ELEMENTS, nearest(symbol, _SYMBOLS)


def _cif(study: Study, name: str, text: str) -> Rule | None:
    from hrtem_transfer.simulation.crystals import unit_cell
    from hrtem_transfer.study.recipes import CrystalRecipe

    path = ("crystals", name, "cif")
    try:
        cell = unit_cell(CrystalRecipe(name=name, basis=None, cif_text=text))
    except ValueError as error:
        what, _, advice = str(error).rpartition(": ")
        return (path, what, "a CIF file of an ordered crystal", advice)
    return next(_vibrating(study, path, sorted(set(cell.get_chemical_symbols()))), None)


def _stacking_faults(study: Study, cif_texts: Mapping[str, str]) -> Iterator[Rule]:
    """``cif_texts``: those that can be read."""
    for name, family in study.structure_sets.items():
        if family.stacking_faults.max == 0:
            continue
        for crystal in family.crystal if isinstance(family.crystal, list) else [family.crystal]:
            faultable = _is_wurtzite(crystal, cif_texts.get(crystal))
            if not faultable and (crystal in PRESETS or crystal in cif_texts):
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


def _is_wurtzite(crystal: str, cif_text: str | None) -> bool:
    if cif_text is None:
        return crystal in PRESETS and PRESETS[crystal].space_group == _WURTZITE
    from hrtem_transfer.simulation.crystals import unit_cell
    from hrtem_transfer.simulation.particles import glide_planes
    from hrtem_transfer.study.recipes import CrystalRecipe

    try:
        return bool(glide_planes(unit_cell(CrystalRecipe(name=crystal, basis=None, cif_text=cif_text))))
    except ValueError:
        return False


def _film(study: Study) -> Iterator[Rule]:
    support = study.substrate
    if support is None or support.element not in ATOMIC_MASS:
        return
    per_A3 = number_density_per_A3(support.element, support.density_g_per_cm3)
    most_A = (6 * _MOST_FILLED / (math.pi * per_A3)) ** (1 / 3)
    if support.minimum_distance_A > most_A:
        yield (
            ("substrate", "minimum_distance_A"),
            f"{support.minimum_distance_A:g}, too far apart for {support.element} of {support.density_g_per_cm3:g} "
            "g/cm3",
            f"at most {math.floor(100 * most_A) / 100:g}: atoms placed at random would not fit",
            "lower it, or lower substrate.density_g_per_cm3",
        )


def _empty(study: Study) -> Iterator[Rule]:
    if study.substrate is not None:
        return
    for name, family in study.structure_sets.items():
        if family.particles.min == 0:
            yield (
                ("structure_sets", name, "particles", "min"),
                "0 without a substrate, which makes empty specimens",
                "at least 1, or a substrate",
                "raise it, or add the section `substrate`",
            )


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
