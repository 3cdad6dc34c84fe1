"""What the GPU benchmark compares with: the card's own limits, and the size of the paper's sweep."""

from __future__ import annotations

import time
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

# One training image of 512 px, U-Net(resnet18): forward and backward, by the part that is frozen.
GFLOP_PER_IMAGE = {"none": 126.9, "encoder": 87.4, "decoder": 102.7}
# Each layer reads its input and writes its output once in bfloat16: forward, and twice as much backward (the gradient
# of its input and of its weights). Layers of the encoder and of the decoder with its head, in bytes per image.
_LAYER_BYTES = {"encoder": 158.3e6, "decoder": 232.8e6}
# Networks of the paper's sweep by frozen part and images before augmentation, and images that validate and test them.
EPOCHS, SYMMETRIES = 10, 8
_DEFOCUS, _DOSE, _STRUCTURE = 5 * 10 * 4 * 3, 5 * 4 * 3, 18 * 17 * 3
TRANSFERS = {64: _DEFOCUS, 128: _DEFOCUS + _DOSE + _STRUCTURE, 256: _DEFOCUS, 512: _DEFOCUS}
FROM_SCRATCH = {512: 720 + 99}
VALIDATION_IMAGES = 128
EVALUATED = (7200 + 720 + 30) * 11 * 256 + (180 + 15) * 5 * 256 + (2754 + 54) * 18 * 128


@dataclass(frozen=True)
class Card:
    """What a card can do: bfloat16 matrix products, and copies within its memory (bytes read and written)."""

    flop_per_s: float
    bytes_per_s: float


def measure_card(device: torch.device, small: bool) -> Card:
    """Measure both with large operands."""
    n = 256 if small else 8192
    matrix = torch.randn(n, n, device=device, dtype=torch.bfloat16)
    source = torch.randn(n * n, device=device)
    target = torch.empty_like(source)
    product = _best(lambda: torch.mm(matrix, matrix), device)
    copy = _best(lambda: target.copy_(source), device)
    return Card(2 * n**3 / product, 2 * source.numel() * source.element_size() / copy)


def _best(work: object, device: torch.device) -> float:
    best = float("inf")
    for _ in range(10):
        if device.type == "cuda":
            torch.cuda.synchronize()
        began = time.perf_counter()
        work()  # type: ignore[operator]
        if device.type == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - began)
    return best


def least_traffic_bytes(part: str) -> float:
    """Bytes that a training image moves at least when every layer reads and writes once; ``part`` is frozen.

    A frozen encoder runs forward only; behind a frozen decoder gradients still pass through it.
    """
    encoder, decoder = _LAYER_BYTES["encoder"], _LAYER_BYTES["decoder"]
    return {"none": 3 * (encoder + decoder), "encoder": encoder + 3 * decoder, "decoder": 3 * encoder + 2 * decoder}[
        part
    ]


def made_up_images(n: int, px: int) -> Any:
    """Discs with noise: counts uint8 and labels uint8, [n, y, x]."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:px, :px]
    labels = np.zeros((n, px, px), np.uint8)
    for i in range(n):
        for _ in range(3):
            row, column = random.uniform(0.1 * px, 0.9 * px, 2)
            labels[i] |= ((y - row) ** 2 + (x - column) ** 2 < (px / 10) ** 2).astype(np.uint8)
    return types.SimpleNamespace(counts=random.poisson(16 * (1 + 0.3 * labels)).astype(np.uint8), labels=labels)


def sweep_hours(speeds: Mapping[str, float], forward: float, evaluation: float) -> tuple[float, float]:
    """GPU-hours of the paper's sweep: training with validation, evaluation.

    Args:
        speeds: augmented training images per second, by frozen part.
        forward: validation images per second.
        evaluation: evaluated images per second.
    """
    per_image = EPOCHS * SYMMETRIES
    transfer = sum(images * networks for images, networks in TRANSFERS.items()) * per_image
    scratch = sum(images * networks for images, networks in FROM_SCRATCH.items()) * per_image
    seconds = sum(transfer / speed for speed in speeds.values()) + scratch / speeds["none"]
    networks = 3 * sum(TRANSFERS.values()) + sum(FROM_SCRATCH.values())
    seconds += networks * EPOCHS * VALIDATION_IMAGES / forward
    return seconds / 3600, EVALUATED / evaluation / 3600
