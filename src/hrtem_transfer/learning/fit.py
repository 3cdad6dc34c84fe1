"""Training one network on one sample: the loop of the workflow, without its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from hrtem_transfer.compute.torch_settings import settled
from hrtem_transfer.learning.circumstances import circumstances
from hrtem_transfer.learning.fitting import Fit
from hrtem_transfer.learning.networks import Network
from hrtem_transfer.learning.resident_images import resident
from hrtem_transfer.learning.trained import TrainedNetwork, check_images, history_table
from hrtem_transfer.micrographs.images import Images, Sample
from hrtem_transfer.storage.tensor_files import digest_of_tensors
from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.study.config.keywords import checked, checked_count, checked_device, checked_word, plain
from hrtem_transfer.study.config.problems import ConfigError, shown
from hrtem_transfer.study.config.schema import Training


def fit(
    network: Network,
    sample: Sample,
    *,
    epochs: int = 5,
    learning_rate: float = 3e-3,
    freeze: str = "none",
    images: int | None = None,
    batch_size: int = 8,
    loss: str = "cross_entropy_of_softmax",
    learning_rate_decay: float = 0.99,
    augmentation: str = "dihedral",
    precision: str = "auto",
    seed: int = 1,
    device: str = "auto",
    threads: int = 1,
    progress: Callable[[str], None] | None = None,
) -> TrainedNetwork:
    """Train a network; the one that is given stays as it is.

    Equal arguments give bit-equal weights on one machine. The weights of the epoch with the least loss on the split
    ``validation`` are kept; the split ``test`` is not read.

    Args:
        network: where training starts: of :func:`build_network`, or the ``network`` of a trained one.
        sample: images with the splits ``train`` and ``validation``.
        epochs: passes over all training images.
        learning_rate: of the first epoch, at most 1.
        freeze: the part that stays as it is, weights and statistics: none, encoder or decoder (with the head).
        images: how many training images, the first ones; None: all.
        batch_size: images per step.
        loss: cross_entropy_of_softmax (the study's) or cross_entropy.
        learning_rate_decay: factor on the learning rate after each epoch.
        augmentation: dihedral (all 8 rotations and reflections of each image in each epoch) or none.
        precision: float32, bfloat16, or auto: bfloat16 on a GPU that has it.
        seed: of the order of images and of dropout.
        device: auto, cpu, cuda or cuda:<number>.
        threads: threads on the CPU.
        progress: receives a line per epoch, for example ``print``.

    Raises:
        ConfigError: an argument is not possible, the sample lacks a split, or the network cannot halve its images.
        LossNotFiniteError: a loss is infinite or not a number; a smaller learning rate may help.
        ValueError: the machine lacks the GPU.
    """
    if not isinstance(network, Network):
        advice = "; give its attribute network" if isinstance(network, TrainedNetwork) else ""
        raise ConfigError(f"network: found {shown(network)}; allowed: a network of build_network, fit or load{advice}")
    training = checked(
        Training,
        loss=loss,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate_decay=learning_rate_decay,
        augmentation=augmentation,
        precision=precision,
    )
    learning_rate = _rate(learning_rate)
    freeze = checked_word("freeze", freeze, FREEZE_MODES)
    seed = checked_count("seed", seed, 0)
    train, validation = _split(sample, "train", network), _split(sample, "validation", network)
    used = train[: checked_count("images", len(train) if images is None else images, 1, len(train))]

    def after_epoch(fit: Fit) -> None:
        last = fit.state.history[-1]
        if progress is not None:
            progress(
                f"epoch {last.epoch} of {epochs}: training loss {last.train_loss:.5f}, validation loss "
                f"{last.validation_loss:.5f}, {last.images_per_second:.1f} images/s"
            )

    with settled(checked_device(device), checked_count("threads", threads)) as where:
        started_from = digest_of_tensors(network.module.state_dict())
        model = network.copy().module.to(where)
        state = Fit(
            model, training, learning_rate, freeze, resident(used, where), resident(validation, where), seed
        ).run(after_epoch)
        record = asdict(circumstances(training.precision, where))
    best = network.copy()
    best.module.load_state_dict({**model.state_dict(), **state.best})
    best.module.eval()
    return TrainedNetwork(
        network=best,
        history=history_table([asdict(epoch) for epoch in state.history]),
        best_epoch=state.best_epoch,
        domain=train.domain,
        pixel_size_A=train.pixel_size_A,
        image_px=train.counts.shape[1],
        provenance={
            "training": training.model_dump(),
            "learning_rate": learning_rate,
            "freeze": freeze,
            "seed": seed,
            "images": len(used),
            "validation_images": len(validation),
            "started_from": started_from,
            "domains": [] if train.recipe is None else [dict(train.recipe)],
            **record,
        },
    )


def _split(sample: Any, split: str, network: Network) -> Images:
    if not isinstance(sample, Sample):
        raise ConfigError(f"sample: found {shown(sample)}; allowed: what simulate returns, or Sample(...)")
    if split not in sample:
        why = "learn from" if split == "train" else "choose the epoch that is kept"
        raise ConfigError(
            f"sample: found the splits {', '.join(sample) or 'none'}; allowed: train and validation. Add images "
            f"of split {split!r} to {why}"
        )
    images = sample[split]
    check_images(f"sample[{split!r}]", images, network)
    height, width = images.counts.shape[1:]
    if height != width:
        raise ConfigError(f"sample[{split!r}]: found images of {width} x {height} pixels (x, y); allowed: square ones")
    return images


def _rate(value: Any) -> float:
    value = plain(value)
    if not isinstance(value, int | float) or not 0 < value <= 1:
        raise ConfigError(f"learning_rate: found {shown(value)}; allowed: a number above 0 and at most 1")
    return float(value)
