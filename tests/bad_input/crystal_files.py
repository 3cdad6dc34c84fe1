"""CIF files that describe no crystal, or none that can be simulated."""

from __future__ import annotations

from tests.bad_input.harness import Case, changed
from tests.simulation_helpers import MGO_CIF

MGO = MGO_CIF.format(title="MgO", occupancy="1.0")
FLAT = MGO.replace("_alpha 90", "_alpha 120").replace("_beta 90", "_beta 120").replace("_gamma 90", "_gamma 120")


def cif(text: str | None, problem: str, more: str = "") -> Case:
    """A study with a crystal of its own, whose file has this text (None: there is no file), and more sections."""
    files = {} if text is None else {"mgo.cif": text}
    new = f"crystals: {{MgO: {{cif: mgo.cif}}}}\n{more}substrate:\n"
    return changed("substrate:\n", new, [f"line 19: crystals.MgO.cif: found {problem}"], files)


# The text of the file, and what is found.
CASES: dict[str, Case] = {
    "missing file": cif(
        None,
        "'mgo.cif', which does not exist; allowed: a CIF file; relative paths start at .",
    ),
    "empty file": cif(
        "",
        "the CIF file of crystal 'MgO' is something else, as no line begins with data_; allowed: a CIF file of an "
        "ordered crystal; export the structure again as a plain CIF with symmetry operations and full occupancies",
    ),
    "prose": cif(
        "A crystal of magnesium oxide.\n",
        "the CIF file of crystal 'MgO' is something else, as no line begins with data_; allowed: a CIF file of an "
        "ordered crystal; export the structure again as a plain CIF with symmetry operations and full occupancies",
    ),
    "no atoms": cif(
        "data_x\n",
        "the CIF file of crystal 'MgO' holds no atoms; allowed: a CIF file of an ordered crystal; export the "
        "structure again as a plain CIF with symmetry operations and full occupancies",
    ),
    "binary": cif(
        "data_\x00\x01\x02 loop_",
        "the CIF file of crystal 'MgO' holds no atoms; allowed: a CIF file of an ordered crystal; export the "
        "structure again as a plain CIF with symmetry operations and full occupancies",
    ),
    "cut off in a text": cif(
        MGO + "_publ_section_title\n;\nOn magnesium",
        "the CIF file of crystal 'MgO' cannot be read (pop from empty list); allowed: a CIF file of an ordered "
        "crystal; export the structure again as a plain CIF with symmetry operations and full occupancies",
    ),
    "partly occupied": cif(
        MGO.replace("0 0 0 1.0", "0 0 0 0.7"),
        "the CIF file of crystal 'MgO' has partly occupied sites (Mg 0.7), which have no single arrangement of "
        "atoms; allowed: a CIF file of an ordered crystal; export the structure again as a plain CIF with "
        "symmetry operations and full occupancies",
    ),
    "unknown element": cif(
        MGO.replace("Mg1 Mg", "Mz1 Mz"),
        "the CIF file of crystal 'MgO' has atoms of 'Mz', which is no element; allowed: a CIF file of an ordered "
        "crystal; export the structure again as a plain CIF with symmetry operations and full occupancies",
    ),
    "element without thermal vibration": cif(
        MGO.replace("Mg1 Mg", "Xe1 Xe"),
        "element 'Xe', whose Debye-Waller factor is not known; allowed: Be, C, O, Na, Mg, Al, Si, P, S, K, Ca, Sc, Ti, "
        "V, Cr, Mn, Fe, Co, Ni, Cu, Zn, Ga, Ge, As, Se, Sr, Y, Zr, Nb, Mo, Ru, Rh, Pd, Ag, Cd, In, Sn, Sb, Te, Ba, La, "
        "Gd, Hf, Ta, W, Re, Os, Ir, Pt, Au, Pb, Bi, Th, U (thermal.model: debye_waller); give it as `thermal: "
        "debye_waller_B_A2: {Xe: ...}`, B = 8 pi^2 <u^2> in square angstrom, or take `thermal: model: uniform`",
        "thermal: {model: debye_waller}\n",
    ),
    "no symmetry": cif(
        MGO.replace("_space_group_", "_my_group_"),
        "the CIF file of crystal 'MgO' states no symmetry, so that atoms may be missing; allowed: a CIF file of "
        "an ordered crystal; add the space group or the symmetry operations, or _space_group_name_H-M_alt 'P 1' "
        "if all atoms of the cell are listed",
    ),
    "two symmetries": cif(
        MGO.replace("225", "221"),
        "the CIF file of crystal 'MgO' states space group F m -3 m, which is number 225, and number 221; allowed: "
        "a CIF file of an ordered crystal; put one of them right",
    ),
    "no cell": cif(
        MGO.replace("_cell_length_a", "_cell_length_q"),
        "the CIF file of crystal 'MgO' has no cell (six keys _cell_length_… and _cell_angle_…); allowed: a CIF "
        "file of an ordered crystal; export the structure again as a plain CIF with symmetry operations and full "
        "occupancies",
    ),
    "unknown edge": cif(
        MGO.replace("a 4.211", "a ?"),
        "the CIF file of crystal 'MgO' has a cell that is no numbers ('?', 4.211, 4.211, 90, 90, 90); allowed: a "
        "CIF file of an ordered crystal; export the structure again as a plain CIF with symmetry operations and "
        "full occupancies",
    ),
    "negative edge": cif(
        MGO.replace("a 4.211", "a -4.211"),
        "the CIF file of crystal 'MgO' has a cell edge of -4.211; allowed: a CIF file of an ordered crystal; give "
        "1.5 to 60 angstrom",
    ),
    "edges in nanometres": cif(
        MGO.replace("4.211", "0.4211"),
        "the CIF file of crystal 'MgO' has a cell edge of 0.4211; allowed: a CIF file of an ordered crystal; give "
        "1.5 to 60 angstrom",
    ),
    "huge cell": cif(
        MGO.replace("4.211", "4211"),
        "the CIF file of crystal 'MgO' has a cell edge of 4211; allowed: a CIF file of an ordered crystal; give "
        "1.5 to 60 angstrom",
    ),
    "angle of nothing": cif(
        MGO.replace("alpha 90", "alpha 0"),
        "the CIF file of crystal 'MgO' has a cell angle of 0; allowed: a CIF file of an ordered crystal; give 30 "
        "to 150 degrees",
    ),
    "flat cell": cif(
        FLAT.replace("F m -3 m", "P 1").replace("225", "1"),
        "the CIF file of crystal 'MgO' has positions that are no numbers, or a flat cell; allowed: a CIF file of "
        "an ordered crystal; export the structure again as a plain CIF with symmetry operations and full occupancies",
    ),
    "cell against its symmetry": cif(
        FLAT,
        "the CIF file of crystal 'MgO' has the cell 4.211, 4.211, 4.211, 120, 120, 120, which its space group 225 "
        "(cubic; three equal edges and three angles of 90 degrees) cannot have; allowed: a CIF file of an ordered "
        "crystal; put the cell or the space group right",
    ),
    "unknown coordinate": cif(
        MGO.replace("0.5 0.5 0.5", "0.5 ? 0.5"),
        "the CIF file of crystal 'MgO' has a coordinate y that is no number, '?'; allowed: a CIF file of an "
        "ordered crystal; export the structure again as a plain CIF with symmetry operations and full occupancies",
    ),
    "atoms on top of each other": cif(
        MGO.replace("0.5 0.5 0.5", "0.01 0 0"),
        "the CIF file of crystal 'MgO' has atoms 0.04 A apart, closer than any bond; allowed: a CIF file of an "
        "ordered crystal; check its coordinates, and that sites are not listed twice",
    ),
    "two structures": cif(
        MGO + MGO.replace("data_MgO", "data_other"),
        "the CIF file of crystal 'MgO' holds 2 structures ('MgO', 'other'); allowed: a CIF file of an ordered "
        "crystal; keep one of them in the file",
    ),
    "thousands of sites": cif(
        MGO + "".join(f"O O {i / 4000} 0 0 1.0\n" for i in range(4000)),
        "the CIF file of crystal 'MgO' lists 4002 sites, more than 200; allowed: a CIF file of an ordered "
        "crystal; export the structure again as a plain CIF with symmetry operations and full occupancies",
    ),
    "large file": cif(
        MGO + 200_000 * "#",
        "'mgo.cif', which has 200360 bytes, at most 200000 are allowed; is it the right file?; allowed: a CIF "
        "file; relative paths start at .",
    ),
}
