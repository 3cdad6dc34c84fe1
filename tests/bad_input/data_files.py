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
    "no image file": images(
        None, "images.h5: there is no such image file. Delete it and start the workflow again to have it made anew."
    ),
    "empty image file": images(
        lambda path: path.write_bytes(b""),
        "images.h5: this image file is damaged or cut off, or is something else ({any}). Delete it and start the "
        "workflow again to have it made anew.",
    ),
    "image file cut off": images(
        cut,
        "images.h5: this image file is damaged or cut off, or is something else ({any}). Delete it and start the "
        "workflow again to have it made anew.",
    ),
    "table for an image file": images(
        text,
        "images.h5: this image file is damaged or cut off, or is something else ({any}). Delete it and start the "
        "workflow again to have it made anew.",
    ),
    "folder for an image file": images(
        folder, "images.h5: there is no such image file. Delete it and start the workflow again to have it made anew."
    ),
    "exit waves for an image file": images(
        waves_file,
        "images.h5: format 'hrtem-transfer exit waves {any}' found, 'hrtem-transfer images 1' expected. Delete it and "
        "start the workflow again to have it made anew.",
    ),
    "no such split": images(
        lambda path: None, "images.h5: there are no images of split 'test'; splits in the file: train.", split="test"
    ),
    "fewer images than asked for": images(
        lambda path: None,
        "images.h5: images 0 to 5 of split 'train' were asked for, the file holds 3. Raise `structures` of its "
        "structure set, or ask for fewer images.",
        stop=5,
    ),
    "images without counts": images(
        without("train/counts"),
        "images.h5: this image file is damaged or cut off, or is something else (counts is missing). Delete it "
        "and start the workflow again to have it made anew.",
    ),
    "real numbers for counts": images(
        replaced("train/counts", np.ones((3, 8, 8))),
        "images.h5: this image file is damaged or cut off, or is something else (counts is float64 with 3 axes). "
        "Delete it and start the workflow again to have it made anew.",
    ),
    "negative counts": images(
        replaced("train/counts", -np.ones((3, 8, 8), np.int16)),
        "images.h5: this image file is damaged or cut off, or is something else (counts is int16 with 3 axes). "
        "Delete it and start the workflow again to have it made anew.",
    ),
    "counts of one image": images(
        replaced("train/counts", np.ones((8, 8), np.uint8)),
        "images.h5: this image file is damaged or cut off, or is something else (counts is uint8 with 2 axes). "
        "Delete it and start the workflow again to have it made anew.",
    ),
    "labels of another size": images(
        replaced("train/labels", np.ones((3, 4, 4), np.uint8)),
        "images.h5: this image file is damaged or cut off, or is something else (labels must be uint8 (3, 8, 8) "
        "like the counts, not uint8 (3, 4, 4)). Delete it and start the workflow again to have it made anew.",
    ),
    "labels beyond one": images(
        replaced("train/labels", np.full((3, 8, 8), 2, np.uint8)),
        "images.h5: this image file is damaged or cut off, or is something else (labels must be 0 or 1, found 2). "
        "Delete it and start the workflow again to have it made anew.",
    ),
    "settings that are no settings": images(
        replaced("format", np.frombuffer(b"[1]", np.uint8)),
        "images.h5: this image file is damaged or cut off, or is something else (format is no mapping). Delete it "
        "and start the workflow again to have it made anew.",
    ),
    "no exit waves": waves(
        None, "shard.h5: there is no such exit-wave file. Delete it and start the workflow again to have it made anew."
    ),
    "exit waves cut off": waves(
        cut,
        "shard.h5: this exit-wave file is damaged or cut off, or is something else ({any}). Delete it and start "
        "the workflow again to have it made anew.",
    ),
    "images for exit waves": waves(
        images_file,
        "shard.h5: format 'hrtem-transfer images 1' found, 'hrtem-transfer exit waves {any}' expected. Delete it and "
        "start the workflow again to have it made anew.",
    ),
    "exit waves without zero focus": waves(
        without("zero_focus_A"),
        "shard.h5: this exit-wave file is damaged or cut off, or is something else (zero_focus_A is missing). "
        "Delete it and start the workflow again to have it made anew.",
    ),
    "phases of more structures": waves(
        replaced("phase", np.ones((2, 8, 8), np.float16)),
        "shard.h5: its parts do not have the same number of structures. Delete it and start the workflow again to "
        "have it made anew.",
    ),
    "no network": network(
        None,
        "0123456789ab.safetensors: there is no such trained network. Delete it and start the workflow again to "
        "have it trained anew.",
    ),
    "empty network": network(
        lambda path: path.write_bytes(b""),
        "0123456789ab.safetensors: this trained network is damaged or cut off ({any}). Delete it and start the "
        "workflow again to have it trained anew.",
    ),
    "network cut off": network(
        cut,
        "0123456789ab.safetensors: this trained network is damaged or cut off ({any}). Delete it and start the "
        "workflow again to have it trained anew.",
    ),
    "folder for a network": network(
        folder,
        "0123456789ab.safetensors: there is no such trained network. Delete it and start the workflow again to "
        "have it trained anew.",
    ),
    "pickled network": network(
        lambda path: path.write_bytes(pickle.dumps({"weight": [1.0]})),
        "0123456789ab.safetensors: this trained network is damaged or cut off ({any}). Delete it and start the "
        "workflow again to have it trained anew.",
    ),
    "PyTorch's own file": network(
        lambda path: torch.save({"weight": torch.ones(5)}, path),
        "0123456789ab.safetensors: this trained network is damaged or cut off ({any}). Delete it and start the "
        "workflow again to have it trained anew.",
    ),
    "header of ten terabytes": network(
        header(10**13),
        "0123456789ab.safetensors: this trained network is damaged or cut off ({any}). Delete it and start the "
        "workflow again to have it trained anew.",
    ),
    "weights of ten terabytes": network(
        header(0, {"weight": {"dtype": "F32", "shape": [10**7, 10**6], "data_offsets": [0, 4 * 10**13]}}),
        "0123456789ab.safetensors: this trained network is damaged or cut off ({any}). Delete it and start the "
        "workflow again to have it trained anew.",
    ),
    "shape that its bytes do not fill": network(
        header(0, {"weight": {"dtype": "F32", "shape": [10**6, 10**6], "data_offsets": [0, 0]}}),
        "0123456789ab.safetensors: this trained network is damaged or cut off ({any}). Delete it and start the "
        "workflow again to have it trained anew.",
    ),
    "weights of another program": network(
        header(0, {}),
        "0123456789ab.safetensors: format None found, 'hrtem-transfer network {any}' expected. Delete it and start "
        "the workflow again to have it trained anew.",
    ),
    "network under another's name": network(
        lambda path: (
            network_file(path.with_name("ba9876543210.safetensors"), "ba9876543210"),
            path.with_name("ba9876543210.safetensors").rename(path),
        ),
        "0123456789ab.safetensors: this file holds network ba9876543210. Delete it and start the workflow again "
        "to have it trained anew.",
    ),
}
