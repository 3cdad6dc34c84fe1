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
from hrtem_transfer.learning.scores import SCORES, Counts

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
        images: number of images, and each of ``SCORES`` by its name.
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
    counted = Counts(pixels, softmax_loss, logit_loss, tp, fp, fn, found, there, matched)
    return {"images": images, **{one.name: one.of(counted) for one in SCORES}}


def _compare(mask: np.ndarray, true: Particles) -> tuple[int, int, int]:
    """Particles predicted, true and matched."""
    predicted = particles(mask)
    return len(predicted), len(true), matched_particles(predicted, true)
