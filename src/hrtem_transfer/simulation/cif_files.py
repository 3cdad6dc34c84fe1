"""CIF files: an ordered crystal in a sensible cell, or a reason why not."""

from __future__ import annotations

import io
import math
import re
import warnings
from typing import Any

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers
from ase.io.cif import CIFBlock, parse_cif
from ase.neighborlist import neighbor_list
from ase.spacegroup import Spacegroup

_REMEDY = "export the structure again as a plain CIF with symmetry operations and full occupancies"
_SYMMETRY = (
    "_space_group.it_number",
    "_space_group_it_number",
    "_symmetry_int_tables_number",
    "_space_group_name_h-m_alt",
    "_symmetry_space_group_name_h-m",
    "_space_group_symop_operation_xyz",
    "_space_group_symop.operation_xyz",
    "_symmetry_equiv_pos_as_xyz",
)
_LENGTHS_A = (1.5, 60.0)
_ANGLES_DEG = (30.0, 150.0)
_MOST_SITES = 200
_MOST_ATOMS = 2000
# No two atoms of a crystal but hydrogen's are closer.
_LEAST_DISTANCE_A = 0.9
# Relative: edges may differ by 0.15 %, angles by 0.17 degrees from what the symmetry asks for.
_METRIC_TOLERANCE = 0.003
# By the largest number of their space groups.
_SYSTEMS = {
    2: ("triclinic", "any cell"),
    15: ("monoclinic", "two angles of 90 degrees"),
    74: ("orthorhombic", "three angles of 90 degrees"),
    142: ("tetragonal", "a = b and three angles of 90 degrees"),
    167: (
        "trigonal",
        "a = b and angles of 90, 90 and 120 degrees, or, on rhombohedral axes, three equal edges and angles",
    ),
    194: ("hexagonal", "a = b and angles of 90, 90 and 120 degrees"),
    230: ("cubic", "three equal edges and three angles of 90 degrees"),
}


def atoms_from_cif(name: str, text: str) -> Atoms:
    """The conventional unit cell that the text of a CIF file describes, positions in angstrom.

    Raises:
        ValueError: there is no crystal, or more than one, in the text; its cell, its symmetry or its sites make no
            sense, are missing, or have no single arrangement of atoms. The message is "what is wrong: what to do".
    """
    where = f"the CIF file of crystal {name!r}"
    if not re.search(r"^\s*data_", text, re.MULTILINE | re.IGNORECASE):
        raise _UnusableError(f"{where} is something else, as no line begins with data_: {_REMEDY}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            blocks = [block for block in parse_cif(io.StringIO(text)) if block.has_structure()]
            if blocks:
                _check_block(where, blocks)
                atoms: Any = blocks[0].get_atoms()
    except _UnusableError:
        raise
    except Exception as error:  # ASE's CIF reader raises many kinds
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ValueError(f"{where} cannot be read ({reason}): {_REMEDY}") from error
    if not blocks:
        raise _UnusableError(f"{where} holds no atoms: {_REMEDY}")
    _check_atoms(where, atoms)
    return atoms


class _UnusableError(ValueError):
    """Ours, to be distinguished from what ASE raises."""


def _check_block(where: str, blocks: list[CIFBlock]) -> None:
    if len(blocks) > 1:
        listed = ", ".join(f"'{block.name[:40]}'" for block in blocks[:3])
        raise _UnusableError(f"{where} holds {len(blocks)} structures ({listed}): keep one of them in the file")
    block = blocks[0]
    sites = len(block.get_symbols())
    if sites > _MOST_SITES:
        raise _UnusableError(f"{where} lists {sites} sites, more than {_MOST_SITES}: {_REMEDY}")
    cell = block.get_cellpar()
    if cell is None:
        raise _UnusableError(f"{where} has no cell (six keys _cell_length_… and _cell_angle_…): {_REMEDY}")
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in cell):
        raise _UnusableError(f"{where} has a cell with edges or angles that are not numbers, {tuple(cell)}: {_REMEDY}")
    for values, (least, most), unit in ((cell[:3], _LENGTHS_A, "angstrom"), (cell[3:], _ANGLES_DEG, "degrees")):
        strange = [value for value in values if not least <= value <= most]
        if strange:
            raise _UnusableError(
                f"{where} has a cell {'edge' if unit == 'angstrom' else 'angle'} of {strange[0]:g}: give {least:g} to "
                f"{most:g} {unit}"
            )
    _check_sites(where, block)
    _check_symmetry(where, block)
    _check_metric(where, block)


