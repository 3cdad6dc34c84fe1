"""How well a segmentation agrees with the truth.

Counts are pooled over all images before they are divided, so that an image without particles weighs nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from hrtem_transfer.learning import losses
from hrtem_transfer.learning.mask_particles import Particles, matched_particles, particles
from hrtem_transfer.learning.resident_images import ResidentImages

BATCH_SIZE = 16


@dataclass(frozen=True)
class LabelledStack:
    """Images to score networks on, with the particles of their labels, batch by batch."""

    images: ResidentImages
    true: list[Particles]


def labelled(images: ResidentImages) -> LabelledStack:
    """Find the particles in the labels, once for all networks."""
    labels = images.labels.cpu().numpy()
    return LabelledStack(images, [particles(labels[i : i + BATCH_SIZE]) for i in range(0, len(labels), BATCH_SIZE)])


@torch.inference_mode()
def score(model: torch.nn.Module, stack: LabelledStack, dtype: torch.dtype | None) -> dict[str, Any]:
    """Score a network, which must be in evaluation mode, on some images.

    Args:
        model: maps standardised images to logits, on the images' device.
        stack: the images.
        dtype: type of mixed-precision arithmetic, None for float32.

    Returns:
        what ``scores`` returns.
    """
    device = stack.images.counts.device

    def answers() -> Iterable[tuple[torch.Tensor, torch.Tensor]]:
        for index in torch.arange(len(stack.images), device=device).split(BATCH_SIZE):
            pixels, labels = stack.images.batch(index)
            with torch.autocast(device.type, dtype=dtype, enabled=dtype is not None):
                logits = model(pixels)
            yield logits, labels

    return scores(answers(), stack.true)


def scores(answers: Iterable[tuple[torch.Tensor, torch.Tensor]], true: Iterable[Particles]) -> dict[str, Any]:
    """Scores of a network's answers.

    Args:
        answers: batch by batch logits, [b, 2, y, x], and labels, 0 or 1, uint8 [b, y, x].
        true: the particles of each batch's labels.

    Returns:
        images: number of images.
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
    images = pixels = 0
    sums: list[torch.Tensor] = []
    counts: list[torch.Tensor] = []
    compared: list[Future[tuple[int, int, int]]] = []
    # Particles are compared on the host while the device works on the next batch.
    with ThreadPoolExecutor(1) as host:
        for (logits, labels), particles_there in zip(answers, true, strict=True):
            z, truth = losses.margins(logits, labels), labels.bool()
            mask = logits[:, 1] > logits[:, 0]
            of_softmax, of_logits = losses.excess_cross_entropy_of_softmax(z), losses.cross_entropy(z)
            sums.append(torch.stack([of_softmax.sum(dtype=torch.float64), of_logits.sum(dtype=torch.float64)]))
            counts.append(torch.stack([(mask & truth).sum(), (mask & ~truth).sum(), (~mask & truth).sum()]))
            compared.append(host.submit(_compare, mask.cpu().numpy(), particles_there))
            images, pixels = images + len(labels), pixels + labels.numel()
        found, there, matched = (sum(column) for column in zip(*(one.result() for one in compared), strict=True))
    softmax_loss, logit_loss = torch.stack(sums).sum(0).tolist()
    tp, fp, fn = torch.stack(counts).sum(0).tolist()
    nothing = 1.0 if tp + fp + fn == 0 else 0.0
    return {
        "images": images,
        "loss": softmax_loss / pixels,
        "cross_entropy": logit_loss / pixels,
        "dice": _share(2 * tp, 2 * tp + fp + fn, nothing),
        "iou": _share(tp, tp + fp + fn, nothing),
        "precision": _share(tp, tp + fp, nothing),
        "recall": _share(tp, tp + fn, nothing),
        "particle_f1": _share(2 * matched, found + there, 1.0),
    }


def _compare(mask: np.ndarray, true: Particles) -> tuple[int, int, int]:
    """Particles predicted, true and matched."""
    predicted = particles(mask)
    return len(predicted), len(true), matched_particles(predicted, true)


def _share(part: int, whole: int, otherwise: float) -> float:
    return part / whole if whole else otherwise
