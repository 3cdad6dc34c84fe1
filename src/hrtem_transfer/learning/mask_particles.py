"""Particles in masks: connected components, and which of two masks' particles are the same.

Masks are kept as runs, the uninterrupted stretches of particle pixels in a row. There are a thousand times fewer runs
than pixels, so that this costs no more than a network's answer does on a GPU.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

MATCH_IOU = 0.5


@dataclass(frozen=True)
class Particles:
    """Connected components of a stack of masks (pixels that share an edge or a corner; images do not touch).

    Attributes:
        start: position of each run's first pixel in the stack laid out as one line, with an empty pixel after each row
            and an empty row after each image; ascending, int64 [runs].
        stop: position after each run's last pixel, int64 [runs].
        component: number of the component that each run belongs to, from 0, [runs].
        sizes: pixels of each component, int64 [components].
    """

    start: np.ndarray
    stop: np.ndarray
    component: np.ndarray
    sizes: np.ndarray

    def __len__(self) -> int:
        return len(self.sizes)


def particles(masks: np.ndarray) -> Particles:
    """The connected components of each mask; 0 or 1, bool or uint8 [n, y, x]."""
    n, height, width = masks.shape
    line = np.zeros((n, height + 1, width + 1), dtype=bool)
    line[:, :height, :width] = masks
    flat = line.ravel()
    # The first pixel's own run begins without a change from an empty pixel before it.
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat.size and flat[0]:
        changes = np.concatenate([[0], changes])
    start, stop = changes[::2], changes[1::2]
    below = width + 1
    # Runs touch if one begins at the latest where the other's row, moved by one line, has ended: corners count.
    first, second = _pairs(np.searchsorted(stop, start + below), np.searchsorted(start, stop + below, side="right"))
    edges = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(len(start), len(start)))
    count, component = connected_components(edges, directed=False)
    sizes = np.bincount(component, weights=stop - start, minlength=count).astype(np.int64)
    return Particles(start, stop, component, sizes)


def matched_particles(predicted: Particles, true: Particles) -> int:
    """Number of pairs of a predicted and a true component with intersection over union of at least one half.

    No component is in two pairs: two partners would have to halve it exactly, and would then touch and be one.
    """
    lowest = np.searchsorted(true.stop, predicted.start, side="right")
    highest = np.searchsorted(true.start, predicted.stop)
    one, other = _pairs(lowest, highest)
    shared = np.minimum(predicted.stop[one], true.stop[other]) - np.maximum(predicted.start[one], true.start[other])
    codes = predicted.component[one].astype(np.int64) * max(len(true), 1) + true.component[other]
    pairs, of_run = np.unique(codes, return_inverse=True)
    overlap = np.bincount(of_run, weights=shared, minlength=len(pairs))
    first, second = pairs // max(len(true), 1), pairs % max(len(true), 1)
    union = predicted.sizes[first] + true.sizes[second] - overlap
    return int((overlap >= MATCH_IOU * union).sum())


def _pairs(lowest: np.ndarray, highest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All (i, j) with lowest[i] <= j < highest[i]."""
    counts = np.maximum(highest - lowest, 0)
    first = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return first, np.arange(len(first)) - before[first] + lowest[first]
