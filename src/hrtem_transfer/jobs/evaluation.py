"""Evaluating the networks of some runs on the domains of their series, and on their own training images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import torch

from hrtem_transfer.compute import torch_settings
from hrtem_transfer.jobs import network_store, run_lock
from hrtem_transfer.jobs.held_out import HELD_OUT, HeldOutImages
from hrtem_transfer.jobs.network_store import StoredNetwork
from hrtem_transfer.jobs.score_store import Scores, read_scores, write_scores
from hrtem_transfer.jobs.training import train_missing
from hrtem_transfer.jobs.training_images import TrainingImages
from hrtem_transfer.learning import out_of_memory, unet
from hrtem_transfer.learning.scores import SCORES
from hrtem_transfer.learning.segmentation_scores import LabelledStack, labelled, score
from hrtem_transfer.storage import parquet_files
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.recipes import NetworkRecipe, digest

# To be raised when a score changes its meaning: kept scores are then not used any more.
DEFINITION = 1

SCHEMA = pa.schema(
    [
        ("network_id", pa.string()),
        ("evaluation_domain", pa.string()),
        ("split", pa.string()),
        ("images", pa.int64()),
        *((score.name, pa.float64()) for score in SCORES),
    ]
)


def evaluate_runs(
    runs: Mapping[Path, Mapping[str, NetworkRecipe]],
    images: Mapping[str, Path],
    domains: Sequence[str],
    store: Path,
    scores: Path,
    table: Path,
    *,
    keep_weights: bool,
    revision: int = 1,
    device: str = "auto",
    threads: int = 1,
    progress: Callable[[str], None] = print,
) -> None:
    """Score each network of some runs on the validation and test images of each domain and on its own training images.

    One run after another; each domain's images are read once for all networks. What a network scored is kept in
    ``scores`` as soon as its run is finished, and is used whenever the same network is to be shown the same images
    again. A run with a damaged file does not keep the others from being evaluated, but then no table is written.
    Networks that the store lacks are trained first. Failed networks have no rows.

    Args:
        runs: networks by id, by the training table of their run (beside which its lock lies).
        images: image files by domain id: of the domains to evaluate on and of those that were trained on.
        domains: the domains to evaluate on.
        store: folder of trained networks.
        scores: folder of kept scores.
        table: the evaluation table; one row per network, domain and split, in the order of the arguments. Split
            ``train`` is exactly the images that the network was trained on, one row per domain of these.
        keep_weights: False: afterwards drop the tensors of all networks but pretrained ones.
            Their results are then in their file of the store too, so that the same evaluation needs no tensors.
        revision: ``revision.score`` of the configuration; scores kept under another one are not used.
        device: auto, cpu, cuda or cuda:<number>.
        threads: threads on the CPU.
        progress: takes lines of text.

    Raises:
        DataError: image files or files of the store are missing or damaged, or memory ran out; the message names
            them, and all runs that these do not concern are evaluated.
        ValueError: the device does not exist.
    """
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    with torch_settings.settled(device, threads) as chosen:
        held_out = HeldOutImages({domain: images[domain] for domain in domains}, [DEFINITION, revision], chosen)
        for training_table, recipes in runs.items():
            with run_lock.held(training_table.with_name(".lock"), progress):
                run = _Evaluation(recipes, images, held_out, store, scores, revision, chosen, progress)
                try:
                    rows += run.rows(keep_weights)
                except (DataError, RuntimeError, MemoryError) as error:
                    if not isinstance(error, DataError) and not out_of_memory.is_out_of_memory(error):
                        raise
                    found = (
                        str(error)
                        if isinstance(error, DataError)
                        else f"out of memory ({out_of_memory.in_words(error)})"
                    )
                    progress(f"run {training_table.parent.name} is not evaluated: {found}")
                    problems.append(found)
    if problems:
        raise DataError("\n".join(dict.fromkeys(problems)))
    parquet_files.write_table(table, pa.Table.from_pylist(rows, schema=SCHEMA))


class _Evaluation:
    """The networks of one run and where their images are."""

    def __init__(
        self,
        recipes: Mapping[str, NetworkRecipe],
        files: Mapping[str, Path],
        held_out: HeldOutImages,
        store: Path,
        scores: Path,
        revision: int,
        device: torch.device,
        progress: Callable[[str], None],
    ) -> None:
        self._own_key = digest([DEFINITION, revision, "train"])
        self._recipes, self._store, self._device, self._progress = recipes, store, device, progress
        self._files, self._held_out, self._scores = files, held_out, scores
        self._training_images = TrainingImages(recipes.values(), files, device)
        self._models: dict[str, torch.nn.Module] = {}
        self._tensors: dict[str, dict[str, torch.Tensor]] = {}
        self._parents: dict[str, dict[str, torch.Tensor]] = {}

    def rows(self, keep_weights: bool) -> list[dict[str, Any]]:
        """All rows of the run; afterwards weights are dropped if they are not to be kept."""
        keys = self._held_out.keys()
        networks = {i: network for i, network in self._networks({*keys.values()}).items() if network.status == "ok"}
        before = {network_id: self._known(network) for network_id, network in networks.items()}
        done = {network_id: dict(known) for network_id, known in before.items()}
        for domain, key in keys.items():
            missing = [network_id for network_id in networks if key not in done[network_id]]
            if missing:
                self._progress(f"evaluating {len(missing)} networks on {domain}")
                for network_id, rows in self._score_domain(domain, missing).items():
                    done[network_id][key] = rows
        for network_id, network in networks.items():
            if self._own_key not in done[network_id]:
                done[network_id][self._own_key] = self._score_training_images(network_id)
            if done[network_id] != before[network_id]:
                write_scores(self._scores, network_id, network.weights_digest, done[network_id])
            if not keep_weights and network.weights_kept and network.recipe["stage"] != "pretrain":
                network_store.drop_weights(self._store, network, done[network_id])
        return [
            {"network_id": network_id, **row}
            for network_id in networks
            for key in (*keys.values(), self._own_key)
            for row in done[network_id][key]
        ]

    def _known(self, network: StoredNetwork) -> Scores:
        kept = read_scores(self._scores, network.network_id, network.weights_digest, self._progress)
        return _complete({**network.evaluations, **kept})

    def _networks(self, keys: set[str]) -> dict[str, StoredNetwork]:
        """All networks, trained, those that are to be evaluated with weights."""
        needed = []
        for network_id in self._recipes:
            if network_store.holds(self._store, network_id):
                network = network_store.read_record(self._store, network_id)
                if not {*keys, self._own_key} <= self._known(network).keys():
                    needed.append(network_id)
        return train_missing(
            self._recipes,
            self._files,
            self._store,
            device=self._device,
            progress=self._progress,
            weights_needed=needed,
        )

    def _score_domain(self, domain: str, network_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
        rows: dict[str, list[dict[str, Any]]] = {network_id: [] for network_id in network_ids}
        for split in HELD_OUT:
            stack = self._held_out.stack(domain, split)
            for network_id in network_ids:
                rows[network_id].append({"evaluation_domain": domain, "split": split, **self._score(network_id, stack)})
        return rows

    def _score_training_images(self, network_id: str) -> list[dict[str, Any]]:
        recipe = self._recipes[network_id]
        return [
            {
                "evaluation_domain": share.domain,
                "split": "train",
                **self._score(network_id, labelled(self._training_images.of_share(share, "train"))),
            }
            for share in recipe.shares
        ]

    def _score(self, network_id: str, stack: LabelledStack) -> dict[str, Any]:
        dtype = torch_settings.autocast_dtype(self._recipes[network_id].training.precision, self._device)
        return score(self._model(network_id), stack, dtype)

    def _model(self, network_id: str) -> torch.nn.Module:
        """The network in evaluation mode; networks of one shape share the module and take turns in it."""
        recipe = self._recipes[network_id]
        shape = digest(recipe.network.model_dump())
        if shape not in self._models:
            model = unet.build(recipe.network, 0).to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
            self._models[shape] = model.eval()
        self._models[shape].load_state_dict(dict(self._whole(network_id)))
        return self._models[shape]

    def _whole(self, network_id: str) -> dict[str, torch.Tensor]:
        """All tensors of a network, on the device, read once."""
        if network_id not in self._tensors:
            tensors = network_store.read_whole(self._store, network_id, self._parents)
            self._tensors[network_id] = {name: tensor.to(self._device) for name, tensor in tensors.items()}
        return self._tensors[network_id]


def _complete(kept: Scores) -> Scores:
    """Kept scores by key; those from before a score was added do not count."""
    names = {score.name for score in SCORES}
    return {key: rows for key, rows in kept.items() if all(names <= row.keys() for row in rows)}
