"""Which images a network is trained on and validated with, read once for all networks of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import torch

from hrtem_transfer.learning.resident_images import ResidentImages, pooled, resident
from hrtem_transfer.storage import image_files
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.recipes import NetworkRecipe, Share, digest


class TrainingImages:
    """The training and validation images of the networks of one run, on the device.

    Each stack is read from its file once, as far as the neediest network wants it. Test images are never read.
    """

    def __init__(self, recipes: Iterable[NetworkRecipe], files: Mapping[str, Path], device: torch.device) -> None:
        self._files, self._device = files, device
        self._wanted: dict[tuple[str, str, str, bool], int] = {}
        self._stacks: dict[tuple[str, str, str, bool], ResidentImages] = {}
        for recipe in recipes:
            for share in recipe.shares:
                for split in ("train", "validation"):
                    key = _key(share, split)
                    self._wanted[key] = max(self._wanted.get(key, 0), _count(share, split))

    def train(self, recipe: NetworkRecipe) -> ResidentImages:
        """The training images of a network, those of its shares one after the other.

        Raises:
            DataError: an image file is missing, damaged, too small or made from another recipe.
        """
        return pooled([self.of_share(share, "train") for share in recipe.shares])

    def validation(self, recipe: NetworkRecipe) -> ResidentImages:
        """The validation images of a network; raises like ``train``."""
        return pooled([self.of_share(share, "validation") for share in recipe.shares])

    def of_share(self, share: Share, split: str) -> ResidentImages:
        """The images of one share: the first ones of the split, or the last ones; raises like ``train``."""
        key = _key(share, split)
        if key not in self._stacks:
            self._stacks[key] = self._read(share, split, self._wanted[key])
        stack, count = self._stacks[key], _count(share, split)
        return stack[len(stack) - count :] if share.from_end else stack[:count]

    def _read(self, share: Share, split: str, count: int) -> ResidentImages:
        if share.domain not in self._files:
            raise ValueError(f"no image file was given for domain {share.domain!r}, on which a network is trained")
        path = Path(self._files[share.domain])
        found = digest(image_files.read_recipe(path), len(share.digest))
        if found != share.digest:
            raise DataError(
                f"{path}: these images were made from other settings (digest {found}) than the network is to be "
                f"trained on ({share.digest}). Delete the file and start the workflow again."
            )
        first = 0
        if share.from_end:
            first = max(0, image_files.n_images(path, split) - count)
        return resident(image_files.read_images(path, split, first, first + count), self._device)


def _key(share: Share, split: str) -> tuple[str, str, str, bool]:
    return share.domain, share.digest, split, share.from_end


def _count(share: Share, split: str) -> int:
    return share.images if split == "train" else share.validation_images
