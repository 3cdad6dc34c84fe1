"""The networks trained from scratch, as the baseline of transfers to the same target with as many images.

Light on assumptions: the rate is chosen on validation images, so that neither side is flattered on the test images.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hrtem_transfer.results.measures import loss_matrix

KEY = ["target_domain", "n_images"]


def losses_on_target(networks: pd.DataFrame, evaluations: pd.DataFrame, split: str) -> np.ndarray:
    """Each network's loss on its target in a split; NaN where there is none."""
    targets = sorted(networks["target_domain"].dropna().unique())
    stacked = loss_matrix(evaluations, targets, split).stack()
    wanted = pd.MultiIndex.from_arrays([networks["network_id"], networks["target_domain"]])
    values: np.ndarray = stacked.reindex(wanted).to_numpy(dtype=float)
    return values


def with_losses(networks: pd.DataFrame, evaluations: pd.DataFrame) -> pd.DataFrame:
    """The networks with columns ``validation`` and ``test`` (losses on the target) and ``choice``.

    ``choice`` is the loss that decides which is best: that on validation images, or on test images where no network
    has the former.
    """
    losses = {split: losses_on_target(networks, evaluations, split) for split in ("validation", "test")}
    on = "validation" if np.isfinite(losses["validation"]).any() or not np.isfinite(losses["test"]).any() else "test"
    return networks.assign(**losses, choice=losses[on], chosen_on=on)


def best_scratch(networks: pd.DataFrame, evaluations: pd.DataFrame) -> pd.DataFrame:
    """For each target and number of images the learning rate from scratch with the least median loss of ``choice``.

    A network trained from scratch serves every series that has transfers to its target.

    Returns:
        Columns target_domain, n_images, scratch_learning_rate, scratch_choice (median loss that it was chosen by),
        scratch_validation_loss and scratch_test_loss (medians over replicates; NaN without that split).
    """
    rows = networks[(networks["stage"] == "scratch") & (networks["status"] == "ok")]
    rows = with_losses(rows, evaluations).dropna(subset=["choice"])
    by_rate = rows.groupby([*KEY, "transfer_learning_rate"], dropna=False, sort=True)
    medians = by_rate[["choice", "validation", "test"]].median().reset_index()
    # Of equal ones the smaller rate; sorting is stable.
    best = medians.sort_values("choice", kind="stable").drop_duplicates(KEY).sort_values(KEY, ignore_index=True)
    names = {"validation": "scratch_validation_loss", "test": "scratch_test_loss", "choice": "scratch_choice"}
    return best.rename(columns=names | {"transfer_learning_rate": "scratch_learning_rate"})


def share_that_beats_scratch(networks: pd.DataFrame, evaluations: pd.DataFrame, split: str) -> tuple[int, float]:
    """How many transferred networks have a baseline, and the share of them with a lower loss on the target than it.

    The baseline is the median, over replicates, of the networks from scratch with the same target, as many images and
    the best rate that was tried from scratch. NaN without any.
    """
    rows = networks[(networks["stage"] == "transfer") & (networks["status"] == "ok")]
    best = best_scratch(networks, evaluations)[[*KEY, f"scratch_{split}_loss"]]
    both = rows.merge(best, on=KEY).dropna(subset=["loss_target_after", f"scratch_{split}_loss"])
    won = both["loss_target_after"] < both[f"scratch_{split}_loss"]
    return len(both), float(won.mean()) if len(both) else float("nan")
