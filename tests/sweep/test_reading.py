"""What a person is told about a configuration that cannot be used."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hrtem_transfer.config.problems import ConfigError
from hrtem_transfer.sweep import read_sweep

ROOT = Path(__file__).parents[2]
STUDY = Path(__file__).with_name("study.yaml").read_text()


def write(folder: Path, old: str, new: str) -> Path:
    """A good configuration with one replacement, which must apply exactly where it is meant."""
    assert STUDY.count(old) >= 1, f"the study has no {old!r} any more"
    file = folder / "study.yaml"
    file.write_text(STUDY.replace(old, new, 1))
    return file


# (what stands in the demo, what is put there, the message without file and line)
CASES = {
    "unknown key": (
        "batch_size: 8",
        "batchsize: 8",
        "training.batchsize: found an unknown key; allowed: loss, epochs, batch_size, learning_rate_decay, "
        "augmentation, precision; did you mean 'batch_size'?",
    ),
    "missing key": (
        "  energy_keV: 300\n",
        "",
        "simulation.energy_keV: found nothing (the key is missing); it means: beam energy; add it",
    ),
    "wrong type": (
        "frozen_phonons: 2",
        "frozen_phonons: two",
        "simulation.frozen_phonons: found 'two' (text); allowed: a valid integer",
    ),
    "real number for a count": (
        "epochs: 10",
        "epochs: 1.5",
        "training.epochs: found 1.5; allowed: a valid integer",
    ),
    "truth value for a number": ("seed: 7", "seed: true", "seed: found True; allowed: a valid integer"),
    "energy in volts": (
        "energy_keV: 300",
        "energy_keV: 300000",
        "simulation.energy_keV: found 300000; allowed: less than or equal to 1500; the unit is kiloelectronvolt: "
        "a microscope at 300 kV has 300",
    ),
    "unknown crystal": (
        "crystal: CdSe",
        "crystal: CdTe",
        "structure_sets.cdse.crystal: found unknown crystal 'CdTe'; allowed: ZnS, CdSe, Cu, Ag, C, Si, Fe3O4, Co3O4, "
        "Fe; did you mean 'CdSe'?",
    ),
    "unknown structure set": (
        "structures: small",
        "structures: smal",
        "domains.structure.structures: found unknown structure set 'smal'; allowed: cdse, small, cdse_small, "
        "ag_small, co3o4_small; did you mean 'small' or 'ag_small'?",
    ),
    "unknown domain family": (
        "domains: dose",
        "domains: doze",
        "series.dose.domains: found unknown domain or domain family 'doze'; allowed: defocus, dose, structure, ",
    ),
    "unknown source": (
        "pairs_with: [defocus_m10nm]",
        "pairs_with: [defocus_m12nm]",
        "series.mixture.mixture.pairs_with[0]: found unknown domain of this series 'defocus_m12nm'; allowed: ",
    ),
    "transfer onto itself": (
        "targets: every_other",
        "targets: [defocus_p20nm, defocus_m10nm]",
        "series.defocus.transfer.targets[1]: found 'defocus_m10nm', which is a source of this series too (a transfer "
        "onto itself); allowed: domains that are not in pretrain.sources; write `targets: every_other`, or make two "
        "series",
    ),
    "more images than simulated": (
        "images: [16, 32]",
        "images: [16, 128]",
        "series.defocus.transfer.images[1]: found 128 images; allowed: at most 64, the training structures of "
        "'defocus_m40nm'; raise structure_sets.cdse.structures.train",
    ),
    "batch larger than the set": (
        "batch_size: 8",
        "batch_size: 129",
        "training.batch_size: found 129; allowed: at most 128, the images of an epoch in "
        "series.defocus.transfer.images.0; lower it, or train on more images",
    ),
    "image that the network cannot halve": (
        "image_px: 128",
        "image_px: 120",
        "simulation.image_px: found 120; allowed: multiples of 16, as the network halves the image 4 times; use 112 "
        "or 128, or a smaller network.encoder_depth",
    ),
    "negative dose": (
        "dose_e_per_A2: [30, 400]",
        "dose_e_per_A2: [-30, 400]",
        "domains.dose.dose_e_per_A2[0]: found -30; allowed: greater than 0",
    ),
    "duplicate axis value": (
        "images: [16, 32]",
        "images: [16, 16]",
        "series.defocus.transfer.images[1]: found 16 2 times; allowed: each value once; remove the repetition",
    ),
    "duplicate defocus, differently written": (
        "[-40, -10, 20]",
        "[-40, -40.0, 20]",
        "domains.defocus.defocus_nm[1]: found -40.0 2 times; allowed: each value once; remove the repetition",
    ),
    "count mismatch": (
        "networks: 6",
        "networks: 7",
        "series.dose.networks: found 7; allowed: 6, to which this series expands; write `networks: 6` if this is what "
        "you mean, or put the axes right",
    ),
    "unknown freeze mode": (
        "freeze: [none, encoder, decoder]",
        "freeze: [none, enc]",
        "series.defocus.transfer.freeze[1]: found 'enc'; allowed: none, encoder, decoder; did you mean 'encoder'?",
    ),
    "unknown encoder": (
        "encoder: tu-test_resnet",
        "encoder: resnet19",
        "network.encoder: found unknown encoder 'resnet19'; allowed: an encoder of segmentation_models_pytorch, or "
        "tu-<name of a timm model>; did you mean 'resnet18' or",
    ),
    "decoder that does not fit": (
        "decoder_channels: [64, 32, 16, 8]",
        "decoder_channels: [64, 32, 16]",
        "network.decoder_channels: found 3 values; allowed: 4, one for each halving (network.encoder_depth)",
    ),
    "learning rate above one": (
        "learning_rate: 3.0e-3",
        "learning_rate: 3",
        "series.defocus.pretrain.learning_rate: found 3; allowed: less than or equal to 1",
    ),
    "range upside down": (
        "radius_nm: {min: 0.8, max: 1.2}",
        "radius_nm: {min: 1.8, max: 1.2}",
        "structure_sets.cdse.radius_nm: found min (1.8) is above max (1.2)",
    ),
    "axis of runs that a stage has not": (
        "together: [images]",
        "together: [freeze]",
        "series.mixture.together[0]: found 'freeze'; allowed: source, target, images, learning_rate, replicate",
    ),
    "empty axis": (
        "images: [16, 32]",
        "images: []",
        "series.defocus.transfer.images: found an empty list; allowed: at least one value",
    ),
    "one domain only": (
        "domains: dose",
        "domains: [dose_030]",
        "series.dose.domains: found one domain, 'dose_030'; allowed: two or more",
    ),
    "mixture with transfer": (
        "    mixture:\n",
        "    transfer: {targets: every_other, images: 8, learning_rate: 0.1, freeze: none}\n    mixture:\n",
        "series.mixture: found give either `pretrain` with `transfer`, or `mixture`",
    ),
    "name that is a path": (
        "sweep: demo",
        "sweep: ../demo",
        "sweep: found '../demo'; allowed: names of lowercase letters, digits and underscores, beginning with a letter, "
        "at most 40 long",
    ),
    "name with markup": (
        "  dose:\n    structures",
        "  <b>dose:\n    structures",
        "domains.<b>dose: found '<b>dose'; allowed: names of lowercase letters",
    ),
    "missing CIF file": (
        "substrate:\n",
        "crystals: {TiO2: {cif: tio2.cif}}\nsubstrate:\n",
        "crystals.TiO2.cif: found 'tio2.cif', which cannot be read (No such file or directory); allowed: a CIF file",
    ),
    "crystal with a preset's name": (
        "substrate:\n",
        "crystals: {Ag: {cif: demo.cif}}\nsubstrate:\n",
        "crystals.Ag: found the name of a preset, 'Ag'; allowed: another name",
    ),
    "image larger than the cell": (
        "image_px: 128",
        "image_px: 512",
        "simulation.image_px: found 512",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_said_with_key_value_and_what_is_allowed(case: str, tmp_path: Path) -> None:
    old, new, expected = CASES[case]
    file = write(tmp_path, old, new)
    with pytest.raises(ConfigError) as caught:
        read_sweep(file)
    text = str(caught.value)
    assert expected in text
    assert re.match(rf"{re.escape(str(file))}: \d+ problems?, nothing was started\n  line \d+: ", text)


def test_all_errors_are_said_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(STUDY.replace("energy_keV: 300", "energy_keV: 3").replace("epochs: 10", "epochs: 0"))
    with pytest.raises(ConfigError) as caught:
        read_sweep(file)
    assert "2 problems" in str(caught.value)
    assert re.search(r"simulation\.energy_keV.*\n.*training\.epochs", str(caught.value))


def test_line_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "epochs: 10", "epochs: 0")
    line = file.read_text().splitlines().index("  epochs: 0") + 1
    with pytest.raises(ConfigError, match=f"line {line}: training.epochs: found 0"):
        read_sweep(file)


def test_overrides_are_laid_over_the_file_and_checked_alike() -> None:
    sweep = read_sweep(ROOT / "config" / "demo.yaml", {"seed": 8, "keep": {"weights": False}})
    assert sweep.study.seed == 8
    assert not sweep.study.keep.weights
    with pytest.raises(ConfigError, match="with overrides: 1 problem"):
        read_sweep(ROOT / "config" / "demo.yaml", {"seed": -1})


def test_overrides_from_a_command_line_may_be_texts() -> None:
    overrides = {"seed": "8", "keep": {"weights": "false"}, "training": {"learning_rate_decay": "9e-1"}}
    study = read_sweep(ROOT / "config" / "demo.yaml", overrides).study
    assert (study.seed, study.keep.weights, study.training.learning_rate_decay) == (8, False, 0.9)


def test_every_shipped_configuration_is_good() -> None:
    for file in sorted((ROOT / "config").glob("*.yaml")):
        assert read_sweep(file).networks, file


def test_snakemake_stops_before_any_job_without_a_traceback(tmp_path: Path) -> None:
    file = write(tmp_path, "batch_size: 8", "batchsize: 8")
    command = [sys.executable, "-m", "snakemake", "-n", "--configfile", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "training.batchsize: found an unknown key" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr + done.stdout
