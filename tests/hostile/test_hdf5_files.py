"""An HDF5 file can point elsewhere, hold objects, or declare what it does not hold: all of that is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from hrtem_transfer.storage import exit_wave_files, hdf5
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.image_files import ImageSet, n_images, read_images, read_recipe, write_images
from tests.memory import peak

Damage = Callable[[h5py.Group, Path], None]


def images(path: Path) -> Path:
    counts = np.ones((2, 8, 8), np.uint8)
    one = ImageSet(counts, counts, np.zeros(2), np.arange(2))
    write_images(path, {"train": one}, {"name": "silver"})
    return path


def external_link(group: h5py.Group, secret: Path) -> None:
    group["counts"] = h5py.ExternalLink(str(secret), "/train/counts")


def soft_link(group: h5py.Group, secret: Path) -> None:
    group["counts"] = h5py.SoftLink("/train/labels")


def external_storage(group: h5py.Group, secret: Path) -> None:
    group.create_dataset("counts", (2, 8, 8), "u1", external=[(str(secret), 0, 128)])


def virtual(group: h5py.Group, secret: Path) -> None:
    layout = h5py.VirtualLayout((2, 8, 8), "u1")
    layout[...] = h5py.VirtualSource(str(secret), "/train/counts", (2, 8, 8))
    group.create_virtual_dataset("counts", layout)


def references(group: h5py.Group, secret: Path) -> None:
    group.create_dataset("counts", (2, 8, 8), h5py.ref_dtype)


def texts(group: h5py.Group, secret: Path) -> None:
    group.create_dataset("counts", (2, 8, 8), h5py.string_dtype())


def ten_terabytes(group: h5py.Group, secret: Path) -> None:
    group.create_dataset("counts", (10_000_000, 1000, 1000), "u1", chunks=(1, 1000, 1000), fillvalue=1)
    for name, dtype in (("labels", "u1"), ("defocus_nm", "f8"), ("index", "i8")):
        del group[name]
        shape = (10_000_000, 1000, 1000) if name == "labels" else (10_000_000,)
        group.create_dataset(name, shape, dtype, chunks=True, fillvalue=0)


def half_written(group: h5py.Group, secret: Path) -> None:
    hdf5.create(group, "counts", (2, 2000, 2000), "u1")[0] = 1


def other_shape(group: h5py.Group, secret: Path) -> None:
    hdf5.store(group, "counts", np.ones((3, 8, 8), np.uint8))


def a_group(group: h5py.Group, secret: Path) -> None:
    group.create_group("counts")


CASES: dict[str, tuple[Damage, str]] = {
    "external link": (external_link, "counts is a link to elsewhere, which is not allowed"),
    "soft link": (soft_link, "counts is a link to elsewhere, which is not allowed"),
    "external storage": (external_storage, "the data of counts lie in another file, which is not allowed"),
    "virtual dataset": (virtual, "the data of counts lie in another file, which is not allowed"),
    "object references": (references, "counts is object with 3 axes"),
    "texts": (texts, "counts is object with 3 axes"),
    "ten terabytes": (ten_terabytes, "counts declares 10000000000000 numbers, the file holds 0"),
    "half written": (half_written, "counts declares 8000000 numbers, the file holds 4000000"),
    "other number of images": (other_shape, "its parts do not have the same number of images"),
    "group": (a_group, "counts is no dataset"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_not_plain_numbers_in_the_file_is_refused_before_it_is_read(case: str, tmp_path: Path) -> None:
    damage, message = CASES[case]
    secret = images(tmp_path / "secret.h5")
    path = images(tmp_path / "images.h5")
    with h5py.File(path, "r+") as file:
        del file["train"]["counts"]
        damage(file["train"], secret)
    for use in (lambda: read_images(path, "train"), lambda: n_images(path, "train")):
        with peak() as memory, pytest.raises(DataError) as caught:
            use()
        assert message in str(caught.value)
        assert str(path) in str(caught.value)
        assert memory.grown < 50_000_000


def test_a_split_that_is_a_link_is_refused(tmp_path: Path) -> None:
    secret, path = images(tmp_path / "secret.h5"), images(tmp_path / "images.h5")
    with h5py.File(path, "r+") as file:
        file["test"] = h5py.ExternalLink(str(secret), "/train")
    with pytest.raises(DataError, match="test is a link to elsewhere"):
        read_images(path, "test")


def test_settings_that_are_a_link_or_endless_are_refused(tmp_path: Path) -> None:
    secret, path = images(tmp_path / "secret.h5"), images(tmp_path / "images.h5")
    with h5py.File(path, "r+") as file:
        del file["recipe"]
        file["recipe"] = h5py.ExternalLink(str(secret), "/recipe")
    with pytest.raises(DataError, match="recipe is a link to elsewhere"):
        read_recipe(path)
    with h5py.File(path, "r+") as file:
        del file["recipe"]
        hdf5.store(file, "recipe", np.frombuffer(b"[" * 100_000, np.uint8))
    with pytest.raises(DataError, match=r"images\.h5: this image file is damaged"):
        read_recipe(path)


@pytest.mark.parametrize("name", ["waves", "phase", "zero_focus_A"])
def test_exit_waves_that_lie_elsewhere_are_refused(name: str, tmp_path: Path) -> None:
    files = [tmp_path / "secret.h5", tmp_path / "shard.h5"]
    for path in files:
        with exit_wave_files.written(path, {}, "train", 0, 1, 1, 8) as writer:
            one = exit_wave_files.Structure(0, np.ones((1, 8, 8), np.complex64), np.ones((8, 8), np.float32), 0.0)
            writer.add(one, {})
    with h5py.File(files[1], "r+") as file:
        del file[name]
        file[name] = h5py.ExternalLink(str(files[0]), f"/{name}")
    with (
        pytest.raises(DataError, match=rf"shard\.h5.*{name} is a link to elsewhere"),
        exit_wave_files.opened(files[1]) as shard,
    ):
        shard.read(0)
