"""Training the networks of a run, one after another in one process, each committed to the store when it is finished."""

from __future__ import annotations

import copy
import gc
import importlib.metadata
import platform
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path

import torch

from hrtem_transfer import run_lock, torch_settings
from hrtem_transfer.files import DataError
from hrtem_transfer.learning import augmentation, epoch_checkpoint, network_store, unet
from hrtem_transfer.learning.fitting import Fit, LossNotFiniteError, State
from hrtem_transfer.learning.network_store import StoredNetwork
from hrtem_transfer.learning.run_progress import RunProgress
from hrtem_transfer.learning.training_images import TrainingImages
from hrtem_transfer.learning.training_table import write_training_table
from hrtem_transfer.seeds import torch_seed
from hrtem_transfer.sweep.recipes import NetworkRecipe, canonical, digest, network_seed

CHECKPOINT_SECONDS = 60.0


def train_run(
    recipes: Mapping[str, NetworkRecipe],
    images: Mapping[str, Path],
    store: Path,
    table: Path,
    *,
    device: str = "auto",
    threads: int = 1,
    progress: Callable[[str], None] = print,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> None:
    """Train those networks of a run that the store does not hold yet, then write the run's training table.

    A network's weights depend on its recipe, the device and the number of threads only: not on the run that it is in,
    nor on interruptions. One whose loss is not finite, or that needs more memory than there is, ends with status
    ``failed`` and a reason, and the others go on. The lock file beside the table keeps other processes off the run.

    Args:
        recipes: networks by id, in the order of training.
        images: image files by domain id.
        store: folder of trained networks; pretrained networks are read from there.
        table: the run's training.parquet.
        device: auto, cpu, cuda or cuda:<number>.
        threads: threads on the CPU.
        progress: takes lines of text.
        checkpoint_seconds: a training that goes on for longer than this keeps its last finished epoch on disk.

    Raises:
        DataError: an image file or a file of the store is missing or damaged; the message names it.
        ValueError: the device or the encoder does not exist.
    """
    with run_lock.held(table.with_name(".lock"), progress), torch_settings.settled(device, threads) as chosen:
        trained = train_missing(
            recipes, images, store, device=chosen, progress=progress, checkpoint_seconds=checkpoint_seconds
        )
        write_training_table(table, trained.values())


def train_missing(
    recipes: Mapping[str, NetworkRecipe],
    images: Mapping[str, Path],
    store: Path,
    *,
    device: torch.device,
    progress: Callable[[str], None],
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    weights_needed: Collection[str] = (),
) -> dict[str, StoredNetwork]:
    """Train what the store lacks (of ``weights_needed`` also networks whose weights were dropped); all by id.

    Raises:
        DataError: a file of the store or an image file is missing, damaged, or of other settings.
    """
    found: dict[str, StoredNetwork] = {}
    for network_id, recipe in recipes.items():
        if network_store.holds(store, network_id):
            network = network_store.read_record(store, network_id)
            if canonical(network.recipe) != canonical(recipe.model_dump()):
                path = network_store.network_file(store, network_id)
                raise DataError(f"{path}: this network was trained with other settings. Delete it and start again.")
            if not network_store.has_its_parent(store, network):
                progress(f"network {network_id}: its pretrained part has other weights now; it is trained again")
            elif network.weights_kept or network_id not in weights_needed:
                found[network_id] = network
    missing = {network_id: recipe for network_id, recipe in recipes.items() if network_id not in found}
    if found:
        progress(f"{len(found)} of {len(recipes)} networks are in the store already")
    for network_id in missing:
        # What a process left that was killed while it wrote.
        for left in store.glob(f"*{network_id}.*.tmp.safetensors"):
            left.unlink(missing_ok=True)
    if missing:
        trainer = _Trainer(missing, images, store, device, progress, checkpoint_seconds)
        found |= trainer.train_all()
    return {network_id: found[network_id] for network_id in recipes}


class _Trainer:
    """What the networks of a run share: images, the pretrained networks, the counting of progress."""

    def __init__(
        self,
        recipes: Mapping[str, NetworkRecipe],
        images: Mapping[str, Path],
        store: Path,
        device: torch.device,
        line: Callable[[str], None],
        checkpoint_seconds: float,
    ) -> None:
        self._recipes, self._store, self._device, self._line = recipes, store, device, line
        self._checkpoint_seconds = checkpoint_seconds
        self._images = TrainingImages(recipes.values(), images, device)
        self._parents: dict[str, StoredNetwork] = {}
        self._parent_models: dict[str, torch.nn.Module] = {}
        # A bar would get in the way of lines that go elsewhere, and of the bars of other jobs.
        terminal = sys.stderr if line is print else None
        total = sum(_epoch_images(recipe) * recipe.training.epochs for recipe in recipes.values())
        self._progress = RunProgress(total, line, terminal)

    def train_all(self) -> dict[str, StoredNetwork]:
        """Train one network after the other."""
        try:
            return {network_id: self.train(network_id) for network_id in self._recipes}
        finally:
            self._progress.close()

    def train(self, network_id: str) -> StoredNetwork:
        """Train one network and put it, or the fact that it failed, into the store."""
        recipe = self._recipes[network_id]
        micro_batch, state = recipe.training.batch_size, State()
        reason = self._reason_of_parent(recipe)
        if reason is None:
            reason, out_of_memory = self._attempt(network_id, state, micro_batch)
            if out_of_memory and micro_batch > 1:
                self._line(f"network {network_id}: {reason}; once more with half as many images at a time")
                self._progress.skip(-_epoch_images(recipe) * len(state.history))
                micro_batch, state = (micro_batch + 1) // 2, State()
                reason, _ = self._attempt(network_id, state, micro_batch)
        if reason is not None:
            self._line(f"network {network_id} failed: {reason}")
            self._progress.skip(_epoch_images(recipe) * (recipe.training.epochs - len(state.history)))
        network = StoredNetwork(
            network_id=network_id,
            recipe=recipe.model_dump(),
            seed=network_seed(recipe.seed, network_id),
            status="ok" if reason is None else "failed",
            reason=reason,
            best_epoch=state.best_epoch if reason is None else None,
            history=[asdict(epoch) for epoch in state.history],
            device=torch_settings.describe(self._device),
            versions=_versions(),
            micro_batch=micro_batch,
            weights_digest=None,
            parent_digest=self._parent_record(recipe.parent).weights_digest if recipe.parent else None,
        )
        network = network_store.write_network(self._store, network, state.best if reason is None else {})
        epoch_checkpoint.checkpoint_file(self._store, network_id).unlink(missing_ok=True)
        return network

    def _attempt(self, network_id: str, state: State, micro_batch: int) -> tuple[str | None, bool]:
        """Train into ``state``, from a checkpoint if there is one; why it failed, and whether it was for memory."""
        recipe = self._recipes[network_id]
        try:
            self._fit(network_id, recipe, state, micro_batch)
            return None, False
        except LossNotFiniteError as error:
            return str(error), False
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            reason = f"out of memory with {micro_batch} images at a time ({' '.join(str(error).split())[:160]})"
        # Outside the handler the error, and with it the tensors of the failed step, is gone.
        gc.collect()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        return reason, True

    def _fit(self, network_id: str, recipe: NetworkRecipe, state: State, micro_batch: int) -> None:
        train, validation = self._images.train(recipe), self._images.validation(recipe)
        seed = network_seed(recipe.seed, network_id)
        if recipe.parent is None:
            model = unet.build(recipe.network, torch_seed(seed, "weights", "")).to(self._device)
        else:
            model = copy.deepcopy(self._parent_model(recipe))
        fit = Fit(
            model,
            recipe.training,
            recipe.learning_rate,
            recipe.freeze,
            train,
            validation,
            seed,
            micro_batch=micro_batch,
        )
        fit.state = state
        checkpoint = epoch_checkpoint.checkpoint_file(self._store, network_id)
        recipe_digest = digest(recipe.model_dump(), 64)
        if epoch_checkpoint.restore(checkpoint, fit, recipe_digest, self._line):
            self._line(f"network {network_id}: goes on after epoch {len(state.history)}")
            self._progress.skip(_epoch_images(recipe) * len(state.history))
        saved = time.monotonic()

        def after_epoch(fit: Fit) -> None:
            nonlocal saved
            last = fit.state.history[-1]
            self._progress.advance(
                _epoch_images(recipe),
                f"network {network_id} ({recipe.stage}, frozen: {recipe.freeze}) epoch {last.epoch}/"
                f"{recipe.training.epochs}: training loss {last.train_loss:.5f}, validation loss "
                f"{last.validation_loss:.5f}, {last.images_per_second:.1f} images/s",
            )
            if last.epoch < recipe.training.epochs and time.monotonic() - saved >= self._checkpoint_seconds:
                epoch_checkpoint.save(checkpoint, fit, recipe_digest)
                saved = time.monotonic()

        fit.run(after_epoch)

    def _parent_model(self, recipe: NetworkRecipe) -> torch.nn.Module:
        """The pretrained network on the device, read once; building it takes longer than copying it."""
        assert recipe.parent is not None
        if recipe.parent not in self._parent_models:
            _, tensors = network_store.read_network(self._store, recipe.parent)
            model = unet.build(recipe.network, 0)
            model.load_state_dict(tensors)
            self._parent_models[recipe.parent] = model.to(self._device)
        return self._parent_models[recipe.parent]

    def _parent_record(self, network_id: str) -> StoredNetwork:
        if network_id not in self._parents:
            if not network_store.holds(self._store, network_id):
                path = network_store.network_file(self._store, network_id)
                raise DataError(
                    f"{path}: the pretrained network is missing. Train it first (start the workflow again)."
                )
            self._parents[network_id] = network_store.read_record(self._store, network_id)
        return self._parents[network_id]

    def _reason_of_parent(self, recipe: NetworkRecipe) -> str | None:
        """Why training cannot start: the pretrained network failed."""
        if recipe.parent is None:
            return None
        parent = self._parent_record(recipe.parent)
        return None if parent.status == "ok" else f"its pretrained network {recipe.parent} failed: {parent.reason}"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the device, or the host, has not enough memory."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)


def _epoch_images(recipe: NetworkRecipe) -> int:
    return sum(share.images for share in recipe.shares) * augmentation.SYMMETRIES[recipe.training.augmentation]


def _versions() -> dict[str, str]:
    packages = ("torch", "segmentation-models-pytorch", "timm", "hrtem-transfer")
    return {
        "python": platform.python_version(),
        "cuda": str(torch.version.cuda),
        **{package: importlib.metadata.version(package) for package in packages},
        "torch": torch.__version__,
    }
