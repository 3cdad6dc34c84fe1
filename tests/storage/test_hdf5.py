from pathlib import Path

import h5py
import numpy as np
import pytest

from hrtem_transfer.storage import hdf5
from hrtem_transfer.storage.files import DataError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver=hdf5.LIBRARY_VERSION) as opened:
        hdf5.store(opened, "numbers", np.arange(3000).reshape(30, 100))
        hdf5.store_json(opened, "facts", {"name": "Größe", "values": [1, 2.5, None]})
    return path


def test_arrays_and_facts_come_back(file: Path) -> None:
    with hdf5.opened(file, "test file", "Make it anew.") as opened:
        assert np.array_equal(opened["numbers"][...], np.arange(3000).reshape(30, 100))
        assert hdf5.load_json(opened, "facts") == {"name": "Größe", "values": [1, 2.5, None]}


def test_data_are_compressed_checksummed_and_in_whole_rows(file: Path) -> None:
    with h5py.File(file) as opened:
        numbers = opened["numbers"]
        assert numbers.fletcher32
        assert "32001" in str(numbers._filters)  # blosc's registered number
        assert numbers.chunks[1:] == (100,)
        assert numbers.id.get_storage_size() < numbers.nbytes / 4


def test_chunks_are_about_a_mebibyte(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "b.h5", "w") as opened:
        assert hdf5.create(opened, "images", (100, 512, 512), np.uint8).chunks == (4, 512, 512)
        assert hdf5.create(opened, "waves", (10, 8, 640, 640, 2), np.float16).chunks == (1, 8, 640, 640, 2)


def test_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError, match=r"x\.h5: there is no such test file\. Make it anew\."),
        hdf5.opened(tmp_path / "x.h5", "test file", "Make it anew."),
    ):
        pass


def test_what_is_wrong_with_the_content_names_the_file(file: Path) -> None:
    with (
        pytest.raises(DataError, match=r"a\.h5: this test file is damaged.*Make it anew"),
        hdf5.opened(file, "test file", "Make it anew.") as opened,
        hdf5.guarded(file, "test file", "Make it anew."),
    ):
        opened["no such thing"]


def test_other_errors_are_not_blamed_on_the_file(file: Path) -> None:
    with pytest.raises(ValueError, match=r"^negative dose$"), hdf5.opened(file, "test file", ""):
        raise ValueError("negative dose")
    with pytest.raises(DataError, match=r"^too few$"), hdf5.guarded(file, "test file", ""):
        raise DataError("too few")
