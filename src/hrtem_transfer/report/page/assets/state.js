"use strict";
/* In the place of a source's id; no id is written so. */
HT.SCRATCH = "~scratch";

/* What the page shows, and its place in the address: a link carries the whole view. */
HT.state = (() => {
  const lists = (meta) => HT.engine.filtersOf(meta).filter((filter) => !filter.single);
  // A list of which nothing is chosen; no value of any filter is written so.
  const NOTHING = "-";
  const REDUCTIONS = ["min", "mean", "median", "max"];

  function defaults(meta) {
    const first = meta.series.find((one) => !one.mixture && !one.pretrained) || meta.series.find((one) => !one.mixture) || meta.series[0];
    return {
      view: "maps",
      series: first ? first.name : null,
      ...Object.fromEntries(lists(meta).map(({ key }) => [key, null])),
      reduction: meta.start.reduction,
      measure: meta.measures[0].key,
      split: meta.splits[0],
      pair: meta.start.pair,
      low: null,
      high: null,
      by: "images",
      of: "after",
      sort: "after",
      order: "up",
    };
  }

  function write(state, meta) {
    const base = defaults(meta);
    const parts = [];
    for (const [key, value] of Object.entries(state)) {
      if (JSON.stringify(value) === JSON.stringify(base[key])) continue;
      const text = Array.isArray(value) ? (value.length ? value.join(",") : NOTHING) : String(value);
      parts.push(`${key}=${encodeURIComponent(text).replaceAll("%2C", ",")}`);
    }
    return parts.length ? `#${parts.join("&")}` : "#";
  }

  /* Values that the study does not have are left out, so that an old or mistyped link still opens. */
  function read(hash, meta, views) {
    const state = defaults(meta);
    const ids = new Set(meta.domains.map((domain) => domain.id));
    const filters = new Map(lists(meta).map((filter) => [filter.key, filter]));
    const one = (key, text, allowed) => {
      if (allowed.includes(text)) state[key] = text;
    };
    for (const part of hash.replace(/^#/, "").split("&")) {
      const at = part.indexOf("=");
      if (at < 0) continue;
      const key = part.slice(0, at);
      let text;
      try {
        text = decodeURIComponent(part.slice(at + 1));
      } catch {
        continue;
      }
      const filter = filters.get(key);
      if (filter) {
        const words = text === NOTHING ? [] : text.split(",");
        const known = filter.axis ? filter.axis.values : filter.domain ? [...ids] : meta.values[filter.column];
        // Numbers may be written in several ways: 0.00001 and 1e-05.
        const meant = (word) => known.find((value) => (typeof value === "number" ? word !== "" && Number(word) === value : value === word));
        state[key] = words.map(meant).filter((value) => value !== undefined);
        if (words.length && !state[key].length) state[key] = null;
      } else if (key === "pair") {
        const pair = text.split(",");
        const known = (id, at) => ids.has(id) || (at === 0 && id === HT.SCRATCH);
        if (pair.length === 2 && pair.every(known)) state.pair = pair;
      } else if (key === "low" || key === "high") {
        if (text !== "" && Number.isFinite(Number(text))) state[key] = Number(text);
      } else if (key === "view") one(key, text, views);
      else if (key === "series") one(key, text, meta.series.map((series) => series.name));
      else if (key === "reduction") one(key, text, REDUCTIONS);
      else if (key === "measure") one(key, text, meta.measures.map((measure) => measure.key));
      else if (key === "split") one(key, text, meta.splits);
      else if (key === "by" || key === "of" || key === "sort" || key === "order") {
        if (/^\w{1,40}$/.test(text)) state[key] = text;
      }
    }
    return state;
  }

  return { defaults, read, write, lists, REDUCTIONS };
})();
