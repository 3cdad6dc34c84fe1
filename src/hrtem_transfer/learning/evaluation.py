"""Evaluating the networks of a run on the domains of their series, and on their own training images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import torch

from hrtem_transfer import image_files, parquet_files, run_lock, torch_settings
from hrtem_transfer.learning import network_store, unet
from hrtem_transfer.learning.network_store import StoredNetwork
from hrtem_transfer.learning.resident_images import resident
from hrtem_transfer.learning.segmentation_scores import LabelledStack, labelled, score
from hrtem_transfer.learning.training import train_missing
from hrtem_transfer.learning.training_images import TrainingImages
from hrtem_transfer.scores import SCORES
from hrtem_transfer.sweep.recipes import NetworkRecipe, digest

HELD_OUT = ("validation", "test")
# To be raised when a score changes its meaning: results kept in place of weights are then not used any more.
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


def evaluate_run(
    recipes: Mapping[str, NetworkRecipe],
    images: Mapping[str, Path],
    domains: Mapping[str, Path],
    store: Path,
    table: Path,
    *,
    keep_weights: bool,
    revision: int = 1,
    device: str = "auto",
    threads: int = 1,
    progress: Callable[[str], None] = print,
) -> None:
    """Score each network of a run on the validation and test images of each domain and on its own training images.

    Networks that the store lacks are trained first. Each domain's images are read once for all networks. Failed
    networks have no rows.

    Args:
        recipes: networks by id.
        images: image files by id of the domains that the networks are trained on.
        domains: image files by id of the domains to evaluate on.
        store: folder of trained networks.
        table: the run's evaluation table; one row per network, domain and split, in the order of the arguments. Split
            ``train`` is exactly the images that the network was trained on, one row per domain of these.
        keep_weights: False: afterwards drop the tensors of transferred and mixture networks (pretrained ones stay) and
            store their results instead, so that the same evaluation can be repeated without them.
        revision: ``revision.evaluate`` of the configuration; results stored under another one are not used again.
        device: auto, cpu, cuda or cuda:<number>.
        threads: threads on the CPU.
        progress: takes lines of text.

    Raises:
        DataError: an image file or a file of the store is missing or damaged; the message names it.
        ValueError: the device does not exist.
    """
    with run_lock.held(table.with_name(".lock"), progress), torch_settings.settled(device, threads) as chosen:
        run = _Evaluation(recipes, images, domains, store, revision, chosen, progress)
        rows = run.rows(keep_weights)
        parquet_files.write_table(table, pa.Table.from_pylist(rows, schema=SCHEMA))


class _Evaluation:
    """The networks of one run and where their images are."""

    def __init__(
        self,
        recipes: Mapping[str, NetworkRecipe],
        images: Mapping[str, Path],
        domains: Mapping[str, Path],
        store: Path,
        revision: int,
        device: torch.device,
        progress: Callable[[str], None],
    ) -> None:
        self._revision = revision
        self._own_key = digest([DEFINITION, revision, "train"])
        self._recipes, self._store, self._device, self._progress = recipes, store, device, progress
        self._files = {**domains, **images}
        self._domains = domains
        self._training_images = TrainingImages(recipes.values(), self._files, device)
        self._models: dict[str, torch.nn.Module] = {}
        self._tensors: dict[str, dict[str, torch.Tensor]] = {}
        self._parents: dict[str, dict[str, torch.Tensor]] = {}

    def rows(self, keep_weights: bool) -> list[dict[str, Any]]:
        """All rows of the table; afterwards weights are dropped if they are not to be kept."""
        keys = {domain: self._key(domain) for domain in self._domains}
        networks = self._networks(keys)
        done = {network_id: _stored(network) for network_id, network in networks.items()}
        for domain, key in keys.items():
            missing = [i for i, network in networks.items() if network.status == "ok" and key not in done[i]]
            if missing:
                self._progress(f"evaluating {len(missing)} networks on {domain}")
                for network_id, rows in self._score_domain(domain, missing).items():
                    done[network_id][key] = rows
        for network_id, network in networks.items():
            if network.status == "ok" and self._own_key not in done[network_id]:
                done[network_id][self._own_key] = self._score_training_images(network_id)
            if network.status == "ok" and not keep_weights and network.recipe["stage"] != "pretrain":
                network_store.drop_weights(self._store, network, done[network_id])
        return [
            {"network_id": network_id, **row}
            for network_id, network in networks.items()
            if network.status == "ok"
            for key in (*keys.values(), self._own_key)
            for row in done[network_id][key]
        ]

    def _key(self, domain: str) -> str:
        """Names a domain's held-out images: equal keys mean equal results."""
        path = self._domains[domain]
        counts = {split: image_files.n_images(path, split) for split in HELD_OUT}
        return digest([DEFINITION, self._revision, domain, image_files.read_recipe(path), counts])

    def _networks(self, keys: Mapping[str, str]) -> dict[str, StoredNetwork]:
        """All networks, trained, those that are to be evaluated with weights."""
        needed = []
        for network_id in self._recipes:
            if network_store.holds(self._store, network_id):
                network = network_store.read_record(self._store, network_id)
                if not {*keys.values(), self._own_key} <= _stored(network).keys():
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
            stack = labelled(resident(image_files.read_images(self._domains[domain], split), self._device))
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


def _stored(network: StoredNetwork) -> dict[str, list[dict[str, Any]]]:
    """The results kept in the store, by key; those from before a score was added do not count."""
    names = {score.name for score in SCORES}
    return {key: rows for key, rows in network.evaluations.items() if all(names <= row.keys() for row in rows)}
