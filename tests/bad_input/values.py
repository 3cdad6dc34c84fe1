"""Values of the configuration that have the wrong type or lie outside of their limits."""

from __future__ import annotations

from tests.bad_input.harness import Case, changed

# What stands in the study, what is put there, and the problems that are listed.
CASES: dict[str, Case] = {
    "unknown key": changed(
        "batch_size: 8",
        "batchsize: 8",
        [
            "line 71: training.batch_size: found nothing (the key is missing); it means: images per step; add it",
            "line 74: training.batchsize: found an unknown key; allowed: loss, epochs, batch_size, "
            "learning_rate_decay, augmentation, precision; did you mean 'batch_size'?",
        ],
    ),
    "missing key": changed(
        "  energy_keV: 300\n",
        "",
        [
            "line 9: simulation.energy_keV: found nothing (the key is missing); it means: beam energy; add it",
        ],
    ),
    "text for a whole number": changed(
        "frozen_phonons: 2",
        "frozen_phonons: two",
        [
            "line 16: simulation.frozen_phonons: found 'two' (text); allowed: a whole number",
        ],
    ),
    "real number for a count": changed(
        "epochs: 10",
        "epochs: 1.5",
        [
            "line 73: training.epochs: found 1.5; allowed: a whole number",
        ],
    ),
    "whole number with a decimal point": changed(
        "train: 64",
        "train: 64.0",
        [
            "line 43: structure_sets.cdse.structures.train: found 64.0; allowed: a whole number; write 64",
        ],
    ),
    "truth value for a number": changed(
        "seed: 7",
        "seed: true",
        [
            "line 4: seed: found True; allowed: a whole number",
        ],
    ),
    "nothing for a number": changed(
        "seed: 7",
        "seed:",
        [
            "line 4: seed: found nothing; allowed: a whole number",
        ],
    ),
    "list for a number": changed(
        "energy_keV: 300",
        "energy_keV: [200, 300]",
        [
            "line 11: simulation.energy_keV: found [200, 300]; allowed: a number; the unit is kiloelectronvolt: a "
            "microscope at 300 kV has 300",
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
            "line 4: seed: found 9223372036854775808; allowed: below 9223372036854775808",
        ],
    ),
    "number with its unit": changed(
        "energy_keV: 300",
        "energy_keV: 300 kV",
        [
            "line 11: simulation.energy_keV: found '300 kV' (text); allowed: a number; write the number alone, "
            "its unit is part of the key",
        ],
    ),
    "number in quotes": changed(
        "energy_keV: 300",
        "energy_keV: '300'",
        [
            "line 11: simulation.energy_keV: found '300' (text); allowed: a number; remove the quotes",
        ],
    ),
    "decimal comma": changed(
        "density_g_per_cm3: 2.0",
        "density_g_per_cm3: 2,0",
        [
            "line 21: substrate.density_g_per_cm3: found '2,0' (text); allowed: a number; write a decimal point "
            "instead of the comma",
        ],
    ),
    "energy in volts": changed(
        "energy_keV: 300",
        "energy_keV: 300000",
        [
            "line 11: simulation.energy_keV: found 300000; allowed: at most 1500; the unit is kiloelectronvolt: a "
            "microscope at 300 kV has 300",
        ],
    ),
    "no number (.nan)": changed(
        "energy_keV: 300",
        "energy_keV: .nan",
        [
            "line 11: simulation.energy_keV: found '.nan' (text); allowed: a number; the unit is "
            "kiloelectronvolt: a microscope at 300 kV has 300",
        ],
    ),
    "infinite number (.inf)": changed(
        "defocus_nm: [-40, -10, 20]",
        "defocus_nm: [-40, -.inf, 20]",
        [
            "line 54: domains.defocus.defocus_nm[1]: found '-.inf' (text); allowed: a number; the unit is nanometre",
        ],
    ),
    "NO for a truth value": changed(
        "seed: 7",
        "seed: 7\nkeep: {exit_waves: NO}",
        [
            "line 5: keep.exit_waves: found 'NO' (text); allowed: true or false; write false",
        ],
    ),
    "number for a range": changed(
        "thickness_nm: {min: 1, max: 2}",
        "thickness_nm: 2",
        [
            "line 22: substrate.thickness_nm: found 2; allowed: keys with values: min, max; it means: thickness, "
            "drawn uniformly per structure",
        ],
    ),
    "range upside down": changed(
        "radius_nm: {min: 0.8, max: 1.2}",
        "radius_nm: {min: 1.8, max: 1.2}",
        [
            "line 39: structure_sets.cdse.radius_nm: found min 1.8 above max 1.2; allowed: min at most max",
        ],
    ),
    "range of whole numbers upside down": changed(
        "particles: {min: 1, max: 2}",
        "particles: {min: 3, max: 2}",
        [
            "line 40: structure_sets.cdse.particles: found min 3 above max 2; allowed: min at most max",
        ],
    ),
    "numbers with commas for a list": changed(
        "defocus_nm: [-40, -10, 20]",
        "defocus_nm: -40, -10, 20",
        [
            "line 54: domains.defocus.defocus_nm: found '-40, -10, 20' (text); allowed: a number, or a list; the "
            "unit is nanometre",
        ],
    ),
    "negative dose": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [-30, 400]",
        [
            "line 59: domains.dose.dose_e_per_A2[0]: found -30; allowed: above 0",
        ],
    ),
    "dose of nothing": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [0, 400]",
        [
            "line 59: domains.dose.dose_e_per_A2[0]: found 0; allowed: above 0",
        ],
    ),
    "defocus of a metre": changed(
        "defocus_nm: [-40, -10, 20]",
        "defocus_nm: [-40, -10, 1e9]",
        [
            "line 54: domains.defocus.defocus_nm[2]: found 1000000000.0; allowed: at most 10000; the unit is nanometre",
        ],
    ),
    "learning rate above one": changed(
        "learning_rate: 3.0e-3",
        "learning_rate: 3",
        [
            "line 84: series.defocus.pretrain.learning_rate: found 3; allowed: at most 1",
        ],
    ),
    "learning rate of zero": changed(
        "learning_rate: [1.0e-3, 3.0e-4]",
        "learning_rate: [1.0e-3, 0]",
        [
            "line 88: series.defocus.transfer.learning_rate[1]: found 0; allowed: above 0",
        ],
    ),
    "negative learning rate": changed(
        "learning_rate: [1.0e-3, 3.0e-4]",
        "learning_rate: -1e-3",
        [
            "line 88: series.defocus.transfer.learning_rate: found -0.001; allowed: above 0",
        ],
    ),
    "growing learning rate": changed(
        "learning_rate_decay: 0.99",
        "learning_rate_decay: 1.01",
        [
            "line 75: training.learning_rate_decay: found 1.01; allowed: at most 1",
        ],
    ),
    "no epochs": changed(
        "epochs: 10",
        "epochs: 0",
        [
            "line 73: training.epochs: found 0; allowed: at least 1",
        ],
    ),
    "negative jitter": changed(
        "defocus_jitter_nm: 1.5",
        "defocus_jitter_nm: -1.5",
        [
            "line 28: imaging.defocus_jitter_nm: found -1.5; allowed: at least 0",
        ],
    ),
    "thin slices without end": changed(
        "slice_thickness_A: 2.0",
        "slice_thickness_A: 1e-9",
        [
            "line 15: simulation.slice_thickness_A: found 1e-09; allowed: at least 0.1; 1 to 2 are usual; thicker "
            "ones lose the depth of the specimen",
        ],
    ),
    "slices that are too thick": changed(
        "slice_thickness_A: 2.0",
        "slice_thickness_A: 20",
        [
            "line 15: simulation.slice_thickness_A: found 20; allowed: at most 5; 1 to 2 are usual; thicker ones lose "
            "the depth of the specimen",
        ],
    ),
    "focal spread of nothing": changed(
        "  focal_spread_A: 10\n",
        "",
        [
            "line 25: imaging: found neither focal_spread_A nor focal_spread_std_A; allowed: one of them",
        ],
    ),
    "focal spread in both conventions": changed(
        "  focal_spread_A: 10\n",
        "  focal_spread_A: 10\n  focal_spread_std_A: 7\n",
        [
            "line 25: imaging: found both focal_spread_A and focal_spread_std_A; allowed: one of them",
        ],
    ),
    "focal spread of a domain in both conventions": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 400]\n    focal_spread_A: 10\n    focal_spread_std_A: [7, 8]",
        [
            "line 56: domains.dose: found both focal_spread_A and focal_spread_std_A; allowed: one of them; remove the "
            "other",
        ],
    ),
    "astigmatism of a domain, one of a list negative": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 400]\n    astigmatism_nm: [3, -4]",
        [
            "line 60: domains.dose.astigmatism_nm[1]: found -4; allowed: at least 0",
        ],
    ),
    "astigmatism of a domain with its unit": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 400]\n    astigmatism_nm: 3 nm",
        [
            "line 60: domains.dose.astigmatism_nm: found '3 nm' (text); allowed: a number, or a list; write the number "
            "alone, its unit is part of the key",
        ],
    ),
    "key of a domain without its unit": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 400]\n    astigmatism: 3",
        [
            "line 60: domains.dose.astigmatism: found an unknown key; allowed: structures, defocus_nm, dose_e_per_A2, "
            "focal_spread_A, focal_spread_std_A, defocus_jitter_nm, spherical_aberration_mm, astigmatism_nm, "
            "astigmatism_angle_deg, aperture_mrad; did you mean 'astigmatism_nm' or 'astigmatism_angle_deg'?",
        ],
    ),
    "spherical aberration in micrometres": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 400]\n    spherical_aberration_mm: [0, 1200]",
        [
            "line 60: domains.dose.spherical_aberration_mm[1]: found 1200; allowed: at most 10; the unit is "
            "millimetre: 10 um are 0.01",
        ],
    ),
    "revision of an unknown kind": changed(
        "seed: 7",
        "seed: 7\nrevision: {train: 2}",
        [
            "line 5: revision.train: found an unknown key; allowed: scattering, rendering, network, score",
        ],
    ),
    "yes for the baseline": changed(
        "targets: every_other, images: 32",
        "targets: every_other, scratch: yes, images: 32",
        [
            "line 97: series.dose.transfer.scratch: found 'yes' (text); allowed: true or false; write true",
        ],
    ),
    "phase beyond half a turn": changed(
        "labels:\n",
        "labels:\n  phase_threshold_rad: 12\n",
        [
            "line 31: labels.phase_threshold_rad: found 12; allowed: at most 3.14159",
        ],
    ),
    "label cut at one": changed(
        "cut: 0.1",
        "cut: 1",
        [
            "line 32: labels.cut: found 1; allowed: below 1",
        ],
    ),
    "film denser than any element": changed(
        "density_g_per_cm3: 2.0",
        "density_g_per_cm3: 200",
        [
            "line 21: substrate.density_g_per_cm3: found 200; allowed: at most 25",
        ],
    ),
    "unknown loss": changed(
        "loss: cross_entropy_of_softmax",
        "loss: dice",
        [
            "line 72: training.loss: found 'dice'; allowed: cross_entropy_of_softmax, cross_entropy",
        ],
    ),
    "unknown precision": changed(
        "precision: float32",
        "precision: float16",
        [
            "line 77: training.precision: found 'float16'; allowed: auto, float32, bfloat16; did you mean "
            "'bfloat16' or 'float32'?",
        ],
    ),
    "unknown device": changed(
        "structures_per_job: 64",
        "structures_per_job: 64\n  device: gpu",
        [
            "line 8: work.device: found 'gpu'; allowed: auto, cpu, cuda, or cuda:<number>",
        ],
    ),
    "channels without bound": changed(
        "decoder_channels: [64, 32, 16, 8]",
        "decoder_channels: [64, 32, 16, 99999]",
        [
            "line 69: network.decoder_channels[3]: found 99999; allowed: at most 4096",
        ],
    ),
    "channels that are no list": changed(
        "decoder_channels: [64, 32, 16, 8]",
        "decoder_channels: 64",
        [
            "line 69: network.decoder_channels: found 64; allowed: a list; it means: channels of the decoder, one "
            "per halving",
        ],
    ),
    "network of no depth": changed(
        "encoder_depth: 4",
        "encoder_depth: 0",
        [
            "line 68: network.encoder_depth: found 0; allowed: at least 3",
        ],
    ),
}
