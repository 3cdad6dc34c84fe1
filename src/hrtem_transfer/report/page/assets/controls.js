"use strict";
/* The filters and choices; every control writes to the state and reads itself back from it. */
HT.controls = (() => {
  function valueWords(app, filter, value) {
    if (filter.axis) return filter.axis.words[filter.axis.values.indexOf(value)];
    if (filter.domain) return app.label(value);
    if (filter.key === "stage") return app.study.meta.stages[value];
    if (filter.key === "freeze") return app.study.meta.frozen[value];
    return typeof value === "number" ? HT.plainNumber(value) : String(value);
  }

  /* Values of a filter that occur in the chosen series, domains in the order of its axes. What tells domains apart is
     a filter of its own where it is not the list of domains by another name. */
  function valuesOf(app, filter) {
    const { study, state } = app;
    const series = study.meta.values.series.indexOf(state.series);
    const column = study.columns[filter.column];
    const pretrain = study.meta.values.stage.indexOf("pretrain");
    const here = study.seriesOf(state.series);
    if (!here || (filter.axis && !here.axes.includes(study.meta.axes.indexOf(filter.axis)))) return [];
    const codes = new Set();
    for (let i = 0; i < study.n; i++) {
      if (study.columns.series[i] === series && (study.columns.stage[i] !== pretrain || here.pretrained) && column[i] >= 0) codes.add(column[i]);
    }
    if (filter.axis) {
      const there = new Set([...codes].map((domain) => filter.axis.of[domain]));
      return there.size > 1 ? filter.axis.values.filter((_, value) => there.has(value)) : [];
    }
    if (filter.key === "stage" && codes.size < 2) return [];
    if (filter.domain) {
      return here.domains.filter((domain) => codes.has(domain)).map((domain) => study.meta.domains[domain].id);
    }
    const found = [...codes].sort((a, b) => a - b).map((code) => study.meta.values[filter.column][code]);
    return filter.key === "stage" ? Object.keys(study.meta.stages).filter((stage) => found.includes(stage)) : found;
  }

  function select(label, options, value, onchange, id) {
    const choices = options.map(([key, text]) => HT.el("option", { value: key, selected: key === value }, text));
    return HT.el("label", { class: "choice" }, HT.el("span", {}, label), HT.el("select", { id, onchange }, choices));
  }

  function checklist(app, filter) {
    const values = valuesOf(app, filter);
    if (!values.length) return null;
    const allowed = app.state[filter.key];
    const summary = HT.el("span", { class: "chosen" });
    const boxes = values.map((value, index) =>
      HT.el("input", {
        type: "checkbox",
        id: `f-${filter.key}-${index}`,
        checked: allowed === null || allowed.includes(value),
        onchange: () => commit(),
      }),
    );
    const tell = () => {
      const on = boxes.filter((box) => box.checked).length;
      summary.textContent = on === values.length ? "all" : `${on} of ${values.length}`;
    };
    function commit() {
      const on = values.filter((_, index) => boxes[index].checked);
      tell();
      app.set({ [filter.key]: on.length === values.length ? null : on });
    }
    const all = (checked) => () => {
      boxes.forEach((box) => (box.checked = checked));
      commit();
    };
    tell();
    const many = values.length > 6;
    const list = values.map((value, index) =>
      HT.el("label", { class: "check" }, boxes[index], HT.el("span", {}, valueWords(app, filter, value))),
    );
    const whole = HT.el(
      "div",
      { class: "all" },
      HT.el("button", { type: "button", onclick: all(true), "aria-label": `${filter.label}: all` }, "all"),
      HT.el("button", { type: "button", onclick: all(false), "aria-label": `${filter.label}: none` }, "none"),
    );
    return HT.el(
      "details",
      { class: "filter", open: !many, "data-filter": filter.key },
      HT.el("summary", {}, HT.el("span", {}, filter.label), summary),
      HT.el("div", { class: values.some((value) => valueWords(app, filter, value).length > 10) ? "checks long" : "checks", role: "group", "aria-label": filter.label }, list),
      many ? whole : null,
    );
  }

  function build(app, root) {
    const { meta } = app.study;
    const { state } = app;
    const number = (key, label) =>
      HT.el(
        "label",
        { class: "choice short" },
        HT.el("span", {}, label),
        HT.el("input", {
          type: "number",
          step: "any",
          id: `c-${key}`,
          value: state[key] === null ? "" : String(state[key]),
          placeholder: "auto",
          onchange: (event) => app.set({ [key]: event.target.value === "" ? null : Number(event.target.value) }),
        }),
      );
    const seriesOptions = meta.series.map((one) => [one.name, one.name]);
    HT.clear(root).append(
      HT.el("h2", {}, "Show"),
      select("Measure", meta.measures.map((one) => [one.key, one.label]), state.measure, (event) => app.set({ measure: event.target.value, low: null, high: null }), "c-measure"),
      select("Split", meta.splits.map((one) => [one, one]), state.split, (event) => app.set({ split: event.target.value }), "c-split"),
      select("Reduction over networks", HT.state.REDUCTIONS.map((one) => [one, one]), state.reduction, (event) => app.set({ reduction: event.target.value }), "c-reduction"),
      HT.el("div", { class: "pair" }, number("low", "Colours from"), number("high", "to")),
      HT.el("h2", {}, "Networks"),
      select("Series", seriesOptions, state.series, (event) => app.setSeries(event.target.value), "c-series"),
      ...app.study.filters.filter((filter) => filter.key !== "series").map((filter) => checklist(app, filter)).filter(Boolean),
      HT.el("div", { class: "buttons" }, HT.el("button", { type: "button", id: "reset", onclick: () => app.reset() }, "Reset all"), HT.el("button", { type: "button", id: "copy-link", onclick: () => app.copyLink() }, "Copy link")),
    );
  }

  return { build, select, valueWords, valuesOf };
})();

/* Learning rates and whole numbers. */
HT.plainNumber = (value) => (value !== 0 && Math.abs(value) < 0.01 ? value.toExponential().replaceAll("-", "−") : String(value));
