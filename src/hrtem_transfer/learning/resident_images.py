"""Images that live on the device as whole-number counts and are standardised and augmented there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from hrtem_transfer.learning import augmentation

if TYPE_CHECKING:
    from hrtem_transfer.micrographs.images import Images
    from hrtem_transfer.storage.image_files import ImageSet


@dataclass(frozen=True)
class ResidentImages:
    """Images and labels on one device.

    Attributes:
        counts: electrons per pixel, uint8, int16 or int32 [n, y, x].
        labels: 0 or 1, uint8 [n, y, x].
        mean: mean of each image's counts, float32 [n, 1, 1].
        per_deviation: one over the standard deviation of each image's counts, float32 [n, 1, 1].
    """

    counts: torch.Tensor
    labels: torch.Tensor
    mean: torch.Tensor
    per_deviation: torch.Tensor

    def __len__(self) -> int:
        return len(self.counts)

    def __getitem__(self, images: slice) -> ResidentImages:
        return ResidentImages(self.counts[images], self.labels[images], self.mean[images], self.per_deviation[images])

    def batch(self, index: torch.Tensor, symmetry: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Standardised images, float32 [b, 1, y, x], and their labels, uint8 [b, y, x].

        Args:
            index: which images, [b].
            symmetry: by which symmetry each is transformed (see ``augmentation``), [b]; None = by none.
        """
        counts, labels = self.counts[index], self.labels[index]
        if symmetry is not None:
            counts, labels = augmentation.transformed(counts, symmetry), augmentation.transformed(labels, symmetry)
        return ((counts.float() - self.mean[index]) * self.per_deviation[index]).unsqueeze(1), labels


def resident(images: ImageSet | Images, device: torch.device) -> ResidentImages:
    """Bring images to the device, each to be standardised to mean 0, variance 1 (one without contrast: to 0).

    Mean and variance come from exact whole-number sums, so that they are the same on every device.
    """
    counts = images.counts
    if counts.dtype == np.uint16:
        # PyTorch can hardly do anything with unsigned 16-bit numbers.
        counts = counts.astype(np.int16 if counts.size == 0 or counts.max() < 2**15 else np.int32)
    pixels = counts.shape[1] * counts.shape[2]
    mean, deviation = np.zeros(len(counts)), np.zeros(len(counts))
    for i, image in enumerate(counts):
        wide = image.astype(np.int64)
        total, total_of_squares = int(wide.sum()), int((wide * wide).sum())
        mean[i] = total / pixels
        deviation[i] = (pixels * total_of_squares - total**2) ** 0.5 / pixels
    per_deviation = np.divide(1.0, deviation, out=np.zeros(len(counts)), where=deviation > 0)
    return ResidentImages(
        torch.from_numpy(np.ascontiguousarray(counts)).to(device),
        torch.from_numpy(np.ascontiguousarray(images.labels)).to(device),
        torch.from_numpy(mean).float()[:, None, None].to(device),
        torch.from_numpy(per_deviation).float()[:, None, None].to(device),
    )


def pooled(parts: Sequence[ResidentImages]) -> ResidentImages:
    """Several stacks of images as one, in the given order."""
    if len(parts) == 1:
        return parts[0]
    return ResidentImages(
        torch.cat([part.counts for part in parts]),
        torch.cat([part.labels for part in parts]),
        torch.cat([part.mean for part in parts]),
        torch.cat([part.per_deviation for part in parts]),
    )
