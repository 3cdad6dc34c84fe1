"use strict";
/* Histograms of the selected networks by any axis. */
HT.distributionView = (app) => {
  const AXES = [
    ["images", "training images"],
    ["freeze", "frozen part"],
    ["rates", "learning rates"],
    ["plr", "pretraining learning rate"],
    ["tlr", "transfer learning rate"],
    ["source", "source"],
    ["target", "target"],
    ["replicate", "replicate"],
    ["none", "all together"],
  ];
  const VALUES = [
    ["after", "on the target, after"],
    ["before", "on the target, before"],
    ["shift", "shift on the target"],
    ["spread", "OOD spread, after"],
    ["spread_before", "OOD spread, before"],
  ];
  const chart = new HT.Chart({ spec: "histograms", label: "histograms" });
  const title = HT.el("h3");
  const caption = HT.el("p", { class: "caption" });
  const choices = HT.el("div", { class: "choices" });
  let summary = [];
  const number = (key) => ({ key, label: key, number: true });
  const numbers = HT.numbers(
    () =>
      HT.table(
        `${app.measureWords()}, by ${app.state.by}`,
        [{ key: "label", label: "group" }, { key: "networks", label: "networks", number: true, whole: true }, ...["min", "q1", "median", "mean", "q3", "max"].map(number)],
        summary,
        { id: "numbers-histograms", empty: "No networks in this selection." },
      ),
    "show-numbers-histograms",
  );

  function values(selection) {
    const { state, study } = app;
    if (state.of.startsWith("spread")) {
      const { before, after } = HT.engine.beforeAfter(study, selection, state, "spread");
      return state.of === "spread" ? after : before;
    }
    const { before, after } = HT.engine.beforeAfter(study, selection, state, "target");
    if (state.of === "before") return before;
    return state.of === "shift" ? after.map((value, k) => value - before[k]) : after;
  }

  function groupOf(network) {
    const { study, state } = app;
    const filter = study.filters.find((one) => one.key === state.by);
    const code = (column) => study.columns[column][network];
    const axis = study.meta.axes.find((one) => one.key === state.by);
    if (axis) {
      const ends = ["source_domain", "target_domain"].map(code).filter((domain) => domain >= 0).map((domain) => axis.of[domain]);
      return [ends[0] * 1000 + (ends[1] ?? 999), ends.map((end) => axis.words[end]).join(" → ")];
    }
    if (filter && filter.domain) {
      const domain = code(filter.column);
      if (domain < 0) return [1e6, `no ${filter.key}`];
      return [study.seriesOf(state.series).domains.indexOf(domain), app.axisLabel(domain)];
    }
    if (filter) return [code(filter.column), HT.controls.valueWords(app, filter, study.value(filter.column, network))];
    if (state.by === "rates") {
      const rates = ["pretrain_learning_rate", "transfer_learning_rate"];
      const words = rates.map((rate) => study.value(rate, network)).filter((rate) => rate !== null);
      return [code(rates[0]) * 1000 + code(rates[1]), words.map(HT.plainNumber).join(" then ")];
    }
    return [0, "all"];
  }

  /* Networks from scratch are groups of their own after the others: they are no answer to a choice of the transfer. */
  function group(network) {
    if (!app.study.is("scratch", network)) return [0, ...groupOf(network)];
    const lacking = ["source", "freeze", "plr", "none"].includes(app.state.by);
    const [order, label] = lacking ? [0, ""] : groupOf(network);
    return [1, order, label ? `${label}, from scratch` : "from scratch"];
  }

  async function render(selection) {
    const { state, study } = app;
    const apart = (study.seriesOf(state.series)?.axes || []).map((at) => study.meta.axes[at]).map(({ key, title }) => [key, `${title}, source → target`]);
    const options = [...AXES.slice(0, -2), ...apart, ...AXES.slice(-2)];
    if (!options.some(([key]) => key === state.by)) state.by = "images";
    if (!VALUES.some(([key]) => key === state.of)) state.of = "after";
    HT.clear(choices).append(
      HT.controls.select("Groups", options, state.by, (event) => app.set({ by: event.target.value }), "c-by"),
      HT.controls.select("Number", VALUES, state.of, (event) => app.set({ of: event.target.value }), "c-of"),
    );
    const numbersOf = values(selection);
    const groups = new Map();
    let known = 0;
    selection.forEach((network, k) => {
      if (Number.isNaN(numbersOf[k])) return;
      const [late, order, label] = group(network);
      if (!groups.has(label)) groups.set(label, { late, order, label, values: [] });
      groups.get(label).values.push(numbersOf[k]);
      known++;
    });
    const sorted = [...groups.values()].sort((a, b) => a.late - b.late || (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
    const { bins, groups: found } = HT.curves.histograms(sorted);
    summary = found;
    const of = VALUES.find(([key]) => key === state.of)[1];
    title.textContent = `${app.measureWords()} ${of}`;
    await chart.draw({ bins }, { child_width: Math.max(140, Math.min(520, app.mapWidth() - 170)) });
    chart.describe(`${title.textContent}: histograms of ${known} networks in ${found.length} groups`);
    caption.textContent = `Share of each group's networks, ${state.split} images; dashed: median; the outermost bins hold what lies beyond. ${HT.count(known, "network")}.`;
    numbers.refresh();
  }

  return { root: HT.el("div", {}, choices, HT.el("figure", {}, title, chart.root), caption, numbers), render };
};
