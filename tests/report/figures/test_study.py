import re
from xml.etree import ElementTree

import pytest
from PIL import Image

from hrtem_transfer.report.figures.selection import Selection
from hrtem_transfer.report.figures.study import study_figures
from hrtem_transfer.results import load


@pytest.fixture(scope="module")
def tables(corner_results):
    return load(corner_results)


def test_all_figures_of_the_study_are_there(tables):
    names = {figure.name for figure in study_figures(tables, Selection())}
    each = {f"{kind}_{series}" for kind in ("distributions", "transfer", "spread", "domains")
            for series in ("defocus", "dose", "structure")}  # fmt: skip
    assert names == each | {
        "mixture_defocus",
        "classes_set_family_structure",
        "classes_crystal_structure",
        "epoch_seconds",
    }


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
    frames = (tables.networks, tables.evaluations, tables.histories, tables.domains)
    real = type(tables)(*(frame.assign(synthetic=False) for frame in frames))
    figure = next(iter(study_figures(real, Selection())))
    assert "SYNTHETIC" not in figure.save(tmp_path)[0].read_text()


def test_a_subset_without_networks_is_said(tables):
    with pytest.raises(ValueError, match="no network has 384"):
        next(iter(study_figures(tables, Selection({"images": [384]}))))


def test_a_pair_that_is_not_there_is_said(tables):
    with pytest.raises(ValueError, match="no selected network was trained on dose_075 and then on structure_ag_small"):
        next(iter(study_figures(tables, Selection(), ("dose_075", "structure_ag_small"))))


def drawn(tables, **kinds):
    return {figure.name: figure for figure in study_figures(tables, Selection(**kinds))}


def test_an_axis_that_is_only_configured_is_an_axis_of_the_figures(astigmatism):
    figures = drawn(astigmatism)
    after = figures["transfer_defocus"].data["after"]
    amounts = (0, 2, 10)
    expected = [f"{defocus} nm, astigmatism {amount} nm" for defocus in ("−10", "+10") for amount in amounts]
    assert after.drop_duplicates("xi").sort_values("xi")["x"].tolist() == expected
    groups = figures["classes_astigmatism_nm_defocus"].data["after"].drop_duplicates("gi")["label"].tolist()
    assert groups == [f"astigmatism {one} nm → astigmatism {two} nm" for one in (0, 10) for two in amounts]
    assert "astigmatism" in figures["domains_defocus"].caption


def test_networks_from_scratch_stand_beside_the_transferred_ones(astigmatism):
    figures = drawn(astigmatism)
    maps = figures["transfer_defocus"]
    last = maps.data["after"].sort_values("yi").iloc[-1]
    rows = astigmatism.networks
    exact = rows[(rows["stage"] == "scratch") & (rows["target_domain"] == last["target"])]["loss_target_after"].median()
    assert (last["y"], last["value"]) == ("from scratch", pytest.approx(exact))
    assert "from scratch" not in set(maps.data["before"]["y"]) | set(maps.data["shift"]["y"])
    assert "from scratch" in set(figures["distributions_defocus"].data["frozen"]["label"])
    assert "from scratch" in set(figures["domains_defocus"].data["bars"]["which"])
    assert "from scratch" in set(figures["mixture_defocus"].data["curves"]["method"])
    alone = drawn(astigmatism, filters={"stage": ["transfer"]})
    assert "from scratch" not in set(alone["transfer_defocus"].data["after"]["y"])


def without(tables, keep):
    """The tables as if the networks that are not kept had failed."""
    networks = tables.networks.copy()
    scores = [name for name in networks if name.startswith(("loss_", "ood_", "dice_", "iou_"))]
    networks.loc[~keep, ["status", "reason"]] = ["failed", "made to fail"]
    networks.loc[~keep, scores] = float("nan")
    there = set(networks.loc[keep, "network_id"])
    frames = (frame[frame["network_id"].isin(there)] for frame in (tables.evaluations, tables.histories))
    return type(tables)(networks, *frames, tables.domains)


def test_a_series_that_failed_has_no_figure_and_the_others_have(astigmatism):
    names = set(drawn(without(astigmatism, astigmatism.networks["series"] != "dose")))
    assert {"transfer_defocus", "transfer_structure"} <= names
    assert not any("dose" in name for name in names)


def test_pretrained_networks_alone_are_drawn_on_every_domain(astigmatism):
    figures = drawn(without(astigmatism, astigmatism.networks["stage"] == "pretrain"))
    assert set(figures) == {"pretrained_defocus", "pretrained_dose", "pretrained_structure"}
    cells = figures["pretrained_structure"].data["before"]
    assert len(cells) == 9
    assert cells["value"].notna().all()


def test_mixtures_alone_are_drawn_over_their_shares(astigmatism):
    figures = drawn(without(astigmatism, astigmatism.networks["stage"] == "mixture"))
    assert list(figures) == ["mixture_mixture"]
    assert len(figures["mixture_mixture"].data["curves"])


def test_nothing_is_drawn_without_a_result(astigmatism):
    assert drawn(without(astigmatism, astigmatism.networks["stage"] == "none")) == {}


def test_a_study_without_a_before_or_a_spread_is_drawn_without_them(astigmatism):
    networks = astigmatism.networks.assign(pretrained_id=None)
    empty = {name: float("nan") for name in networks if name.startswith("ood_") or name.endswith("_before")}
    others = (astigmatism.evaluations, astigmatism.histories, astigmatism.domains)
    figures = drawn(type(astigmatism)(networks.assign(**empty), *others))
    assert set(figures["transfer_defocus"].data) == {"after"}
    assert "before" not in figures["transfer_defocus"].caption
    assert "spread_defocus" not in figures
    assert set(figures["domains_defocus"].data["bars"]["which"]) == {"after", "from scratch"}


def test_captions_name_the_split_that_there_is(astigmatism):
    evaluations = astigmatism.evaluations[astigmatism.evaluations["split"] != "test"]
    tables = type(astigmatism)(astigmatism.networks, evaluations, astigmatism.histories, astigmatism.domains)
    captions = [figure.caption for figure in drawn(tables).values() if figure.name != "epoch_seconds"]
    assert all("validation images" in caption and "test images" not in caption for caption in captions)
