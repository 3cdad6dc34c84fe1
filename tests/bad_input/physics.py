"""Settings that are possible one by one and impossible together."""

from __future__ import annotations

from tests.bad_input.harness import STUDY, Case, changed, configuration

SUBSTRATE = STUDY[STUDY.index("substrate:\n") : STUDY.index("imaging:\n")]

# What stands in the study, what is put there, and the problems that are listed.
CASES: dict[str, Case] = {
    "sampling that does not divide the cell": changed(
        "  sampling_A: 0.2",
        "  sampling_A: 0.19",
        [
            "line 13: simulation.sampling_A: found 0.19, which gives 269.474 pixels across the cell; allowed: "
            "samplings that divide the cell into a whole number of pixels; use 0.190335, or another "
            "simulation.cell_nm",
        ],
    ),
    "exit waves finer than calculated": changed(
        "exit_wave_sampling_A: 0.2",
        "exit_wave_sampling_A: 0.16",
        [
            "line 14: simulation.exit_wave_sampling_A: found 0.16; allowed: at least simulation.sampling_A (0.2); "
            "exit waves can be kept at a coarser sampling than they were calculated with, not at a finer one",
        ],
    ),
    "image larger than the cell": changed(
        "image_px: 128",
        "image_px: 512",
        [
            "line 17: simulation.image_px: found 512, which is 10.24 nm; allowed: at most 256, the cell of 5.12 "
            "nm; make the image smaller or the cell larger",
        ],
    ),
    "image that the network cannot halve": changed(
        "image_px: 128",
        "image_px: 120",
        [
            "line 17: simulation.image_px: found 120; allowed: multiples of 16, as the network halves the image 4 "
            "times; use 112 or 128, or a smaller network.encoder_depth",
        ],
    ),
    "slices thicker than the particles": changed(
        "thickness_nm: {min: 1, max: 2}",
        "thickness_nm: {min: 0.1, max: 2}",
        [
            "line 15: simulation.slice_thickness_A: found 2; allowed: at most 1, the thickness of the thinnest "
            "substrate; 1 to 2 are usual",
        ],
    ),
    "more memory than any machine has": changed(
        "frozen_phonons: 2",
        "frozen_phonons: 9999999",
        [
            "line 9: simulation: found settings that need about 31457.7 GB of memory; allowed: less than the "
            "machine has, {any} GB; lower cell_nm or frozen_phonons, or take a coarser sampling_A or a thinner "
            "substrate",
        ],
    ),
    "film that atoms do not fit": changed(
        "minimum_distance_A: 1.4",
        "minimum_distance_A: 4",
        [
            "line 23: substrate.minimum_distance_A: found 4, too far apart for C of 2 g/cm3; allowed: at most 1.78: "
            "atoms placed at random would not fit; lower it, or lower substrate.density_g_per_cm3",
        ],
    ),
    "film of an unknown element": changed(
        "element: C\n",
        "element: Cx\n",
        [
            "line 20: substrate.element: found unknown element 'Cx'; allowed: chemical symbols, H to Lr; did you mean "
            "'C'?",
        ],
    ),
    "film of a metal that atoms do not fit": changed(
        "element: C\n  density_g_per_cm3: 2.0",
        "element: Be\n  density_g_per_cm3: 20",
        [
            "line 23: substrate.minimum_distance_A: found 1.4, too far apart for Be of 20 g/cm3; allowed: at most "
            "0.75: atoms placed at random would not fit; lower it, or lower substrate.density_g_per_cm3",
        ],
    ),
    "film whose thermal motion is not known": changed(
        "substrate:\n  element: C\n",
        "thermal: {model: debye_waller}\nsubstrate:\n  element: N\n",
        [
            "line 21: substrate.element: found element 'N', whose Debye-Waller factor is not known; allowed: Be, C, O, "
            "Na, Mg, Al, Si, P, S, K, Ca, Sc, Ti, V, Cr, Mn, Fe, Co, Ni, Cu, Zn, Ga, Ge, As, Se, Sr, Y, Zr, Nb, Mo, "
            "Ru, Rh, Pd, Ag, Cd, In, Sn, Sb, Te, Ba, La, Gd, Hf, Ta, W, Re, Os, Ir, Pt, Au, Pb, Bi, Th, U "
            "(thermal.model: debye_waller); give it as `thermal: debye_waller_B_A2: {N: ...}`, B = 8 pi^2 <u^2> in "
            "square angstrom, or take `thermal: model: uniform`",
        ],
    ),
    "Debye-Waller factor of no element": changed(
        "substrate:\n",
        "thermal: {debye_waller_B_A2: {CE: 0.5}}\nsubstrate:\n",
        [
            "line 19: thermal.debye_waller_B_A2.CE: found unknown element 'CE'; allowed: chemical symbols, H to Lr; "
            "did you mean 'Ce'?",
        ],
    ),
    "vacuum without particles": configuration(
        STUDY.replace(SUBSTRATE, "").replace("particles: {min: 1", "particles: {min: 0", 1),
        "study.yaml: 1 problem, nothing was started\n"
        "  line 34: structure_sets.cdse.particles.min: found 0 without a substrate, which makes empty specimens; "
        "allowed: at least 1, or a substrate; raise it, or add the section `substrate`",
    ),
    "defocus beyond the margin": changed(
        "defocus_nm: [-40, -10, 20]",
        "defocus_nm: [-40, -10, 80]",
        [
            "line 54: domains.defocus.defocus_nm[2]: found 80, which with 2 x 1.5 nm of jitter displaces detail of 1 A "
            "by up to 1.63 nm; allowed: at most 62 either way, as detail must come from within the margin of 1.28 nm "
            "between image and cell edge; lower it, or make simulation.image_px at most 80, or simulation.cell_nm at "
            "least 5.9",
        ],
    ),
    "spherical aberration beyond the margin": changed(
        "    structures: small\n    defocus_nm: -10\n",
        "    structures: small\n    defocus_nm: 0\n    spherical_aberration_mm: 1.2\n",
        [
            "line 62: domains.structure.defocus_nm: found 0, which with 2 x 1.5 nm of jitter and Cs of 1.2 mm "
            "displaces detail of 1 A by up to 9.22 nm; allowed: displacements within the margin of 1.28 nm between "
            "image and cell edge; lower it, or make simulation.cell_nm at least 21",
        ],
    ),
    "focal spread that the nodes do not carry": changed(
        "  focal_spread_A: 10\n",
        "  focal_spread_std_A: 60\n",
        [
            "line 27: imaging.focal_spread_nodes: found 5, too few for a focal spread with a standard deviation of 60 "
            "A; allowed: at least {any}, or 0 or 1 for a quasi-coherent envelope; leave the key out: the nodes then "
            "follow the spread",
        ],
    ),
    "particles smaller than a cell of atoms": changed(
        "radius_nm: {min: 0.8, max: 1.2}",
        "radius_nm: {min: 0.1, max: 1.2}",
        [
            "line 39: structure_sets.cdse.radius_nm.min: found 0.1; allowed: at least 0.3, so that every particle "
            "holds atoms; the unit is nanometre",
            "line 42: structure_sets.cdse.stacking_faults.max: found 2; allowed: at most 0, the glide planes of "
            "the smallest particles of CdSe; lower it, or raise radius_nm.min",
        ],
    ),
    "particles larger than the cell": changed(
        "radius_nm: {min: 0.8, max: 1.2}",
        "radius_nm: {min: 0.8, max: 3}",
        [
            "line 39: structure_sets.cdse.radius_nm.max: found 3, with the gap 6.5 nm across; allowed: at most "
            "2.31 in a cell of 5.12 nm; lower it, or raise simulation.cell_nm",
        ],
    ),
    "more particles than fit": changed(
        "particles: {min: 1, max: 2}",
        "particles: {min: 1, max: 40}",
        [
            "line 40: structure_sets.cdse.particles.max: found 40 particles of radius 0.8 nm or more, 0.5 nm "
            "apart; allowed: at most 6 in a cell of 5.12 nm; lower it, or raise simulation.cell_nm to 12.6",
        ],
    ),
    "stacking faults in silver": changed(
        "    crystal: CdSe",
        "    crystal: Ag",
        [
            "line 42: structure_sets.cdse.stacking_faults: found up to 2 in Ag, which is not wurtzite; allowed: "
            "stacking faults in wurtzite only (ZnS, CdSe, or a CIF file of that structure); set max to 0, or give "
            "Ag a structure set of its own",
        ],
    ),
    "more stacking faults than planes": changed(
        "stacking_faults: {min: 0, max: 2}",
        "stacking_faults: {min: 0, max: 9}",
        [
            "line 42: structure_sets.cdse.stacking_faults.max: found 9; allowed: at most 2, the glide planes of "
            "the smallest particles of CdSe; lower it, or raise radius_nm.min",
        ],
    ),
    "aperture beyond the sampling": changed(
        "imaging:\n",
        "imaging:\n  aperture_mrad: 40\n",
        [
            "line 26: imaging.aperture_mrad: found 40, which lets through 2.03/A; allowed: at most 32.8, the "
            "limit of simulation.sampling_A 0.2 (1.67/A); make the aperture smaller, or simulation.sampling_A at "
            "most 0.164",
        ],
    ),
    "aperture that is shut": changed(
        "imaging:\n",
        "imaging:\n  aperture_mrad: 0.01\n",
        [
            "line 26: imaging.aperture_mrad: found 0.01, which lets nothing through but the undiffracted beam; "
            "allowed: at least 0.38 in a cell of 5.12 nm; the unit is milliradian",
        ],
    ),
    "dose beyond 16 bits": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 1e6]",
        [
            "line 59: domains.dose.dose_e_per_A2[1]: found 1e+06, which is 4e+04 electrons per pixel; allowed: at "
            "most 250000 with pixels of 0.2 A: counts are stored in 16 bits; lower the dose",
        ],
    ),
}
