"use strict";
/* What was planned, what there is, and why the rest is missing. */
HT.statusView = (app) => {
  const { status, stages } = app.study.meta;
  const number = (key) => ({ key, label: key, number: true, whole: true });
  const text = (key, label = key) => ({ key, label });
  const rows = status.map((row) => ({ ...row, stage: stages[row.stage] }));
  const reasons = status.flatMap((row) => row.reasons.map((one) => ({ ...one, series: row.series, stage: stages[row.stage] })));
  const root = HT.el(
    "div",
    {},
    HT.el("h3", {}, "What was planned, and what became of it"),
    HT.table("Networks by series", [text("series"), text("stage"), ...["planned", "ok", "failed", "missing"].map(number)], rows, { id: "status", empty: "No network is in the tables." }),
    HT.el("h3", {}, "Why networks have no result"),
    HT.table("Reasons", [text("series"), text("stage"), text("status"), { key: "networks", label: "networks", number: true, whole: true }, text("reason")], reasons, { id: "reasons", empty: "Every planned network has a result." }),
  );
  return { root, render: async () => {} };
};

/* Sentences that a reader must see before any picture. */
HT.notices = (lines, box) => {
  box.hidden = !lines.length;
  HT.clear(box).append(...lines.map((line) => HT.el("p", {}, line)));
};
