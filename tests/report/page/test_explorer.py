"""The explorer as a person uses it: views, controls, address, keyboard, download, phone, dark."""

import io

import pandas as pd
import pytest

from hrtem_transfer.results import load
from tests.report.page.conftest import settled

VIEWS = ("maps", "distributions", "mixture", "spread", "effects", "images", "networks", "status", "about")


def selected(page) -> str:
    return page.inner_text("#selected")


def panel(page):
    return page.locator('main > [role="tabpanel"]:not([hidden])')


@pytest.fixture(scope="module")
def tables(corner_results):
    return load(corner_results)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_view_opens_and_fits(open_page, explorer, width, scheme):
    page = open_page(explorer, width=width, scheme=scheme)
    for view in VIEWS:
        page.click(f"#tab-{view}")
        settled(page)
        assert page.get_attribute(f"#tab-{view}", "aria-selected") == "true"
        assert len(panel(page).inner_text()) > 40
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view
    page.click("#tab-maps")
    settled(page)
    assert page.locator("#panel-maps canvas").count() == 3
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(","))) > 600) == (scheme == "light")


def test_theme_can_be_switched(open_page, explorer):
    page = open_page(explorer)
    ink = page.evaluate("HT.colours().ink")
    page.click("#theme")
    settled(page)
    assert page.evaluate("HT.colours().ink") != ink
    fills = page.eval_on_selector_all("#panel-maps svg text", "all => all.map((one) => one.getAttribute('fill'))")
    assert page.evaluate("HT.colours().ink") in fills


def test_made_up_results_are_marked(open_page, explorer):
    page = open_page(explorer)
    assert "no network was trained" in page.inner_text("#synthetic")
    page.click("#tab-networks")
    settled(page)
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename.startswith("synthetic-")


def test_filters_select_what_pandas_selects(open_page, explorer, tables):
    page = open_page(explorer)
    rows = tables.networks[(tables.networks["series"] == "defocus") & (tables.networks["stage"] == "transfer")]
    rows = rows[rows["status"] == "ok"]
    assert selected(page).startswith(f"{len(rows):,} of {len(rows):,}")
    for name, column in (("images", "n_images"), ("freeze", "freeze"), ("plr", "pretrain_learning_rate"),
                         ("tlr", "transfer_learning_rate"), ("replicate", "replicate"), ("source", "source_domain"),
                         ("target", "target_domain")):  # fmt: skip
        box = page.locator(f'[data-filter="{name}"] input').first
        box.uncheck()
        settled(page)
        kept = page.evaluate(f"HT.app.state.{name}")
        assert 0 < len(kept) < rows[column].nunique()
        assert selected(page).startswith(f"{rows[column].isin(kept).sum():,} of")
        box.check()
        settled(page)
        assert page.evaluate(f"HT.app.state.{name}") is None
    page.select_option("#c-series", "structure")
    settled(page)
    assert selected(page).startswith(
        f"{((tables.networks['series'] == 'structure') & (tables.networks['stage'] == 'transfer')).sum():,} of"
    )
    page.click("#reset")
    settled(page)
    assert selected(page).startswith(f"{len(rows):,} of")


def test_measure_split_and_reduction_change_the_numbers(open_page, explorer):
    page = open_page(explorer)
    seen = set()
    page.click("#show-numbers-target summary")
    page.wait_for_selector("#numbers-target")
    choices = {
        "#c-measure": ("cross_entropy", "dice", "iou", "particle_f1", "loss"),
        "#c-split": ("validation",),
        "#c-reduction": ("min", "mean", "max"),
    }
    for control, options in choices.items():
        for option in options:
            page.select_option(control, option)
            settled(page)
            cells = page.inner_text("#numbers-target")
            seen.add(cells)
    assert len(seen) == 9


def test_colour_range_is_obeyed(open_page, explorer):
    page = open_page(explorer)
    drawn = "() => document.querySelector('#panel-maps [data-map=after] canvas').toDataURL()"
    before = page.evaluate(drawn)
    page.fill("#c-high", "5")
    page.dispatch_event("#c-high", "change")
    settled(page)
    assert page.evaluate("HT.app.state.high") == 5
    narrow = page.evaluate(drawn)
    assert narrow != before
    page.click("#reset")
    settled(page)
    assert page.evaluate(drawn) == before


