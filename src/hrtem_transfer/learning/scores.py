"""The scores of a segmentation: the one place where a score is defined, described and computed.

Evaluation, tables, data dictionary and explorer go through ``SCORES``. Light: plain numbers only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """Sums over all images of a split, so that an image without particles weighs nothing by itself.

    Attributes:
        pixels: all pixels.
        softmax_loss: sum of the cross entropy of the softmax outputs minus log(1 + 1/e) (``losses``), nat.
        logit_loss: sum of the cross entropy of the logits, nat.
        tp: particle pixels that were predicted to be particle.
        fp: other pixels that were predicted to be particle.
        fn: particle pixels that were not predicted.
        found: particles predicted (connected components, 8 neighbours).
        there: particles in the labels.
        matched: pairs of both with an intersection over union of at least one half.
    """

    pixels: int
    softmax_loss: float
    logit_loss: float
    tp: int
    fp: int
    fn: int
    found: int
    there: int
    matched: int


@dataclass(frozen=True)
class Score:
    """One score.

    Attributes:
        name: column of the tables.
        meaning: description in the data dictionary.
        of: the score of some counts.
        unit: of its values.
        limits: least and greatest value that is possible, for the tables' checks; None: any.
        title: name in the explorer's menu; "" keeps it out of there.
        words: name in the explorer's sentences.
        lower_is_better: for the explorer's colours and signs.
    """

    name: str
    meaning: str
    of: Callable[[Counts], float]
    unit: str = "1"
    limits: tuple[float, float] | None = (0.0, 1.0)
    title: str = ""
    words: str = ""
    lower_is_better: bool = False


def share(part: float, whole: float, otherwise: float) -> float:
    """Part of a whole; ``otherwise`` where the whole is nothing."""
    return part / whole if whole else otherwise


def pixel_share(counts: Counts, part: int, whole: int) -> float:
    """Share of pixels: 1 when there is nothing to find and nothing was found, 0 for other shares of nothing."""
    return share(part, whole, 1.0 if counts.tp + counts.fp + counts.fn == 0 else 0.0)


NAT = "nat per pixel"
SCORES = (
    Score(
        "loss",
        "cross entropy of the softmax outputs (softmax applied twice) minus its least value log(1 + 1/e)",
        lambda n: n.softmax_loss / n.pixels,
        NAT,
        None,
        "Loss, excess (nat)",
        "excess loss (nat)",
        lower_is_better=True,
    ),
    Score(
        "cross_entropy",
        "plain cross entropy of the network's outputs",
        lambda n: n.logit_loss / n.pixels,
        NAT,
        None,
        "Cross entropy, plain (nat)",
        "cross entropy (nat)",
        lower_is_better=True,
    ),
    # Dice, Ecology 26 (1945) 297; Sorensen, Biologiske Skrifter 5 (1948) 1.
    Score(
        "dice",
        "Dice coefficient of the particle pixels",
        lambda n: pixel_share(n, 2 * n.tp, 2 * n.tp + n.fp + n.fn),
        title="Dice coefficient",
        words="Dice coefficient",
    ),
    # Jaccard, New Phytologist 11 (1912) 37.
    Score(
        "iou",
        "intersection over union of the particle pixels",
        lambda n: pixel_share(n, n.tp, n.tp + n.fp + n.fn),
        title="Intersection over union",
        words="IoU",
    ),
    Score(
        "precision",
        "share of the predicted particle pixels that are particle",
        lambda n: pixel_share(n, n.tp, n.tp + n.fp),
    ),
    Score(
        "recall",
        "share of the particle pixels that were predicted",
        lambda n: pixel_share(n, n.tp, n.tp + n.fn),
    ),
    Score(
        "particle_f1",
        "F1 of whole particles, matched where their intersection over union is >= 0.5",
        lambda n: share(2 * n.matched, n.found + n.there, 1.0),
        title="Particle F1",
        words="particle F1",
    ),
)
