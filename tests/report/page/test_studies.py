"""Studies unlike the paper's: an axis more, networks from scratch, results that are missing, tables from elsewhere."""

from random import Random

import pytest

from hrtem_transfer.report.figures.selection import Selection
from hrtem_transfer.report.page.build import write_explorer
from hrtem_transfer.results import Tables, load
from tests.report.figures.studies import astigmatism_study
from tests.report.page.conftest import settled
from tests.report.page.random_states import check, random_state
from tests.report.page.reference import Reference
from tests.report.page.test_explorer import VIEWS, panel, selected


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> Tables:
    folder = tmp_path_factory.mktemp("astigmatism")
    astigmatism_study(folder, failed=3)
    return load(folder / "results" / "astigmatism")


@pytest.fixture
def opened(open_page, tmp_path):
    """Opens the explorer of some tables in all its views."""

    def show(tables: Tables, fragment: str = "", **options):
        page = open_page(write_explorer(tables, tmp_path / "explorer.html", **options), fragment)
        for view in VIEWS if not fragment else ():
            page.click(f"#tab-{view}")
            settled(page)
            assert panel(page).inner_text().strip()
        return page

    return show


def changed(tables: Tables, **frames) -> Tables:
    names = ("networks", "evaluations", "histories", "domains")
    return Tables(*(frames.get(name, getattr(tables, name)) for name in names))


def test_an_axis_that_is_only_configured_is_a_filter(opened, tables):
    page = opened(tables, "#series=defocus")
    filters = page.eval_on_selector_all("details.filter", "all => all.map((one) => one.dataset.filter)")
    assert {"source_astigmatism_nm", "target_astigmatism_nm", "source_defocus_nm", "target_defocus_nm"} <= set(filters)
    for box in page.locator('[data-filter="target_astigmatism_nm"] input').all()[1:]:
        box.uncheck()
    settled(page)
    rows = tables.networks[(tables.networks["series"] == "defocus") & (tables.networks["status"] == "ok")]
    rows = rows[rows["stage"] != "pretrain"]
    without = tables.domains.set_index("domain")["astigmatism_nm"]
    kept = rows["target_domain"].map(without) == 0
    assert selected(page).startswith(f"{kept.sum()} of {len(rows)}")
    again = opened(tables, "#" + page.url.partition("#")[2])
    assert selected(again) == selected(page)
    groups = opened(tables, "#series=defocus&view=distributions&by=astigmatism_nm")
    groups.click("#show-numbers-histograms summary")
    groups.wait_for_selector("#numbers-histograms")
    labels = groups.eval_on_selector_all(
        "#numbers-histograms td:first-child", "all => all.map((one) => one.textContent)"
    )
    expected = [f"astigmatism {one} nm → astigmatism {two} nm" for one in (0, 10) for two in (0, 2, 10)]
    assert labels == [*expected, *(f"astigmatism {one} nm, from scratch" for one in (0, 2, 10))]


def test_axes_of_maps_are_in_numerical_order(opened, tables):
    page = opened(tables, "#series=defocus")
    labels = page.evaluate("HT.app.study.seriesOf('defocus').labels")
    expected = [f"{defocus} nm, astigmatism {amount} nm" for defocus in ("−10", "+10") for amount in (0, 2, 10)]
    assert labels == expected


def test_series_that_differ_in_one_axis_have_no_second_menu_for_it(opened, tables):
    page = opened(tables, "#series=dose")
    filters = page.eval_on_selector_all("details.filter", "all => all.map((one) => one.dataset.filter)")
    assert not any("dose" in one for one in filters)


def test_networks_from_scratch_are_a_row_of_the_map_a_bar_and_a_filter(opened, tables):
    page = opened(tables, "#series=structure")
    page.click("#show-numbers-target summary")
    page.wait_for_selector("#numbers-target")
    rows = page.eval_on_selector_all(
        "#numbers-target tbody tr", "all => all.map((one) => [...one.cells].map((cell) => cell.textContent))"
    )
    scratch = [row for row in rows if row[0] == "from scratch"]
    assert [row[1] for row in scratch] == ["CdSe", "Ag", "C"]
    assert all(row[3] == "–" and row[4] != "–" for row in scratch)
    assert "from scratch" in page.eval_on_selector("#panel-maps .detail svg", "one => one.textContent")
    before = selected(page)
    page.locator('[data-filter="stage"] input').nth(1).uncheck()
    settled(page)
    assert selected(page) != before
    rows = page.eval_on_selector_all("#numbers-target tbody tr", "all => all.map((one) => one.cells[0].textContent)")
    assert "from scratch" not in rows


def test_the_row_from_scratch_can_be_chosen_and_linked(opened, tables):
    page = opened(tables, "#series=structure&pair=~scratch,structure_ag_small")
    assert page.inner_text("#detail-target") == "Chosen pair: from scratch → Ag"
    page.focus("#panel-maps [data-map=after]")
    page.keyboard.press("ArrowUp")
    settled(page)
    assert "from scratch" not in page.inner_text("#detail-target")


def test_a_filter_on_what_scratch_has_not_leaves_it_in(opened, tables):
    page = opened(tables, "#series=structure&freeze=encoder&source=structure_ag_small")
    rows = tables.networks[(tables.networks["series"] == "structure") & (tables.networks["status"] == "ok")]
    chosen = (rows["freeze"] == "encoder") & (rows["source_domain"] == "structure_ag_small")
    assert selected(page).startswith(f"{(chosen | (rows['stage'] == 'scratch')).sum()} of")


