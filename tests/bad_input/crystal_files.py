"""CIF files that describe no crystal, or none that can be simulated."""

from __future__ import annotations

from tests.bad_input.harness import ANY, Case, changed
from tests.simulation_helpers import MGO_CIF

MGO = MGO_CIF.format(title="MgO", occupancy="1.0")
FLAT = MGO.replace("_alpha 90", "_alpha 120").replace("_beta 90", "_beta 120").replace("_gamma 90", "_gamma 120")


def cif(text: str | None, problem: str, more: str = "") -> Case:
    """A study with a crystal of its own, whose file has this text (None: there is no file), and more sections."""
    files = {} if text is None else {"mgo.cif": text}
    new = f"crystals: {{MgO: {{cif: mgo.cif}}}}\n{more}substrate:\n"
    return changed("substrate:\n", new, [f"line 19: crystals.MgO.cif: {ANY}{problem}"], files)


# The text of the file, and what is found.
CASES: dict[str, Case] = {
    "missing file": cif(
        None,
        "'mgo.cif'{any}does not exist{any}a CIF file",
    ),
    "empty file": cif(
        "",
        "'MgO'{any}data_{any}CIF file of",
    ),
    "prose": cif(
        "A crystal of magnesium oxide.\n",
        "'MgO'{any}data_{any}CIF file of",
    ),
    "no atoms": cif(
        "data_x\n",
        "'MgO'{any}no atoms{any}CIF file of",
    ),
    "binary": cif(
        "data_\x00\x01\x02 loop_",
        "'MgO'{any}no atoms{any}CIF file of",
    ),
    "cut off in a text": cif(
        MGO + "_publ_section_title\n;\nOn magnesium",
        "'MgO'{any}cannot be read{any}CIF file of",
    ),
    "partly occupied": cif(
        MGO.replace("0 0 0 1.0", "0 0 0 0.7"),
        "'MgO'{any}Mg 0.7{any}CIF file of",
    ),
    "unknown element": cif(
        MGO.replace("Mg1 Mg", "Mz1 Mz"),
        "'MgO'{any}'Mz'{any}CIF file of",
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
        "'MgO'{any}no symmetry{any}'P 1'",
    ),
    "two symmetries": cif(
        MGO.replace("225", "221"),
        "'MgO'{any}225{any}221{any}CIF file of",
    ),
    "no cell": cif(
        MGO.replace("_cell_length_a", "_cell_length_q"),
        "'MgO'{any}_cell_length_{any}CIF file of",
    ),
    "unknown edge": cif(
        MGO.replace("a 4.211", "a ?"),
        "'MgO'{any}'?'{any}4.211{any}CIF file of",
    ),
    "negative edge": cif(
        MGO.replace("a 4.211", "a -4.211"),
        "'MgO'{any}-4.211{any}1.5",
    ),
    "edges in nanometres": cif(
        MGO.replace("4.211", "0.4211"),
        "'MgO'{any}0.4211{any}1.5",
    ),
    "huge cell": cif(
        MGO.replace("4.211", "4211"),
        "'MgO'{any}4211{any}1.5",
    ),
    "angle of nothing": cif(
        MGO.replace("alpha 90", "alpha 0"),
        "'MgO'{any}angle of 0{any}30 to 150",
    ),
    "flat cell": cif(
        FLAT.replace("F m -3 m", "P 1").replace("225", "1"),
        "'MgO'{any}flat cell{any}CIF file of",
    ),
    "cell against its symmetry": cif(
        FLAT,
        "'MgO'{any}4.211{any}120{any}225{any}CIF file of",
    ),
    "unknown coordinate": cif(
        MGO.replace("0.5 0.5 0.5", "0.5 ? 0.5"),
        "'MgO'{any}coordinate y{any}'?'{any}CIF file of",
    ),
    "atoms on top of each other": cif(
        MGO.replace("0.5 0.5 0.5", "0.01 0 0"),
        "'MgO'{any}0.04{any}CIF file of",
    ),
    "two structures": cif(
        MGO + MGO.replace("data_MgO", "data_other"),
        "'MgO'{any}2 structures{any}'other'{any}CIF file of",
    ),
    "thousands of sites": cif(
        MGO + "".join(f"O O {i / 4000} 0 0 1.0\n" for i in range(4000)),
        "'MgO'{any}4002{any}200{any}CIF file of",
    ),
    "large file": cif(
        MGO + 200_000 * "#",
        "'mgo.cif'{any}200360{any}200000{any}CIF file",
    ),
}
