"""Single particles of a segmented micrograph, measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import ndimage
from skimage.measure import regionprops_table

_PROPERTIES = ("label", "centroid", "area", "equivalent_diameter_area", "feret_diameter_max", "bbox", "intensity_mean")


@dataclass(frozen=True)
class Segmentation:
    """What a network sees in a micrograph.

    Attributes:
        probability: of each pixel to be particle, float32 [y, x].
        pixel_size_A: edge of a pixel in angstrom.
    """

    probability: np.ndarray = field(repr=False)
    pixel_size_A: float

    @property
    def mask(self) -> np.ndarray:
        """Pixels that are rather particle than not, bool [y, x]."""
        return self.probability > 0.5

    @cached_property
    def labels(self) -> np.ndarray:
        """0 for background, 1, 2, ... for the pixels of each particle, int32 [y, x].

        A particle is a connected component; pixels that share an edge or a corner are connected.
        """
        return ndimage.label(self.mask, structure=np.ones((3, 3)))[0].astype(np.int32)

    @cached_property
    def particles(self) -> pd.DataFrame:
        """One row per particle, by its number in ``labels`` (see :func:`measured`)."""
        return measured(self.labels, self.probability, self.pixel_size_A)


def measured(labels: np.ndarray, probability: np.ndarray, pixel_size_A: float) -> pd.DataFrame:
    """Measure particles.

    Args:
        labels: number of the particle that each pixel belongs to, 0 for none [y, x].
        probability: of each pixel to be particle [y, x].
        pixel_size_A: edge of a pixel in angstrom.

    Returns:
        one row per particle, with the index ``particle`` (its number) and the columns ``centroid_x_nm`` and
        ``centroid_y_nm`` (from the image's upper left corner, to the right and down), ``area_nm2``,
        ``equivalent_diameter_nm`` (of the disc of equal area), ``feret_diameter_nm`` (largest distance between two
        points of the outline), ``touches_edge`` (of the image: the particle may be cut off) and ``mean_probability``.
    """
    found = regionprops_table(labels, probability, properties=_PROPERTIES)
    pixel_nm = pixel_size_A / 10
    height, width = labels.shape
    table = pd.DataFrame(
        {
            "centroid_x_nm": (found["centroid-1"] + 0.5) * pixel_nm,
            "centroid_y_nm": (found["centroid-0"] + 0.5) * pixel_nm,
            "area_nm2": found["area"] * pixel_nm**2,
            "equivalent_diameter_nm": found["equivalent_diameter_area"] * pixel_nm,
            "feret_diameter_nm": found["feret_diameter_max"] * pixel_nm,
            "touches_edge": (found["bbox-0"] == 0)
            | (found["bbox-1"] == 0)
            | (found["bbox-2"] == height)
            | (found["bbox-3"] == width),
            "mean_probability": found["intensity_mean"],
        },
        index=pd.Index(found["label"], name="particle"),
    )
    return table.astype({name: bool if name == "touches_edge" else float for name in table})