def test_the_advice_is_shown(opened, tables):
    page = opened(tables, "#series=structure&view=effects")
    words = page.inner_text("#recommended")
    assert "transfer" in words
    assert "advice" in words


def test_random_states_equal_pandas_with_scratch_and_an_axis_more(open_page, tables, tmp_path):
    page = open_page(write_explorer(tables, tmp_path / "explorer.html"))
    reference = Reference(tables.networks, tables.evaluations, tables.domains)
    mixed = tables.networks[tables.networks["stage"] == "mixture"]
    pairs = sorted(set(zip(mixed["source_domain"], mixed["target_domain"], strict=True)))
    rng = Random(4)
    compared = [check(page, reference, random_state(rng, reference), pairs) for _ in range(80)]
    assert sum(number > 0 for number in compared) > 60


def test_what_is_missing_is_said_by_series_with_reasons(opened, tables):
    page = opened(tables)
    assert "3 of" in page.inner_text("#notices")
    page.click("#tab-status")
    settled(page)
    failed = tables.networks[tables.networks["status"] == "failed"]
    numbers = page.eval_on_selector_all("#status tbody tr", "all => all.map((row) => Number(row.cells[4].textContent))")
    assert sum(numbers) == len(failed) == 3
    assert "synthetic failure" in page.inner_text("#reasons")


def test_a_page_without_any_result_opens_and_says_so(opened, tables):
    networks = tables.networks.assign(status="missing", reason="not trained yet")
    empty = changed(
        tables, networks=networks, evaluations=tables.evaluations.iloc[:0], histories=tables.histories.iloc[:0]
    )
    page = opened(empty)
    assert "No network has a result yet" in page.inner_text("#notices")
    assert selected(page).startswith("0 of 0")


def test_a_series_of_pretrained_networks_alone_shows_them_before(opened, tables):
    lost = (tables.networks["stage"] != "pretrain") & (tables.networks["series"] == "structure")
    networks = tables.networks.assign(status=tables.networks["status"].mask(lost, "failed"))
    ids = set(networks.loc[lost, "network_id"])
    evaluations = tables.evaluations[~tables.evaluations["network_id"].isin(ids)]
    page = opened(changed(tables, networks=networks, evaluations=evaluations))
    page.click("#tab-maps")
    page.select_option("#c-series", "structure")
    settled(page)
    assert selected(page) == "3 of 3 networks selected"
    assert page.locator("#panel-maps [data-map=before] canvas").is_visible()
    assert "Only pretrained networks" in page.inner_text("#panel-maps [data-map=after]")
    page.click("#show-numbers-target summary")
    page.wait_for_selector("#numbers-target")
    assert page.locator("#numbers-target tbody tr").count() == 9


def test_scores_and_splits_that_are_not_there_are_not_offered(opened, tables):
    rows = tables.evaluations[tables.evaluations["split"] != "test"]
    holes = rows.assign(**{name: float("nan") for name in ("dice", "iou", "particle_f1", "precision", "recall")})
    page = opened(changed(tables, evaluations=holes))
    assert page.eval_on_selector_all("#c-measure option", "all => all.map((one) => one.value)") == [
        "loss",
        "cross_entropy",
    ]
    assert page.eval_on_selector_all("#c-split option", "all => all.map((one) => one.value)") == ["validation"]
    assert "No test images" in page.inner_text("#notices")


def test_a_spread_that_nobody_has_is_explained(opened, tables):
    mixed = tables.networks[tables.networks["stage"] == "mixture"]
    ends = mixed.set_index("network_id")[["source_domain", "target_domain"]]
    rows = tables.evaluations.join(ends, on="network_id")
    own = (rows["evaluation_domain"] == rows["source_domain"]) | (rows["evaluation_domain"] == rows["target_domain"])
    kept = tables.evaluations[own | ~tables.evaluations["network_id"].isin(ends.index)]
    page = opened(changed(tables, evaluations=kept))
    page.select_option("#c-series", "mixture")
    page.click("#tab-spread")
    settled(page)
    assert "on all domains of the series" in page.inner_text("#panel-spread [data-map=after]")
    page.click("#tab-mixture")
    settled(page)
    assert page.locator("#panel-mixture svg").count()


def test_what_networks_ran_with_is_told_and_a_difference_is_a_notice(opened, tables):
    page = opened(tables)
    assert "different" not in page.inner_text("#notices")
    two = ["float32", "bfloat16"] * len(tables.networks)
    page = opened(changed(tables, networks=tables.networks.assign(precision=two[: len(tables.networks)])))
    assert "bfloat16" in page.inner_text("#notices")
    page.click("#tab-about")
    settled(page)
    about = panel(page).inner_text()
    assert str(tables.plan) in about
    assert "float32" in about
    assert "[object" not in about


def test_a_subset_is_named_and_begins_as_asked(opened, tables):
    selection = Selection({"series": ["structure"], "freeze": ["none"]}, "max")
    pair = ("structure_ag_small", "structure_c_small")
    page = opened(tables, "#view=maps", selection=selection, pair=pair)
    assert "frozen none" in page.inner_text("#notices")
    assert page.evaluate("HT.app.study.meta.series.map((one) => one.name)") == ["structure"]
    assert page.input_value("#c-reduction") == "max"
    assert page.inner_text("#detail-target") == "Chosen pair: Ag → C"
