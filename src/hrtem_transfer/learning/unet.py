"""The segmentation network: a U-Net of segmentation_models_pytorch, from random weights."""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from hrtem_transfer.study.config.schema import Network

CLASSES = 2

# Declared operators vanish with the object that declared them.
_declared: list[torch.library.Library] = []


def build(network: Network, seed: int) -> torch.nn.Module:
    """A U-Net with random weights that depend on ``seed`` only; no global generator is used or changed.

    It maps standardised images, float32 [n, 1, y, x], to logits, float [n, 2, y, x] (0: background, 1: particle).

    Args:
        network: the ``network`` section of the configuration.
        seed: 63-bit whole number.

    Raises:
        ValueError: segmentation_models_pytorch has no such encoder, or the encoder cannot have this depth.
    """
    smp = _segmentation_models()
    if len(network.decoder_channels) != network.encoder_depth:
        raise ValueError(
            f"network.decoder_channels has {len(network.decoder_channels)} entries, encoder_depth is "
            f"{network.encoder_depth}: give one entry per halving."
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            return getattr(smp, network.architecture)(
                network.encoder,
                encoder_depth=network.encoder_depth,
                decoder_channels=tuple(network.decoder_channels),
                encoder_weights=None,
                in_channels=1,
                classes=CLASSES,
            )
        except (KeyError, RuntimeError, ValueError, AssertionError, AttributeError) as error:
            near = difflib.get_close_matches(network.encoder, smp.encoders.get_encoder_names(), n=3)
            hint = f" Nearest names: {', '.join(near)}." if near and network.encoder not in near else ""
            raise ValueError(
                f"network.encoder: {network.encoder!r} with encoder_depth {network.encoder_depth} cannot be built by "
                f"segmentation_models_pytorch ({' '.join(str(error).split())[:200]}).{hint}"
            ) from error


def _segmentation_models() -> Any:
    """Import segmentation_models_pytorch, whose dependency torchvision may lack its compiled part.

    PyPI's torchvision is compiled against PyTorch with CUDA. Beside a PyTorch for the CPU its compiled part does not
    load, and importing it stops where it describes the operators ``nms`` and ``qnms`` ("operator torchvision::nms does
    not exist"). No network of ours uses them: declaring their signatures is enough to go on.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "does not exist" not in str(error):
            raise
        library = torch.library.Library("torchvision", "DEF")
        for operator in ("nms", "qnms"):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _declared.append(library)
    return importlib.import_module("segmentation_models_pytorch")
