"""A trained network with everything that using it takes: scoring, saving, loading and segmenting."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from hrtem_transfer.compute import torch_settings
from hrtem_transfer.learning import segmentation_scores, unet
from hrtem_transfer.learning.fitting import Epoch
from hrtem_transfer.learning.networks import Network
from hrtem_transfer.learning.resident_images import resident
from hrtem_transfer.micrographs.images import Images, checked_pixel_size
from hrtem_transfer.micrographs.particles import Segmentation
from hrtem_transfer.micrographs.reading import micrograph
from hrtem_transfer.micrographs.resampling import resampled
from hrtem_transfer.micrographs.tiles import tiled
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.tensor_files import digest_of_tensors, read_tensors, write_tensors
from hrtem_transfer.study.config.keywords import checked_count, checked_device
from hrtem_transfer.study.config.problems import ConfigError, shown
from hrtem_transfer.study.config.schema import Network as Architecture

FORMAT = "hrtem-transfer trained network 1"
STANDARDISATION = "each image to mean 0 and variance 1"
_KIND = "saved network"
_REMEDY = "Give a file that TrainedNetwork.save, or the workflow's export_network, wrote."
# Pixel sizes that differ by less show lattices alike; more is said.
_ALIKE = 0.2
_TILE_PX = 512


@dataclass(frozen=True, kw_only=True)
class TrainedNetwork:
    """What a training gives.

    Attributes:
        network: the network with the weights of its best epoch, in evaluation mode on the CPU.
        history: one row per epoch: epoch (from 1), train_loss and validation_loss (nat per pixel above the least value
            that is possible), learning_rate, seconds, images_per_second.
        best_epoch: the epoch whose weights these are, the one with the least validation loss.
        domain: name of the domain, or domains, that it was trained on last.
        pixel_size_A: edge of the training images' pixels in angstrom.
        image_px: edge of the training images in pixels.
        standardisation: how images are prepared for it.
        temperature: logits are divided by it before they become probabilities.
        provenance: settings, seed, recipes of the training domains, digest of the weights that it started from, device,
            precision and versions, as plain data.
    """

    network: Network
    history: pd.DataFrame = field(repr=False)
    best_epoch: int
    domain: str
    pixel_size_A: float
    image_px: int
    standardisation: str = STANDARDISATION
    temperature: float = 1.0
    provenance: Mapping[str, Any] = field(repr=False)

    def save(self, path: str | Path) -> Path:
        """Write the network, with all of this, to one safetensors file, whole or not at all.

        Returns:
            the file's path.

        Raises:
            OSError: the folder cannot be written, or the disk is full.
        """
        tensors = {
            name: tensor.detach().cpu().contiguous() for name, tensor in self.network.module.state_dict().items()
        }
        data = {
            "architecture": self.network.architecture.model_dump(),
            "history": self.history.to_dict("records"),
            "best_epoch": self.best_epoch,
            "domain": self.domain,
            "pixel_size_A": self.pixel_size_A,
            "image_px": self.image_px,
            "standardisation": self.standardisation,
            "temperature": self.temperature,
            "provenance": dict(self.provenance),
            "weights_digest": digest_of_tensors(tensors),
        }
        write_tensors(Path(path), tensors, data, FORMAT)
        return Path(path)

    def segment(
        self,
        image: np.ndarray | str | Path,
        *,
        pixel_size_A: float | None = None,
        device: str = "auto",
        threads: int = 1,
    ) -> Segmentation:
        """Find the particles of a micrograph.

        The whole image is brought to the network's pixel size, standardised, and shown to the network; one that is
        larger than 512 pixels in tiles that overlap and are blended. What is found is brought back to the image's own
        pixels.

        Args:
            image: whole or real numbers of any scale [y, x]; or the path of a file, ``.npy``, or grey ``.png``,
                ``.tif`` or ``.tiff``.
            pixel_size_A: edge of the image's pixels in angstrom; None: that of the training images, with a warning.
            device: auto, cpu, cuda or cuda:<number>.
            threads: threads on the CPU.

        Raises:
            DataError: the file cannot be read, this is not one image of finite numbers, or it is too small.
            ConfigError: a keyword's value is not possible.
        """
        pixels = micrograph(image)
        if pixel_size_A is None:
            warnings.warn(
                f"pixel_size_A is not given: {self.pixel_size_A:g} A is assumed, that of the training images. Sizes in "
                "nanometres, and what the network sees, depend on it",
                stacklevel=2,
            )
        size_A = self.pixel_size_A if pixel_size_A is None else checked_pixel_size(pixel_size_A)
        seen = resampled(pixels, size_A / self.pixel_size_A)
        multiple = self.network.multiple_px
        if min(seen.shape) < multiple:
            raise DataError(
                f"image: found {seen.shape[1]} x {seen.shape[0]} pixels of {self.pixel_size_A:g} A (x, y); allowed: at "
                f"least {multiple} along each edge. Check pixel_size_A, found {size_A:g}"
            )
        deviation = float(seen.std(dtype=np.float64))
        standard = (seen - seen.mean(dtype=np.float64)) / (deviation or 1.0)
        tile_px = -(-max(_TILE_PX, self.image_px) // multiple) * multiple
        with torch_settings.settled(checked_device(device), checked_count("threads", threads)) as where:
            module = self.network.copy().module.eval().to(where)

            @torch.inference_mode()
            def probability(tile: np.ndarray) -> np.ndarray:
                logits = module(torch.from_numpy(tile.astype(np.float32))[None, None].to(where))[0]
                found: np.ndarray = torch.sigmoid((logits[1] - logits[0]) / self.temperature).cpu().numpy()
                return found

            found = tiled(standard, probability, tile_px=tile_px, multiple_px=multiple)
        return Segmentation(resampled(found, shape=pixels.shape), size_A)


def score(trained: TrainedNetwork, images: Images, *, device: str = "auto", threads: int = 1) -> dict[str, float]:
    """How well a network segments labelled images: the scores of the workflow's evaluation.

    Args:
        trained: the network.
        images: one split, ``sample["test"]``.
        device: auto, cpu, cuda or cuda:<number>.
        threads: threads on the CPU.

    Returns:
        ``images``, their number; ``loss`` (cross entropy of the softmax outputs above its least value) and
        ``cross_entropy``, nat per pixel; ``dice``, ``iou``, ``precision`` and ``recall`` of particle pixels;
        ``particle_f1`` of whole particles. Pixels are pooled over all images.

    Raises:
        ConfigError: these are not a trained network and the images of one split, or the network cannot halve them.
    """
    if not isinstance(trained, TrainedNetwork):
        raise ConfigError(f"trained: found {shown(trained)}; allowed: what fit or load returns")
    check_images("images", images, trained.network)
    ratio = images.pixel_size_A / trained.pixel_size_A
    if max(ratio, 1 / ratio) > 1 + _ALIKE:
        warnings.warn(
            f"the images' pixels have {images.pixel_size_A:g} A, those of the training images {trained.pixel_size_A:g} "
            "A: particles look larger or smaller than those that the network knows",
            stacklevel=2,
        )
    with torch_settings.settled(checked_device(device), checked_count("threads", threads)) as where:
        module = trained.network.copy().module.eval().to(where)
        stack = segmentation_scores.labelled(resident(images, where))
        dtype = torch_settings.autocast_dtype(trained.provenance["training"]["precision"], where)
        return segmentation_scores.score(module, stack, dtype)


def load(path: str | Path) -> TrainedNetwork:
    """Read a network that :meth:`TrainedNetwork.save`, or the workflow's ``export_network``, wrote.

    Raises:
        DataError: the file is missing, damaged or of another kind; the message says which.
    """
    path = Path(path)
    data, tensors = read_tensors(path, _KIND, _REMEDY, form=FORMAT)
    try:
        data["pixel_size_A"] = checked_pixel_size(data["pixel_size_A"])
        if digest_of_tensors(tensors) != data.pop("weights_digest"):
            raise ValueError("its weights do not have the digest that is stored with them")
        architecture = Architecture.model_validate(data.pop("architecture"))
        module = unet.build(architecture, 0)
        module.load_state_dict(tensors)
        history = history_table(data.pop("history"))
        return TrainedNetwork(network=Network(module.eval(), architecture), history=history, **data)
    except (KeyError, TypeError, ValueError, RuntimeError, DataError) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else " ".join(str(error).split())[:200]
        raise DataError(f"{path}: this {_KIND} cannot be used ({reason}). {_REMEDY}") from error


def history_table(epochs: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Epochs, with the fields of ``fitting.Epoch``, as a table; see ``TrainedNetwork.history``."""
    return pd.DataFrame(epochs, columns=[one.name for one in fields(Epoch)])


def check_images(keyword: str, images: Any, network: Network) -> None:
    """Refuse what is not a split's images, or what the network cannot halve or learn from.

    Raises:
        ConfigError: it is; the message says what is allowed.
    """
    if not isinstance(images, Images):
        advice = ', sample["test"] for example' if isinstance(images, Mapping) else ""
        raise ConfigError(f"{keyword}: found {shown(images)}; allowed: the Images of one split{advice}")
    if len(images) == 0:
        raise ConfigError(f"{keyword}: found no images; allowed: at least one")
    height, width = images.counts.shape[1:]
    multiple = network.multiple_px
    if height % multiple or width % multiple:
        near = max(multiple, min(height, width) // multiple * multiple)
        raise ConfigError(
            f"{keyword}: found images of {width} x {height} pixels (x, y); allowed: edges that are multiples of "
            f"{multiple}, because the network halves them {network.architecture.encoder_depth} times. Use image_px="
            f"{near}, crop them, or build a network of smaller depth"
        )
