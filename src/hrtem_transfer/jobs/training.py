"""Training the networks of a run, one after another in one process, each committed to the store when it is finished."""

from __future__ import annotations

import copy
import gc
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path

import torch

from hrtem_transfer.compute import torch_settings
from hrtem_transfer.jobs import epoch_checkpoint, network_store, run_lock
from hrtem_transfer.jobs.network_store import StoredNetwork
from hrtem_transfer.jobs.run_progress import RunProgress
from hrtem_transfer.jobs.training_images import TrainingImages
from hrtem_transfer.jobs.training_table import write_training_table
from hrtem_transfer.learning import augmentation, out_of_memory, unet
from hrtem_transfer.learning.circumstances import circumstances
from hrtem_transfer.learning.fitting import Fit, LossNotFiniteError, State
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.recipes import NetworkRecipe, canonical, digest, network_seed
from hrtem_transfer.study.seeds import torch_seed

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
    nor on interruptions. One whose loss is not finite ends with status ``failed`` and a reason, and the others go on.
    One that needs more memory than there is is left out of the store, and when the others are there no table is
    written: the run is not finished. The lock file beside the table keeps other processes off the run.

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
        DataError: an image file or a file of the store is missing or damaged, and the message names it; or networks
            ran out of memory.
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
        DataError: a file of the store or an image file is missing, damaged, or of other settings; or networks ran out
            of memory (raised when all others are in the store).
    """
    found: dict[str, StoredNetwork] = {}
    for network_id, recipe in recipes.items():
        if network_store.holds(store, network_id):
            network = network_store.read_record(store, network_id)
            if canonical(network.recipe) != canonical(recipe.model_dump()):
                path = network_store.network_file(store, network_id)
                raise DataError(f"{path}: this network was trained with other settings. Delete it and start again.")
            if network.ran_out_of_memory:
                progress(f"network {network_id}: it ran out of memory once; it is tried again")
            elif not network_store.has_its_parent(store, network):
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
        self._lacking: dict[str, str] = {}
        self._parents: dict[str, StoredNetwork] = {}
        self._parent_models: dict[str, torch.nn.Module] = {}
        # A bar would get in the way of lines that go elsewhere, and of the bars of other jobs.
        terminal = sys.stderr if line is print else None
        total = sum(_epoch_images(recipe) * recipe.training.epochs for recipe in recipes.values())
        self._progress = RunProgress(total, line, terminal)

    def train_all(self) -> dict[str, StoredNetwork]:
        """Train one network after the other.

        Raises:
            DataError: some ran out of memory; all others are in the store.
        """
        try:
            trained = {network_id: self._train(network_id) for network_id in self._recipes}
        finally:
            self._progress.close()
        if self._lacking:
            raise DataError(out_of_memory.message(self._store, self._recipes, self._lacking, self._device.type))
        return {network_id: network for network_id, network in trained.items() if network is not None}

    def _train(self, network_id: str) -> StoredNetwork | None:
        """Train one network and put it, or the fact that it failed, into the store; None when there is no memory."""
        recipe = self._recipes[network_id]
        if recipe.parent in self._lacking:
            lack = f"its pretrained network {recipe.parent} is not trained either"
        else:
            sizes = dict.fromkeys((recipe.training.batch_size, (recipe.training.batch_size + 1) // 2))
            for micro_batch in sizes:
                if micro_batch != recipe.training.batch_size:
                    self._line(f"network {network_id}: {lack}; once more with half as many images at a time")
                done = self._attempt(network_id, micro_batch)
                if isinstance(done, StoredNetwork):
                    return done
                lack = done
        self._line(f"network {network_id} is not trained: {lack}")
        self._lacking[network_id] = lack
        self._progress.skip(_epoch_images(recipe) * recipe.training.epochs)
        return None

    def _attempt(self, network_id: str, micro_batch: int) -> StoredNetwork | str:
        """Train and store one network, from a checkpoint if there is one; how it ran out of memory if it did."""
        recipe, state = self._recipes[network_id], State()
        try:
            reason = self._reason_of_parent(recipe)
            try:
                if reason is None:
                    self._fit(network_id, recipe, state, micro_batch)
            except LossNotFiniteError as error:
                reason = str(error)
            return self._store_network(network_id, state, micro_batch, reason)
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory.is_out_of_memory(error):
                raise
            lack = f"out of memory with {micro_batch} images at a time ({out_of_memory.in_words(error)})"
        # Outside the handler the error, and with it the tensors of the failed step, is gone.
        gc.collect()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        self._progress.skip(-_epoch_images(recipe) * len(state.history))
        return lack

    def _store_network(self, network_id: str, state: State, micro_batch: int, reason: str | None) -> StoredNetwork:
        """Put a network into the store, with its weights or with the reason why it failed."""
        recipe = self._recipes[network_id]
        network = StoredNetwork(
            network_id=network_id,
            recipe=recipe.model_dump(),
            seed=network_seed(recipe.seed, network_id),
            status="ok" if reason is None else "failed",
            reason=reason,
            best_epoch=state.best_epoch if reason is None else None,
            history=[asdict(epoch) for epoch in state.history],
            **asdict(circumstances(recipe.training.precision, self._device)),
            micro_batch=micro_batch,
            weights_digest=None,
            parent_digest=self._parent_record(recipe.parent).weights_digest if recipe.parent else None,
        )
        network = network_store.write_network(self._store, network, state.best if reason is None else {})
        epoch_checkpoint.checkpoint_file(self._store, network_id).unlink(missing_ok=True)
        if reason is not None:
            self._line(f"network {network_id} failed: {reason}")
            self._progress.skip(_epoch_images(recipe) * (recipe.training.epochs - len(state.history)))
        return network

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
        # A training that began elsewhere begins anew, so that what is recorded is true of all of its epochs.
        ours = digest([recipe.model_dump(), asdict(circumstances(recipe.training.precision, self._device))], 64)
        if epoch_checkpoint.restore(checkpoint, fit, ours, self._line):
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
                epoch_checkpoint.save(checkpoint, fit, ours)
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
            record = network_store.read_record(self._store, network_id)
            if record.ran_out_of_memory:
                path, alone = network_store.network_file(self._store, network_id), self._store.parent / "alone"
                raise DataError(
                    f"{path}: this pretrained network ran out of memory once. Have it trained first: "
                    f"snakemake {alone / network_id}.parquet"
                )
            self._parents[network_id] = record
        return self._parents[network_id]

    def _reason_of_parent(self, recipe: NetworkRecipe) -> str | None:
        """Why training cannot start: the pretrained network failed."""
        if recipe.parent is None:
            return None
        parent = self._parent_record(recipe.parent)
        return None if parent.status == "ok" else f"its pretrained network {recipe.parent} failed: {parent.reason}"


def _epoch_images(recipe: NetworkRecipe) -> int:
    return sum(share.images for share in recipe.shares) * augmentation.SYMMETRIES[recipe.training.augmentation]
