"""Values of the configuration that have the wrong type or lie outside of their limits."""

from __future__ import annotations

from tests.bad_input.harness import Case, changed

# What stands in the study, what is put there, and the problems that are listed.
CASES: dict[str, Case] = {
    "unknown key": changed(
        "batch_size: 8",
        "batchsize: 8",
        [
            "line 71: training.batch_size: {any}found nothing",
            "line 74: training.batchsize: {any}an unknown key{any}loss{any}'batch_size'",
        ],
    ),
    "missing key": changed(
        "  energy_keV: 300\n",
        "",
        [
            "line 9: simulation.energy_keV: {any}found nothing",
        ],
    ),
    "text for a whole number": changed(
        "frozen_phonons: 2",
        "frozen_phonons: two",
        [
            "line 16: simulation.frozen_phonons: {any}'two'{any}whole number",
        ],
    ),
    "real number for a count": changed(
        "epochs: 10",
        "epochs: 1.5",
        [
            "line 73: training.epochs: {any}1.5{any}whole number",
        ],
    ),
    "whole number with a decimal point": changed(
        "train: 64",
        "train: 64.0",
        [
            "line 43: structure_sets.cdse.structures.train: {any}64.0{any}64",
        ],
    ),
    "truth value for a number": changed(
        "seed: 7",
        "seed: true",
        [
            "line 4: seed: {any}True{any}whole number",
        ],
    ),
    "nothing for a number": changed(
        "seed: 7",
        "seed:",
        [
            "line 4: seed: {any}nothing{any}whole number",
        ],
    ),
    "list for a number": changed(
        "energy_keV: 300",
        "energy_keV: [200, 300]",
        [
            "line 11: simulation.energy_keV: {any}200{any}300{any}300",
        ],
    ),
    "negative seed": changed(
        "seed: 7",
        "seed: -1",
        [
            "line 4: seed: found -1; allowed: at least 0",
        ],
    ),
    "seed beyond 63 bits": changed(
        "seed: 7",
        "seed: 9223372036854775808",
        [
            "line 4: seed: {any}9223372036854775808{any}below 9223372036854775808",
        ],
    ),
    "number with its unit": changed(
        "energy_keV: 300",
        "energy_keV: 300 kV",
        [
            "line 11: simulation.energy_keV: {any}'300 kV'{any}number",
        ],
    ),
    "number in quotes": changed(
        "energy_keV: 300",
        "energy_keV: '300'",
        [
            "line 11: simulation.energy_keV: {any}'300'{any}number",
        ],
    ),
    "decimal comma": changed(
        "density_g_per_cm3: 2.0",
        "density_g_per_cm3: 2,0",
        [
            "line 21: substrate.density_g_per_cm3: {any}'2,0'{any}number",
        ],
    ),
    "energy in volts": changed(
        "energy_keV: 300",
        "energy_keV: 300000",
        [
            "line 11: simulation.energy_keV: {any}300000{any}at most 1500",
        ],
    ),
    "no number (.nan)": changed(
        "energy_keV: 300",
        "energy_keV: .nan",
        [
            "line 11: simulation.energy_keV: {any}'.nan'{any}300",
        ],
    ),
    "infinite number (.inf)": changed(
        "defocus_nm: [-40, -10, 20]",
        "defocus_nm: [-40, -.inf, 20]",
        [
            "line 54: domains.defocus.defocus_nm[1]: {any}'-.inf'{any}number",
        ],
    ),
    "NO for a truth value": changed(
        "seed: 7",
        "seed: 7\nkeep: {exit_waves: NO}",
        [
            "line 5: keep.exit_waves: {any}'NO'{any}true or false",
        ],
    ),
    "number for a range": changed(
        "thickness_nm: {min: 1, max: 2}",
        "thickness_nm: 2",
        [
            "line 22: substrate.thickness_nm: {any}2{any}keys with values:",
        ],
    ),
    "range upside down": changed(
        "radius_nm: {min: 0.8, max: 1.2}",
        "radius_nm: {min: 1.8, max: 1.2}",
        [
            "line 39: structure_sets.cdse.radius_nm: {any}1.8{any}1.2{any}min at most",
        ],
    ),
    "range of whole numbers upside down": changed(
        "particles: {min: 1, max: 2}",
        "particles: {min: 3, max: 2}",
        [
            "line 40: structure_sets.cdse.particles: {any}3{any}2{any}min at most",
        ],
    ),
    "numbers with commas for a list": changed(
        "defocus_nm: [-40, -10, 20]",
        "defocus_nm: -40, -10, 20",
        [
            "line 54: domains.defocus.defocus_nm: {any}'-40, -10, 20'{any}number",
        ],
    ),
    "negative dose": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [-30, 400]",
        [
            "line 59: domains.dose.dose_e_per_A2[0]: {any}-30{any}above 0",
        ],
    ),
    "dose of nothing": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [0, 400]",
        [
            "line 59: domains.dose.dose_e_per_A2[0]: {any}0{any}above 0",
        ],
    ),
    "defocus of a metre": changed(
        "defocus_nm: [-40, -10, 20]",
        "defocus_nm: [-40, -10, 1e9]",
        [
            "line 54: domains.defocus.defocus_nm[2]: {any}1000000000.0{any}at most 10000",
        ],
    ),
    "learning rate above one": changed(
        "learning_rate: 3.0e-3",
        "learning_rate: 3",
        [
            "line 84: series.defocus.pretrain.learning_rate: {any}3{any}at most 1",
        ],
    ),
    "learning rate of zero": changed(
        "learning_rate: [1.0e-3, 3.0e-4]",
        "learning_rate: [1.0e-3, 0]",
        [
            "line 88: series.defocus.transfer.learning_rate[1]: {any}0{any}above 0",
        ],
    ),
    "negative learning rate": changed(
        "learning_rate: [1.0e-3, 3.0e-4]",
        "learning_rate: -1e-3",
        [
            "line 88: series.defocus.transfer.learning_rate: {any}-0.001{any}above 0",
        ],
    ),
    "growing learning rate": changed(
        "learning_rate_decay: 0.99",
        "learning_rate_decay: 1.01",
        [
            "line 75: training.learning_rate_decay: {any}1.01{any}at most 1",
        ],
    ),
    "no epochs": changed(
        "epochs: 10",
        "epochs: 0",
        [
            "line 73: training.epochs: {any}0{any}at least 1",
        ],
    ),
    "negative jitter": changed(
        "defocus_jitter_nm: 1.5",
        "defocus_jitter_nm: -1.5",
        [
            "line 28: imaging.defocus_jitter_nm: {any}-1.5{any}at least 0",
        ],
    ),
    "thin slices without end": changed(
        "slice_thickness_A: 2.0",
        "slice_thickness_A: 1e-9",
        [
            "line 15: simulation.slice_thickness_A: {any}1e-09{any}at least 0.1",
        ],
    ),
    "slices that are too thick": changed(
        "slice_thickness_A: 2.0",
        "slice_thickness_A: 20",
        [
            "line 15: simulation.slice_thickness_A: {any}20{any}at most 5",
        ],
    ),
    "focal spread of nothing": changed(
        "  focal_spread_A: 10\n",
        "",
        [
            "line 25: imaging: {any}focal_spread_A nor focal_spread_std_A{any}one of them",
        ],
    ),
    "focal spread in both conventions": changed(
        "  focal_spread_A: 10\n",
        "  focal_spread_A: 10\n  focal_spread_std_A: 7\n",
        [
            "line 25: imaging: {any}focal_spread_A and focal_spread_std_A{any}one of them",
        ],
    ),
    "focal spread of a domain in both conventions": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 400]\n    focal_spread_A: 10\n    focal_spread_std_A: [7, 8]",
        [
            "line 56: domains.dose: {any}focal_spread_A and focal_spread_std_A{any}one of them",
        ],
    ),
    "astigmatism of a domain, one of a list negative": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 400]\n    astigmatism_nm: [3, -4]",
        [
            "line 60: domains.dose.astigmatism_nm[1]: {any}-4{any}at least 0",
        ],
    ),
    "astigmatism of a domain with its unit": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 400]\n    astigmatism_nm: 3 nm",
        [
            "line 60: domains.dose.astigmatism_nm: {any}'3 nm'{any}number",
        ],
    ),
    "key of a domain without its unit": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 400]\n    astigmatism: 3",
        [
            "line 60: domains.dose.astigmatism: {any}an unknown key{any}structures{any}'astigmatism_nm'",
        ],
    ),
    "spherical aberration in micrometres": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 400]\n    spherical_aberration_mm: [0, 1200]",
        [
            "line 60: domains.dose.spherical_aberration_mm[1]: {any}1200{any}at most 10",
        ],
    ),
    "revision of an unknown kind": changed(
        "seed: 7",
        "seed: 7\nrevision: {train: 2}",
        [
            "line 5: revision.train: {any}an unknown key{any}scattering",
        ],
    ),
    "yes for the baseline": changed(
        "targets: every_other, images: 32",
        "targets: every_other, scratch: yes, images: 32",
        [
            "line 97: series.dose.transfer.scratch: {any}'yes'{any}true or false",
        ],
    ),
    "phase beyond half a turn": changed(
        "labels:\n",
        "labels:\n  phase_threshold_rad: 12\n",
        [
            "line 31: labels.phase_threshold_rad: {any}12{any}at most 3.14159",
        ],
    ),
    "label cut at one": changed(
        "cut: 0.1",
        "cut: 1",
        [
            "line 32: labels.cut: {any}1{any}below 1",
        ],
    ),
    "film denser than any element": changed(
        "density_g_per_cm3: 2.0",
        "density_g_per_cm3: 200",
        [
            "line 21: substrate.density_g_per_cm3: {any}200{any}at most 25",
        ],
    ),
    "unknown loss": changed(
        "loss: cross_entropy_of_softmax",
        "loss: dice",
        [
            "line 72: training.loss: {any}'dice'{any}cross_entropy_of_softmax",
        ],
    ),
    "unknown precision": changed(
        "precision: float32",
        "precision: float16",
        [
            "line 77: training.precision: {any}'float16'{any}auto{any}'bfloat16'",
        ],
    ),
    "unknown device": changed(
        "structures_per_job: 64",
        "structures_per_job: 64\n  device: gpu",
        [
            "line 8: work.device: {any}'gpu'{any}auto",
        ],
    ),
    "channels without bound": changed(
        "decoder_channels: [64, 32, 16, 8]",
        "decoder_channels: [64, 32, 16, 99999]",
        [
            "line 69: network.decoder_channels[3]: {any}99999{any}at most 4096",
        ],
    ),
    "channels that are no list": changed(
        "decoder_channels: [64, 32, 16, 8]",
        "decoder_channels: 64",
        [
            "line 69: network.decoder_channels: {any}64{any}list",
        ],
    ),
    "network of no depth": changed(
        "encoder_depth: 4",
        "encoder_depth: 0",
        [
            "line 68: network.encoder_depth: {any}0{any}at least 3",
        ],
    ),
}
