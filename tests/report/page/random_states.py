"""Random views of the explorer, and the check that what it shows is what pandas finds."""

from random import Random
from urllib.parse import quote

from playwright.sync_api import Page

from tests.report.page.reference import FILTERS, Reference, close

MEASURES = ("loss", "cross_entropy", "dice", "iou", "particle_f1")
VIEWS = ("maps", "spread", "distributions", "mixture")

SHOW = """async (hash) => {
  if (location.hash !== hash) {
    await new Promise((done) => {
      addEventListener("hashchange", () => done(), { once: true });
      location.hash = hash;
    });
  }
  await HT.app.last;
  const panel = document.querySelector('main > [role="tabpanel"]:not([hidden])');
  const details = panel.querySelector("details.numbers");
  if (!details.open) {
    details.open = true;
    while (!details.querySelector("table")) await new Promise((done) => setTimeout(done, 1));
  }
  const rows = [...details.querySelectorAll("tbody tr")].map((row) =>
    [...row.cells].map((cell) => (cell.dataset.value === undefined ? cell.textContent : cell.dataset.value)));
  return { rows, selected: document.getElementById("selected").textContent, place: location.hash,
           view: panel.id.slice(6), empty: panel.querySelector(".empty:not([hidden])") !== null };
}"""


def random_state(rng: Random, reference: Reference) -> dict:
    """Any view, series, subset, measure, split and reduction."""
    networks = reference.networks[reference.networks["stage"] != "pretrain"]
    series = rng.choice(sorted(networks["series"].unique()))
    here = networks[networks["series"] == series]
    state = {"view": rng.choice(VIEWS), "series": series, "measure": rng.choice(MEASURES)}
    state |= {"split": rng.choice(("test", "validation")), "reduction": rng.choice(("min", "mean", "median", "max"))}
    for name, column in FILTERS.items():
        values = sorted(here[column].dropna().unique().tolist())
        some = len(values) > 1 and rng.random() < 0.4
        state[name] = sorted(rng.sample(values, rng.randint(1, len(values) - 1))) if some else None
    state["by"] = rng.choice(("images", "freeze", "replicate", "source"))
    return state


def fragment(state: dict) -> str:
    """The state as the page's address has it."""
    parts = []
    for name, value in state.items():
        if value is not None:
            text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            parts.append(f"{name}={quote(text, safe=',')}")
    return "#" + "&".join(parts)


def check(page: Page, reference: Reference, state: dict, pairs: list[tuple[str, str]]) -> int:
    """Show the state and compare every number; returns how many numbers were compared."""
    pair = pairs[len(str(state)) % len(pairs)] if state["view"] == "mixture" and pairs else None
    if pair:
        state = {**state, "pair": pair}
    shown = page.evaluate(SHOW, fragment(state))
    chosen = reference.selected(state)
    of_series = reference.selected({"series": state["series"]})
    assert shown["view"] == state["view"]
    words = "network" if len(of_series) == 1 else "networks"
    assert shown["selected"] == f"{len(chosen):,} of {len(of_series):,} {words} selected", state
    if state["view"] in ("maps", "spread"):
        return _check_pairs(page, shown, reference, state)
    if state["view"] == "distributions":
        return _check_histograms(page, shown, reference, state)
    return _check_mixture(page, shown, reference, state, pair)


def _number(text: str) -> float:
    return float(text) if text else float("nan")


def _check_pairs(page: Page, shown: dict, reference: Reference, state: dict) -> int:
    exact = reference.pairs(state, "spread" if state["view"] == "spread" else "target")
    if not len(exact):
        assert shown["empty"]
        assert shown["rows"] == [["No networks in this selection."]]
        return 0
    names = {"from scratch": "from scratch"} | page.evaluate(
        "(ids) => Object.fromEntries(ids.map((id) => [id, HT.app.label(id)]))", list(reference.domains.index)
    )
    rows = {(row[0], row[1]): row[2:] for row in shown["rows"]}
    assert len(rows) == len(shown["rows"]) == len(exact), state
    for (source, target), row in exact.iterrows():
        count, before, after, shift = rows[names[source], names[target]]
        assert int(count) == row["networks"], state
        assert close(_number(before), row["before"]), (state, source, target, before, row["before"])
        assert close(_number(after), row["after"]), (state, source, target, after, row["after"])
        assert close(_number(shift), row["shift"], row["scale"]), (state, source, target, shift, row["shift"])
    return 3 * len(exact)


def _check_histograms(page: Page, shown: dict, reference: Reference, state: dict) -> int:
    exact = reference.histogram(state, [FILTERS[state["by"]]])
    if not len(exact):
        assert shown["empty"]
        return 0
    label = "(value, by) => HT.controls.valueWords(HT.app, HT.app.study.filters.find((one) => one.key === by), value)"
    rows = {row[0]: row[1:] for row in shown["rows"]}
    assert len(rows) == len(exact), state
    for (scratch, value), row in exact.iterrows():
        plain = value.item() if hasattr(value, "item") else value
        words = page.evaluate(f"([value, by]) => ({label})(value, by)", [plain, state["by"]]) if value != "" else ""
        suffix = (", from scratch" if words else "from scratch") if scratch else ""
        count, *numbers = rows[words + suffix]
        assert int(count) == row["networks"], state
        for text, name in zip(numbers, ("min", "q1", "median", "mean", "q3", "max"), strict=True):
            assert close(_number(text), row[name]), (state, value, name, text, row[name])
    return 6 * len(exact)


def _check_mixture(page: Page, shown: dict, reference: Reference, state: dict, pair: tuple[str, str] | None) -> int:
    if pair is None:
        assert shown["empty"]
        return 0
    exact = reference.mixture(state, pair)
    panels = page.evaluate(
        "(ids) => Object.fromEntries(ids.map((id) => { const domain = HT.app.domain(id);"
        " const series = HT.app.study.meta.series.find((one) => one.mixture && one.domains.includes(domain));"
        " return [`on ${series.labels[series.domains.indexOf(domain)]}`, id]; }))",
        list(pair),
    )
    rows = {(panels[row[0]], row[1], round(_number(row[2]), 6)): row[3:] for row in shown["rows"] if len(row) > 1}
    assert len(rows) == len(exact), state
    for key, row in exact.iterrows():
        count, value = rows[key]
        assert int(count) == row["networks"], state
        assert close(_number(value), row["value"]), (state, key, value, row["value"])
    return len(exact)
