"""What fit, score, load and build_network cannot do, said in a sentence."""

import numpy as np
import pytest
from safetensors.torch import save_file

import hrtem_transfer as ht


def images(px=32, n=2, **other):
    counts = np.random.default_rng(1).poisson(20, (n, px, px)).astype(np.uint8)
    return ht.Images(**{"counts": counts, "labels": counts // 24, "pixel_size_A": 0.4, **other})


def sample(px=32, splits=("train", "validation")):
    return ht.Sample({split: images(px) for split in splits})


@pytest.fixture(scope="module")
def network():
    return ht.build_network(depth=3)


@pytest.fixture(scope="module")
def trained(network):
    return ht.fit(network, sample(), epochs=1)


def said(error, words, call, *arguments, **keywords):
    with pytest.raises(error) as caught:
        call(*arguments, **keywords)
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"epochs": 0}, ["epochs", "0", "1"]),
        ({"batch_size": 2.5}, ["batch_size", "2.5"]),
        ({"learning_rate": 2}, ["learning_rate", "2", "at most 1"]),
        ({"learning_rate": "high"}, ["learning_rate", "high"]),
        ({"freeze": "encodr"}, ["freeze", "encodr", "did you mean 'encoder'"]),
        ({"images": 3}, ["images", "3", "from 1 to 2"]),
        ({"loss": "dice"}, ["loss", "dice", "cross_entropy"]),
        ({"precision": "half"}, ["precision", "half", "bfloat16"]),
        ({"augmentation": "all"}, ["augmentation", "all", "dihedral"]),
        ({"seed": -1}, ["seed", "-1"]),
        ({"device": "tpu"}, ["device", "tpu", "cuda"]),
        ({"threads": 0}, ["threads", "0"]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_settings_of_a_training(network, keywords, words):
    said(ht.ConfigError, words, ht.fit, network, sample(), **keywords)


def test_what_is_trained_and_on_what(network, trained):
    said(ht.ConfigError, ["network", "attribute network"], ht.fit, trained, sample())
    said(ht.ConfigError, ["sample", "Sample"], ht.fit, network, images())
    said(ht.ConfigError, ["found the splits train", "validation"], ht.fit, network, sample(splits=["train"]))
    said(ht.ConfigError, ["36 x 36", "multiples of 8", "image_px=32"], ht.fit, network, sample(px=36))
    none = ht.Sample({"train": images()[:0], "validation": images()})
    said(ht.ConfigError, ["train", "no images"], ht.fit, network, none)


def test_what_is_scored(network, trained):
    said(ht.ConfigError, ["trained", "fit"], ht.score, network, images())
    said(ht.ConfigError, ["images", 'sample["test"]'], ht.score, trained, sample())
    said(ht.ConfigError, ["36 x 36"], ht.score, trained, images(px=36))


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"encoder": "resnet19"}, ["resnet19", "resnet18"]),
        ({"encoder": 18}, ["encoder", "18"]),
        ({"depth": 6}, ["depth", "6", "from 3 to 5"]),
        ({"depth": 4, "decoder_channels": [8, 8]}, ["decoder_channels", "2", "4"]),
        ({"seed": 1.5}, ["seed", "1.5"]),
    ],
)
def test_a_network_that_cannot_be_built(keywords, words):
    said(ht.ConfigError, words, ht.build_network, **keywords)


def test_a_module_of_another_architecture(network):
    other = ht.Network(ht.build_network(depth=4).module, network.architecture)
    said(ht.ConfigError, ["architecture"], ht.fit, other, sample())


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"counts": np.zeros((2, 32, 32))}, ["counts", "float64", "uint16"]),
        ({"labels": np.zeros((2, 16, 32), np.uint8)}, ["labels", "[2, 16, 32]", "[2, 32, 32]"]),
        ({"labels": np.full((2, 32, 32), 255, np.uint8)}, ["labels", "255"]),
        ({"pixel_size_A": -1}, ["pixel_size_A", "-1"]),
        ({"defocus_nm": np.zeros(3)}, ["defocus_nm", "[3]", "[2]"]),
    ],
)
def test_arrays_that_are_no_labelled_images(keywords, words):
    said(ht.DataError, words, images, **keywords)


def test_files_that_are_no_saved_network(trained, tmp_path):
    whole = trained.save(tmp_path / "whole.safetensors").read_bytes()
    damaged = bytearray(whole)
    damaged[-5] ^= 1
    (tmp_path / "damaged.safetensors").write_bytes(damaged)
    (tmp_path / "cut.safetensors").write_bytes(whole[:5000])
    (tmp_path / "text.safetensors").write_text("weights")
    save_file(trained.network.module.state_dict(), tmp_path / "foreign.safetensors")
    for name, words in {
        "damaged": ["weights", "damaged"],
        "cut": ["damaged"],
        "text": ["damaged"],
        "foreign": ["format", "TrainedNetwork.save"],
        "missing": ["no such"],
    }.items():
        said(ht.DataError, [f"{name}.safetensors", *words], ht.load, tmp_path / f"{name}.safetensors")
    said(ht.DataError, [str(tmp_path)], ht.load, tmp_path)


@pytest.mark.parametrize("field", ["architecture", "pixel_size_A", "weights_digest", "domain"])
def test_a_file_that_lacks_something_is_refused(trained, tmp_path, field):
    from hrtem_transfer.learning.trained import FORMAT
    from hrtem_transfer.storage.tensor_files import read_tensors, write_tensors

    path = trained.save(tmp_path / "one.safetensors")
    data, tensors = read_tensors(path, "", "", form=FORMAT)
    del data[field]
    write_tensors(path, tensors, data, FORMAT)
    said(ht.DataError, ["one.safetensors", field], ht.load, path)
