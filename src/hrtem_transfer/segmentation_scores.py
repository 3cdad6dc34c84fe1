"""How well a segmentation agrees with the truth.

Counts are pooled over all images before they are divided, so that an image without particles weighs nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from hrtem_transfer import losses
from hrtem_transfer.mask_particles import Particles, matched_particles, particles


@dataclass
class Scores:
    """Sums over images, from which all scores follow."""

    images: int = 0
    pixels: int = 0
    softmax_loss: float = 0.0
    logit_loss: float = 0.0
    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    particles_predicted: int = 0
    particles_true: int = 0
    particles_matched: int = 0

    def add(self, logits: torch.Tensor, labels: torch.Tensor, true: Particles) -> None:
        """Count a batch.

        Args:
            logits: [b, 2, y, x].
            labels: 0 or 1, uint8 [b, y, x].
            true: the components of ``labels``.
        """
        z = losses.margins(logits, labels)
        mask = logits[:, 1] > logits[:, 0]
        truth = labels.bool()
        counts = torch.stack([(mask & truth).sum(), (mask & ~truth).sum(), (~mask & truth).sum()])
        of_softmax, of_logits = losses.excess_cross_entropy_of_softmax(z), losses.cross_entropy(z)
        sums = torch.stack([of_softmax.sum(dtype=torch.float64), of_logits.sum(dtype=torch.float64)])
        predicted = particles(mask.cpu().numpy())
        self.images += len(labels)
        self.pixels += labels.numel()
        softmax_loss, logit_loss = sums.tolist()
        self.softmax_loss += softmax_loss
        self.logit_loss += logit_loss
        true_positive, false_positive, false_negative = counts.tolist()
        self.true_positive += true_positive
        self.false_positive += false_positive
        self.false_negative += false_negative
        self.particles_predicted += len(predicted)
        self.particles_true += len(true)
        self.particles_matched += matched_particles(predicted, true)

    def result(self) -> dict[str, Any]:
        """The scores.

        loss: mean over pixels of the cross entropy of the softmax outputs, minus log(1 + 1/e) (see ``losses``), nat.
        cross_entropy: mean over pixels of the cross entropy of the logits, nat.
        precision: TP / (TP + FP), the share of the predicted particle pixels that are particle.
        recall: TP / (TP + FN), the share of the particle pixels that were predicted.
        dice: 2 TP / (2 TP + FP + FN), the harmonic mean of both (Dice, Ecology 26 (1945) 297; Sorensen 1948).
        iou: TP / (TP + FP + FN) (Jaccard, New Phytologist 11 (1912) 37).
        particle_f1: the same harmonic mean for whole particles (connected components, 8 neighbours), where a pair of
        a predicted and a true particle with an intersection over union of at least one half is a true positive.

        A share of nothing is 1 when there is nothing to find and nothing was found, else 0.
        """
        tp, fp, fn = self.true_positive, self.false_positive, self.false_negative
        nothing = 1.0 if tp + fp + fn == 0 else 0.0
        found, there = self.particles_predicted, self.particles_true
        return {
            "images": self.images,
            "loss": self.softmax_loss / self.pixels,
            "cross_entropy": self.logit_loss / self.pixels,
            "dice": _share(2 * tp, 2 * tp + fp + fn, nothing),
            "iou": _share(tp, tp + fp + fn, nothing),
            "precision": _share(tp, tp + fp, nothing),
            "recall": _share(tp, tp + fn, nothing),
            "particle_f1": _share(2 * self.particles_matched, found + there, 1.0),
        }


def _share(part: int, whole: int, otherwise: float) -> float:
    return part / whole if whole else otherwise
