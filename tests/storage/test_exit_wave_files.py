from pathlib import Path

import numpy as np
import pytest

from hrtem_transfer.storage import exit_wave_files
from hrtem_transfer.storage.exit_wave_files import Structure
from hrtem_transfer.storage.files import DataError


def structure(index: int) -> Structure:
    rng = np.random.default_rng(index)
    waves = (1 + 0.3 * rng.normal(size=(2, 32, 32)) + 0.3j * rng.normal(size=(2, 32, 32))).astype(np.complex64)
    return Structure(index, waves, rng.uniform(-np.pi, np.pi, (32, 32)).astype(np.float32), -12.3 - index)


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    path = tmp_path / "train_4_7.h5"
    with exit_wave_files.written(path, {"name": "cdse"}, "train", 4, 7, 2, 32) as writer:
        for index in (4, 5, 6):
            writer.add(structure(index), {"atoms": 100 + index})
    return path


def test_structures_come_back_in_half_precision(shard: Path) -> None:
    with exit_wave_files.opened(shard) as opened:
        assert (opened.split, opened.start, opened.stop, opened.recipe) == ("train", 4, 7, {"name": "cdse"})
        assert opened.notes == [{"atoms": 104}, {"atoms": 105}, {"atoms": 106}]
        for index in (6, 4, 5):
            read, written = opened.read(index), structure(index)
            assert read.waves.dtype == np.complex64
            assert np.abs(read.waves - written.waves).max() < 2e-3
            assert np.linalg.norm(read.waves - written.waves) < 5e-4 * np.linalg.norm(written.waves)
            assert read.phase.dtype == np.float32
            assert np.abs(read.phase - written.phase).max() < 1e-3
            assert read.zero_focus_A == written.zero_focus_A


def test_no_flipped_byte_goes_unnoticed(shard: Path) -> None:
    whole = shard.read_bytes()
    with exit_wave_files.opened(shard) as opened:
        expected = [opened.read(index) for index in (4, 5, 6)]
    refused = 0
    for position in np.linspace(0, len(whole) - 1, 250).astype(int):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        shard.write_bytes(damaged)
        try:
            with exit_wave_files.opened(shard) as opened:
                assert opened.recipe == {"name": "cdse"}
                for one in expected:
                    read = opened.read(one.index)
                    assert np.array_equal(read.waves, one.waves)
                    assert np.array_equal(read.phase, one.phase)
                    assert read.zero_focus_A == one.zero_focus_A
        except DataError as error:
            refused += str(shard) in str(error)
    assert refused > 200


def test_interrupted_writing_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "train_0_2.h5"
    writing = exit_wave_files.written(path, {}, "train", 0, 2, 2, 32)
    writer = writing.__enter__()
    writer.add(Structure(0, structure(0).waves, structure(0).phase, 1.0), {})
    assert len(list(tmp_path.iterdir())) == 1
    assert not writing.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)  # not swallowed
    assert list(tmp_path.iterdir()) == []


def test_structures_left_out_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "train_0_2.h5"
    with (
        pytest.raises(ValueError, match="1 of 2 structures were written"),
        exit_wave_files.written(path, {}, "train", 0, 2, 2, 32) as writer,
    ):
        writer.add(Structure(0, structure(0).waves, structure(0).phase, 1.0), {})
    assert not path.exists()


def test_missing_shard(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError, match=r"none\.h5: there is no such exit-wave file"),
        exit_wave_files.opened(tmp_path / "none.h5"),
    ):
        pass


def test_image_file_is_not_a_shard(tmp_path: Path) -> None:
    from hrtem_transfer.storage.image_files import write_images

    write_images(tmp_path / "images.h5", {}, {})
    with (
        pytest.raises(DataError, match=r"images\.h5: format 'hrtem-transfer images 1' found"),
        exit_wave_files.opened(tmp_path / "images.h5"),
    ):
        pass
