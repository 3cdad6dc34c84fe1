"use strict";
/* Effects of the protocol's choices, example images, and what the words mean. */
HT.effectView = (app) => {
  const { effects, recommended } = HT.data;
  const label = (series, value) => {
    const domain = app.study.meta.domains.findIndex((one) => one.id === value);
    if (domain >= 0) return app.labelIn(series, domain);
    if (value in app.study.meta.frozen) return app.study.meta.frozen[value];
    return value !== "" && Number.isFinite(Number(value)) ? HT.plainNumber(Number(value)) : value;
  };
  const root = HT.el("div");
  /* Domains in the order of axes, all else as it comes. */
  const place = (series, value) => {
    const at = app.study.seriesOf(series).domains.indexOf(app.domain(value));
    return at < 0 ? Infinity : at;
  };
  const byDomain = (series, key) => (a, b) => (place(series, a[key]) === place(series, b[key]) ? 0 : place(series, a[key]) - place(series, b[key]));

  function interval(row) {
    const most = Math.max(...effects.filter((one) => one.series === row.series).flatMap((one) => [Math.abs(one.low ?? 0), Math.abs(one.high ?? 0), Math.abs(one.median_change)]), 1e-9);
    const x = (value) => 60 + (56 * value) / most;
    const title = `${HT.short(row.median_change)} nat, 95 % interval ${HT.short(row.low)} to ${HT.short(row.high)}`;
    const picture = HT.svg("svg", { viewBox: "0 0 120 16", width: "96", height: "13", role: "img", "aria-label": title });
    picture.append(HT.svg("line", { x1: 60, x2: 60, y1: 0, y2: 16, class: "zero" }));
    if (row.low !== null) picture.append(HT.svg("line", { x1: x(row.low), x2: x(row.high), y1: 8, y2: 8, class: "interval" }));
    picture.append(HT.svg("circle", { cx: x(row.median_change), cy: 8, r: 3.5, class: "middle" }));
    return HT.el("td", {}, picture);
  }

  function effectTable(series) {
    const found = effects.filter((row) => row.series === series);
    const rows = [...found.filter((row) => row.choice !== "source_domain"), ...found.filter((row) => row.choice === "source_domain").sort(byDomain(series, "value"))];
    const number = (value, exact) => HT.el("td", { class: "number", "data-value": exact === null ? "" : String(exact) }, value);
    const body = rows.map((row, index) =>
      HT.el(
        "tr",
        { class: index && rows[index - 1].choice !== row.choice ? "first" : null },
        HT.el("td", {}, index && rows[index - 1].choice === row.choice ? "" : row.choice_words),
        HT.el("td", {}, label(series, row.value)),
        HT.el("td", {}, row.verdict.replace(" than the alternatives", "").replace(" of domains to say", "")),
        number(HT.short(row.median_change), row.median_change),
        interval(row),
        number(row.low === null ? "–" : `${HT.short(row.low, 3)} … ${HT.short(row.high, 3)}`, row.low),
        number(index && rows[index - 1].choice === row.choice ? "" : `${(row.share_of_variance * 100).toFixed(1)} %`, row.share_of_variance),
        number(`${((row.median_ratio - 1) * 100).toFixed(1).replace("-", "−")} %`, row.median_ratio),
        number(`${(row.lower_in * 100).toFixed(0)} %`, row.lower_in),
        number(row.matched.toLocaleString("en"), row.matched),
      ),
    );
    const head = ["choice", "value", "reading", "median change, nat", "", "95 % interval", "variance explained", "relative", "lower in", "matched sets"];
    const table = HT.el("table", { class: "effects" }, HT.el("caption", {}, `Effects in series ${series}`), HT.el("thead", {}, HT.el("tr", {}, head.map((text) => HT.el("th", { scope: "col" }, text || HT.el("span", { class: "hidden" }, "picture"))))), HT.el("tbody", {}, body));
    return HT.el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Effects in series ${series}` }, table);
  }

  function best(series) {
    const rows = recommended
      .filter((row) => row.series === series)
      .sort(byDomain(series, "target_domain"))
      .map((row) => ({
        ...row,
        target: label(series, row.target_domain),
        from: label(series, row.source_domain),
        rates: [row.pretrain_learning_rate, row.transfer_learning_rate].filter((rate) => rate !== null).map(HT.plainNumber).join(" then "),
        scratch_loss: row.scratch_test_loss ?? row.scratch_validation_loss,
        advice: row.advice || "no baseline",
        frozen: app.study.meta.frozen[row.freeze],
        range: row.test_loss_min === null ? "" : row.replicates > 1 ? `${HT.short(row.test_loss_min)} … ${HT.short(row.test_loss_max)} (${row.replicates})` : "one replicate",
        evidence: row.as_good === null
          ? "unknown, one replicate"
          : `${row.as_good} of ${row.protocols - 1}`,
      }));
    const number = (key, words) => ({ key, label: words, number: true });
    const advised = rows.some((row) => row.advice !== "no baseline") ? [{ key: "advice", label: "advice" }] : [];
    return HT.table(
      `Lowest validation loss per target and number of transfer images, series ${series}`,
      [{ key: "target", label: "target" }, { ...number("n_images", "images"), whole: true }, ...advised, { key: "from", label: "source" }, { key: "frozen", label: "frozen" }, { key: "rates", label: "learning rates" }, number("test_loss", "test loss"), ...(advised.length ? [number("scratch_loss", "from scratch")] : []), { key: "range", label: "range (replicates)" }, number("pretrained_loss", "before transfer"), { key: "evidence", label: "others as good" }],
      rows,
      { id: "recommended", empty: "No networks to choose among." },
    );
  }

  async function render() {
    const { series } = app.state;
    HT.clear(root);
    root.append(
      HT.el("h3", {}, `What each choice goes with, series ${series}`),
      HT.el("p", { class: "caption" }, `Change of the ${app.study.meta.reported} loss on the target against the median of the networks that differ in this choice alone; all networks with a result, whatever the filters say. Intervals: bootstrap over pairs of source and target, where there are at least six; each holds by itself, they are not corrected for their number. These are differences seen in this grid; more images also mean more training steps, and nothing is said about choices that were not tried.`),
    );
    if (effects.some((row) => row.series === series)) root.append(effectTable(series));
    else root.append(HT.el("p", { class: "empty" }, "This series varies none of the choices, so that there is nothing to compare."));
    root.append(
      HT.el("h3", {}, "Protocols that did best"),
      HT.el("p", { class: "caption" }, "Chosen on validation images, reported on test images, where there are both. From scratch: the best learning rate without any pretraining, with as many images; the advice is to transfer only where that does worse. Others as good: protocols whose validation losses overlap those of the chosen one's replicates; where there are many, the choice hardly matters."),
      best(series),
    );
  }

  return { root, render };
};

HT.imageView = (app) => {
  const root = HT.el("div");
  let drawn = false;

  function picture(domain, one) {
    const { width, height } = one;
    const svg = HT.svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Example image of ${domain.id} with the outlines of its label` });
    svg.append(HT.svg("image", { href: one.src, width, height }));
    svg.append(HT.svg("path", { d: one.outline, class: "outline" }));
    const bar = one.bar_nm === null ? 0 : (one.bar_nm * 10 * width) / one.edge_A;
    if (bar) svg.append(HT.svg("rect", { x: width * 0.05, y: height * 0.92, width: bar, height: height * 0.02, class: "bar" }));
    const more = [domain.words, one.bar_nm === null ? "" : `bar ${one.bar_nm} nm`].filter(Boolean);
    return HT.el("figure", { class: "example" }, svg, HT.el("figcaption", {}, HT.el("strong", {}, domain.id), more.map((line) => [HT.el("br"), line]).flat()));
  }

  async function render() {
    if (drawn) return;
    drawn = true;
    const images = JSON.parse(app.study.blockText("images"));
    const domains = app.study.meta.domains;
    if (!Object.keys(images).length) {
      root.append(HT.el("p", { class: "empty" }, "This page was made without the image files, so that there are no examples."));
      return;
    }
    const toggle = HT.el("input", { type: "checkbox", checked: true, id: "outlines", onchange: () => root.classList.toggle("plain", !toggle.checked) });
    root.append(HT.el("label", { class: "check" }, toggle, HT.el("span", {}, "outlines of the labels")));
    for (const family of [...new Set(domains.map((domain) => domain.family))]) {
      const shown = domains.filter((domain) => domain.family === family && images[domain.id]);
      root.append(HT.el("h3", {}, family), HT.el("div", { class: "examples" }, shown.map((domain) => picture(domain, images[domain.id]))));
    }
  }

  return { root, render };
};

