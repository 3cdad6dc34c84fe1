"""Unit cells: from a crystal's recipe (preset or CIF text) to atoms."""

from __future__ import annotations

from ase import Atoms
from ase.spacegroup import crystal

from hrtem_transfer.simulation.cif_files import atoms_from_cif
from hrtem_transfer.study.recipes import CrystalRecipe


def unit_cell(recipe: CrystalRecipe) -> Atoms:
    """The conventional unit cell of a crystal, positions in angstrom.

    Raises:
        ValueError: the recipe is incomplete, or its CIF text cannot be used (see ``atoms_from_cif``).
    """
    if recipe.cif_text is not None:
        return atoms_from_cif(recipe.name, recipe.cif_text)
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
