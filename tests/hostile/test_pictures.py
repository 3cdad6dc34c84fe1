"""Texts of tables that reach a figure stay texts."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from hrtem_transfer.report.figures import charts
from hrtem_transfer.report.figures.rendering import complete, save

HOSTILE = '</text><script>alert(1)</script><image href="http://x/y.png" onload="z"/> ${1+1} $\\frac$ &amp; = {{7*7}}'


def test_markup_in_labels_titles_and_captions_of_an_svg_is_text(tmp_path: Path) -> None:
    spec = charts.histograms(title=HOSTILE, x_title=HOSTILE, group_title=HOSTILE)
    row = {"group": HOSTILE, "label": HOSTILE, "gi": 0, "low": 0.0, "high": 1.0, "share": 1.0, "median": 0.5}
    files = save(complete(spec, {"bins": [{**row, "tip": HOSTILE, "networks": 3}]}, caption=HOSTILE), tmp_path / "a")
    tree = ElementTree.parse(files[0])
    kinds = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert "script" not in kinds
    assert "image" not in kinds
    names = {name.rpartition("}")[2] for element in tree.iter() for name in element.attrib}
    assert not any(name.startswith("on") or name == "href" for name in names)
    assert "<script>alert(1)</script>" in "".join(tree.getroot().itertext())


@pytest.mark.parametrize("text", ["$\\frac{1}{$", "$$", HOSTILE])
def test_formulas_of_matplotlib_in_names_do_not_stop_the_contact_sheet(text: str, tmp_path: Path) -> None:
    import numpy as np

    from hrtem_transfer.report.figures.contact_sheet import contact_sheet
    from hrtem_transfer.storage.image_files import ImageSet, write_images

    counts = np.arange(64, dtype=np.uint8).reshape(1, 8, 8)
    images = ImageSet(counts, counts % 2, np.zeros(1), np.zeros(1, np.int64))
    write_images(tmp_path / "a.h5", {"test": images}, {})
    row = {
        "family": "s",
        "structure_set": text,
        "crystal": text,
        "set_family": text,
        "defocus_nm": 1.0,
        "dose_e_per_A2": 2.0,
    }
    rows = [{**row, "domain": name, "image_file": tmp_path / "a.h5"} for name in (text, f"{text}2")]
    assert contact_sheet(rows, tmp_path / "sheet.png", 1.0).is_file()
