"""Settings that are possible one by one and impossible together."""

from __future__ import annotations

from tests.bad_input.harness import Case, changed

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
        "slice_thickness_A: 2.0",
        "slice_thickness_A: 20",
        [
            "line 15: simulation.slice_thickness_A: found 20; allowed: at most 10, the thickness of the thinnest "
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
            "line 23: substrate.minimum_distance_A: found 4, too far apart for 2 g/cm3; allowed: at most 1.78: "
            "atoms placed at random would not fit; lower it, or lower substrate.density_g_per_cm3",
        ],
    ),
    "film of an unknown element": changed(
        "element: C\n",
        "element: Cx\n",
        [
            "line 20: substrate.element: found unknown element 'Cx'; allowed: Be, C, O, Na, Mg, Al, Si, P, S, K, "
            "Ca, Sc, Ti, V, Cr, Mn, Fe, Co, Ni, Cu, Zn, Ga, Ge, As, Se, Sr, Y, Zr, Nb, Mo, Ru, Rh, Pd, Ag, Cd, "
            "In, Sn, Sb, Te, Ba, La, Gd, Hf, Ta, W, Re, Os, Ir, Pt, Au, Pb, Bi, Th, U; did you mean 'C'?",
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
