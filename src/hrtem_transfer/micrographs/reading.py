"""One micrograph as an array, from a file or from memory, or a sentence that says why it is none."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from hrtem_transfer.storage.files import DataError

ENDINGS = (".npy", ".png", ".tif", ".tiff")
# Pillow's modes of one channel: bits, whole numbers of 8, 16 and 32 bits, real numbers.
_GREY = ("1", "L", "I", "F")


def micrograph(image: np.ndarray | str | Path) -> np.ndarray:
    """A micrograph as float32 [y, x].

    Args:
        image: whole or real numbers [y, x] of any scale, or the path of a file: ``.npy``, or grey ``.png``, ``.tif`` or
            ``.tiff``.

    Raises:
        DataError: the file is missing, damaged or of another kind; or what it holds, or the array, is not one image of
            finite real numbers.
    """
    if isinstance(image, str | Path):
        path = Path(image)
        return _checked(_read(path), str(path))
    return _checked(image, "image")


def _read(path: Path) -> Any:
    ending = path.suffix.lower()
    if path.is_dir():
        raise DataError(f"{path}: found a folder; allowed: the file of one image ({', '.join(ENDINGS)})")
    if ending not in ENDINGS:
        raise DataError(
            f"{path}: files ending in {ending!r} are not read; allowed: {', '.join(ENDINGS)}, or an array [y, x]. "
            "Export the image from the microscope's program as TIFF."
        )
    if not path.exists():
        raise DataError(f"{path}: there is no such file")
    try:
        if ending == ".npy":
            return np.load(path, allow_pickle=False)
        with warnings.catch_warnings():
            # Large micrographs are no attack.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                frames = getattr(picture, "n_frames", 1)
                if frames > 1:
                    raise DataError(f"{path}: found {frames} images in one file; allowed: one. Pass one as an array")
                if picture.mode.partition(";")[0] not in _GREY:
                    raise DataError(
                        f"{path}: found colours (mode {picture.mode}); allowed: grey values. Save the image as grey"
                    )
                return np.asarray(picture)
    except (OSError, ValueError, EOFError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(
            f"{path}: the file is damaged or of another kind ({' '.join(str(error).split())[:150]})"
        ) from error


def _checked(image: Any, what: str) -> np.ndarray:
    try:
        array = np.asarray(image)
    except ValueError:
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "buif":
        raise DataError(f"{what}: found values of type {array.dtype}; allowed: whole or real numbers [y, x]")
    if array.ndim != 2 or 0 in array.shape:
        raise DataError(f"{what}: found an array {list(array.shape)}; allowed: one image, [y, x]")
    found = array.astype(np.float32)
    wrong = int((~np.isfinite(found)).sum())
    if wrong:
        raise DataError(
            f"{what}: found {wrong} of {found.size} pixels that are not finite numbers (NaN or infinite); allowed: "
            "finite numbers. Replace them, for example by the median"
        )
    return found
