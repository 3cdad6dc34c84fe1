import numpy as np
import pytest
from PIL import Image

from hrtem_transfer.report.figures.contact_sheet import contact_sheet, example, grey, scale_bar_nm
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.image_files import ImageSet, write_images


@pytest.fixture
def rows(corner_plan, tmp_path):
    found = []
    for number, row in enumerate(corner_plan.domains):
        labels = np.zeros((3, 24, 24), dtype=np.uint8)
        labels[1, 4:10, 4:10] = 1
        counts = np.random.default_rng(number).poisson(20, labels.shape).astype(np.uint8)
        path = tmp_path / f"{row['domain']}.h5"
        write_images(path, {"test": ImageSet(counts, labels, np.zeros(3), np.arange(3))}, {})
        found.append({**row, "image_file": path})
    return found


def test_every_domain_is_on_the_sheet_and_equal_images_give_equal_bytes(rows, tmp_path):
    first = contact_sheet(rows, tmp_path / "a.png")
    second = contact_sheet(rows, tmp_path / "b.png")
    assert first.read_bytes() == second.read_bytes()
    with Image.open(first) as picture:
        sheet = np.asarray(picture.convert("RGB")).astype(int)
    orange = (np.abs(sheet - [0xFF, 0x9D, 0x2E]).sum(axis=-1) < 60).any(axis=0)
    assert sheet.shape[1] > 150 * 4
    # Runs of columns with an outline: one for each image of a row.
    assert np.count_nonzero(np.diff(orange.astype(int)) == 1) >= 3


def test_the_example_shows_most_particle(rows):
    _, label = example(rows[0]["image_file"])
    assert label.sum() == 36


def test_grey_values_span_the_range():
    shown = grey(np.arange(1000, dtype=np.uint16).reshape(20, 50))
    assert shown.min() == 0
    assert shown.max() == 1
    assert np.isfinite(grey(np.ones((4, 4), dtype=np.uint8))).all()


@pytest.mark.parametrize(("width", "bar"), [(10.24, 2.0), (5.12, 1.0), (40, 10.0), (2.56, 0.5)])
def test_scale_bar_is_round(width, bar):
    assert scale_bar_nm(width) == bar


def test_bad_input_is_named(rows, tmp_path):
    with pytest.raises(ValueError, match="no domains"):
        contact_sheet([], tmp_path / "a.png", 0.4)
    rows[2]["image_file"].write_bytes(b"no images")
    with pytest.raises(DataError, match=rows[2]["domain"]):
        contact_sheet(rows, tmp_path / "a.png", 0.4)
