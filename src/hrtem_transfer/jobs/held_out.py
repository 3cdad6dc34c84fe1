"""The validation and test images on which networks are evaluated, read once for all runs of a job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from hrtem_transfer.learning.resident_images import resident
from hrtem_transfer.learning.segmentation_scores import LabelledStack, labelled
from hrtem_transfer.storage import image_files
from hrtem_transfer.study.recipes import digest

HELD_OUT = ("validation", "test")
# The held-out images of 11 domains at 512 px take 1.5 GB.
KEPT_BYTES = 4 << 30


class HeldOutImages:
    """Images by domain and split, on the device; up to ``KEPT_BYTES`` of them stay there, others are read each time.

    Args:
        files: image files by domain id.
        definition: stands for what a score means; it goes into the keys.
        device: where the images are to be.
    """

    def __init__(self, files: Mapping[str, Path], definition: object, device: torch.device) -> None:
        self._files, self._definition, self._device = files, definition, device
        self._keys: dict[str, str] = {}
        self._kept: dict[tuple[str, str], LabelledStack] = {}
        self._bytes = 0

    def keys(self) -> dict[str, str]:
        """A key for each domain: equal keys mean the same images, and scores of the same meaning.

        Raises:
            DataError: an image file is missing or damaged.
        """
        if not self._keys:
            self._keys = {domain: self._key(domain, path) for domain, path in self._files.items()}
        return self._keys

    def stack(self, domain: str, split: str) -> LabelledStack:
        """The images of a split of a domain with the particles of their labels; raises like ``keys``."""
        if (domain, split) in self._kept:
            return self._kept[domain, split]
        images = resident(image_files.read_images(self._files[domain], split), self._device)
        stack = labelled(images)
        size = images.counts.nbytes + images.labels.nbytes
        if self._bytes + size <= KEPT_BYTES:
            self._bytes += size
            self._kept[domain, split] = stack
        return stack

    def _key(self, domain: str, path: Path) -> str:
        counts = {split: image_files.n_images(path, split) for split in HELD_OUT}
        return digest([self._definition, domain, image_files.read_recipe(path), counts])
