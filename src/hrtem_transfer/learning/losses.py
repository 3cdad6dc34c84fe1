"""Losses of two-class segmentation, in nat per pixel.

All are functions of the margin z, the logit of the true class minus that of the other one: the probability of the
true class is 1 / (1 + exp(-z)).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

LEAST_SOFTMAX_LOSS = math.log1p(math.exp(-1))
"""Least value of the cross entropy of softmax outputs, log(1 + 1/e) = 0.31326: what a perfect predictor gets."""

_C = 1 / (math.e + 1)


def margins(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Logit of the true class minus logit of the other, float32 [n, y, x].

    Args:
        logits: [n, 2, y, x], of any float type.
        labels: [n, y, x], 0 or 1.
    """
    difference = logits[:, 1].float() - logits[:, 0].float()
    return torch.where(labels.bool(), difference, -difference)


def excess_cross_entropy_of_softmax(z: torch.Tensor) -> torch.Tensor:
    """Cross entropy with the softmax outputs taken for logits, minus its least value log(1 + 1/e); element-wise.

    The softmax outputs of the two classes differ by tanh(z / 2), so the cross entropy of them is
    softplus(-tanh(z / 2)), as in the study ("softmax applied twice"). With 1 - tanh(z / 2) = 2 sigmoid(-z) the
    difference from the least value is log(1 + (exp(2 sigmoid(-z)) - 1) / (e + 1)), which loses no digits near zero.
    """
    return torch.log1p(_C * torch.expm1(2 * torch.sigmoid(-z)))


def cross_entropy(z: torch.Tensor) -> torch.Tensor:
    """Cross entropy of the logits, softplus(-z); element-wise, [...] to [...]. Its least value is 0."""
    return torch.nn.functional.softplus(-z)


LOSSES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "cross_entropy_of_softmax": excess_cross_entropy_of_softmax,
    "cross_entropy": cross_entropy,
}
"""What training minimises, by the configuration's name (``training.loss``); the least value of each is 0."""
