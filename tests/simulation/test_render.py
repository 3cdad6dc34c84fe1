"""Images of a domain: from which structures, at which defocus and dose, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hrtem_transfer.simulation.labels import mask
from hrtem_transfer.simulation.render import render_domain
from hrtem_transfer.simulation.simulate import simulate_shard
from hrtem_transfer.storage import exit_wave_files
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.image_files import ImageSet, read_images, read_recipe
from hrtem_transfer.study.recipes import DomainRecipe, LabelRecipe
from tests.simulation_helpers import domain, labels, recipe

SET = recipe(cell_nm=2.56, radius_nm=(0.7, 0.8), thickness_nm=(0.5, 0.8))


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("shards")
    paths = []
    for split, start, stop in (("train", 0, 2), ("train", 2, 4), ("test", 0, 1)):
        paths.append(folder / f"{split}_{start}_{stop}.h5")
        simulate_shard(SET, split, start, stop, paths[-1], device="cpu", progress=lambda line: None)
    return paths


def wanted(image_px: int = 96, label: LabelRecipe | None = None, **changes) -> DomainRecipe:
    return domain(SET, image_px, label, **changes)


def images(path: Path, shards: list[Path], counts: dict[str, int] | None = None, **changes) -> ImageSet:
    counts = counts or {"train": 4}
    render_domain(wanted(**changes), counts, shards, path, device="cpu", progress=lambda line: None)
    return read_images(path, "train")


def test_image_i_shows_structure_i(tmp_path: Path, shards: list[Path]) -> None:
    lines: list[str] = []
    render_domain(
        wanted(), {"train": 4, "test": 1}, shards[::-1], tmp_path / "a.h5", device="cpu", progress=lines.append
    )
    assert [line.split(":")[0] for line in lines] == ["defocus_m10nm train", "defocus_m10nm test"]
    train, test = (read_images(tmp_path / "a.h5", split) for split in ("train", "test"))
    assert train.index.tolist() == [0, 1, 2, 3]
    assert (len(test), train.counts.shape, train.counts.dtype) == (1, (4, 96, 96), np.uint8)
    with exit_wave_files.opened(shards[1]) as opened:
        whole = mask(opened.read(2).phase, 0.2, labels())
        assert np.array_equal(train.labels[2], whole[16:112, 16:112])
    assert read_recipe(tmp_path / "a.h5") == wanted().model_dump(mode="json")


def test_labels_and_the_images_edge_are_the_domains_own(tmp_path: Path, shards: list[Path]) -> None:
    # The same exit waves give other labels and other images, and the counts do not know the labels.
    plain = images(tmp_path / "a.h5", shards)
    shares = []
    for change in ({"cut": 0.5}, {"cut": 0.02}, {"smooth_A": 0.5}, {"phase_threshold_rad": 1.0},
                   {"order": "smooth_then_threshold"}):  # fmt: skip
        other = images(tmp_path / "b.h5", shards, label=labels(**change))
        assert np.array_equal(other.counts, plain.counts)
        assert not np.array_equal(other.labels, plain.labels)
        shares.append(other.labels.mean())
    assert shares[0] < plain.labels.mean() < shares[1]
    small = images(tmp_path / "c.h5", shards, image_px=64)
    assert small.counts.shape == (4, 64, 64)
    assert np.array_equal(small.labels, plain.labels[:, 16:80, 16:80])


def test_dose_sets_the_mean_count(tmp_path: Path, shards: list[Path]) -> None:
    for dose in (30.0, 400.0):
        found = images(tmp_path / "a.h5", shards, dose_e_per_A2=dose)
        assert found.counts.mean() == pytest.approx(dose * 0.04, rel=0.02)


def test_large_counts_take_16_bits(tmp_path: Path, shards: list[Path]) -> None:
    found = images(tmp_path / "a.h5", shards, dose_e_per_A2=20000.0)
    assert found.counts.dtype == np.uint16
    assert found.counts.mean() == pytest.approx(800, rel=0.02)
    with pytest.raises(ValueError, match="more than 65535: lower `dose_e_per_A2`"):
        images(tmp_path / "b.h5", shards, dose_e_per_A2=2e6)


def test_defocus_varies_around_the_domains(tmp_path: Path, shards: list[Path]) -> None:
    jittered = images(tmp_path / "a.h5", shards, defocus_jitter_nm=1.5).defocus_nm
    assert len(set(jittered)) == 4
    assert np.abs(jittered + 10).max() < 6
    assert images(tmp_path / "b.h5", shards, defocus_jitter_nm=0.0).defocus_nm.tolist() == [-10.0] * 4


def test_image_does_not_depend_on_how_many_there_are(tmp_path: Path, shards: list[Path]) -> None:
    four = images(tmp_path / "a.h5", shards)
    two = images(tmp_path / "b.h5", shards, {"train": 2})
    assert np.array_equal(two.counts, four.counts[:2])
    images(tmp_path / "c.h5", shards[::-1])
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "c.h5").read_bytes()


def test_imaging_keys_change_the_image(tmp_path: Path, shards: list[Path]) -> None:
    base = {"dose_e_per_A2": 20000.0, "defocus_jitter_nm": 0.0}
    plain = images(tmp_path / "a.h5", shards, **base).counts.astype(float)
    for change in ({"astigmatism_nm": 20.0}, {"spherical_aberration_mm": 1.0}, {"aperture_mrad": 5.0}):
        other = images(tmp_path / "b.h5", shards, **base | change).counts.astype(float)
        assert np.corrcoef(plain.ravel(), other.ravel())[0, 1] < 0.95


def test_structure_that_was_not_simulated(tmp_path: Path, shards: list[Path]) -> None:
    with pytest.raises(DataError, match="needs train structure 4 of set 'cdse_small', which is in none of its 3"):
        images(tmp_path / "a.h5", shards, {"train": 5})
    assert list(tmp_path.iterdir()) == []


def test_shard_of_another_recipe(tmp_path: Path, shards: list[Path]) -> None:
    other = domain(SET.model_copy(update={"seed": 2}), 96)
    with pytest.raises(DataError, match=r"train_0_2\.h5: these exit waves were made from another recipe"):
        render_domain(other, {"train": 1}, shards, tmp_path / "a.h5", device="cpu")


def test_damaged_shard_is_named(tmp_path: Path, shards: list[Path]) -> None:
    damaged = tmp_path / "damaged.h5"
    content = bytearray(shards[0].read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(DataError, match=r"damaged\.h5: this exit-wave file is damaged"):
        images(tmp_path / "a.h5", [damaged, shards[1]])