HT.aboutView = (app) => {
  const { meta } = app.study;
  const values = (one) => one.values.map(({ value, networks }) => (one.values.length > 1 ? `${value} (${HT.count(networks, "network")})` : value)).join(", ");
  const line = (term, text) => [HT.el("dt", {}, term), HT.el("dd", {}, text)];
  const root = HT.el(
    "dl",
    { class: "about" },
    line("Source and target", "The domain of images on which a network was pretrained, and the one to which it was transferred."),
    line("Before and after", "Before: the pretrained network behind a transferred one. After: the transferred network itself."),
    line("From scratch", "Trained from random weights on the target's images alone, as many and as long as in a transfer. Filters on source, frozen part and pretraining rate leave such networks in, the filter Stage takes them out."),
    line("Loss, excess", "Cross entropy of the softmax outputs (softmax applied twice), mean over pixels, minus its least value log(1 + 1/e) = 0.31326. A network that sees no particle anywhere has just the share of particle pixels as its loss, one that sees particle everywhere 1 minus it."),
    line("Cross entropy, plain", "Mean over pixels of the cross entropy of the network's outputs."),
    line("Dice, IoU", "Overlap of predicted and true particle pixels, pooled over all images of a split."),
    line("Particle F1", "The same for whole particles, found when predicted and true particle overlap by at least half of their union."),
    line("OOD spread", "Standard deviation (population) of a network's score over the domains of its series, without the domain at 0 nm where they differ in defocus."),
    line("Reduction", "Many networks share a source and a target. They are reduced to one number: least, mean, median or greatest. The shift is reduced over networks too, so that the median shift need not equal the difference of the medians."),
    line("Numbers", "Kept with 8 digits. Every figure has a table of its numbers; the CSV holds the selected networks."),
    line("Missing results", "Networks that failed or have not finished count in no figure; the view Status and the table networks.csv give the reasons."),
    meta.plan === null ? [] : line("Plan", `${meta.plan}: the digest of plan.json, which lies beside the tables.`),
    meta.ran_with.flatMap((one) => line(HT.capital(one.title), values(one))),
  );
  return { root, render: async () => {} };
};
