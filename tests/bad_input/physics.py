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
            "line 13: simulation.sampling_A: {any}0.19{any}269.474{any}0.190335",
        ],
    ),
    "exit waves finer than calculated": changed(
        "exit_wave_sampling_A: 0.2",
        "exit_wave_sampling_A: 0.16",
        [
            "line 14: simulation.exit_wave_sampling_A: {any}0.16{any}0.2",
        ],
    ),
    "image larger than the cell": changed(
        "image_px: 128",
        "image_px: 512",
        [
            "line 17: simulation.image_px: {any}512{any}10.24{any}at most 256",
        ],
    ),
    "image that the network cannot halve": changed(
        "image_px: 128",
        "image_px: 120",
        [
            "line 17: simulation.image_px: {any}120{any}16",
        ],
    ),
    "slices thicker than the particles": changed(
        "thickness_nm: {min: 1, max: 2}",
        "thickness_nm: {min: 0.1, max: 2}",
        [
            "line 15: simulation.slice_thickness_A: {any}2{any}at most 1",
        ],
    ),
    "more memory than any machine has": changed(
        "frozen_phonons: 2",
        "frozen_phonons: 9999999",
        [
            "line 9: simulation: {any}31457.7{any}less than the",
        ],
    ),
    "film that atoms do not fit": changed(
        "minimum_distance_A: 1.4",
        "minimum_distance_A: 4",
        [
            "line 23: substrate.minimum_distance_A: {any}4{any}2{any}at most 1.78",
        ],
    ),
    "film of an unknown element": changed(
        "element: C\n",
        "element: Cx\n",
        [
            "line 20: substrate.element: {any}'Cx'{any}chemical symbols{any}'C'",
        ],
    ),
    "film of a metal that atoms do not fit": changed(
        "element: C\n  density_g_per_cm3: 2.0",
        "element: Be\n  density_g_per_cm3: 20",
        [
            "line 23: substrate.minimum_distance_A: {any}1.4{any}20{any}at most 0.75",
        ],
    ),
    "film whose thermal motion is not known": changed(
        "substrate:\n  element: C\n",
        "thermal: {model: debye_waller}\nsubstrate:\n  element: N\n",
        [
            "line 21: substrate.element: {any}'N'{any}Be",
        ],
    ),
    "Debye-Waller factor of no element": changed(
        "substrate:\n",
        "thermal: {debye_waller_B_A2: {CE: 0.5}}\nsubstrate:\n",
        [
            "line 19: thermal.debye_waller_B_A2.CE: {any}'CE'{any}chemical symbols{any}'Ce'",
        ],
    ),
    "vacuum without particles": configuration(
        STUDY.replace(SUBSTRATE, "").replace("particles: {min: 1", "particles: {min: 0", 1),
        "study.yaml: 1 problem\n  line 34: structure_sets.cdse.particles.min: {any}0{any}at least 1",
    ),
    "defocus beyond the margin": changed(
        "defocus_nm: [-40, -10, 20]",
        "defocus_nm: [-40, -10, 80]",
        [
            "line 54: domains.defocus.defocus_nm[2]: {any}80{any}2{any}1.5{any}at most 62",
        ],
    ),
    "spherical aberration beyond the margin": changed(
        "    structures: small\n    defocus_nm: -10\n",
        "    structures: small\n    defocus_nm: 0\n    spherical_aberration_mm: 1.2\n",
        [
            "line 62: domains.structure.defocus_nm: {any}0{any}2{any}1.5{any}1.28",
        ],
    ),
    "focal spread that the nodes do not carry": changed(
        "  focal_spread_A: 10\n",
        "  focal_spread_std_A: 60\n",
        [
            "line 27: imaging.focal_spread_nodes: {any}5{any}60{any}0",
        ],
    ),
    "particles smaller than a cell of atoms": changed(
        "radius_nm: {min: 0.8, max: 1.2}",
        "radius_nm: {min: 0.1, max: 1.2}",
        [
            "line 39: structure_sets.cdse.radius_nm.min: {any}0.1{any}at least 0.3",
            "line 42: structure_sets.cdse.stacking_faults.max: {any}2{any}at most 0",
        ],
    ),
    "particles larger than the cell": changed(
        "radius_nm: {min: 0.8, max: 1.2}",
        "radius_nm: {min: 0.8, max: 3}",
        [
            "line 39: structure_sets.cdse.radius_nm.max: {any}3{any}6.5{any}at most 2.31",
        ],
    ),
    "more particles than fit": changed(
        "particles: {min: 1, max: 2}",
        "particles: {min: 1, max: 40}",
        [
            "line 40: structure_sets.cdse.particles.max: {any}40{any}0.8{any}0.5{any}at most 6",
        ],
    ),
    "stacking faults in silver": changed(
        "    crystal: CdSe",
        "    crystal: Ag",
        [
            "line 42: structure_sets.cdse.stacking_faults: {any}2{any}0",
        ],
    ),
    "more stacking faults than planes": changed(
        "stacking_faults: {min: 0, max: 2}",
        "stacking_faults: {min: 0, max: 9}",
        [
            "line 42: structure_sets.cdse.stacking_faults.max: {any}9{any}at most 2",
        ],
    ),
    "aperture beyond the sampling": changed(
        "imaging:\n",
        "imaging:\n  aperture_mrad: 40\n",
        [
            "line 26: imaging.aperture_mrad: {any}40{any}2.03{any}at most 32.8",
        ],
    ),
    "aperture that is shut": changed(
        "imaging:\n",
        "imaging:\n  aperture_mrad: 0.01\n",
        [
            "line 26: imaging.aperture_mrad: {any}0.01{any}at least 0.38",
        ],
    ),
    "dose beyond 16 bits": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 1e6]",
        [
            "line 59: domains.dose.dose_e_per_A2[1]: {any}1e+06{any}4e+04{any}at most 250000",
        ],
    ),
}
