"""Unit cells: from a crystal's recipe (preset or CIF text) to atoms."""

from __future__ import annotations

import io
import warnings
from typing import Any

from ase import Atoms
from ase.io import read
from ase.spacegroup import crystal

from hrtem_transfer.sweep.recipes import CrystalRecipe


def unit_cell(recipe: CrystalRecipe) -> Atoms:
    """The conventional unit cell of a crystal, positions in angstrom.

    Raises:
        ValueError: the recipe is incomplete, or its CIF text cannot be read or has partly occupied sites.
    """
    if recipe.cif_text is not None:
        return _from_cif(recipe.name, recipe.cif_text)
    if recipe.space_group is None or recipe.a_A is None or not recipe.basis:
        raise ValueError(
            f"crystal {recipe.name!r} has neither space group, lattice parameter and basis nor the text of a CIF file: "
            "give it a `cif` under `crystals`, or use the name of a preset"
        )
    a = recipe.a_A
    hexagonal = 143 <= recipe.space_group <= 194
    c = recipe.c_A if recipe.c_A is not None else a
    return crystal(
        [symbol for symbol, _ in recipe.basis],
        basis=[position for _, position in recipe.basis],
        spacegroup=recipe.space_group,
        setting=recipe.setting or 1,
        cellpar=[a, a, c, 90, 90, 120 if hexagonal else 90],
    )


def _from_cif(name: str, text: str) -> Atoms:
    remedy = "export the structure again as a plain CIF with symmetry operations and full occupancies"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            atoms: Any = read(io.StringIO(text), format="cif")
    except Exception as error:  # ASE's CIF reader raises many kinds
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ValueError(f"the CIF file of crystal {name!r} cannot be read ({reason}): {remedy}") from error
    if len(atoms) == 0:
        raise ValueError(f"the CIF file of crystal {name!r} holds no atoms: {remedy}")
    occupancies = atoms.info.get("occupancy") or {}
    partial = {s: o for site in occupancies.values() for s, o in site.items() if o < 1}
    if partial:
        listed = ", ".join(f"{symbol} {occupancy:g}" for symbol, occupancy in partial.items())
        raise ValueError(
            f"the CIF file of crystal {name!r} has partly occupied sites ({listed}), which have no single arrangement "
            f"of atoms: {remedy}"
        )
    return atoms
