"""Nothing leaves the page, nothing in the data becomes code, and everyone can use it."""

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hrtem_transfer.report.page.build import write_explorer
from hrtem_transfer.results import Tables, load

HOSTILE = '</script><img src=x onerror="window.broken=1"><b>&amp;{{data}}'
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"


WATCH = """() => {
  window.violations = [];
  addEventListener("securitypolicyviolation", (event) => window.violations.push(event.effectiveDirective));
}"""
TRY = """async () => {
  const inline = (done, fail) => {
    const one = document.createElement("script");
    one.textContent = "window.ran = 1";
    document.body.append(one);
    setTimeout(() => (window.ran ? done("script") : fail()), 50);
  };
  const tries = [
    () => fetch("data:text/plain,a").then(() => "fetch"),
    () => new Promise(inline),
    () => { (0, eval)("window.ran = 2"); return "eval"; },
  ];
  const through = [];
  for (const one of tries) { try { through.push(await one()); } catch {} }
  return through;
}"""


class Links(HTMLParser):
    """Collects what the markup itself would load or link to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value) for name, value in attrs if name in ("src", "href", "srcset", "action")]


def test_policy_forbids_all_that_is_not_in_the_file(explorer):
    text = explorer.read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text).group(1)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"('sha256-[A-Za-z0-9+/=]+' ?)+", rules["script-src"])
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/=]+'", rules["style-src"])
    assert rules["img-src"] == "data:"
    assert "unsafe" not in policy
    links = Links()
    links.feed(text)
    assert links.found == []


def test_the_browser_enforces_it(open_page, explorer):
    page = open_page(explorer)
    page.evaluate(WATCH)
    reached = page.evaluate(TRY)
    assert reached == []
    assert {"connect-src", "script-src-elem", "script-src"} <= set(page.evaluate("window.violations"))
    assert all("Content Security Policy" in problem for problem in open_page.problems)
    open_page.problems.clear()


def test_names_and_texts_from_data_stay_text(open_page, corner_results, tmp_path):
    tables = load(corner_results)
    first = tables.domains["domain"].iloc[0]

    def poisoned(frame):
        swap = {
            column: HOSTILE
            for column in frame.columns
            if column in ("reason", "crystal", "structure_set", "set_family", "precision")
        }
        renamed = frame.replace(first, HOSTILE + first)
        return (
            renamed.assign(**swap).assign(series=renamed["series"].map({"defocus": HOSTILE}).fillna(renamed["series"]))
            if "series" in frame.columns
            else renamed.assign(**swap)
        )

    bad = Tables(
        *(poisoned(frame) for frame in (tables.networks, tables.evaluations, tables.histories, tables.domains))
    )
    path = write_explorer(bad, tmp_path / "bad.html", title=HOSTILE)
    page = open_page(path)
    for view in ("maps", "distributions", "mixture", "effects", "images", "networks", "status", "about"):
        page.click(f"#tab-{view}")
        page.evaluate("async () => { await HT.app.last; }")
    page.select_option("#c-series", HOSTILE)
    page.evaluate("async () => { await HT.app.last; }")
    assert page.evaluate("window.broken") is None
    assert page.locator("img").count() == 0
    assert page.inner_text("h1") == HOSTILE
    assert HOSTILE in page.inner_text("#c-series")


def test_formulas_do_not_reach_a_spreadsheet(open_page, corner_results, tmp_path):
    tables = load(corner_results)
    first = "=HYPERLINK(1)"
    frames = (tables.networks, tables.evaluations, tables.histories, tables.domains)
    bad = Tables(*(frame.replace("defocus_m10nm", first) for frame in frames))
    page = open_page(write_explorer(bad, tmp_path / "bad.html"), "#view=networks")
    with page.expect_download() as download:
        page.click("#download")
    text = download.value.path().read_text(encoding="utf-8")
    assert "'=HYPERLINK(1)" in text
    assert not re.search(r"(^|,)=", text, flags=re.MULTILINE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page, explorer, scheme):
    if not AXE.is_file():
        if os.environ.get("CI"):
            pytest.fail(f"{AXE} is missing; continuous integration must run `npm install --no-save axe-core@4.14.1`")
        pytest.skip("axe-core is not installed: npm install --no-save axe-core@4.14.1")
    page = open_page(explorer, scheme=scheme, bypass_csp=True)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {}
    for view in ("maps", "distributions", "mixture", "spread", "effects", "images", "networks", "status", "about"):
        page.click(f"#tab-{view}")
        page.evaluate("async () => { await HT.app.last; }")
        for details in page.locator("main > [role=tabpanel]:not([hidden]) details.numbers").all():
            details.evaluate("(one) => { one.open = true; }")
        page.wait_for_timeout(20)
        result = page.evaluate("async () => JSON.stringify((await axe.run()).violations)")
        serious = [one for one in json.loads(result) if one["impact"] in ("serious", "critical")]
        for one in serious:
            found[f"{view}: {one['id']}"] = [node["html"][:160] for node in one["nodes"][:3]]
    assert found == {}
