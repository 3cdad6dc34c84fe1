"""The nine crystals of the study: space group, lattice parameters (PAPER.md) and basis."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """A crystal: space group number and setting, lattice parameters in angstrom, basis in fractions of the cell."""

    space_group: int
    a_A: float
    basis: tuple[tuple[str, tuple[float, float, float]], ...]
    c_A: float | None = None
    setting: int = 1


def _wurtzite(cation: str, anion: str) -> tuple[tuple[str, tuple[float, float, float]], ...]:
    return ((cation, (1 / 3, 2 / 3, 0.0)), (anion, (1 / 3, 2 / 3, 0.375)))


def _spinel(metal: str, u: float) -> tuple[tuple[str, tuple[float, float, float]], ...]:
    # Origin choice 2 (at -3m): tetrahedral metal 8a, octahedral metal 16d, oxygen 32e.
    return ((metal, (0.125, 0.125, 0.125)), (metal, (0.5, 0.5, 0.5)), ("O", (u, u, u)))


_ORIGIN = (0.0, 0.0, 0.0)

PRESETS: dict[str, Preset] = {
    "ZnS": Preset(186, 3.8227, _wurtzite("Zn", "S"), c_A=6.2607),
    "CdSe": Preset(186, 4.2985, _wurtzite("Cd", "Se"), c_A=7.0152),
    "Cu": Preset(225, 3.6157, (("Cu", _ORIGIN),)),
    "Ag": Preset(225, 4.0782, (("Ag", _ORIGIN),)),
    "C": Preset(227, 3.5673, (("C", _ORIGIN),)),
    "Si": Preset(227, 5.430, (("Si", _ORIGIN),)),
    "Fe3O4": Preset(227, 8.394, _spinel("Fe", 0.2549), setting=2),
    "Co3O4": Preset(227, 8.065, _spinel("Co", 0.2631), setting=2),
    "Fe": Preset(229, 2.866, (("Fe", _ORIGIN),)),
}
