"use strict";
/* Training on a mixture of two domains at once against transfer from one to the other. */
HT.mixtureView = (app) => {
  const chart = new HT.Chart({ spec: "curves", label: "mixture and transfer", empty: "No network trained on a mixture of two domains has a result." });
  const choices = HT.el("div", { class: "choices" });
  const title = HT.el("h3");
  const caption = HT.el("p", { class: "caption" });
  let rows = [];
  const numbers = HT.numbers(
    () =>
      HT.table(
        `${app.measureWords()}, ${app.state.reduction} over networks`,
        [{ key: "panel", label: "domain" }, { key: "method", label: "method" }, { key: "share", label: "share of the second", number: true }, { key: "networks", label: "networks", number: true, whole: true }, { key: "value", label: app.state.reduction, number: true }],
        rows,
        { id: "numbers-mixture" },
      ),
    "show-numbers-mixture",
  );

  function pairs() {
    const { study } = app;
    const mixture = study.meta.values.stage.indexOf("mixture");
    const found = new Map();
    for (let i = 0; i < study.n; i++) {
      if (study.columns.stage[i] !== mixture) continue;
      // The domains of a mixture have no order.
      const pair = [study.columns.source_domain[i], study.columns.target_domain[i]];
      const key = [...pair].sort((a, b) => a - b).join();
      if (!found.has(key)) found.set(key, pair);
    }
    return [...found.values()];
  }

  const labelOf = (domain) => {
    const series = app.study.meta.series.find((one) => one.mixture && one.domains.includes(domain));
    return series ? series.labels[series.domains.indexOf(domain)] : app.axisLabel(domain);
  };

  async function render() {
    const { state } = app;
    const known = pairs();
    const asked = (state.pair || []).map((id) => app.domain(id));
    const pair = known.find((one) => one[0] === asked[0] && one[1] === asked[1]) || known.find((one) => one[0] === asked[1] && one[1] === asked[0]) || known[0];
    HT.clear(choices);
    rows = [];
    if (!pair) {
      title.textContent = "Mixture and transfer";
      await chart.draw({ curves: [] });
      caption.textContent = "";
      numbers.refresh();
      return;
    }
    const options = known.map((one) => [one.map((domain) => app.id(domain)).join(","), one.map(labelOf).join(" and ")]);
    choices.append(HT.controls.select("Pair of domains", options, pair.map((domain) => app.id(domain)).join(","), (event) => app.set({ pair: event.target.value.split(",") }), "c-pair"));
    const result = HT.curves.mixture(app.study, state, pair);
    rows = result.rows.map((row) => ({
      ...row,
      panel: `on ${labelOf(row.on)}`,
      tip: `${row.method}, ${Math.round(row.share * 100)} %: ${HT.short(row.value)} (${HT.count(row.networks, "network")})`,
    }));
    title.textContent = `${app.measureWords()}: first ${labelOf(pair[0])}, second ${labelOf(pair[1])}`;
    await chart.draw({ curves: rows }, { child_width: Math.max(110, Math.min(300, (app.mapWidth() - 110) / 2)) });
    chart.describe(`${title.textContent}: curves over the share of the second domain in all training images`);
    caption.textContent = `${HT.capital(state.reduction)} over networks, ${state.split} images, over the share of the second domain in the images of both stages. ${HT.count(result.mixtures, "mixture network")} and ${HT.count(result.transfers, "transferred network")}; the filters for images, frozen part, learning rates and replicate apply, those for series, source and target do not.`;
    numbers.refresh();
  }

  return { root: HT.el("div", {}, choices, HT.el("figure", {}, title, chart.root), caption, numbers), render };
};
