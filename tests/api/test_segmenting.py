"""From a micrograph to particles in nanometres."""

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

import hrtem_transfer as ht
from hrtem_transfer.micrographs.particles import measured
from hrtem_transfer.micrographs.tiles import tiled

PIXEL_A = 0.4


class Bright(torch.nn.Module):
    """Takes for particle what is brighter than the mean."""

    def forward(self, images):
        return torch.cat([-8 * images, 8 * images], dim=1)


@pytest.fixture
def trained(monkeypatch):
    """A network that finds what is bright, and refuses edges that a real one of depth 4 would refuse."""
    network = ht.build_network("tu-test_resnet", depth=4)

    class Strict(Bright):
        def forward(self, images):
            assert images.shape[-1] % 16 == images.shape[-2] % 16 == 0
            return super().forward(images)

    bright = ht.Network(Strict(), network.architecture)
    monkeypatch.setattr(ht.Network, "copy", lambda self: bright)
    return ht.TrainedNetwork(
        network=bright,
        history=pd.DataFrame(),
        best_epoch=1,
        domain="discs",
        pixel_size_A=PIXEL_A,
        image_px=80,
        provenance={},
    )


def discs(shape, *circles, value=200.0):
    """An image with bright discs (row, column, radius)."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    image = np.full(shape, 20.0)
    for row, column, radius in circles:
        image[(y - row) ** 2 + (x - column) ** 2 < radius**2] = value
    return image


def test_particles_are_measured_in_nanometres(trained):
    found = trained.segment(discs((90, 107), (30, 40, 10), (60, 103, 12)), pixel_size_A=PIXEL_A)
    assert found.probability.shape == found.labels.shape == (90, 107)
    table = found.particles.sort_values("centroid_x_nm").reset_index()
    assert list(table.touches_edge) == [False, True]
    first = table.loc[0]
    assert first.centroid_x_nm == pytest.approx(40.5 * 0.04, abs=0.01)
    assert first.centroid_y_nm == pytest.approx(30.5 * 0.04, abs=0.01)
    assert first.area_nm2 == pytest.approx(np.pi * 0.4**2, rel=0.05)
    assert first.equivalent_diameter_nm == pytest.approx(0.8, rel=0.05)
    assert first.feret_diameter_nm == pytest.approx(0.8, rel=0.08)
    assert first.mean_probability > 0.9
    assert found.labels[30, 40] == first.particle


def test_other_pixels_are_resampled_and_what_is_found_has_the_images_own(trained):
    fine = trained.segment(discs((200, 160), (100, 80, 20)), pixel_size_A=PIXEL_A / 2)
    assert fine.mask.shape == (200, 160)
    assert fine.pixel_size_A == PIXEL_A / 2
    assert fine.particles.equivalent_diameter_nm.item() == pytest.approx(0.8, rel=0.1)


def test_nothing_and_a_single_pixel_are_measured_too(trained):
    assert len(trained.segment(np.ones((80, 80)), pixel_size_A=PIXEL_A).particles) == 0
    labels = np.zeros((8, 8), np.int32)
    labels[3, 4] = 1
    assert measured(labels, labels / 2, 1.0).area_nm2.item() == pytest.approx(0.01)
    assert list(measured(0 * labels, labels, 1.0).columns) == list(measured(labels, labels, 1.0).columns)


@pytest.mark.parametrize("shape", [(16, 16), (17, 30), (64, 64), (65, 200), (300, 129)])
def test_tiles_cover_an_image_without_seams(shape):
    image = np.random.default_rng(1).normal(size=shape)
    seen = []

    def function(tile):
        seen.append(tile.shape)
        return 2 * tile

    assert tiled(image, function, tile_px=64, multiple_px=16) == pytest.approx(2 * image, abs=1e-5)
    assert all(edge % 16 == 0 and edge <= 64 for tile in seen for edge in tile)


def test_an_image_of_several_tiles_has_the_particles_of_its_whole(trained):
    image = discs((700, 1100), (350, 512, 15), (100, 900, 15), (600, 40, 15))
    table = trained.segment(image, pixel_size_A=PIXEL_A).particles
    assert sorted(table.centroid_x_nm.round(2)) == pytest.approx([1.62, 20.5, 36.02], abs=0.02)


def test_a_pixel_size_that_is_not_given_is_warned_of(trained):
    with pytest.warns(UserWarning, match="0.4 A"):
        found = trained.segment(np.eye(80))
    assert found.pixel_size_A == PIXEL_A


def save(image, path):
    if path.suffix == ".npy":
        np.save(path, image)
    else:
        Image.fromarray(image).save(path)
    return path


@pytest.mark.parametrize(
    ("name", "dtype"),
    [("a.npy", "f8"), ("a.npy", "i8"), ("a.png", "u1"), ("a.png", "u2"), ("a.tif", "u2"), ("a.TIFF", "f4")],
)
def test_files_hold_what_the_array_holds(trained, tmp_path, name, dtype):
    image = discs((80, 80), (30, 40, 10)).astype(dtype)
    path = save(image, tmp_path / name)
    for given in (path, str(path)):
        found = trained.segment(given, pixel_size_A=PIXEL_A)
        assert np.array_equal(found.probability, trained.segment(image, pixel_size_A=PIXEL_A).probability)


def test_images_that_cannot_be_used_are_answered_in_a_sentence(trained, tmp_path):
    image = discs((80, 80), (30, 40, 10))
    holes = image.copy()
    holes[:2, :3] = np.nan
    colours = np.zeros((80, 80, 3), np.uint8)
    whole = save(image.astype(np.uint8), tmp_path / "whole.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.npy").write_text("no array")
    (tmp_path / "empty.tif").write_bytes(b"")
    (tmp_path / "folder.tif").mkdir()
    frames = [Image.fromarray(image.astype(np.uint8))] * 2
    frames[0].save(tmp_path / "frames.tif", save_all=True, append_images=frames[1:])
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    cases = [
        (holes, ["6 of 6400", "NaN"]),
        (np.zeros((4, 80, 80)), ["[4, 80, 80]", "[y, x]"]),
        (np.zeros((0, 80)), ["[0, 80]"]),
        (np.zeros((80, 80), complex), ["complex"]),
        ("micrograph.dm4", [".dm4", ".tif"]),
        ("nowhere.npy", ["nowhere.npy", "no such file"]),
        (save(colours, tmp_path / "colours.png"), ["colours.png", "RGB", "grey"]),
        (tmp_path / "cut.png", ["cut.png", "damaged"]),
        (tmp_path / "text.npy", ["text.npy", "damaged"]),
        (tmp_path / "empty.tif", ["empty.tif", "damaged"]),
        (tmp_path / "objects.npy", ["objects.npy"]),
        (tmp_path / "folder.tif", ["folder.tif", "folder"]),
        (tmp_path / "frames.tif", ["frames.tif", "2 images"]),
        (np.zeros((10, 80)), ["80 x 10", "16", "pixel_size_A"]),
    ]
    for given, said in cases:
        with pytest.raises(ht.DataError) as caught:
            trained.segment(given, pixel_size_A=PIXEL_A)
        assert all(word in str(caught.value) for word in said), caught.value


@pytest.mark.parametrize("pixel_size_A", [0, -1, float("nan"), "large"])
def test_a_pixel_size_is_a_number_above_zero(trained, pixel_size_A):
    with pytest.raises(ht.DataError, match="pixel_size_A"):
        trained.segment(np.eye(80), pixel_size_A=pixel_size_A)
