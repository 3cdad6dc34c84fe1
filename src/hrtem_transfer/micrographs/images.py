"""Labelled micrographs in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.config.problems import nearest, shown


@dataclass(frozen=True, kw_only=True)
class Images:
    """Labelled micrographs of one split; ``images[:8]`` are the first eight.

    Attributes:
        counts: electrons per pixel, uint8 or uint16 [n, y, x].
        labels: 1 where there is particle, else 0, uint8 [n, y, x].
        pixel_size_A: edge of a pixel in angstrom.
        defocus_nm: defocus of each image relative to its zero focus, positive = overfocus, float64 [n]; None: unknown.
        domain: name of the domain that they show.
        recipe: all settings of that domain as plain data; None where the images were not simulated.

    Raises:
        DataError: the arrays do not fit together, or are of another type.
    """

    counts: np.ndarray
    labels: np.ndarray
    pixel_size_A: float
    defocus_nm: np.ndarray | None = None
    domain: str = "images"
    recipe: Mapping[str, Any] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        counts, labels = np.asarray(self.counts), np.asarray(self.labels)
        if counts.ndim != 3 or counts.dtype not in (np.uint8, np.uint16):
            raise DataError(
                f"counts: found {_kind(counts)}; allowed: uint8 or uint16 [n, y, x], the electrons of each pixel"
            )
        if labels.shape != counts.shape or labels.dtype not in (np.uint8, np.bool_):
            raise DataError(f"labels: found {_kind(labels)}; allowed: uint8 {list(counts.shape)}, as the counts")
        if labels.size and labels.max() > 1:
            raise DataError(f"labels: found the value {labels.max()}; allowed: 0 (background) and 1 (particle)")
        if self.defocus_nm is not None and np.shape(self.defocus_nm) != (len(counts),):
            raise DataError(
                f"defocus_nm: found {_kind(np.asarray(self.defocus_nm))}; allowed: [{len(counts)}], one per image"
            )
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "labels", labels.astype(np.uint8, copy=False))
        object.__setattr__(self, "pixel_size_A", checked_pixel_size(self.pixel_size_A))

    def __len__(self) -> int:
        return len(self.counts)

    def __getitem__(self, part: slice) -> Images:
        return Images(
            counts=self.counts[part],
            labels=self.labels[part],
            pixel_size_A=self.pixel_size_A,
            defocus_nm=None if self.defocus_nm is None else self.defocus_nm[part],
            domain=self.domain,
            recipe=self.recipe,
        )


class Sample(Mapping[str, Images]):
    """Images by split (train, validation, test): ``sample["train"].counts``.

    Raises:
        DataError: (from ``sample[...]``) there are no images of this split.
    """

    def __init__(self, splits: Mapping[str, Images]) -> None:
        self._splits = dict(splits)

    def __getitem__(self, split: str) -> Images:
        if split not in self._splits:
            there = ", ".join(self._splits) or "none"
            raise DataError(
                f"no images of split {shown(split)}; there are: {there}; {nearest(str(split), self)}".rstrip("; ")
            )
        return self._splits[split]

    def __iter__(self) -> Iterator[str]:
        return iter(self._splits)

    def __contains__(self, split: object) -> bool:
        return split in self._splits

    def __len__(self) -> int:
        return len(self._splits)

    def __repr__(self) -> str:
        return f"Sample({', '.join(f'{split}: {len(images)} images' for split, images in self._splits.items())})"


def checked_pixel_size(pixel_size_A: Any) -> float:
    """The pixel size as a float.

    Raises:
        DataError: it is not a finite number above zero.
    """
    try:
        value = float(pixel_size_A)
    except (TypeError, ValueError):
        value = np.nan
    if not 0 < value < np.inf:
        raise DataError(f"pixel_size_A: found {shown(pixel_size_A)}; allowed: a number above 0, in angstrom")
    return value


def _kind(array: np.ndarray) -> str:
    return f"{array.dtype} {list(array.shape)}"
