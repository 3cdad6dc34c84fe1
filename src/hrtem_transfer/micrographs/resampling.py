"""Bringing an image to another pixel size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from skimage.transform import resize

# Pixel sizes are calibrated no better than this.
_SAME = 0.01


def resampled(image: np.ndarray, factor: float = 1.0, *, shape: Sequence[int] | None = None) -> np.ndarray:
    """The image with other pixels, interpolated linearly; smoothed first where it gets fewer of them.

    Args:
        image: real numbers [y, x].
        factor: how many times as many pixels along each edge; within 1 % of 1 the image stays as it is.
        shape: the number of pixels [y, x] instead.

    Returns:
        float32 [y, x].
    """
    if shape is None:
        shape = image.shape if abs(factor - 1) < _SAME else [max(1, round(edge * factor)) for edge in image.shape]
    if tuple(shape) == image.shape:
        return image.astype(np.float32, copy=False)
    fewer = shape[0] < image.shape[0]
    found: np.ndarray = resize(image, tuple(shape), order=1, mode="reflect", anti_aliasing=fewer, preserve_range=True)
    return found.astype(np.float32)
