"use strict";
/* Small helpers. Text from the data only ever enters the document as text, never as markup. */
HT.el = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
};

HT.svg = (tag, attributes = {}, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
};

/* Four digits that count, or as many as asked for; a dash where there is no number. */
HT.short = (value, digits = 4) => {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(2).replaceAll("-", "−");
  return Number(value.toPrecision(digits)).toString().replace("-", "−");
};

/* As short as a cell of a map wants it. */
HT.cellText = (value, signed) => {
  if (Number.isNaN(value)) return "";
  const text = Math.abs(value).toFixed(Math.abs(value) < 0.0995 ? 3 : 2).replace(/^0\./, ".");
  return (value < 0 ? "−" : signed ? "+" : "") + text;
};

HT.capital = (words) => words[0].toUpperCase() + words.slice(1);

HT.grouped = (() => {
  const format = new Intl.NumberFormat("en");
  return (number) => (number < 1000 ? String(number) : format.format(number));
})();

HT.count = (number, word) => `${HT.grouped(number)} ${word}${number === 1 ? "" : "s"}`;

HT.clear = (element) => {
  element.replaceChildren();
  return element;
};

/* A table; columns are [{key, label, number}], rows plain objects. Exact numbers stand in data-value. */
HT.table = (caption, columns, rows, { id = null, empty = "Nothing to show." } = {}) => {
  const cell = (row, column) => {
    const value = row[column.key];
    if (!column.number) return HT.el("td", {}, String(value ?? ""));
    const exact = Number.isNaN(value) || value === null || value === undefined ? "" : String(value);
    return HT.el("td", { class: "number", "data-value": exact }, column.whole ? String(value) : HT.short(value));
  };
  const head = columns.map((column) => HT.el("th", { scope: "col", class: column.number ? "number" : null }, column.label));
  const body = rows.map((row) => HT.el("tr", {}, columns.map((column) => cell(row, column))));
  if (!rows.length) body.push(HT.el("tr", {}, HT.el("td", { colspan: String(columns.length) }, empty)));
  const table = HT.el(
    "table",
    { id },
    HT.el("caption", {}, caption),
    HT.el("thead", {}, HT.el("tr", {}, head)),
    HT.el("tbody", {}, body),
  );
  return HT.el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
};

/* A table that is made only while it is open, because most people look at the picture. */
HT.numbers = (make, id, words = "Numbers") => {
  const holder = HT.el("div");
  const details = HT.el("details", { class: "numbers", id }, HT.el("summary", {}, words), holder);
  details.addEventListener("toggle", () => {
    if (details.open) HT.clear(holder).append(make());
    else HT.clear(holder);
  });
  details.refresh = () => {
    if (details.open) HT.clear(holder).append(make());
  };
  return details;
};
