"""A function of small images, applied to an image of any size: padding, overlapping tiles, blending."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def tiled(
    image: np.ndarray, function: Callable[[np.ndarray], np.ndarray], *, tile_px: int, multiple_px: int
) -> np.ndarray:
    """Apply ``function`` tile by tile; where tiles overlap, the mean weighted towards each tile's middle counts.

    The image is padded by reflection at its lower and right edge until tiles fit; the padding is cut off again.

    Args:
        image: real numbers [y, x].
        function: maps an image [y, x], whose edges are multiples of ``multiple_px``, to numbers [y, x].
        tile_px: largest edge of a tile, a multiple of ``multiple_px``; tiles overlap by at least a quarter of it.
        multiple_px: what edges of tiles are multiples of.

    Returns:
        float32 [y, x] of the image's shape.
    """
    height, width = image.shape
    # An edge that is smaller than a tile is one tile, padded to the next multiple.
    edges = [min(tile_px, -(-edge // multiple_px) * multiple_px) for edge in (height, width)]
    pad = [(0, max(0, edge - there)) for edge, there in zip(edges, image.shape, strict=True)]
    # numpy reflects as often as it takes.
    padded = np.pad(image, pad, mode="reflect")
    total, weights = np.zeros(padded.shape), np.zeros(padded.shape)
    weight = np.outer(_ramp(edges[0]), _ramp(edges[1]))
    for y in _starts(padded.shape[0], edges[0]):
        for x in _starts(padded.shape[1], edges[1]):
            part = np.s_[y : y + edges[0], x : x + edges[1]]
            total[part] += weight * function(padded[part])
            weights[part] += weight
    return (total / weights)[:height, :width].astype(np.float32)


def _starts(length: int, tile: int) -> list[int]:
    """First pixels of tiles that cover ``length`` pixels evenly."""
    count = 1 if length == tile else 1 + -(-(length - tile) * 4 // (3 * tile))
    return [round(start) for start in np.linspace(0, length - tile, count)]


def _ramp(length: int) -> np.ndarray:
    """Weights of a tile's pixels along one edge: rising to the middle, nowhere zero."""
    return np.minimum(np.arange(1, length + 1), np.arange(length, 0, -1)) / length
