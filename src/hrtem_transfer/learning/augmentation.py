"""The eight symmetries of the square (dihedral group D4), applied to stacks of images."""

from __future__ import annotations

import torch

SYMMETRIES = {"dihedral": 8, "none": 1}
"""Number of symmetries by the configuration's name (``training.augmentation``)."""


def transformed(images: torch.Tensor, symmetry: torch.Tensor) -> torch.Tensor:
    """Apply to each image its own symmetry.

    Symmetry s = t + 2 v + 4 h, with t, v, h in {0, 1}: transpose if t, then reverse the rows' order if v, then the
    columns' if h. 0 is the identity; 0 to 7 are all rotations by 90 degrees and reflections.

    Args:
        images: square images, any type, [n, y, x].
        symmetry: whole numbers 0 to 7, [n], on the same device. No value is read on the host.
    """
    for bit, change in enumerate((_transpose, _reverse_rows, _reverse_columns)):
        chosen = (symmetry >> bit & 1).bool()[:, None, None]
        images = torch.where(chosen, change(images), images)
    return images


def _transpose(images: torch.Tensor) -> torch.Tensor:
    return images.transpose(1, 2)


def _reverse_rows(images: torch.Tensor) -> torch.Tensor:
    return images.flip(1)


def _reverse_columns(images: torch.Tensor) -> torch.Tensor:
    return images.flip(2)
