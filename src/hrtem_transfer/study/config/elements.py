"""The elements that can be simulated: their masses, and the thermal vibration of their atoms.

Masses are standard atomic weights (IUPAC, as ASE has them), for every element with a form factor: H to Lr.

Debye-Waller factors B = 8 pi^2 <u^2> (u along one axis) in square angstrom at 293 K, evaluated from the polynomials
of H. X. Gao and L.-M. Peng, Acta Cryst. A55, 926 (1999), for the element's own crystal; for Zn, S, Cd, Se and O,
whose crystals here are compounds, from the tetrahedrally bound compound given beside the value. That source has no
oxides but ZnO: oxygen and the metals of the spinels take the values of ZnO and of the pure metal.
"""

from __future__ import annotations

_AVOGADRO_PER_MOL = 6.02214076e23

_MASSES = """
H 1.008 He 4.0026 Li 6.94 Be 9.01218 B 10.81 C 12.011 N 14.007 O 15.999 F 18.9984 Ne 20.1797 Na 22.9898 Mg 24.305 Al
26.9815 Si 28.085 P 30.9738 S 32.06 Cl 35.45 Ar 39.948 K 39.0983 Ca 40.078 Sc 44.9559 Ti 47.867 V 50.9415 Cr 51.9961
Mn 54.938 Fe 55.845 Co 58.9332 Ni 58.6934 Cu 63.546 Zn 65.38 Ga 69.723 Ge 72.63 As 74.9216 Se 78.971 Br 79.904 Kr
83.798 Rb 85.4678 Sr 87.62 Y 88.9058 Zr 91.224 Nb 92.9064 Mo 95.95 Tc 97.9072 Ru 101.07 Rh 102.906 Pd 106.42 Ag
107.868 Cd 112.414 In 114.818 Sn 118.71 Sb 121.76 Te 127.6 I 126.904 Xe 131.293 Cs 132.905 Ba 137.327 La 138.905 Ce
140.116 Pr 140.908 Nd 144.242 Pm 144.913 Sm 150.36 Eu 151.964 Gd 157.25 Tb 158.925 Dy 162.5 Ho 164.93 Er 167.259 Tm
168.934 Yb 173.054 Lu 174.967 Hf 178.49 Ta 180.948 W 183.84 Re 186.207 Os 190.23 Ir 192.217 Pt 195.084 Au 196.967 Hg
200.592 Tl 204.38 Pb 207.2 Bi 208.98 Po 208.982 At 209.987 Rn 222.018 Fr 223.02 Ra 226.025 Ac 227.028 Th 232.038 Pa
231.036 U 238.029 Np 237.048 Pu 244.064 Am 243.061 Cm 247.07 Bk 247.07 Cf 251.08 Es 252.083 Fm 257.095 Md 258.098 No
259.101 Lr 262.11
"""

# Atomic weight in grams per mole by symbol, in the order of the periodic table.
ATOMIC_MASS = dict(zip(_MASSES.split()[::2], map(float, _MASSES.split()[1::2]), strict=True))


def number_density_per_A3(element: str, density_g_per_cm3: float) -> float:
    """Atoms per cubic angstrom in matter of one element and given mass density.

    Raises:
        KeyError: the element is not in ``ATOMIC_MASS``.
    """
    return density_g_per_cm3 * _AVOGADRO_PER_MOL / ATOMIC_MASS[element] * 1e-24


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
