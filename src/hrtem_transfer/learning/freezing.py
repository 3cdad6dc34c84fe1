"""Freezing a part of the network: no gradient, and normalisation statistics that stay as they are."""

from __future__ import annotations

import types

import torch

# The segmentation head is the decoder's last layer (an assumption of the study, PAPER.md).
_PARTS = {"none": (), "encoder": ("encoder",), "decoder": ("decoder", "segmentation_head")}


def freeze(model: torch.nn.Module, part: str) -> None:
    """Freeze ``encoder`` or ``decoder`` (with the segmentation head) of a U-Net, or ``none`` of it.

    A frozen part gets no gradients and is in evaluation mode for good: batch normalisation uses and keeps its
    running statistics, dropout is off. ``model.train()`` does not change that.

    Raises:
        ValueError: there is no such part.
    """
    if part not in _PARTS:
        raise ValueError(f"freeze: {part!r} is not a part of the network. Allowed: {', '.join(_PARTS)}.")
    for name in _PARTS[part]:
        module = model.get_submodule(name)
        module.requires_grad_(False)
        module.train = types.MethodType(_stay_in_evaluation_mode, module)  # type: ignore[method-assign]
        module.eval()


def trained_tensors(model: torch.nn.Module, part: str) -> dict[str, torch.Tensor]:
    """The entries of ``model.state_dict()`` that training changes when ``part`` is frozen (no copies)."""
    prefixes = tuple(f"{name}." for name in _PARTS[part])
    return {name: tensor for name, tensor in model.state_dict().items() if not name.startswith(prefixes)}


def _stay_in_evaluation_mode(self: torch.nn.Module, mode: bool = True) -> torch.nn.Module:
    return torch.nn.Module.train(self, False)
