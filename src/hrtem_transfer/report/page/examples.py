"""Example images of domains, small enough for a page: a grey picture, and the label's outline as a path."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hrtem_transfer.report.figures.contact_sheet import example, grey, pixel_size, scale_bar_nm

_EDGE_PX = 224
_QUALITY = 72


def examples(images: Mapping[str, Path], pixel_size_A: Mapping[str, float | None]) -> dict[str, dict[str, Any]]:
    """One picture per domain, as the page shows it.

    Args:
        images: image files by id of the domain.
        pixel_size_A: size of a pixel by id of the domain; where it is not known there is no scale bar.

    Raises:
        DataError: an image file is missing or damaged.
    """
    return {name: _example(*example(path), pixel_size(pixel_size_A.get(name))) for name, path in images.items()}


def _example(counts: np.ndarray, label: np.ndarray, pixel_size_A: float | None) -> dict[str, Any]:
    from PIL import Image

    step = max(1, math.ceil(counts.shape[1] / _EDGE_PX))
    height, width = counts.shape[0] // step, counts.shape[1] // step
    blocks = counts[: height * step, : width * step].reshape(height, step, width, step)
    shown = grey(blocks.mean(axis=(1, 3)))
    file = io.BytesIO()
    Image.fromarray(np.round(shown * 255).astype(np.uint8)).save(file, "WEBP", quality=_QUALITY, method=6)
    edge_A = None if pixel_size_A is None else width * step * pixel_size_A
    return {
        "src": "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode(),
        "width": width,
        "height": height,
        "edge_A": edge_A,
        "bar_nm": None if edge_A is None else scale_bar_nm(edge_A / 10),
        "outline": _outline(label[: height * step, : width * step], step),
    }


def _outline(label: np.ndarray, step: int) -> str:
    """The border of the label as an SVG path, in pixels of the small picture."""
    from contourpy import contour_generator

    # A frame of background closes the outlines of particles that the image's edge cuts.
    lines = contour_generator(z=np.pad(label.astype(float), 1), corner_mask=False).lines(0.5)
    limits = np.array(label.shape[::-1]) / step
    paths = []
    for line in lines:
        points = np.clip((np.asarray(line)[:: max(1, step)] - 0.5) / step, 0, limits)
        paths.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(paths)
