"""Where torch computes."""

from __future__ import annotations

import torch


def choose(device: str) -> torch.device:
    """The torch device of ``auto`` (a GPU when there is one), ``cpu``, ``cuda`` or ``cuda:<n>``.

    Raises:
        ValueError: a GPU was asked for where there is none.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ValueError(f"device {device!r} was asked for, but torch finds no GPU: set `work.device` to auto or cpu")
    return torch.device(device)
