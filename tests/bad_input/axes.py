"""Axes, amounts and counts of the sweep that do not fit together."""

from __future__ import annotations

from tests.bad_input.harness import STUDY, Case, changed, configuration

# What stands in the study, what is put there, and the problems that are listed.
CASES: dict[str, Case] = {
    "duplicate axis value": changed(
        "images: [16, 32]",
        "images: [16, 16]",
        [
            "line 87: series.defocus.transfer.images[1]: {any}16, listed twice{any}each value once",
        ],
    ),
    "duplicate defocus, differently written": changed(
        "[-40, -10, 20]",
        "[-40, -40.0, 20]",
        [
            "line 54: domains.defocus.defocus_nm[1]: {any}-40.0, listed twice{any}each value once",
        ],
    ),
    "learning rate twice, differently written": changed(
        "learning_rate: [1.0e-3, 3.0e-4]",
        "learning_rate: [1e-3, 0.001]",
        [
            "line 88: series.defocus.transfer.learning_rate[1]: {any}0.001, listed twice{any}each value once",
        ],
    ),
    "value three times": changed(
        "images: [16, 32]",
        "images: [16, 16, 16]",
        ["line 87: series.defocus.transfer.images[2]: {any}16, listed 3 times{any}each value once"],
    ),
    "count with a separator": changed(
        "networks: 48",
        "networks: 48,000",
        ["line 93: series.defocus.networks: {any}'48,000'{any}whole number{any}48000"],
    ),
    "count with separators of another country": changed(
        "networks: 48",
        "networks: 1.048.000",
        ["line 93: series.defocus.networks: {any}'1.048.000'{any}whole number{any}1048000"],
    ),
    "two domains with one name": changed(
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [30, 30.0000001]",
        [
            "line 56: domains.dose: {any}'dose_030'{any}1e-6",
        ],
    ),
    "empty axis": changed(
        "images: [16, 32]",
        "images: []",
        [
            "line 87: series.defocus.transfer.images: {any}an empty list{any}at least one",
        ],
    ),
    "empty list of sources": changed(
        "sources: [defocus_m10nm, defocus_m40nm]",
        "sources: []",
        [
            "line 84: series.defocus.pretrain.sources: {any}an empty list{any}at least one",
        ],
    ),
    "one domain only": changed(
        "domains: dose",
        "domains: [dose_030]",
        [
            "line 95: series.dose.domains: {any}'dose_030'{any}two or more",
        ],
    ),
    "transfer onto itself": changed(
        "targets: every_other",
        "targets: [defocus_p20nm, defocus_m10nm]",
        [
            "line 86: series.defocus.transfer.targets[1]: {any}'defocus_m10nm'{any}domains that are",
        ],
    ),
    "more images than simulated": changed(
        "images: [16, 32]",
        "images: [16, 128]",
        [
            "line 87: series.defocus.transfer.images[1]: {any}128{any}at most 64",
        ],
    ),
    "batch larger than the set": changed(
        "batch_size: 8",
        "batch_size: 129",
        [
            "line 74: training.batch_size: {any}129{any}at most 128",
        ],
    ),
    "count mismatch": changed(
        "networks: 6",
        "networks: 7",
        [
            "line 100: series.dose.networks: {any}7{any}6",
        ],
    ),
    "no networks": changed(
        "networks: 6",
        "networks: 0",
        [
            "line 100: series.dose.networks: {any}0{any}at least 1",
        ],
    ),
    "counts that explode": changed(
        "replicates: 1",
        "replicates: 10000000",
        [
            "line 93: series.defocus.networks: {any}48{any}720000000",
        ],
    ),
    "structures that explode": changed(
        "train: 64",
        "train: 10000000",
        [
            "line 43: structure_sets.cdse.structures.train: {any}10000000{any}at most 640000",
        ],
    ),
    "decoder that does not fit": changed(
        "decoder_channels: [64, 32, 16, 8]",
        "decoder_channels: [64, 32, 16]",
        [
            "line 69: network.decoder_channels: {any}3{any}4",
        ],
    ),
    "mixture of three": changed(
        "images: [[16, 48], [48, 16]]",
        "images: [[16, 48, 2]]",
        [
            "line 112: series.mixture.mixture.images[0]: {any}16{any}48{any}2{any}at most 2",
        ],
    ),
    "mixture of one": changed(
        "images: [[16, 48], [48, 16]]",
        "images: [16, 48]",
        [
            "line 112: series.mixture.mixture.images[0]: {any}16{any}list",
            "line 112: series.mixture.mixture.images[1]: {any}48{any}list",
        ],
    ),
    "mixture with transfer": changed(
        "    mixture:\n",
        "    transfer: {targets: every_other, images: 8, learning_rate: 0.1, freeze: none}\n    mixture:\n",
        [
            "line 108: series.mixture: {any}both{any}either `pretrain` with",
        ],
    ),
    "pretraining without transfer": changed(
        "    transfer: {targets: every_other, images: 32, learning_rate: 1.0e-3, freeze: [none, encoder, "
        "decoder], epochs: 5}\n",
        "",
        [
            "line 94: series.dose: {any}`pretrain` without `transfer`{any}both",
        ],
    ),
    "no series": changed(
        "series:\n",
        "series: {}\nserie:\n",
        [
            "line 81: series: {any}{}{any}at least 1",
            "line 82: serie: {any}an unknown key{any}sweep{any}'series'",
        ],
    ),
    "together that is no list": changed(
        "together: [images]",
        "together: images",
        [
            "line 115: series.mixture.together: {any}'images'{any}list",
        ],
    ),
    "mixture that needs a structure twice": changed(
        "images: [[16, 48], [48, 16]]",
        "images: [[16, 48], [64, 64]]",
        [
            "line 112: series.mixture.mixture.images[1]: {any}64{any}64{any}128{any}at most 64",
        ],
    ),
    "mixture of two structure sets, of which one is too small": changed(
        "    domains: defocus\n    mixture:\n      pairs_with: [defocus_m10nm]\n      images: [[16, 48], [48, 16]]",
        "    domains: structure\n    mixture:\n      pairs_with: every\n      images: [[64, 64], [1, 65]]",
        [
            "line 112: series.mixture.mixture.images[1]: {any}65{any}at most 64",
        ],
    ),
    "mixture with one validation structure": changed(
        "validation: 16",
        "validation: 1",
        [
            "line 43: structure_sets.cdse.structures.validation: {any}1{any}at least 2",
        ],
    ),
    "mixture with none of one domain": changed(
        "images: [[16, 48], [48, 16]]",
        "images: [[1, 0]]",
        [
            "line 112: series.mixture.mixture.images[0][1]: {any}0{any}at least 1",
        ],
    ),
    "last batch of one image with features of one pixel": configuration(
        STUDY.replace("image_px: 128", "image_px: 16").replace("batch_size: 8", "batch_size: 127"),
        "study.yaml: 1 problem\n  line 74: training.batch_size: {any}127{any}0{any}batches of two",
    ),
}
