"""Axes, amounts and counts of the sweep that do not fit together."""

from __future__ import annotations

from tests.bad_input.harness import STUDY, Case, changed, configuration

# What stands in the study, what is put there, and the problems that are listed.
CASES: dict[str, Case] = {
    "duplicate axis value": changed(
        "images: [16, 32]",
        "images: [16, 16]",
        [
            "line 87: series.defocus.transfer.images[1]: found 16 2 times; allowed: each value once; remove the "
            "repetition",
        ],
    ),
    "duplicate defocus, differently written": changed(
        "[-40, -10, 20]",
        "[-40, -40.0, 20]",
        [
            "line 54: domains.defocus.defocus_nm[1]: found -40.0 2 times; allowed: each value once; remove the "
            "repetition",
        ],
    ),
    "learning rate twice, differently written": changed(
        "learning_rate: [1.0e-3, 3.0e-4]",
        "learning_rate: [1e-3, 0.001]",
        [
            "line 88: series.defocus.transfer.learning_rate[1]: found 0.001 2 times; allowed: each value once; "
            "remove the repetition",
        ],
    ),
    "two domains with one name": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 30.0000001]",
        [
            "line 56: domains.dose: found a second domain 'dose_030'; allowed: each domain once; name each set "
            "once, and let the values of its axes differ by 1e-6 or more",
        ],
    ),
    "empty axis": changed(
        "images: [16, 32]",
        "images: []",
        [
            "line 87: series.defocus.transfer.images: found an empty list; allowed: at least one value",
        ],
    ),
    "empty list of sources": changed(
        "sources: [defocus_m10nm, defocus_m40nm]",
        "sources: []",
        [
            "line 84: series.defocus.pretrain.sources: found an empty list; allowed: at least one value",
        ],
    ),
    "one domain only": changed(
        "domains: dose",
        "domains: [dose_030]",
        [
            "line 95: series.dose.domains: found one domain, 'dose_030'; allowed: two or more",
        ],
    ),
    "transfer onto itself": changed(
        "targets: every_other",
        "targets: [defocus_p20nm, defocus_m10nm]",
        [
            "line 86: series.defocus.transfer.targets[1]: found 'defocus_m10nm', which is a source of this series "
            "too (a transfer onto itself); allowed: domains that are not in pretrain.sources; write `targets: "
            "every_other`, or make two series",
        ],
    ),
    "more images than simulated": changed(
        "images: [16, 32]",
        "images: [16, 128]",
        [
            "line 87: series.defocus.transfer.images[1]: found 128 images; allowed: at most 64, the training "
            "structures of 'defocus_m40nm'; raise structure_sets.cdse.structures.train",
        ],
    ),
    "batch larger than the set": changed(
        "batch_size: 8",
        "batch_size: 129",
        [
            "line 74: training.batch_size: found 129; allowed: at most 128, the images of an epoch in "
            "series.defocus.transfer.images[0]; lower it, or train on more images",
        ],
    ),
    "count mismatch": changed(
        "networks: 6",
        "networks: 7",
        [
            "line 100: series.dose.networks: found 7; allowed: 6, to which this series expands; write `networks: "
            "6` if this is what you mean, or put the axes right",
        ],
    ),
    "no networks": changed(
        "networks: 6",
        "networks: 0",
        [
            "line 100: series.dose.networks: found 0; allowed: at least 1",
        ],
    ),
    "counts that explode": changed(
        "replicates: 1",
        "replicates: 10000000",
        [
            "line 93: series.defocus.networks: found 48; allowed: the number to which this series expands, here "
            "some 720000000; shorten its lists, or lower its replicates",
        ],
    ),
    "structures that explode": changed(
        "train: 64",
        "train: 10000000",
        [
            "line 43: structure_sets.cdse.structures.train: found 10000000; allowed: at most 640000, 10000 jobs "
            "of work.structures_per_job; lower it, or raise work.structures_per_job",
        ],
    ),
    "decoder that does not fit": changed(
        "decoder_channels: [64, 32, 16, 8]",
        "decoder_channels: [64, 32, 16]",
        [
            "line 69: network.decoder_channels: found 3 values; allowed: 4, one for each halving "
            "(network.encoder_depth)",
        ],
    ),
    "mixture of three": changed(
        "images: [[16, 48], [48, 16]]",
        "images: [[16, 48, 2]]",
        [
            "line 112: series.mixture.mixture.images[0]: found [16, 48, 2]; allowed: at most 2 values; it means: "
            "pairs [images of the first domain, images of the second]",
        ],
    ),
    "mixture of one": changed(
        "images: [[16, 48], [48, 16]]",
        "images: [16, 48]",
        [
            "line 112: series.mixture.mixture.images[0]: found 16; allowed: a list; it means: pairs [images of "
            "the first domain, images of the second]",
            "line 112: series.mixture.mixture.images[1]: found 48; allowed: a list; it means: pairs [images of "
            "the first domain, images of the second]",
        ],
    ),
    "mixture with transfer": changed(
        "    mixture:\n",
        "    transfer: {targets: every_other, images: 8, learning_rate: 0.1, freeze: none}\n    mixture:\n",
        [
            "line 108: series.mixture: found both; allowed: either `pretrain` with `transfer`, or `mixture`",
        ],
    ),
    "pretraining without transfer": changed(
        "    transfer: {targets: every_other, images: 32, learning_rate: 1.0e-3, freeze: [none, encoder, "
        "decoder], epochs: 5}\n",
        "",
        [
            "line 94: series.dose: found `pretrain` without `transfer`; allowed: both; add `transfer`",
        ],
    ),
    "no series": changed(
        "series:\n",
        "series: {}\nserie:\n",
        [
            "line 81: series: found {}; allowed: at least 1 value; it means: blocks of the sweep, by name",
            "line 82: serie: found an unknown key; allowed: sweep, seed, revision, keep, work, costs, crystals, "
            "simulation, substrate, thermal, imaging, labels, structure_sets, domains, network, training, pretraining, "
            "series; did you mean 'series' or 'seed' or 'sweep'?",
        ],
    ),
    "together that is no list": changed(
        "together: [images]",
        "together: images",
        [
            "line 115: series.mixture.together: found 'images' (text); allowed: a list; it means: axes that vary "
            "inside one run (one job); [] = one network per job",
        ],
    ),
    "mixture that needs a structure twice": changed(
        "images: [[16, 48], [48, 16]]",
        "images: [[16, 48], [64, 64]]",
        [
            "line 112: series.mixture.mixture.images[1]: found [64, 64], together 128; allowed: at most 64 together, "
            "the training structures of 'cdse': 'defocus_m10nm' and 'defocus_m40nm' share them, and no structure is "
            "shown in both; lower them, or raise structure_sets.cdse.structures.train",
        ],
    ),
    "mixture of two structure sets, of which one is too small": changed(
        "    domains: defocus\n    mixture:\n      pairs_with: [defocus_m10nm]\n      images: [[16, 48], [48, 16]]",
        "    domains: structure\n    mixture:\n      pairs_with: every\n      images: [[64, 64], [1, 65]]",
        [
            "line 112: series.mixture.mixture.images[1]: found 65 images; allowed: at most 64, the training structures "
            "of 'structure_cdse_small'; raise structure_sets.small.structures.train",
        ],
    ),
    "mixture with one validation structure": changed(
        "validation: 16",
        "validation: 1",
        [
            "line 43: structure_sets.cdse.structures.validation: found 1; allowed: at least 2, as mixtures of "
            "'defocus_m10nm' and 'defocus_m40nm' show both domains and no structure twice; raise it",
        ],
    ),
    "mixture with none of one domain": changed(
        "images: [[16, 48], [48, 16]]",
        "images: [[1, 0]]",
        [
            "line 112: series.mixture.mixture.images[0][1]: found 0; allowed: at least 1",
        ],
    ),
    "last batch of one image with features of one pixel": configuration(
        STUDY.replace("image_px: 128", "image_px: 16").replace("batch_size: 8", "batch_size: 127"),
        "study.yaml: 1 problem, nothing was started\n"
        "  line 74: training.batch_size: found 127, with which a batch of series.defocus.transfer.images[0] has one "
        "image; allowed: batches of two or more, as deep features of one pixel cannot be normalised over one image; "
        "change it, or take a larger simulation.image_px or a smaller network.encoder_depth",
    ),
}
