"use strict";
/* Draws the Vega specifications that also make the static figures; only rows, colours and sizes change here. */
HT.Chart = class {
  /* options: spec (name of the specification), label (for those who cannot see it), onpick (row -> void). */
  constructor(options) {
    this.options = options;
    this.figure = HT.el("div", { class: "chart", "aria-hidden": "true" });
    this.message = HT.el("p", { class: "empty", hidden: true });
    this.element = HT.el("div", { class: "chart-holder", role: "img", "aria-label": options.label }, this.figure);
    this.root = HT.el("div", { class: "chart-root" }, this.element, this.message);
    this.view = null;
    this.ready = null;
  }

  /* The first rows and signals go into the specification, so that nothing is drawn twice. */
  open(rows, signals) {
    if (this.ready) return this.ready;
    const spec = structuredClone(HT.specs[this.options.spec]);
    for (const source of spec.data) if (source.name in rows) source.values = rows[source.name];
    for (const signal of spec.signals) if (signal.name in signals) signal.value = signals[signal.name];
    const embed = {
      mode: "vega",
      ast: true,
      renderer: this.options.renderer || "svg",
      actions: false,
      defaultStyle: false,
      hover: false,
      logLevel: 1,
      tooltip: HT.tooltip,
    };
    this.ready = vegaEmbed(this.figure, spec, embed).then(({ view }) => {
      this.view = view;
      if (this.options.onpick) {
        view.addEventListener("click", (_, item) => {
          if (item && item.datum && item.datum.source !== undefined) this.options.onpick(item.datum);
        });
      }
      return this;
    });
    return this.ready;
  }

  /* rows: by name of data set; signals: by name. */
  async draw(rows, signals = {}) {
    const empty = Object.values(rows).every((list) => !list.length);
    this.element.hidden = empty;
    this.message.hidden = !empty;
    this.message.textContent = this.options.empty || "No networks in this selection. Widen the filters.";
    if (empty) return;
    const wanted = { ...HT.colours(), ...signals };
    if (!this.ready) {
      await this.open(rows, wanted);
      return;
    }
    await this.ready;
    const { view } = this;
    const known = view.getState({ signals: (name) => name in wanted, data: () => false }).signals;
    for (const [name, value] of Object.entries(wanted)) if (name in known && known[name] !== value) view.signal(name, value);
    for (const [name, list] of Object.entries(rows)) view.data(name, list);
    // The rows may need more or less room than those before.
    view.resize();
    await view.runAsync();
  }

  describe(text) {
    this.element.setAttribute("aria-label", text);
  }
};

/* Read once per theme: asking for styles between two drawings makes the browser lay out the page each time. */
HT.colours = (() => {
  let known = null;
  const colours = () => {
    if (known) return known;
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    known = { ink: read("--ink"), faint: read("--line"), paper: read("--paper") };
    return known;
  };
  colours.forget = () => (known = null);
  return colours;
})();

HT.tooltip = (handler, event, item, value) => {
  const box = document.getElementById("tip");
  const text = value && typeof value === "object" ? Object.values(value).join(" ") : value;
  if (!text) {
    box.hidden = true;
    return;
  }
  box.textContent = text;
  box.hidden = false;
  const wide = document.documentElement.clientWidth;
  box.style.left = `${Math.min(event.clientX + 12, wide - box.offsetWidth - 8)}px`;
  box.style.top = `${event.clientY + 14}px`;
};