def test_nothing_selected_is_said(open_page, explorer):
    page = open_page(explorer)
    for box in page.locator('[data-filter="images"] input').all():
        box.uncheck()
    settled(page)
    assert selected(page).startswith("0 of")
    for view in ("maps", "spread", "distributions", "networks"):
        page.click(f"#tab-{view}")
        settled(page)
        assert "No networks in this selection" in panel(page).inner_text()


def test_a_click_on_a_cell_shows_its_pair(open_page, explorer):
    page = open_page(explorer, "#series=structure")
    box = page.locator("#panel-maps [data-map=after] canvas").bounding_box()
    shown = set()
    for part in range(1, 9):
        x, y = box["x"] + box["width"] * part / 10, box["y"] + box["height"] * part / 14
        page.mouse.move(x, y)
        if not page.is_visible("#tip"):
            continue
        pair = page.inner_text("#tip").partition(":")[0]
        page.mouse.click(x, y)
        settled(page)
        assert page.inner_text("#detail-target") == f"Chosen pair: {pair}"
        source, target = page.evaluate("HT.app.state.pair.map((id) => HT.app.label(id))")
        assert pair == f"{source} → {target}"
        shown.add(pair)
    assert len(shown) >= 2


def test_arrow_keys_move_the_pair(open_page, explorer):
    page = open_page(explorer)
    page.focus("#panel-maps [data-map=before]")
    seen = {page.inner_text("#detail-target")}
    for key in ("ArrowDown", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        settled(page)
        seen.add(page.inner_text("#detail-target"))
    assert len(seen) >= 3


def test_all_can_be_reached_by_keyboard(open_page, explorer):
    page = open_page(explorer)
    reached = set()
    for _ in range(70):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.id || document.activeElement.dataset.map || document.activeElement.tagName"
            )
        )
    assert {"theme", "tab-maps", "c-measure", "c-split", "c-reduction", "c-low", "c-high", "c-series"} <= reached
    assert {"reset", "copy-link", "f-images-0", "before", "after", "shift"} <= reached
    page.focus("#tab-maps")
    page.keyboard.press("ArrowRight")
    settled(page)
    assert page.get_attribute("#tab-distributions", "aria-selected") == "true"
    assert page.evaluate("document.activeElement.id") == "tab-distributions"
    page.focus("#f-freeze-0")
    page.keyboard.press("Space")
    settled(page)
    assert page.evaluate("HT.app.state.freeze.length") == 2


def test_the_address_carries_the_view(open_page, explorer):
    page = open_page(explorer)
    page.select_option("#c-series", "structure")
    page.select_option("#c-measure", "dice")
    page.select_option("#c-reduction", "max")
    page.locator('[data-filter="freeze"] input').nth(2).uncheck()
    page.locator('[data-filter="replicate"] input').first.uncheck()
    page.fill("#c-low", "0.25")
    page.dispatch_event("#c-low", "change")
    page.click("#tab-spread")
    settled(page)
    first = page.evaluate("JSON.stringify(HT.app.state)")
    again = open_page(explorer, "#" + page.url.partition("#")[2])
    assert again.evaluate("JSON.stringify(HT.app.state)") == first
    assert selected(again) == selected(page)
    assert panel(again).inner_text() == panel(page).inner_text()


@pytest.mark.parametrize(
    "fragment",
    ["#view=nowhere&series=none&images=7&pair=a,b&low=x", "#images=%E0%A4%A&sort=constructor&view=networks", "#=&&=1"],
)
def test_an_address_that_makes_no_sense_still_opens(open_page, explorer, fragment):
    page = open_page(explorer, fragment)
    assert not selected(page).startswith("0 of")


def test_nothing_chosen_survives_the_address(open_page, explorer):
    page = open_page(explorer)
    for box in page.locator('[data-filter="freeze"] input').all():
        box.uncheck()
    settled(page)
    again = open_page(explorer, "#" + page.url.partition("#")[2])
    assert selected(again).startswith("0 of")


