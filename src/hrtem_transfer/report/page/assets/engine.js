"use strict";
/* Reads the columns and blocks of the page, selects networks and reduces their scores. Knows nothing of the document. */
const HT = {};

HT.engine = (() => {
  const NONE = -1;

  async function inflate(text) {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /* The bytes of equal rank of all numbers lie together, the least first: put them back in order. */
  function unshuffle(planes, size) {
    const n = planes.length / size;
    const bytes = new Uint8Array(planes.length);
    for (let rank = 0; rank < size; rank++) {
      for (let i = 0, from = rank * n, to = rank; i < n; i++, from++, to += size) bytes[to] = planes[from];
    }
    return bytes.buffer;
  }

  /* Whole numbers of five bytes as offset + number x step; all bits set is no number. */
  function scaled(planes, offset, step) {
    const n = planes.length / 5;
    const values = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const low = (planes[i] | (planes[n + i] << 8) | (planes[2 * n + i] << 16) | (planes[3 * n + i] << 24)) >>> 0;
      const high = planes[4 * n + i];
      values[i] = high === 255 ? NaN : offset + (high * 4294967296 + low) * step;
    }
    return values;
  }

  class Study {
    constructor(meta, blockText) {
      this.meta = meta;
      this.n = meta.networks;
      this.blockText = blockText;
      this.filters = filtersOf(meta);
      this.blocks = new Map();
      this.columns = {};
    }

    async open() {
      for (const [name, text] of Object.entries(this.meta.columns)) {
        this.columns[name] = new Int32Array(unshuffle(await inflate(text), 4));
      }
      const { layouts, domains } = this.meta;
      this.place = layouts.map((layout) => {
        const place = new Int32Array(domains.length).fill(NONE);
        layout.forEach((domain, at) => (place[domain] = at));
        return place;
      });
      this.start = new Int32Array(this.n + 1);
      for (let i = 0; i < this.n; i++) this.start[i + 1] = this.start[i] + layouts[this.columns.layout[i]].length;
      return this;
    }

    /* Loads the scores of one measure and split; later calls find them ready. */
    async load(measure, split) {
      const name = `${split}:${measure}`;
      if (this.blocks.has(name)) return;
      if (measure === "iou" && this.meta.iou_from_dice) {
        await this.load("dice", split);
        this.blocks.set(name, Float64Array.from(this.blocks.get(`${split}:dice`), (dice) => dice / (2 - dice)));
        return;
      }
      const planes = await inflate(this.blockText(name));
      const scale = this.meta.scores[name];
      this.blocks.set(name, scale ? scaled(planes, ...scale) : new Float64Array(unshuffle(planes, 8)));
    }

    async lines(name) {
      return new TextDecoder().decode(await inflate(this.blockText(name))).split("\n");
    }

    /* A function (network, domain) -> score, NaN where there is none. */
    reader(measure, split) {
      const scores = this.blocks.get(`${split}:${measure}`);
      const { start, place } = this;
      const layout = this.columns.layout;
      return (network, domain) => {
        if (network < 0 || domain < 0) return NaN;
        const at = place[layout[network]][domain];
        return at < 0 ? NaN : scores[start[network] + at];
      };
    }

    /* Indices of the networks with a result that the filters of `state` allow (null = every value). Networks from
       scratch have no source, say: filters on what they lack leave them in. Pretrained networks stand for themselves
       where a series has nothing else. */
    select(state, { stage = null, use = this.filters } = {}) {
      const tests = [];
      const codes = (column, wanted) => {
        const values = this.meta.values[column];
        return new Set(wanted.map((value) => values.indexOf(value)));
      };
      const having = (axis, wanted) => new Set(axis.of.flatMap((value, domain) => (wanted.includes(axis.values[value]) ? [domain] : [])));
      const domains = (wanted) => new Set(wanted.map((id) => this.meta.domains.findIndex((one) => one.id === id)));
      for (const filter of use) {
        const wanted = state[filter.key];
        if (wanted === null || wanted === undefined) continue;
        const list = Array.isArray(wanted) ? wanted : [wanted];
        const allowed = filter.axis ? having(filter.axis, list) : filter.domain ? domains(list) : codes(filter.column, list);
        tests.push([this.columns[filter.column], allowed, this.meta.scratch_lacks.includes(filter.column)]);
      }
      const { status, stage: stages } = this.columns;
      const ok = this.meta.values.status.indexOf("ok");
      const pretrain = this.meta.values.stage.indexOf("pretrain");
      const scratch = this.meta.values.stage.indexOf("scratch");
      const alone = state.series ? this.seriesOf(state.series).pretrained : false;
      const only = stage === null ? null : this.meta.values.stage.indexOf(stage);
      const found = [];
      for (let i = 0; i < this.n; i++) {
        if (status[i] !== ok || (only === null ? stages[i] === pretrain && !alone : stages[i] !== only)) continue;
        let keep = true;
        for (const [column, allowed, lacking] of tests) {
          if (!allowed.has(column[i]) && !(lacking && stages[i] === scratch)) {
            keep = false;
            break;
          }
        }
        if (keep) found.push(i);
      }
      return found;
    }

    seriesOf(name) {
      return this.meta.series.find((one) => one.name === name);
    }

    is(stage, network) {
      return this.meta.values.stage[this.columns.stage[network]] === stage;
    }

    value(column, network) {
      const code = this.columns[column][network];
      return code < 0 ? null : this.meta.values[column][code];
    }
  }

  const FILTERS = [
    { key: "series", column: "series", label: "Series", single: true },
    { key: "stage", column: "stage", label: "Stage" },
    { key: "source", column: "source_domain", label: "Source", domain: true },
    { key: "target", column: "target_domain", label: "Target", domain: true },
    { key: "images", column: "n_images", label: "Images" },
    { key: "freeze", column: "freeze", label: "Frozen part" },
    { key: "plr", column: "pretrain_learning_rate", label: "Pretraining learning rate" },
    { key: "tlr", column: "transfer_learning_rate", label: "Transfer learning rate" },
    { key: "replicate", column: "replicate", label: "Replicate" },
  ];

  /* Also what tells the domains apart, of source and of target; keys are those of the address. */
  function filtersOf(meta) {
    const ends = [["source", "Source"], ["target", "Target"]];
    const ofAxis = (axis, [end, words]) => ({ key: `${end}_${axis.key}`, column: `${end}_domain`, label: `${words}: ${axis.title}`, axis });
    return [...FILTERS, ...ends.flatMap((end) => meta.axes.map((axis) => ofAxis(axis, end)))];
  }

  function quantile(sorted, q) {
    const at = (sorted.length - 1) * q;
    const low = Math.floor(at);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
  }

  /* min, mean, median or max of the finite numbers; NaN when there is none. Equal to pandas' reductions. */
  function reduce(values, how) {
    const known = values.filter((value) => !Number.isNaN(value));
    if (!known.length) return NaN;
    if (how === "min") return known.reduce((a, b) => Math.min(a, b));
    if (how === "max") return known.reduce((a, b) => Math.max(a, b));
    if (how === "mean") return known.reduce((a, b) => a + b, 0) / known.length;
    const sorted = Float64Array.from(known).sort();
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /* Population standard deviation over domains; NaN when a score is missing. */
  function spreadOf(read, network, domains) {
    if (network < 0 || !domains.length) return NaN;
    let sum = 0;
    const values = new Array(domains.length);
    for (let d = 0; d < domains.length; d++) {
      values[d] = read(network, domains[d]);
      sum += values[d];
    }
    const mean = sum / domains.length;
    let squares = 0;
    for (const value of values) squares += (value - mean) * (value - mean);
    return Math.sqrt(squares / domains.length);
  }

  /* Before and after of each network: the score on its target, or the spread over its series' domains. A pretrained
     network has a before alone, on its own domain. */
  function beforeAfter(study, selection, state, kind) {
    const read = study.reader(state.measure, state.split);
    const { parent, source_domain: source, target_domain: target, series } = study.columns;
    const spread = study.meta.values.series.map((name) => (study.seriesOf(name) || { spread: [] }).spread);
    const before = new Float64Array(selection.length);
    const after = new Float64Array(selection.length);
    const score = kind === "spread" ? (network, domain, of) => spreadOf(read, network, spread[of]) : read;
    selection.forEach((network, k) => {
      const alone = study.is("pretrain", network);
      before[k] = alone ? score(network, source[network], series[network]) : score(parent[network], target[network], series[network]);
      after[k] = alone ? NaN : score(network, target[network], series[network]);
    });
    return { before, after };
  }

  /* Cells of the source x target maps: {source, target, networks, before, after, shift}, reduced over networks.
     The source is -1 for networks from scratch; a pretrained network has a cell on every domain of its series. */
  function pairCells(study, selection, state, kind) {
    const { before, after } = beforeAfter(study, selection, state, kind);
    const { source_domain: source, target_domain: target } = study.columns;
    const groups = new Map();
    const add = (from, to, was, is) => {
      const key = from * 65536 + to;
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { source: from, target: to, before: [], after: [], shift: [] }));
      group.before.push(was);
      group.after.push(is);
      group.shift.push(is - was);
    };
    const read = study.reader(state.measure, state.split);
    selection.forEach((network, k) => {
      const own = source[network];
      if (!study.is("pretrain", network)) add(own, target[network], before[k], after[k]);
      else if (kind === "spread") add(own, own, before[k], NaN);
      else for (const domain of study.seriesOf(state.series).domains) add(own, domain, read(network, domain), NaN);
    });
    return [...groups.values()].map((group) => ({
      source: group.source,
      target: group.target,
      networks: group.before.length,
      ...Object.fromEntries(["before", "after", "shift"].map((key) => [key, reduce(group[key], state.reduction)])),
    }));
  }

  /* Scores on every domain of the series before and after, reduced over the networks of the selection, and those of
     networks from scratch. */
  function domainBars(study, selection, scratch, state, domains) {
    const read = study.reader(state.measure, state.split);
    const { parent } = study.columns;
    const before = selection.map((network) => (study.is("pretrain", network) ? network : parent[network]));
    const after = selection.filter((network) => !study.is("pretrain", network));
    const over = (networks, domain) => reduce(networks.map((network) => read(network, domain)), state.reduction);
    return domains.map((domain) => ({ domain, before: over(before, domain), after: over(after, domain), scratch: over(scratch, domain) }));
  }

  return { Study, filtersOf, NONE, quantile, reduce, spreadOf, beforeAfter, pairCells, domainBars };
})();
