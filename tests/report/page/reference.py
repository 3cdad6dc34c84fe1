"""What the explorer must show, computed with pandas from the tables and nothing of the project."""

import numpy as np
import pandas as pd

FILTERS = {
    "stage": "stage",
    "source": "source_domain",
    "target": "target_domain",
    "images": "n_images",
    "freeze": "freeze",
    "plr": "pretrain_learning_rate",
    "tlr": "transfer_learning_rate",
    "replicate": "replicate",
}


class Reference:
    """The tables, with the scores as lookups by network and domain."""

    def __init__(self, networks: pd.DataFrame, evaluations: pd.DataFrame, domains: pd.DataFrame) -> None:
        self.networks = networks
        self.domains = domains.set_index("domain")
        self.scores = evaluations.set_index(["split", "network_id", "evaluation_domain"]).sort_index()
        self.wide = {
            (split, measure): rows.pivot(index="network_id", columns="evaluation_domain", values=measure)
            for split, rows in evaluations.groupby("split")
            for measure in ("loss", "cross_entropy", "dice", "iou", "particle_f1")
        }

    def selected(self, state: dict, stage: str | None = None, use: tuple = (*FILTERS, "series")) -> pd.DataFrame:
        rows = self.networks[self.networks["status"] == "ok"]
        rows = rows[rows["stage"] != "pretrain"] if stage is None else rows[rows["stage"] == stage]
        if "series" in use:
            rows = rows[rows["series"] == state["series"]]
        for name, column in FILTERS.items():
            if name in use and state.get(name) is not None:
                # A training from scratch has none of these: such a filter does not ask it.
                lacking = (rows["stage"] == "scratch") & (name in ("source", "freeze", "plr"))
                rows = rows[rows[column].isin(state[name]) | lacking]
        return rows

    def before_after(self, rows: pd.DataFrame, state: dict, kind: str) -> pd.DataFrame:
        wide = self.wide[state["split"], state["measure"]]
        rows = rows.copy()
        for when, key in (("before", "pretrained_id"), ("after", "network_id")):
            if kind == "spread":
                rows[when] = rows[key].map(self._spread(rows, wide, state["series"])).astype(float)
            else:
                flat = wide.stack()
                wanted = pd.MultiIndex.from_arrays([rows[key].astype(object), rows["target_domain"].astype(object)])
                rows[when] = flat.reindex(wanted).to_numpy(dtype=float)
        return rows.assign(shift=rows["after"] - rows["before"])

    def _spread(self, rows: pd.DataFrame, wide: pd.DataFrame, series: str) -> pd.Series:
        members = self.networks[(self.networks["series"] == series) & (self.networks["stage"] != "pretrain")]
        names = wide.loc[wide.index.isin(members["network_id"])].dropna(axis=1, how="all").columns
        if self.domains.loc[names, "defocus_nm"].nunique() > 1:
            names = [name for name in names if self.domains.loc[name, "defocus_nm"] != 0]
        return wide[list(names)].std(axis=1, ddof=0, skipna=False)

    def pairs(self, state: dict, kind: str) -> pd.DataFrame:
        """Indexed by source and target: networks, before, after, shift."""
        rows = self.before_after(self.selected(state), state, kind)
        groups = rows.fillna({"source_domain": "from scratch"}).groupby(["source_domain", "target_domain"])
        found = groups[["before", "after", "shift"]].agg(state["reduction"])
        scale = rows[["before", "after"]].abs().max(axis=None)
        return found.assign(networks=groups.size(), scale=scale)

    def histogram(self, state: dict, by: list[str]) -> pd.DataFrame:
        """Quartiles and the rest of the score on the target after the transfer, by the columns ``by``."""
        rows = self.before_after(self.selected(state), state, "target")
        scratch = rows["stage"] == "scratch"
        lacking = scratch & (by[0] in ("source_domain", "freeze"))
        groups = rows.groupby([scratch.rename("scratch"), rows[by[0]].astype(object).where(~lacking, "")])["after"]
        found = groups.agg(["min", "median", "mean", "max"])
        return found.assign(q1=groups.quantile(0.25), q3=groups.quantile(0.75), networks=groups.size())

    def mixture(self, state: dict, pair: tuple[str, str]) -> pd.DataFrame:
        """Indexed by domain, method and share of the second domain: value and networks."""
        wide = self.wide[state["split"], state["measure"]]
        images = self.networks.set_index("network_id")["n_images"]
        parts = []
        for one, two in (pair, pair[::-1]):
            forward = two == pair[1]
            mixed = self.selected(state, "mixture", ("plr", "replicate"))
            mixed = mixed[(mixed["source_domain"] == one) & (mixed["target_domain"] == two)]
            share = mixed["n_images_second"].astype(float) / (
                mixed["n_images"] + mixed["n_images_second"].astype(float)
            )
            parts.append(
                pd.DataFrame({"id": mixed["network_id"], "method": "mixture", "share": share if forward else 1 - share})
            )
            moved = self.selected(state, "transfer", ("images", "freeze", "plr", "tlr", "replicate"))
            moved = moved[moved["source_domain"] == one]
            parents = moved["pretrained_id"].unique()
            begun = self.selected(state, "scratch", ("images", "tlr", "replicate"))
            begun = begun[begun["target_domain"] == one]["network_id"]
            parts.append(pd.DataFrame({"id": begun, "method": "from scratch", "share": 0.0 if forward else 1.0}))
            parts.append(pd.DataFrame({"id": parents, "method": "one domain only", "share": 0.0 if forward else 1.0}))
            moved = moved[moved["target_domain"] == two]
            share = moved["n_images"] / (moved["n_images"] + moved["pretrained_id"].map(images).astype(float))
            words = "transfer, first to second" if forward else "transfer, second to first"
            parts.append(
                pd.DataFrame({"id": moved["network_id"], "method": words, "share": share if forward else 1 - share})
            )
        rows = pd.concat(parts, ignore_index=True)
        rows["share"] = rows["share"].round(6)
        found = []
        for domain in pair:
            values = rows.assign(domain=domain, value=rows["id"].map(wide[domain])).dropna(subset=["value"])
            found.append(values)
        groups = pd.concat(found, ignore_index=True).groupby(["domain", "method", "share"])["value"]
        return pd.DataFrame({"value": groups.agg(state["reduction"]), "networks": groups.size()})


def close(shown: float, exact: float, scale: float = 0.0) -> bool:
    """Equal to 1e-6 of the number, or of the numbers that it is the difference of; both missing is equal."""
    if np.isnan(exact) or np.isnan(shown):
        return bool(np.isnan(exact) and np.isnan(shown))
    return abs(shown - exact) <= 1e-6 * max(abs(exact), scale)
