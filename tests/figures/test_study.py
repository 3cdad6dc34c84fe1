import re
from xml.etree import ElementTree

import pytest
from PIL import Image

from hrtem_transfer.figures.selection import Selection
from hrtem_transfer.figures.study import study_figures
from hrtem_transfer.results import load


@pytest.fixture(scope="module")
def tables(corner_results):
    return load(corner_results)


def test_all_figures_of_the_study_are_there(tables):
    names = {figure.name for figure in study_figures(tables, Selection())}
    each = {f"{kind}_{series}" for kind in ("distributions", "transfer", "spread", "domains")
            for series in ("defocus", "dose", "structure")}  # fmt: skip
    assert names == each | {"mixture_defocus", "size_classes_structure", "epoch_seconds"}


def test_captions_state_subset_reduction_and_number(tables):
    selection = Selection({"images": [64, 256], "series": ["defocus"]}, "max")
    rows = selection.of(tables.networks)
    rows = rows[(rows["stage"] == "transfer") & (rows["status"] == "ok")]
    figures = {figure.name: figure for figure in study_figures(tables, selection)}
    caption = figures["transfer_defocus"].caption
    assert "max over the networks" in caption
    assert "images 64 or 256; series defocus" in caption
    assert f"{len(rows)} transferred networks" in caption
    assert not any("dose" in name for name in figures)


def test_maps_hold_what_pandas_finds(tables):
    figure = next(one for one in study_figures(tables, Selection(reduction="mean")) if one.name == "transfer_dose")
    rows = tables.networks[(tables.networks["series"] == "dose") & (tables.networks["status"] == "ok")]
    exact = rows[rows["stage"] == "transfer"].groupby(["source_domain", "target_domain"])["loss_target_after"].mean()
    shown = figure.data["after"].dropna(subset=["value"]).set_index(["source", "target"])["value"]
    assert shown.to_dict() == pytest.approx(exact.to_dict())


def test_files_are_svg_and_png_with_words_and_the_mark_of_made_up_results(tables, tmp_path):
    figures = {figure.name: figure for figure in study_figures(tables, Selection())}
    for name in ("distributions_defocus", "spread_dose", "mixture_defocus", "epoch_seconds"):
        svg, png = figures[name].save(tmp_path)
        words = " ".join(ElementTree.parse(svg).getroot().itertext())
        assert "SYNTHETIC DATA" in words
        assert re.search(r"nat|seconds", words)
        with Image.open(png) as picture:
            assert picture.width > 800
    assert "Infinity" not in svg.read_text()


def test_real_results_are_not_marked(tables, tmp_path):
    real = type(tables)(*(frame.assign(synthetic=False) for frame in vars(tables).values()))
    figure = next(iter(study_figures(real, Selection())))
    assert "SYNTHETIC" not in figure.save(tmp_path)[0].read_text()


def test_a_subset_without_networks_is_said(tables):
    with pytest.raises(ValueError, match="no transferred network with a result in this subset: images 384"):
        next(iter(study_figures(tables, Selection({"images": [384]}))))


def test_a_pair_that_is_not_there_is_said(tables):
    with pytest.raises(ValueError, match="no selected network was transferred from dose_075 to structure_ag_small"):
        next(iter(study_figures(tables, Selection(), ("dose_075", "structure_ag_small"))))
