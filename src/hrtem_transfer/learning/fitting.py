"""The training loop: the same for pretraining, transfer and mixture."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

from hrtem_transfer.compute import torch_settings
from hrtem_transfer.learning import augmentation, freezing, losses
from hrtem_transfer.learning.feature_cache import FeatureCache
from hrtem_transfer.learning.resident_images import ResidentImages
from hrtem_transfer.study import seeds
from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES

if TYPE_CHECKING:
    from hrtem_transfer.study.config.schema import Training


class LossNotFiniteError(ArithmeticError):
    """Training came to an end because a loss is infinite or not a number."""


@dataclass(frozen=True)
class Epoch:
    """One finished epoch. Losses are in nat per pixel above the loss's least value; ``epoch`` counts from 1."""

    epoch: int
    train_loss: float
    validation_loss: float
    learning_rate: float
    seconds: float
    images_per_second: float


@dataclass
class State:
    """Where a training stands: the epochs behind it, and the tensors of the best one (least validation loss)."""

    history: list[Epoch] = field(default_factory=list)
    best_epoch: int = 0
    best: dict[str, torch.Tensor] = field(default_factory=dict)


class Fit:
    """One network's training."""

    def __init__(
        self,
        model: torch.nn.Module,
        training: Training,
        learning_rate: float,
        freeze: str,
        train: ResidentImages,
        validation: ResidentImages,
        seed: int,
        *,
        micro_batch: int | None = None,
        use_cache: bool = True,
        compiled: bool = False,
    ) -> None:
        """Make ready to train ``model`` in place.

        Args:
            model: network with its first weights, on the images' device.
            training: the ``training`` section, with the stage's own number of epochs.
            learning_rate: of the first epoch.
            freeze: what stays as it is, a key of ``FREEZE_MODES``.
            train: training images before augmentation.
            validation: images that choose the epoch that is kept.
            seed: seed of the network (``recipes.network_seed``).
            micro_batch: images on their way through the network at a time, None = the whole batch. Gradients add up
                over the batch, so that only batch normalisation sees the difference.
            use_cache: compute a frozen encoder's features once only, where memory allows it.
            compiled: have torch.compile translate the network first, which takes up to a minute and a compiler, and
                changes last bits. With the cache in use it has no effect.
        """
        self.model, self.training, self.freeze, self.seed = model, training, freeze, seed
        self.learning_rate = learning_rate
        self.train, self.validation = train, validation
        self.symmetries = augmentation.SYMMETRIES[training.augmentation]
        self.micro_batch = min(micro_batch or training.batch_size, training.batch_size)
        self.loss = losses.LOSSES[training.loss]
        self.device = train.counts.device
        self.dtype = torch_settings.autocast_dtype(training.precision, self.device)
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        freezing.freeze(model, freeze)
        self.network = torch.compile(model) if compiled else model
        weights = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.Adam(weights, lr=learning_rate, fused=True)
        self.state = State()
        self.caches: dict[str, FeatureCache] = {}
        if use_cache and "encoder" in FREEZE_MODES[freeze].modules and training.epochs > 1:
            first, _ = train.batch(torch.zeros(1, dtype=torch.int64, device=self.device))
            with self._autocast():
                self.caches["train"] = FeatureCache(model, len(train) * self.symmetries, first)
                self.caches["validation"] = FeatureCache(model, len(validation), first)

    def run(self, after_epoch: Callable[[Fit], None]) -> State:
        """Train the epochs that are left from ``self.state`` on; ``after_epoch`` is called after each.

        Raises:
            LossNotFiniteError: the training or validation loss of an epoch is infinite or not a number.
        """
        with torch.random.fork_rng(devices=[self.device] if self.device.type == "cuda" else []):
            self._run(after_epoch)
        return self.state

    def _run(self, after_epoch: Callable[[Fit], None]) -> None:
        for number in range(len(self.state.history) + 1, self.training.epochs + 1):
            began = time.perf_counter()
            rate = self.learning_rate * self.training.learning_rate_decay ** (number - 1)
            train_loss = self._train_epoch(number, rate)
            train_seconds = time.perf_counter() - began
            validation_loss = self._validation_loss()
            for name, loss in (("training", train_loss), ("validation", validation_loss)):
                if not math.isfinite(loss):
                    raise LossNotFiniteError(f"the {name} loss is {loss} in epoch {number} (learning rate {rate:.3g})")
            best = min((epoch.validation_loss for epoch in self.state.history), default=math.inf)
            if validation_loss < best:
                tensors = freezing.trained_tensors(self.model, self.freeze)
                self.state.best = {name: tensor.detach().clone() for name, tensor in tensors.items()}
                self.state.best_epoch = number
            images_per_second = len(self.train) * self.symmetries / max(train_seconds, 1e-9)
            seconds = time.perf_counter() - began
            self.state.history.append(Epoch(number, train_loss, validation_loss, rate, seconds, images_per_second))
            after_epoch(self)

    def _train_epoch(self, number: int, rate: float) -> float:
        """One pass over all images in all their symmetries; the mean loss. Only the end waits for the device."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.model.train()
        # Some encoders drop units at random; PyTorch takes these numbers from its global generator.
        torch.manual_seed(seeds.torch_seed(self.seed, "dropout", "", number))
        order = seeds.stream(self.seed, "order", "", number).permutation(len(self.train) * self.symmetries)
        total = torch.zeros((), dtype=torch.float64, device=self.device)
        for batch in torch.from_numpy(order).to(self.device).split(self.training.batch_size):
            self.optimizer.zero_grad(set_to_none=True)
            for which in batch.split(self.micro_batch):
                image, symmetry = which // self.symmetries, which % self.symmetries
                logits, labels = self._forward("train", self.train, which, image, symmetry)
                loss = self.loss(losses.margins(logits, labels)).mean()
                (loss * (len(which) / len(batch))).backward()
                total += loss.detach() * len(which)
            self.optimizer.step()
        return float(total) / len(order)

    @torch.no_grad()
    def _validation_loss(self) -> float:
        self.model.eval()
        total = torch.zeros((), dtype=torch.float64, device=self.device)
        for which in torch.arange(len(self.validation), device=self.device).split(self.micro_batch):
            logits, labels = self._forward("validation", self.validation, which, which, None)
            total += self.loss(losses.margins(logits, labels)).mean() * len(which)
        return float(total) / len(self.validation)

    def _forward(
        self,
        stack: str,
        images: ResidentImages,
        which: torch.Tensor,
        image: torch.Tensor,
        symmetry: torch.Tensor | None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits [b, 2, y, x] and labels [b, y, x] of some images; ``which`` numbers them in the cache of ``stack``."""
        pixels, labels = images.batch(image, symmetry)
        with self._autocast():
            if stack not in self.caches:
                return self.network(pixels), labels
            features = self.caches[stack].features(which, pixels)
            decoder, head = self.model.get_submodule("decoder"), self.model.get_submodule("segmentation_head")
            return head(decoder(features)), labels

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, dtype=self.dtype, enabled=self.dtype is not None)
