"""Unit cells against crystallography: bond lengths, coordination, composition and handbook densities."""

from __future__ import annotations

import math

import numpy as np
import pytest
from ase.data import atomic_masses
from scipy.constants import Avogadro
from scipy.spatial import cKDTree

from hrtem_transfer.simulation.crystals import unit_cell
from hrtem_transfer.study.domains import preset_crystal
from hrtem_transfer.study.recipes import CrystalRecipe
from tests.simulation_helpers import MGO_CIF, NINE

# Shortest distance in A from the lattice parameters of PAPER.md: fcc a/sqrt 2, bcc and diamond from the body diagonal.
NEAREST = {
    "Cu": 3.6157 / math.sqrt(2),
    "Ag": 4.0782 / math.sqrt(2),
    "C": 3.5673 * math.sqrt(3) / 4,
    "Si": 5.430 * math.sqrt(3) / 4,
    "Fe": 2.866 * math.sqrt(3) / 2,
    "ZnS": math.hypot(3.8227 / math.sqrt(3), 6.2607 / 8),
    "CdSe": math.hypot(4.2985 / math.sqrt(3), 7.0152 / 8),
}
COORDINATION = {"Cu": 12, "Ag": 12, "C": 4, "Si": 4, "Fe": 8, "ZnS": 4, "CdSe": 4}
# Handbook densities in g/cm3 (CRC Handbook of Chemistry and Physics; minerals: mindat.org).
DENSITY = {
    "ZnS": 4.09,
    "CdSe": 5.81,
    "Cu": 8.96,
    "Ag": 10.49,
    "C": 3.515,
    "Si": 2.329,
    "Fe3O4": 5.18,
    "Co3O4": 6.11,
    "Fe": 7.87,
}
ATOMS = {
    "ZnS": {"Zn": 2, "S": 2},
    "CdSe": {"Cd": 2, "Se": 2},
    "Cu": {"Cu": 4},
    "Ag": {"Ag": 4},
    "C": {"C": 8},
    "Si": {"Si": 8},
    "Fe3O4": {"Fe": 24, "O": 32},
    "Co3O4": {"Co": 24, "O": 32},
    "Fe": {"Fe": 2},
}


def neighbours(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of the cell's atoms, and numbers and sorted distances of each one's nearest neighbours."""
    cell = unit_cell(preset_crystal(name))
    block = cell.repeat((5, 5, 5))
    centre = cell.positions + 2 * cell.cell.array.sum(axis=0)
    distance, index = cKDTree(block.positions).query(centre, k=14)
    assert np.allclose(distance[:, 0], 0, atol=1e-6)
    return cell.numbers, block.numbers[index[:, 1:]], distance[:, 1:]


@pytest.mark.parametrize("name", NINE)
def test_composition(name: str) -> None:
    symbols = unit_cell(preset_crystal(name)).get_chemical_symbols()
    assert {symbol: symbols.count(symbol) for symbol in symbols} == ATOMS[name]


@pytest.mark.parametrize("name", NINE)
def test_density_is_the_handbooks(name: str) -> None:
    cell = unit_cell(preset_crystal(name))
    density = atomic_masses[cell.numbers].sum() / Avogadro / cell.get_volume() * 1e24
    assert density == pytest.approx(DENSITY[name], rel=0.03)


@pytest.mark.parametrize("name", list(NEAREST))
def test_nearest_neighbours(name: str) -> None:
    _, _, distance = neighbours(name)
    assert np.allclose(distance[:, 0], NEAREST[name], rtol=0.01)
    shell = (distance < 1.08 * distance[:, :1]).sum(axis=1)
    assert set(shell) == {COORDINATION[name]}


@pytest.mark.parametrize(("name", "metal"), [("Fe3O4", 26), ("Co3O4", 27)])
def test_spinels_have_tetrahedral_and_octahedral_metal(name: str, metal: int) -> None:
    numbers, others, distance = neighbours(name)
    bonds = [(others[i][distance[i] < 2.3] == 8).sum() for i in range(len(numbers)) if numbers[i] == metal]
    assert sorted(bonds) == [4] * 8 + [6] * 16
    oxygen = [sorted(others[i][distance[i] < 2.3]) for i in range(len(numbers)) if numbers[i] == 8]
    assert oxygen == [[metal] * 4] * 32
    # Metal-oxygen distances of spinel oxides: 1.8 to 2.1 A.
    assert distance[numbers == 8, 0].min() > 1.8
    assert distance[numbers == 8, 3].max() < 2.15


def from_cif(text: str) -> CrystalRecipe:
    return CrystalRecipe(name="mgo", basis=None, cif_text=text)


def test_crystal_from_cif() -> None:
    cell = unit_cell(from_cif(MGO_CIF.format(title="MgO", occupancy="1.0")))
    assert cell.get_chemical_formula() == "Mg4O4"
    assert cell.get_volume() == pytest.approx(4.211**3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "CIF file of crystal 'mgo'.*export the structure again"),
        ("nothing of the kind", "CIF file of crystal 'mgo' is something else"),
        (MGO_CIF.format(title="MgO", occupancy="0.7"), r"partly occupied sites \(Mg 0.7\)"),
        (MGO_CIF.split("loop_")[0].format(title="MgO"), "CIF file of crystal 'mgo'"),
    ],
)
def test_unusable_cif(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        unit_cell(from_cif(text))


def test_incomplete_recipe() -> None:
    with pytest.raises(ValueError, match="crystal 'x' has neither space group"):
        unit_cell(CrystalRecipe(name="x", basis=None))
