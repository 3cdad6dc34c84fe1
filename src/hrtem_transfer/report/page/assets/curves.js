"use strict";
/* Rows of histograms and of the mixture curves. */
HT.curves = (() => {
  const { quantile, reduce } = HT.engine;
  const BINS = 30;
  const METHODS = ["mixture", "transfer, first to second", "transfer, second to first", "one domain only", "from scratch"];

  /* Groups of numbers in bins of equal width; groups are [{label, values}], in their order. */
  function histograms(groups) {
    const all = Float64Array.from(groups.flatMap((group) => group.values)).sort();
    if (!all.length) return { bins: [], groups: [] };
    const low = quantile(all, 0.005);
    const high = Math.max(quantile(all, 0.995), low + 1e-9);
    const width = (high - low) / BINS;
    const bins = [];
    const summary = groups.map(({ label, values }, gi) => {
      const counts = new Array(BINS).fill(0);
      for (const value of values) counts[Math.min(BINS - 1, Math.max(0, Math.floor((value - low) / width)))]++;
      const sorted = Float64Array.from(values).sort();
      const median = reduce([...values], "median");
      counts.forEach((count, bin) => {
        const left = low + bin * width;
        const tip = `${label}: ${count} of ${values.length} networks from ${HT.short(left)} to ${HT.short(left + width)}`;
        bins.push({ label, gi, low: left, high: left + width, share: count / values.length, median, tip });
      });
      return {
        label,
        networks: values.length,
        min: sorted[0],
        q1: quantile(sorted, 0.25),
        median,
        mean: reduce([...values], "mean"),
        q3: quantile(sorted, 0.75),
        max: sorted[sorted.length - 1],
      };
    });
    return { bins, groups: summary };
  }

  /* Training on a mixture of two domains against transfer, over the share of the second domain in all images. */
  function mixture(study, state, pair) {
    const { columns, meta } = study;
    const [first, second] = pair;
    const read = study.reader(state.measure, state.split);
    const images = (network) => study.value("n_images", network);
    const shared = study.filters.filter((filter) => ["plr", "replicate"].includes(filter.key));
    const own = study.filters.filter((filter) => ["images", "freeze", "plr", "tlr", "replicate"].includes(filter.key));
    const mixed = study.select(state, { stage: "mixture", use: shared });
    const moved = study.select(state, { stage: "transfer", use: own });
    const begun = study.select(state, { stage: "scratch", use: own });
    const ok = meta.values.status.indexOf("ok");
    const groups = new Map();
    const add = (network, method, share) => {
      for (const [pi, on] of pair.entries()) {
        const value = read(network, on);
        if (Number.isNaN(value)) continue;
        const rounded = Math.round(share * 1e6) / 1e6;
        const key = `${pi}|${method}|${rounded}`;
        if (!groups.has(key)) groups.set(key, { pi, on, method, share: rounded, values: [] });
        groups.get(key).values.push(value);
      }
    };
    let transfers = 0;
    let mixtures = 0;
    for (const [one, two] of [[first, second], [second, first]]) {
      const of = (share) => (two === second ? share : 1 - share);
      for (const network of mixed) {
        if (columns.source_domain[network] !== one || columns.target_domain[network] !== two) continue;
        const more = study.value("n_images_second", network);
        add(network, METHODS[0], of(more / (images(network) + more)));
        mixtures++;
      }
      for (const network of begun) if (columns.target_domain[network] === one) add(network, METHODS[4], one === first ? 0 : 1);
      const parents = new Set();
      for (const network of moved) {
        if (columns.source_domain[network] !== one) continue;
        if (columns.parent[network] >= 0) parents.add(columns.parent[network]);
        if (columns.target_domain[network] !== two || columns.parent[network] < 0) continue;
        const before = images(columns.parent[network]);
        add(network, two === second ? METHODS[1] : METHODS[2], of(images(network) / (before + images(network))));
        transfers++;
      }
      for (const parent of parents) if (columns.status[parent] === ok) add(parent, METHODS[3], one === first ? 0 : 1);
    }
    const rows = [...groups.values()].map(({ values, ...row }) => {
      return { ...row, networks: values.length, value: reduce(values, state.reduction) };
    });
    rows.sort((a, b) => a.pi - b.pi || METHODS.indexOf(a.method) - METHODS.indexOf(b.method) || a.share - b.share);
    return { rows, transfers, mixtures };
  }

  return { histograms, mixture, METHODS };
})();