def _check_sites(where: str, block: CIFBlock) -> None:
    unknown = [symbol for symbol in block.get_symbols() if symbol not in atomic_numbers]
    if unknown:
        raise _UnusableError(f"{where} has atoms of {unknown[0]!r}, which is no element: {_REMEDY}")
    for axis in "xyz":
        for value in block.get(f"_atom_site_fract_{axis}") or []:
            if not isinstance(value, int | float):
                strange = repr(str(value)[:20])
                raise _UnusableError(f"{where} has a coordinate {axis} that is not a number, {strange}: {_REMEDY}")


def _check_symmetry(where: str, block: CIFBlock) -> None:
    if not any(key in block for key in _SYMMETRY):
        raise _UnusableError(
            f"{where} states no symmetry, so that atoms may be missing: add the space group or the symmetry "
            "operations, or _space_group_name_H-M_alt 'P 1' if all atoms of the cell are listed"
        )
    numbers = [block[key] for key in _SYMMETRY[:3] if key in block]
    names = [block[key] for key in _SYMMETRY[3:5] if key in block]
    try:
        named = Spacegroup(str(names[0])).no if names else None
    except Exception:  # names that ASE does not know, of many kinds; symmetry operations or the number may do
        return
    if numbers and named is not None and str(numbers[0]) != str(named):
        raise _UnusableError(
            f"{where} states space group {names[0]}, which is number {named}, and number {numbers[0]}: put one of them "
            "right"
        )


def _check_metric(where: str, block: CIFBlock) -> None:
    """Every symmetry operation must map the cell onto itself: W^T G W = G with its metric tensor G."""
    group = block.get_spacegroup(True)
    cell = block.get_cell().array
    metric = cell @ cell.T
    scale = np.sqrt(np.outer(np.diag(metric), np.diag(metric)))
    rotations = np.asarray(group.get_rotations())
    if np.all(np.abs(rotations.transpose(0, 2, 1) @ metric @ rotations - metric) <= _METRIC_TOLERANCE * scale):
        return
    system, needs = next(words for last, words in _SYSTEMS.items() if group.no <= last)
    has = ", ".join(f"{value:g}" for value in block.get_cellpar() or ())
    # Without operations ASE takes the word trigonal for rhombohedral axes.
    axes = ", or list the symmetry operations, which say what axes are meant" if system == "trigonal" else ""
    raise _UnusableError(
        f"{where} has the cell {has}, which its space group {group.no} ({system}; {needs}) cannot have: put the cell "
        f"or the space group right{axes}"
    )


def _check_atoms(where: str, atoms: Atoms) -> None:
    occupancies = atoms.info.get("occupancy") or {}
    partial = {s: o for site in occupancies.values() for s, o in site.items() if o < 1}
    if partial:
        listed = ", ".join(f"{symbol} {occupancy:g}" for symbol, occupancy in partial.items())
        raise _UnusableError(
            f"{where} has partly occupied sites ({listed}), which have no single arrangement of atoms: {_REMEDY}"
        )
    if not np.isfinite(atoms.positions).all() or atoms.get_volume() < 1:
        raise _UnusableError(f"{where} has positions that are not numbers, or a flat cell: {_REMEDY}")
    if len(atoms) > _MOST_ATOMS:
        raise _UnusableError(f"{where} has {len(atoms)} atoms in its cell, more than {_MOST_ATOMS}: {_REMEDY}")
    close = neighbor_list("d", atoms, _LEAST_DISTANCE_A)
    if len(close):
        raise _UnusableError(
            f"{where} has atoms {close.min():.2f} A apart, closer than any bond: check its coordinates, and that sites "
            "are not listed twice"
        )
