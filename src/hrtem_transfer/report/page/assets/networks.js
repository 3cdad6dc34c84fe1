"use strict";
/* The selected networks one by one: sorted table and CSV. */
HT.networkView = (app) => {
  const PAGE = 100;
  const COLUMNS = [
    ["network_id", "network", false],
    ["stage", "stage", false],
    ["source_domain", "source", false],
    ["target_domain", "target", false],
    ["before", "target before", true],
    ["after", "target after", true],
    ["shift", "shift", true],
    ["n_images", "images", true],
    ["freeze", "frozen", false],
    ["pretrain_learning_rate", "pretraining rate", true],
    ["transfer_learning_rate", "transfer rate", true],
    ["replicate", "replicate", true],
    ["spread_before", "OOD spread before", true],
    ["spread_after", "OOD spread after", true],
    ["best_epoch", "best epoch", true],
  ];
  const caption = HT.el("p", { class: "caption" });
  const holder = HT.el("div");
  const more = HT.el("button", { type: "button", id: "more", onclick: () => show(shown + PAGE) });
  const download = HT.el("button", { type: "button", id: "download", onclick: () => save() }, "Download the selection as CSV");
  let rows = [];
  let shown = PAGE;

  function row(network, k, target, spread) {
    const { study } = app;
    const value = (column) => study.value(column, network);
    const domain = (column) => (study.columns[column][network] < 0 ? null : app.id(study.columns[column][network]));
    const parent = study.columns.parent[network];
    return {
      network_id: app.ids[network],
      series: value("series"),
      stage: value("stage"),
      pretrained_id: parent < 0 ? null : app.ids[parent],
      source_domain: domain("source_domain"),
      target_domain: domain("target_domain"),
      n_images: value("n_images"),
      n_images_second: value("n_images_second"),
      freeze: value("freeze"),
      pretrain_learning_rate: value("pretrain_learning_rate"),
      transfer_learning_rate: value("transfer_learning_rate"),
      replicate: value("replicate"),
      best_epoch: value("best_epoch"),
      measure: app.state.measure,
      split: app.state.split,
      before: target.before[k],
      after: target.after[k],
      shift: target.after[k] - target.before[k],
      spread_before: spread.before[k],
      spread_after: spread.after[k],
      ...(study.meta.synthetic ? { synthetic: true } : {}),
    };
  }

  function sorted() {
    const { sort, order } = app.state;
    const sign = order === "down" ? -1 : 1;
    const nothing = (value) => value === null || value === undefined || Number.isNaN(value);
    rows.sort((a, b) => {
      const [left, right] = [a[sort], b[sort]];
      if (nothing(left) || nothing(right)) return nothing(left) - nothing(right);
      return left < right ? -sign : left > right ? sign : 0;
    });
  }

  function show(count) {
    shown = count;
    const { sort, order } = app.state;
    const head = COLUMNS.map(([key, label, number]) => {
      const active = key === sort;
      const next = active && order === "up" ? "down" : "up";
      const arrow = active ? (order === "up" ? " ▲" : " ▼") : "";
      const button = HT.el("button", { type: "button", "data-sort": key, onclick: () => app.set({ sort: key, order: next }) }, label + arrow);
      return HT.el("th", { scope: "col", class: number ? "number" : null, "aria-sort": active ? (order === "up" ? "ascending" : "descending") : null }, button);
    });
    const cell = (one, [key, , number]) => {
      const value = one[key];
      if (key === "stage") return HT.el("td", {}, app.study.meta.stages[value]);
      if (key.endsWith("_domain")) return HT.el("td", {}, value === null ? "" : app.label(value));
      if (!number) return HT.el("td", {}, String(value ?? ""));
      const exact = value === null || Number.isNaN(value) ? "" : String(value);
      return HT.el("td", { class: "number", "data-value": exact }, key.endsWith("_rate") && value !== null ? HT.plainNumber(value) : HT.short(value));
    };
    const body = rows.slice(0, shown).map((one) => HT.el("tr", {}, COLUMNS.map((column) => cell(one, column))));
    if (!rows.length) body.push(HT.el("tr", {}, HT.el("td", { colspan: String(COLUMNS.length) }, "No networks in this selection. Widen the filters.")));
    const table = HT.el("table", { id: "networks-table" }, HT.el("caption", {}, "Selected networks"), HT.el("thead", {}, HT.el("tr", {}, head)), HT.el("tbody", {}, body));
    const place = holder.firstElementChild ? [holder.firstElementChild.scrollTop, holder.firstElementChild.scrollLeft] : [0, 0];
    HT.clear(holder).append(HT.el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Selected networks" }, table));
    [holder.firstElementChild.scrollTop, holder.firstElementChild.scrollLeft] = place;
    more.hidden = rows.length <= shown;
    more.textContent = `Show ${Math.min(PAGE, rows.length - shown)} more of ${(rows.length - shown).toLocaleString("en")}`;
  }

  function csv() {
    const quote = (value) => {
      if (value === null || value === undefined || Number.isNaN(value)) return "";
      let text = String(value);
      // A spreadsheet would run such text as a formula.
      if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
      return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const names = rows.length ? Object.keys(rows[0]) : COLUMNS.map(([key]) => key);
    return [names.join(","), ...rows.map((one) => names.map((name) => quote(one[name])).join(","))].join("\n") + "\n";
  }

  function save() {
    const link = HT.el("a", { href: URL.createObjectURL(new Blob([csv()], { type: "text/csv" })), download: `${app.study.meta.synthetic ? "synthetic-" : ""}networks-${app.state.measure}-${app.state.split}.csv` });
    document.body.append(link);
    link.click();
    URL.revokeObjectURL(link.href);
    link.remove();
  }

  async function render(selection) {
    const { state, study } = app;
    if (!app.ids) app.ids = await study.lines("ids");
    const target = HT.engine.beforeAfter(study, selection, state, "target");
    const spread = HT.engine.beforeAfter(study, selection, state, "spread");
    rows = selection.map((network, k) => row(network, k, target, spread));
    if (rows.length && !(state.sort in rows[0])) state.sort = "after";
    sorted();
    show(PAGE);
    caption.textContent = `${app.measureWords()}, ${state.split} images. ${HT.count(rows.length, "network")}; a click on a column's name sorts by it.`;
  }

  return { root: HT.el("div", {}, caption, download, holder, more), render };
};
