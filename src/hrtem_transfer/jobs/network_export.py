"""One trained network as one file that stands by itself, and back."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import torch

from hrtem_transfer.jobs import network_store
from hrtem_transfer.jobs.network_store import StoredNetwork, digest_of_tensors, read_tensors, write_tensors
from hrtem_transfer.learning import unet
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.recipes import NetworkRecipe

_KIND = "exported network"
_REMEDY = "Export it again."


def export_network(store: Path, network_id: str, path: Path) -> None:
    """Write a network of the store with all its tensors, also those of its frozen part, to one safetensors file.

    The file's metadata hold the network's settings and history as in the store; its ``weights_digest`` is that of all
    tensors.

    Raises:
        DataError: the network or its pretrained network is missing or damaged, it failed, or its weights were dropped.
    """
    tensors = network_store.read_whole(store, network_id)
    network, _ = network_store.read_network(store, network_id)
    write_tensors(path, tensors, asdict(replace(network, weights_digest=digest_of_tensors(tensors))))


def load_network(path: Path) -> tuple[torch.nn.Module, StoredNetwork]:
    """The network of an exported file, in evaluation mode on the CPU, and what is known about it.

    The module maps images, each standardised to mean 0 and variance 1, float32 [n, 1, y, x], to logits [n, 2, y, x]
    (0: background, 1: particle); the edges must be multiples of 2 to the power of the encoder's depth.

    Raises:
        DataError: the file is missing or damaged, or not an exported network.
    """
    data, tensors = read_tensors(path, _KIND, _REMEDY)
    try:
        network = StoredNetwork(**data)
        recipe = NetworkRecipe.model_validate(network.recipe)
    except (TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{path}: this is not an {_KIND} ({reason}). {_REMEDY}") from error
    model = unet.build(recipe.network, 0)
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:
        raise DataError(
            f"{path}: the file lacks tensors of the network or has others. A file of the store holds only what its "
            "training changed: export the network first (hrtem_transfer.jobs.network_export.export_network)."
        ) from error
    return model.eval(), network
