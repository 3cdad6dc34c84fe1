"""Files of images, exit waves and networks that are missing, damaged, something else, or not what was asked for."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import torch

from hrtem_transfer.jobs import network_store
from hrtem_transfer.storage import exit_wave_files, hdf5
from hrtem_transfer.storage.image_files import ImageSet, read_images, write_images
from tests.bad_input.harness import Case, job

Damage = Callable[[Path], object]
NETWORK = "0123456789ab"


def images_file(path: Path) -> None:
    counts = np.ones((3, 8, 8), np.uint8)
    write_images(path, {"train": ImageSet(counts, counts, np.zeros(3), np.arange(3))}, {"name": "silver"})


def waves_file(path: Path) -> None:
    with exit_wave_files.written(path, {}, "train", 0, 1, 1, 8) as writer:
        wave = np.ones((1, 8, 8), np.complex64)
        writer.add(exit_wave_files.Structure(0, wave, np.ones((8, 8), np.float32), 0.0), {})


def network_file(path: Path, network_id: str = NETWORK) -> None:
    record = network_store.StoredNetwork(
        network_id=network_id,
        recipe={},
        seed=7,
        status="ok",
        reason=None,
        best_epoch=1,
        history=[],
        device="cpu",
        versions={"torch": "2"},
        precision="float32",
        device_kind="CPU",
        threads=1,
        micro_batch=8,
        weights_digest=None,
    )
    network_store.write_network(path.parent, record, {"weight": torch.arange(5.0)})


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def text(path: Path) -> None:
    path.write_text("index,counts\n0,12\n")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replaced(dataset: str, data: np.ndarray) -> Damage:
    def damage(path: Path) -> None:
        with h5py.File(path, "r+") as file:
            del file[dataset]
            hdf5.store(file, dataset, data)

    return damage


def without(dataset: str) -> Damage:
    def damage(path: Path) -> None:
        with h5py.File(path, "r+") as file:
            del file[dataset]

    return damage


def read_wave(path: Path) -> None:
    with exit_wave_files.opened(path) as shard:
        shard.read(0)


def images(damage: Damage | None, message: str, split: str = "train", stop: int | None = None) -> Case:
    """An image file, damaged (None: there is none), of which images are read."""
    return _file("images.h5", images_file, damage, lambda path: read_images(path, split, 0, stop), message)


def waves(damage: Damage | None, message: str) -> Case:
    """An exit-wave file, of which a structure is read."""
    return _file("shard.h5", waves_file, damage, read_wave, message)


def network(damage: Damage | None, message: str) -> Case:
    """A file of the store of networks, which is read with its weights."""
    name = f"{NETWORK}.safetensors"
    return _file(name, network_file, damage, lambda path: network_store.read_whole(path.parent, NETWORK), message)


def _file(name: str, make: Damage, damage: Damage | None, use: Damage, message: str) -> Case:
    def prepare(folder: Path) -> None:
        if damage is not None:
            make(folder / name)
            damage(folder / name)

    return Case(prepare, job(lambda: use(Path(name))), message, makes_log=True)


def header(length: int, content: dict | bytes = b"") -> Damage:
    """A safetensors file of its own making: the stated length of its header, and the header."""
    packed = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda path: path.write_bytes((length or len(packed)).to_bytes(8, "little") + packed)


CASES: dict[str, Case] = {
    "no image file": images(None, "images.h5: {any}such image file{any}Delete it"),
    "empty image file": images(
        lambda path: path.write_bytes(b""),
        "images.h5: {any}is something else{any}Delete it",
    ),
    "image file cut off": images(
        cut,
        "images.h5: {any}is something else{any}Delete it",
    ),
    "table for an image file": images(
        text,
        "images.h5: {any}is something else{any}Delete it",
    ),
    "folder for an image file": images(folder, "images.h5: {any}such image file{any}Delete it"),
    "exit waves for an image file": images(
        waves_file,
        "images.h5: {any}'hrtem-transfer exit waves {any}'{any}'hrtem-transfer images 1'{any}Delete it",
    ),
    "no such split": images(lambda path: None, "images.h5: {any}'test'{any}train", split="test"),
    "fewer images than asked for": images(
        lambda path: None,
        "images.h5: {any}0 to 5{any}'train'{any}holds 3",
        stop=5,
    ),
    "images without counts": images(
        without("train/counts"),
        "images.h5: {any}counts is missing{any}Delete it",
    ),
    "real numbers for counts": images(
        replaced("train/counts", np.ones((3, 8, 8))),
        "images.h5: {any}counts is float64{any}Delete it",
    ),
    "negative counts": images(
        replaced("train/counts", -np.ones((3, 8, 8), np.int16)),
        "images.h5: {any}counts is int16{any}Delete it",
    ),
    "counts of one image": images(
        replaced("train/counts", np.ones((8, 8), np.uint8)),
        "images.h5: {any}2 axes{any}Delete it",
    ),
    "labels of another size": images(
        replaced("train/labels", np.ones((3, 4, 4), np.uint8)),
        "images.h5: {any}labels{any}(3, 8, 8){any}(3, 4, 4){any}Delete it",
    ),
    "labels beyond one": images(
        replaced("train/labels", np.full((3, 8, 8), 2, np.uint8)),
        "images.h5: {any}labels{any}0 or 1{any}2{any}Delete it",
    ),
    "settings that are no settings": images(
        replaced("format", np.frombuffer(b"[1]", np.uint8)),
        "images.h5: {any}format{any}list{any}keys with values{any}Delete it",
    ),
    "no exit waves": waves(None, "shard.h5: {any}such exit-wave file{any}Delete it"),
    "exit waves cut off": waves(
        cut,
        "shard.h5: {any}is something else{any}Delete it",
    ),
    "images for exit waves": waves(
        images_file,
        "shard.h5: {any}'hrtem-transfer images 1'{any}'hrtem-transfer exit waves {any}'{any}Delete it",
    ),
    "exit waves without zero focus": waves(
        without("zero_focus_A"),
        "shard.h5: {any}zero_focus_A is missing{any}Delete it",
    ),
    "phases of more structures": waves(
        replaced("phase", np.ones((2, 8, 8), np.float16)),
        "shard.h5: {any}number of structures{any}Delete it",
    ),
    "no network": network(
        None,
        "0123456789ab.safetensors: {any}such trained network{any}Delete it",
    ),
    "empty network": network(
        lambda path: path.write_bytes(b""),
        "0123456789ab.safetensors: {any}or cut off{any}Delete it",
    ),
    "network cut off": network(
        cut,
        "0123456789ab.safetensors: {any}or cut off{any}Delete it",
    ),
    "folder for a network": network(
        folder,
        "0123456789ab.safetensors: {any}such trained network{any}Delete it",
    ),
    "pickled network": network(
        lambda path: path.write_bytes(pickle.dumps({"weight": [1.0]})),
        "0123456789ab.safetensors: {any}or cut off{any}Delete it",
    ),
    "PyTorch's own file": network(
        lambda path: torch.save({"weight": torch.ones(5)}, path),
        "0123456789ab.safetensors: {any}or cut off{any}Delete it",
    ),
    "header of ten terabytes": network(
        header(10**13),
        "0123456789ab.safetensors: {any}or cut off{any}Delete it",
    ),
    "weights of ten terabytes": network(
        header(0, {"weight": {"dtype": "F32", "shape": [10**7, 10**6], "data_offsets": [0, 4 * 10**13]}}),
        "0123456789ab.safetensors: {any}or cut off{any}Delete it",
    ),
    "shape that its bytes do not fill": network(
        header(0, {"weight": {"dtype": "F32", "shape": [10**6, 10**6], "data_offsets": [0, 0]}}),
        "0123456789ab.safetensors: {any}or cut off{any}Delete it",
    ),
    "weights of another program": network(
        header(0, {}),
        "0123456789ab.safetensors: {any}'hrtem-transfer network {any}'{any}Delete it",
    ),
    "network under another's name": network(
        lambda path: (
            network_file(path.with_name("ba9876543210.safetensors"), "ba9876543210"),
            path.with_name("ba9876543210.safetensors").rename(path),
        ),
        "0123456789ab.safetensors: {any}holds network ba9876543210{any}Delete it",
    ),
}
