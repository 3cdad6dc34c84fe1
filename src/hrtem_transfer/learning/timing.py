"""What training and evaluating a network takes on this machine: the real loops, timed."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from hrtem_transfer.compute import torch_settings
from hrtem_transfer.learning import augmentation, unet
from hrtem_transfer.learning.fitting import Epoch, Fit
from hrtem_transfer.learning.resident_images import ResidentImages, resident
from hrtem_transfer.learning.segmentation_scores import labelled, score
from hrtem_transfer.storage import image_files
from hrtem_transfer.study.config.schema import Network, Training

_EPOCHS = 2
_EVALUATIONS = 2


@dataclass(frozen=True)
class Times:
    """Elapsed seconds on a device, which ``device`` names.

    ``training``: an augmented image in an epoch; ``validation``: a validation image in an epoch; ``start``: a network,
    before its first epoch; ``evaluation``: an image in an evaluation. ``weights_bytes``: all weights of the network.
    """

    device: str
    training: float
    validation: float
    start: float
    evaluation: float
    weights_bytes: int


def times(
    network: Network,
    training: Training,
    file: Path,
    *,
    images: int,
    validation_images: int,
    device: str,
    threads: int,
    seconds: float = 10.0,
) -> Times:
    """Train and evaluate a network as a run does and time it, all weights trainable.

    A first training, of two batches, warms up and says how fast it goes; the second one is timed over two epochs.

    Args:
        network: the network.
        training: batch size, precision, augmentation and loss.
        file: an image file with at least one training image, which is shown as often as images are needed.
        images: training images of a usual network. Fewer are used when its two epochs take longer than ``seconds``.
        validation_images: validation images of a usual network.
        device: auto, cpu, cuda or cuda:<number>.
        threads: threads on the CPU.
        seconds: about how long the timed epochs may take; at least two batches each are trained on.

    Raises:
        DataError: the image file is damaged.
        ValueError: the device or the encoder does not exist.
    """
    symmetries = augmentation.SYMMETRIES[training.augmentation]
    least = min(images, math.ceil(2 * training.batch_size / symmetries))
    with torch_settings.settled(device, threads) as chosen:
        shown = resident(image_files.read_images(file, "train"), chosen)
        warm = _fit(network, training, _repeated(shown, least), _repeated(shown, 1))[1][-1]
        fitting = int(seconds / _EPOCHS * warm.images_per_second / symmetries)
        used = min(images, max(least, fitting))
        held_out = _repeated(shown, max(1, round(validation_images * used / images)))
        start, epochs, model = _fit(network, training, _repeated(shown, used), held_out)
        trained = sum(used * symmetries / epoch.images_per_second for epoch in epochs)
        stack = labelled(held_out)
        dtype = torch_settings.autocast_dtype(training.precision, chosen)
        model.eval()
        began = time.perf_counter()
        for _ in range(_EVALUATIONS):
            score(model, stack, dtype)
        scored = time.perf_counter() - began
        name = torch_settings.describe(chosen) + (f", {threads} thread(s)" if chosen.type == "cpu" else "")
    return Times(
        device=name,
        training=trained / (used * symmetries * len(epochs)),
        validation=(sum(epoch.seconds for epoch in epochs) - trained) / (len(held_out) * len(epochs)),
        start=start,
        evaluation=scored / (len(held_out) * _EVALUATIONS),
        weights_bytes=sum(tensor.numel() * tensor.element_size() for tensor in model.state_dict().values()),
    )


def _fit(
    network: Network, training: Training, train: ResidentImages, validation: ResidentImages
) -> tuple[float, list[Epoch], torch.nn.Module]:
    """(seconds before the first epoch, the epochs, the network)."""
    began = time.perf_counter()
    model = unet.build(network, 1).to(train.counts.device)
    fit = Fit(model, training.model_copy(update={"epochs": _EPOCHS}), 1e-4, "none", train, validation, 1)
    start = time.perf_counter() - began
    return start, fit.run(lambda _: None).history, model


def _repeated(images: ResidentImages, count: int) -> ResidentImages:
    index = torch.arange(count, device=images.counts.device) % len(images)
    return ResidentImages(images.counts[index], images.labels[index], images.mean[index], images.per_deviation[index])
