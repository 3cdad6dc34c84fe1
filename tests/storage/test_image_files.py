from pathlib import Path

import numpy as np
import pytest

from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.image_files import ImageSet, n_images, read_images, read_recipe, write_images

RECIPE = {"name": "defocus_0nm", "condition": {"defocus_nm": 0.0, "dose_e_per_A2": 400.0}}


def image_set(n: int, px: int = 48, dtype: type = np.uint8, seed: int = 0) -> ImageSet:
    rng = np.random.default_rng(seed)
    return ImageSet(
        counts=rng.poisson(16, (n, px, px)).astype(dtype),
        labels=(rng.random((n, px, px)) > 0.8).astype(np.uint8),
        defocus_nm=rng.normal(-10.0, 1.5, n),
        index=np.arange(n, dtype=np.int64),
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "images" / "defocus_0nm-01234567.h5"
    write_images(path, {"train": image_set(9), "test": image_set(3, seed=1)}, RECIPE)
    return path


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_is_written_is_read(tmp_path: Path, dtype: type) -> None:
    path = tmp_path / "a.h5"
    written = image_set(7, dtype=dtype)
    write_images(path, {"train": written}, RECIPE)
    for first, stop in ((0, None), (0, 7), (2, 5), (6, 7), (3, 3)):
        read = read_images(path, "train", first, stop)
        for name in ("counts", "labels", "defocus_nm", "index"):
            expected = getattr(written, name)[first:stop]
            assert getattr(read, name).dtype == expected.dtype
            assert np.array_equal(getattr(read, name), expected)
    assert read_recipe(path) == RECIPE


def test_splits_are_kept_apart(file: Path) -> None:
    assert (n_images(file, "train"), n_images(file, "test")) == (9, 3)
    assert np.array_equal(read_images(file, "test").counts, image_set(3, seed=1).counts)


def test_equal_content_gives_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.h5", "b.h5"):
        write_images(tmp_path / name, {"train": image_set(5)}, RECIPE)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_no_flipped_byte_goes_unnoticed(file: Path) -> None:
    whole = file.read_bytes()
    splits = {split: read_images(file, split) for split in ("train", "test")}
    refused = 0
    for position in np.linspace(0, len(whole) - 1, 400).astype(int):
        damaged = bytearray(whole)
        damaged[position] ^= 0x5A
        file.write_bytes(damaged)
        try:
            assert read_recipe(file) == RECIPE
            for split, expected in splits.items():
                read = read_images(file, split)
                assert np.array_equal(read.counts, expected.counts)
                assert np.array_equal(read.labels, expected.labels)
                assert np.array_equal(read.defocus_nm, expected.defocus_nm)
        except DataError as error:
            refused += str(file) in str(error)
    assert refused > 300


def test_flipped_byte_in_the_counts_names_the_file(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(DataError, match=f"{file.name}.*damaged.*Delete it"):
        read_images(file, "train")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_cut_off_file(file: Path, share: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DataError, match=file.name):
        read_images(file, "train")


def test_missing_file_and_split(file: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.h5: there is no such image file"):
        read_images(file.with_name("nowhere.h5"), "train")
    with pytest.raises(DataError, match="no images of split 'validation'; splits in the file: test, train"):
        read_images(file, "validation")


def test_more_images_than_there_are(file: Path) -> None:
    with pytest.raises(DataError, match="images 0 to 64 of split 'train' were asked for, the file holds 9"):
        read_images(file, "train", 0, 64)


def test_impossible_range(file: Path) -> None:
    for first, stop in ((-1, 3), (4, 3)):
        with pytest.raises(ValueError, match=f"images {first} to {stop} of .*{file.name} were asked for"):
            read_images(file, "train", first, stop)


def test_other_hdf5_file(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["x"] = [1, 2]
    with pytest.raises(DataError, match=r"other\.h5"):
        n_images(tmp_path / "other.h5", "train")


def test_failed_write_leaves_the_old_file(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(TypeError):
        write_images(file, {"train": image_set(2)}, {"not JSON": object()})
    assert file.read_bytes() == before
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_wrong_arrays_are_refused() -> None:
    good = image_set(2)
    with pytest.raises(ValueError, match="labels must be 0 or 1, found 7"):
        ImageSet(good.counts, good.labels * 7, good.defocus_nm, good.index)
    with pytest.raises(ValueError, match="counts must be uint8 or uint16"):
        ImageSet(good.counts.astype(float), good.labels, good.defocus_nm, good.index)
    with pytest.raises(ValueError, match="defocus_nm must be"):
        ImageSet(good.counts, good.labels, good.defocus_nm[:1], good.index)
    with pytest.raises(ValueError, match="index must be"):
        ImageSet(good.counts, good.labels, good.defocus_nm, good.index.astype(np.int32))
    with pytest.raises(ValueError, match="labels must be uint8"):
        ImageSet(good.counts, good.labels[:, :5], good.defocus_nm, good.index)