def test_csv_is_the_selection(open_page, explorer, tables):
    page = open_page(explorer, "#view=networks&images=64,512&freeze=none&measure=dice&split=validation")
    with page.expect_download() as download:
        page.click("#download")
    text = download.value.path().read_text(encoding="utf-8")
    found = pd.read_csv(io.StringIO(text)).set_index("network_id")
    rows = tables.networks[(tables.networks["series"] == "defocus") & (tables.networks["stage"] == "transfer")]
    rows = rows[(rows["status"] == "ok") & rows["n_images"].isin([64, 512]) & (rows["freeze"] == "none")]
    assert sorted(found.index) == sorted(rows["network_id"])
    scores = tables.evaluations[tables.evaluations["split"] == "validation"]
    scores = scores.set_index(["network_id", "evaluation_domain"])["dice"]
    for row in rows.sample(20, random_state=1).to_dict("records"):
        shown = found.loc[row["network_id"]]
        assert shown["after"] == pytest.approx(scores[row["network_id"], row["target_domain"]], rel=1e-6)
        assert shown["before"] == pytest.approx(scores[row["pretrained_id"], row["target_domain"]], rel=1e-6)
        assert shown["n_images"] == row["n_images"]
        assert shown["pretrain_learning_rate"] == row["pretrain_learning_rate"]
        assert shown["pretrained_id"] == row["pretrained_id"]
    assert found["synthetic"].all()


def test_table_sorts_and_grows(open_page, explorer):
    page = open_page(explorer, "#view=networks")
    column = "#networks-table tbody td:nth-child(6)"
    read = "all => all.map((one) => Number(one.dataset.value))"
    up = page.eval_on_selector_all(column, read)
    assert up == sorted(up)
    assert len(up) == 100
    page.click('[data-sort="after"]')
    settled(page)
    down = page.eval_on_selector_all(column, read)
    assert down == sorted(down, reverse=True)
    assert down[0] > up[0]
    page.click("#more")
    assert len(page.eval_on_selector_all(column, read)) == 200


def test_effects_are_those_of_the_tables(open_page, explorer, tables):
    from hrtem_transfer.results.effects import effects

    page = open_page(explorer, "#view=effects&series=structure")
    exact = effects(tables)
    exact = exact[exact["series"] == "structure"]
    shown = page.eval_on_selector_all(
        ".effects tbody tr", "all => all.map((row) => Number(row.cells[3].dataset.value))"
    )
    assert sorted(shown) == pytest.approx(sorted(exact["median_change"]))


def test_images_have_outlines_that_can_be_hidden(open_page, explorer, tables):
    page = open_page(explorer, "#view=images")
    assert page.locator(".example").count() == len(tables.domains)
    assert page.eval_on_selector_all(".example image", "all => all.length") == len(tables.domains)
    assert page.locator(".outline").first.is_visible()
    page.uncheck("#outlines")
    assert not page.locator(".outline").first.is_visible()


def test_a_mixture_series_has_an_after_and_no_before(open_page, explorer, tables):
    page = open_page(explorer, "#series=mixture")
    mixed = tables.networks[(tables.networks["stage"] == "mixture") & (tables.networks["status"] == "ok")]
    assert selected(page).startswith(f"{len(mixed):,} of")
    assert "no pretrained network before them" in page.inner_text("[data-map=before]")
    assert page.locator("[data-map=after] canvas").is_visible()
    for view in VIEWS:
        page.click(f"#tab-{view}")
        settled(page)


def test_a_study_of_mixtures_alone_can_be_explored(open_page, corner_plan, tmp_path):
    from hrtem_transfer.report.page.build import write_explorer
    from hrtem_transfer.results.synthetic import write_synthetic

    networks = [record for record in corner_plan.networks if record.stage == "mixture"]
    write_synthetic(networks, corner_plan.domains, corner_plan.evaluated_on, tmp_path)
    page = open_page(write_explorer(load(tmp_path), tmp_path / "explorer.html"))
    assert selected(page) == f"{len(networks)} of {len(networks)} networks selected"
    for view in VIEWS:
        page.click(f"#tab-{view}")
        settled(page)
        assert panel(page).inner_text()
