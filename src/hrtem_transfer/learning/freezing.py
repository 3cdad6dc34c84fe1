"""Freezing a part of the network: no gradient, and normalisation statistics that stay as they are."""

from __future__ import annotations

import types

import torch

from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES


def freeze(model: torch.nn.Module, part: str) -> None:
    """Freeze the modules of a network that a freeze mode names (``study/config/freeze_modes.py``).

    A frozen part gets no gradients and is in evaluation mode for good: batch normalisation uses and keeps its
    running statistics, dropout is off. ``model.train()`` does not change that.

    Raises:
        ValueError: there is no such mode, or the network lacks one of its modules.
    """
    if part not in FREEZE_MODES:
        raise ValueError(f"freeze: {part!r} is not known. Allowed: {', '.join(FREEZE_MODES)}.")
    there = dict(model.named_modules())
    for name in FREEZE_MODES[part].modules:
        if name not in there:
            raise ValueError(f"freeze: {part!r}: this network has no module {name!r} (study/config/freeze_modes.py).")
        module = there[name]
        module.requires_grad_(False)
        module.train = types.MethodType(_stay_in_evaluation_mode, module)
        module.eval()


def trained_tensors(model: torch.nn.Module, part: str) -> dict[str, torch.Tensor]:
    """The entries of ``model.state_dict()`` that training changes when ``part`` is frozen (no copies)."""
    prefixes = tuple(f"{name}." for name in FREEZE_MODES[part].modules)
    return {name: tensor for name, tensor in model.state_dict().items() if not name.startswith(prefixes)}


def _stay_in_evaluation_mode(self: torch.nn.Module, mode: bool = True) -> torch.nn.Module:
    return torch.nn.Module.train(self, False)
