"use strict";
/* Brings state, filters and views together. */
HT.App = class {
  constructor(study) {
    this.study = study;
    this.views = {
      maps: { title: "Maps", make: () => HT.mapView(this, "target") },
      distributions: { title: "Distributions", make: () => HT.distributionView(this) },
      mixture: { title: "Mixture", make: () => HT.mixtureView(this) },
      spread: { title: "OOD spread", make: () => HT.mapView(this, "spread") },
      effects: { title: "Effects", make: () => HT.effectView(this) },
      images: { title: "Images", make: () => HT.imageView(this) },
      networks: { title: "Networks", make: () => HT.networkView(this) },
      status: { title: "Status", make: () => HT.statusView(this) },
      about: { title: "About", make: () => HT.aboutView(this) },
    };
    this.made = {};
    this.ids = null;
    this.width = null;
    this.last = Promise.resolve();
    this.state = HT.state.read(location.hash, study.meta, Object.keys(this.views));
  }

  id(domain) {
    return domain < 0 ? HT.SCRATCH : this.study.meta.domains[domain].id;
  }

  domain(id) {
    return this.study.meta.domains.findIndex((one) => one.id === id);
  }

  labelIn(series, domain) {
    if (domain < 0) return this.study.meta.stages.scratch;
    const one = this.study.seriesOf(series);
    const at = one ? one.domains.indexOf(domain) : -1;
    return at < 0 ? this.id(domain) : one.labels[at];
  }

  axisLabel(domain) {
    return this.labelIn(this.state.series, domain);
  }

  label(id) {
    return this.axisLabel(this.domain(id));
  }

  measure() {
    return this.study.meta.measures.find((one) => one.key === this.state.measure);
  }

  measureWords() {
    const { words } = this.measure();
    return HT.capital(words);
  }

  lowerIsBetter() {
    return this.measure().lower_is_better;
  }

  /* Kept until the window changes: see HT.colours. */
  mapWidth() {
    this.width ??= document.getElementById("content").clientWidth - 8;
    return this.width;
  }

  set(change) {
    Object.assign(this.state, change);
    history.replaceState(null, "", HT.state.write(this.state, this.study.meta));
    return this.update();
  }

  /* Filters of one series mean nothing in another. */
  setSeries(series) {
    const none = Object.fromEntries(HT.state.lists(this.study.meta).map(({ key }) => [key, null]));
    return this.set({ series, ...none, pair: null, low: null, high: null }).then(() => this.rebuild());
  }

  reset() {
    const { view } = this.state;
    this.state = { ...HT.state.defaults(this.study.meta), view };
    return this.set({}).then(() => this.rebuild());
  }

  rebuild() {
    const focus = document.activeElement && document.activeElement.id;
    HT.controls.build(this, document.getElementById("filters"));
    if (focus) document.getElementById(focus)?.focus();
  }

  async copyLink() {
    const button = document.getElementById("copy-link");
    let words = "Copied";
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      words = "Copy it from the address bar";
    }
    button.textContent = words;
    setTimeout(() => (button.textContent = "Copy link"), 2000);
  }

  show(view) {
    this.set({ view });
    document.getElementById(`tab-${view}`).focus();
  }

  /* One redraw after the other; the last state wins. */
  update() {
    this.last = this.last.then(() => this.draw());
    return this.last;
  }

  async draw() {
    const { state, study } = this;
    for (const name of Object.keys(this.views)) {
      const chosen = name === state.view;
      const tab = document.getElementById(`tab-${name}`);
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(`panel-${name}`).hidden = !chosen;
    }
    await study.load(state.measure, state.split);
    const selection = study.select(state);
    this.selection = selection;
    const ofSeries = study.select({ series: state.series }).length;
    document.getElementById("selected").textContent = `${selection.length.toLocaleString("en")} of ${HT.count(ofSeries, "network")} selected`;
    if (!this.made[state.view]) {
      this.made[state.view] = this.views[state.view].make();
      document.getElementById(`panel-${state.view}`).append(this.made[state.view].root);
    }
    await this.made[state.view].render(selection);
  }

  start() {
    const tabs = document.getElementById("tabs");
    const names = Object.keys(this.views);
    const content = document.getElementById("content");
    for (const name of names) {
      const tab = HT.el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => this.show(name) }, this.views[name].title);
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        this.show(names[(names.indexOf(name) + step + names.length) % names.length]);
      });
      tabs.append(tab);
      content.append(HT.el("section", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, hidden: true }));
    }
    this.rebuild();
    HT.notices(this.study.meta.notices, document.getElementById("notices"));
    if (this.study.meta.synthetic) document.getElementById("synthetic").hidden = false;
    document.getElementById("theme").addEventListener("click", () => this.theme());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      HT.colours.forget();
      this.update();
    });
    window.addEventListener("hashchange", () => {
      this.state = HT.state.read(location.hash, this.study.meta, names);
      this.rebuild();
      this.update();
    });
    let width = innerWidth;
    window.addEventListener("resize", () => {
      if (innerWidth === width) return;
      width = innerWidth;
      this.width = null;
      this.update();
    });
    if (innerWidth < 800) document.getElementById("sidebar").open = false;
    return this.update();
  }

  theme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    HT.colours.forget();
    this.update();
  }
};

(async () => {
  try {
    const text = (id) => document.getElementById(id)?.textContent ?? null;
    HT.data = JSON.parse(text("data"));
    HT.specs = HT.data.specs;
    const study = await new HT.engine.Study(HT.data.meta, (name) => text(`block-${name}`)).open();
    HT.app = new HT.App(study);
    await HT.app.start();
    document.body.dataset.ready = "true";
  } catch (error) {
    const box = document.getElementById("failure");
    box.hidden = false;
    box.textContent = `This page could not be opened (${error.message}). It needs a browser from 2023 or later; if it was cut off in transport, get the file again.`;
  }
})();
