"""The study's measures of generalisation, computed from evaluated losses.

``G_ID`` = loss on a domain minus loss on the training sample drawn from it; ``G_OOD(X -> X')`` = loss on X' minus
loss on X; OOD spread = standard deviation of a network's loss over the domains of its series (Rangel DaCosta, Oill,
Scott, "Strategies for effective transfer learning for HRTEM analysis with neural networks", EM000010).
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def spread_domains(domains: pd.DataFrame, names: list[str]) -> list[str]:
    """Those of a series' domains over which mean and spread are taken.

    Where the domains differ in defocus, the ones at zero are left out: at minimum contrast there is little to see.

    Args:
        domains: the table ``domains``.
        names: ids of the series' domains.

    Raises:
        ValueError: a name is not in the table.
    """
    defocus_nm = domains.set_index("domain")["defocus_nm"]
    unknown = [name for name in names if name not in defocus_nm.index]
    if unknown:
        raise ValueError(f"not in the table of domains: {', '.join(unknown)}")
    values = defocus_nm.loc[names]
    if values.nunique() < 2:
        return list(names)
    return [name for name, value in values.items() if value != 0]


def loss_matrix(
    evaluations: pd.DataFrame, names: list[str], split: str = "test", measure: str = "loss"
) -> pd.DataFrame:
    """A measure as a matrix [network, domain], NaN where a network was not evaluated on a domain."""
    rows = evaluations[(evaluations["split"] == split) & evaluations["evaluation_domain"].isin(names)]
    wide = rows.pivot(index="network_id", columns="evaluation_domain", values=measure)
    return wide.reindex(columns=names)


def spread(matrix: pd.DataFrame) -> pd.DataFrame:
    """Mean and population standard deviation of each network's loss over the matrix's columns.

    Returns:
        Columns ``mean`` and ``std``, the matrix's index; NaN where a network lacks the loss on any of the domains.
    """
    values = matrix.to_numpy(dtype=float)
    if values.shape[1] == 0:
        empty = np.full(len(values), np.nan)
        return pd.DataFrame({"mean": empty, "std": empty}, index=matrix.index)
    return pd.DataFrame({"mean": values.mean(axis=1), "std": values.std(axis=1, ddof=0)}, index=matrix.index)


def generalisation(networks: pd.DataFrame, evaluations: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """``G_ID`` and ``G_OOD`` of every network that has a result, on every domain that it was evaluated on.

    The domain X that a network was trained on last is its target (of a pretrained network its source); a mixture has
    two, and a row for each. On X itself the row holds ``G_ID``, on the other domains ``G_OOD``.

    Returns:
        Columns network_id, trained_domain, evaluation_domain, g_id, g_ood (nat per pixel); one of the two is NaN.
    """
    trained = networks.loc[networks["status"] == "ok", ["network_id", "stage", "source_domain", "target_domain"]]
    last = trained.assign(trained_domain=trained["target_domain"].where(trained["stage"] != "pretrain"))
    last["trained_domain"] = last["trained_domain"].fillna(last["source_domain"])
    first = trained[trained["stage"] == "mixture"].assign(trained_domain=lambda rows: rows["source_domain"])
    pairs = pd.concat([last, first], ignore_index=True)[["network_id", "trained_domain"]].drop_duplicates()

    losses = evaluations[["network_id", "evaluation_domain", "split", "loss"]]
    held_out = losses[losses["split"] == split].drop(columns="split")
    sample = losses[losses["split"] == "train"].drop(columns="split")
    sample = sample.rename(columns={"evaluation_domain": "trained_domain", "loss": "sample"})
    own = held_out.rename(columns={"evaluation_domain": "trained_domain", "loss": "own"})
    rows = pairs.merge(held_out, on="network_id")
    rows = rows.merge(own, on=["network_id", "trained_domain"], how="left")
    rows = rows.merge(sample, on=["network_id", "trained_domain"], how="left")
    inside = rows["evaluation_domain"] == rows["trained_domain"]
    rows["g_id"] = (rows["loss"] - rows["sample"]).where(inside)
    rows["g_ood"] = (rows["loss"] - rows["own"]).where(~inside)
    columns = ["network_id", "trained_domain", "evaluation_domain", "g_id", "g_ood"]
    return rows[columns].sort_values(columns[:3], ignore_index=True)
