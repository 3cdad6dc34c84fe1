"use strict";
/* Source x target maps of the target's score or of the spread, and the pair that was clicked. */
HT.mapView = (app, kind) => {
  const chart = (spec, name) =>
    new HT.Chart({ spec, label: name, renderer: "canvas", onpick: (row) => app.set({ pair: [app.id(row.source), app.id(row.target)] }) });
  const maps = { before: chart("map", "before"), after: chart("map", "after"), shift: chart("shift", "shift") };
  const titles = Object.fromEntries(Object.keys(maps).map((key) => [key, HT.el("h3")]));
  const caption = HT.el("p", { class: "caption" });
  const detail = HT.el("section", { class: "detail", "aria-live": "polite" });
  const bars = new HT.Chart({ spec: "bars", label: "scores on every domain before and after" });
  let cells = [];
  let domainRows = [];
  let domainWords = "";
  const domainNumbers = HT.numbers(() => {
    const columns = [["before", "before"], ["after", "after"], ["scratch", "target from scratch"]]
      .filter(([key]) => key !== "scratch" || domainRows.some((row) => !Number.isNaN(row.scratch)))
      .map(([key, label]) => ({ key, label, number: true }));
    const caption = `${domainWords}: ${app.state.reduction} on every domain`;
    return HT.table(caption, [{ key: "name", label: "evaluated on" }, ...columns], domainRows, { id: `domains-${kind}` });
  }, `show-domains-${kind}`, "Numbers on every domain");
  const numbers = HT.numbers(() => {
    const rows = cells.map((cell) => ({ ...cell, from: app.axisLabel(cell.source), to: app.axisLabel(cell.target) }));
    const number = (key) => ({ key, label: key, number: true });
    return HT.table(
      `${app.measureWords()} of each pair, ${app.state.reduction} over its networks`,
      [{ key: "from", label: "source" }, { key: "to", label: "target" }, { key: "networks", label: "networks", number: true, whole: true }, number("before"), number("after"), number("shift")],
      rows,
      { id: `numbers-${kind}`, empty: "No networks in this selection." },
    );
  }, `show-numbers-${kind}`);

  const root = HT.el("div", { class: "view" });
  for (const key of Object.keys(maps)) {
    const box = HT.el("figure", { class: "map", tabindex: "0", "data-map": key, "aria-label": "map; arrow keys move the chosen pair" }, titles[key], maps[key].root);
    box.addEventListener("keydown", (event) => move(event));
    root.append(box);
  }
  const wrap = HT.el("div", {}, HT.el("div", { class: "maps" }, ...root.children), caption, numbers, detail);

  /* Edge of a cell: two maps beside each other where the numbers in them stay legible. */
  function stepFor(width, columns) {
    const half = Math.floor((width / 2 - 12 - 165) / columns);
    const whole = Math.floor((Math.min(width, 820) - 165) / columns);
    return Math.max(11, Math.min(34, half >= 24 ? half : whole));
  }

  function axes() {
    const order = app.study.seriesOf(app.state.series)?.domains || [];
    const there = (key) => order.filter((domain) => cells.some((cell) => cell[key] === domain));
    const scratch = cells.some((cell) => cell.source < 0) ? [-1] : [];
    return { sources: [...there("source"), ...scratch], targets: there("target") };
  }

  function move(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step || !cells.length) return;
    event.preventDefault();
    const { sources, targets } = axes();
    const pair = chosen();
    let row = sources.indexOf(pair.source);
    let column = targets.indexOf(pair.target);
    for (let tries = 0; tries < sources.length + targets.length; tries++) {
      row = (row + step[0] + sources.length) % sources.length;
      column = (column + step[1] + targets.length) % targets.length;
      const next = cells.find((cell) => cell.source === sources[row] && cell.target === targets[column]);
      if (next) {
        app.set({ pair: [app.id(next.source), app.id(next.target)] });
        return;
      }
    }
  }

  function chosen() {
    const asked = app.state.pair;
    const found = asked && cells.find((cell) => app.id(cell.source) === asked[0] && app.id(cell.target) === asked[1]);
    if (found || !cells.length) return found || null;
    return cells[0];
  }

  function rowsOf(key, pair) {
    const { sources: all, targets } = axes();
    // Nothing comes before a training from scratch.
    const sources = all.filter((source) => source >= 0 || key === "after");
    const known = new Map(cells.map((cell) => [cell.source * 65536 + cell.target, cell]));
    return sources.flatMap((source, yi) =>
      targets.map((target, xi) => {
        const cell = known.get(source * 65536 + target);
        const value = cell ? cell[key] : NaN;
        const x = app.axisLabel(target);
        const y = app.axisLabel(source);
        const shown = Number.isNaN(value) ? null : value;
        const mark = cell && pair && cell.source === pair.source && cell.target === pair.target;
        const tip = cell ? `${y} → ${x}: ${HT.short(value)} (${HT.count(cell.networks, "network")})` : "";
        return { x, y, xi, yi, source, target, value: shown, text: HT.cellText(value, key === "shift"), chosen: Boolean(mark), tip };
      }),
    );
  }

  /* Why a map has no number although there are networks. */
  function reasonFor(key, selection) {
    const { study, state } = app;
    if (selection.every((network) => study.is("pretrain", network))) return "Only pretrained networks of this series have a result: there is nothing after them.";
    if (key !== "after" && selection.every((network) => study.columns.parent[network] < 0)) return "Networks of this series have no pretrained network before them.";
    if (kind === "spread") return "No network of this selection was evaluated on all domains of the series.";
    return `No network of this selection has this measure on ${state.split} images of its target.`;
  }

  async function render(selection) {
    const { state } = app;
    cells = HT.engine.pairCells(app.study, selection, state, kind);
    const order = app.study.seriesOf(state.series)?.domains || [];
    const place = ({ source, target }) => (source < 0 ? order.length : order.indexOf(source)) * (order.length + 1) + order.indexOf(target);
    cells.sort((a, b) => place(a) - place(b));
    const what = kind === "spread" ? `OOD spread of ${app.measure().words}` : `${app.measureWords()} on the target`;
    titles.before.textContent = `${what}, before`;
    titles.after.textContent = `${what}, after`;
    titles.shift.textContent = "Shift, after − before";
    const values = cells.flatMap((cell) => [cell.before, cell.after]).filter((value) => !Number.isNaN(value));
    const shifts = cells.map((cell) => Math.abs(cell.shift)).filter((value) => !Number.isNaN(value));
    const low = state.low ?? (values.length ? Math.min(...values) : 0);
    const high = Math.max(state.high ?? (values.length ? Math.max(...values) : 1), low + 1e-9);
    const most = shifts.length ? Math.max(...shifts, 1e-9) : 1;
    const { targets } = axes();
    const step = stepFor(app.mapWidth(), Math.max(targets.length, 1));
    const pair = chosen();
    for (const key of Object.keys(maps)) {
      const limits = key === "shift" ? { low: -most, high: most } : { low, high };
      // A shift has a sign, and needs more room.
      const room = key === "shift" ? step - 5 : step;
      const signals = { x_step: step, y_step: step, cell_font: room >= 25 ? 9 : room >= 20 ? 7.5 : 0 };
      const rows = cells.some((cell) => !Number.isNaN(cell[key])) ? rowsOf(key, pair) : [];
      maps[key].options.empty = !cells.length ? undefined : reasonFor(key, selection);
      await maps[key].draw({ cells: rows }, { ...signals, ...limits });
      maps[key].describe(`${titles[key].textContent}: ${cells.length} pairs of source and target; the numbers are in the table below`);
    }
    const spreadWords = kind === "spread" ? " Spread: standard deviation over the series' domains, without 0 nm where they differ in defocus." : "";
    caption.textContent = `${HT.capital(state.reduction)} over the networks of each pair, ${state.split} images; ${HT.count(selection.length, "network")} selected.${spreadWords} Click a cell, or use the arrow keys on a map, to see one pair.`;
    numbers.refresh();
    await renderDetail(selection, pair);
  }

  async function renderDetail(selection, pair) {
    HT.clear(detail);
    if (!pair) return;
    const { study, state } = app;
    const { source_domain: source, target_domain: target } = study.columns;
    const alone = app.study.seriesOf(state.series).pretrained;
    const here = selection.filter((network) => source[network] === pair.source && (alone || target[network] === pair.target));
    const scratch = pair.source < 0 ? [] : selection.filter((network) => source[network] < 0 && target[network] === pair.target);
    const { before, after } = HT.engine.beforeAfter(study, here, state, kind);
    const known = [...after.keys()].filter((k) => !Number.isNaN(before[k]) && !Number.isNaN(after[k]));
    const better = known.filter((k) => (app.lowerIsBetter() || kind === "spread" ? after[k] < before[k] : after[k] > before[k]));
    const words = `${app.axisLabel(pair.source)} → ${app.axisLabel(pair.target)}`;
    const rows = [["before", before], ["after", after]]
      .filter(([, values]) => values.some((value) => !Number.isNaN(value)))
      .map(([when, values]) => ({ when, ...Object.fromEntries(HT.state.REDUCTIONS.map((how) => [how, HT.engine.reduce([...values], how)])) }));
    const number = (key) => ({ key, label: key, number: true });
    detail.append(
      HT.el("h3", { id: `detail-${kind}` }, `Chosen pair: ${words}`),
      HT.el("p", {}, `${HT.count(here.length, "network")}` + (known.length ? `; better after the transfer in ${better.length} of ${known.length}.` : ".")),
      HT.table(`${kind === "spread" ? "OOD spread" : "On the target"}: ${app.measureWords()}`, [{ key: "when", label: "" }, ...HT.state.REDUCTIONS.map(number)], rows),
      HT.el("h3", {}, `${app.measureWords()} on every domain of the series`),
      bars.root,
    );
    const series = study.seriesOf(state.series);
    const values = HT.engine.domainBars(study, here, scratch, state, series.domains);
    const list = values.flatMap(({ domain, before: was, after: is, scratch: begun }, xi) =>
      [["before", was], ["after", is], ["from scratch", begun]]
        .filter(([, value]) => !Number.isNaN(value))
        .map(([which, value]) => ({ x: app.axisLabel(domain), xi, which, value, tip: `${app.axisLabel(domain)}, ${which}: ${HT.short(value)}` })),
    );
    const width = Math.min(app.mapWidth(), 760) - 90;
    const shown = ["before", "after", "from scratch"].filter((which) => list.some((row) => row.which === which));
    bars.options.empty = `Nothing was evaluated on ${state.split} images.`;
    await bars.draw({ bars: list }, { shown, x_step: Math.max(12, Math.min(44, Math.floor(width / (series.domains.length + 1)))) });
    bars.describe(`${app.measureWords()} of ${words} on every domain, before and after`);
    domainRows = values.map((row) => ({ ...row, name: app.axisLabel(row.domain) }));
    domainWords = words;
    domainNumbers.refresh();
    detail.append(domainNumbers);
  }

  return { root: wrap, render };
};
