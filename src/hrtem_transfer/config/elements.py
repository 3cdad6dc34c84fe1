"""The elements that can be simulated, with the thermal vibration of their atoms.

Debye-Waller factors B = 8 pi^2 <u^2> (u along one axis) in square angstrom at 293 K, evaluated from the polynomials
of H. X. Gao and L.-M. Peng, Acta Cryst. A55, 926 (1999), for the element's own crystal; for Zn, S, Cd, Se and O,
whose crystals here are compounds, from the tetrahedrally bound compound given beside the value. That source has no
oxides but ZnO: oxygen and the metals of the spinels take the values of ZnO and of the pure metal.
"""

from __future__ import annotations

DEBYE_WALLER_B_A2 = {
    "Be": 0.523,
    "C": 0.138,  # diamond
    "O": 0.457,  # ZnO
    "Na": 6.639,
    "Mg": 1.842,
    "Al": 0.816,
    "Si": 0.516,
    "P": 0.574,  # InP
    "S": 0.731,  # ZnS
    "K": 10.780,
    "Ca": 2.013,
    "Sc": 0.705,
    "Ti": 0.533,
    "V": 0.583,
    "Cr": 0.268,
    "Mn": 0.383,
    "Fe": 0.341,
    "Co": 0.306,
    "Ni": 0.370,
    "Cu": 0.562,
    "Zn": 0.848,  # ZnS
    "Ga": 0.631,  # GaAs
    "Ge": 0.612,
    "As": 0.680,  # GaAs
    "Se": 0.661,  # ZnSe
    "Sr": 3.729,
    "Y": 0.863,
    "Zr": 0.576,
    "Nb": 0.459,
    "Mo": 0.226,
    "Ru": 0.103,
    "Rh": 0.152,
    "Pd": 0.456,
    "Ag": 0.744,
    "Cd": 1.901,  # CdTe
    "In": 0.939,  # InAs
    "Sn": 1.145,
    "Sb": 0.631,
    "Te": 1.276,  # CdTe
    "Ba": 3.063,
    "La": 1.854,
    "Gd": 0.543,
    "Hf": 0.303,
    "Ta": 0.325,
    "W": 0.164,
    "Re": 0.103,
    "Os": 0.076,
    "Ir": 0.105,
    "Pt": 0.375,
    "Au": 0.623,
    "Pb": 2.139,
    "Bi": 1.142,
    "Th": 0.733,
    "U": 0.335,
}
