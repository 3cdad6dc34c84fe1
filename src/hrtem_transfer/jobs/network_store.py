"""The store of trained networks: one safetensors file per network, whole or absent.

A file holds the tensors that training changed and, in its metadata, everything else that is known about the network:
settings, seed, history, versions, the digest of the tensors. A transferred network whose encoder was frozen holds
no encoder: the tensors that are not there are its parent's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.tensor_files import digest_of_tensors, read_tensors, write_tensors

_KIND = "trained network"
_REMEDY = "Delete it and start the workflow again; it is then trained again."


@dataclass(frozen=True, kw_only=True)
class StoredNetwork:
    """All that is known about a network beside its tensors.

    Attributes:
        network_id: its id.
        recipe: its settings (``NetworkRecipe.model_dump()``).
        seed: seed of its training.
        status: ``ok`` or ``failed``.
        reason: why it failed, else None.
        best_epoch: the epoch whose tensors are kept, else None.
        history: one mapping per finished epoch with the fields of ``fitting.Epoch``.
        device, versions, precision, device_kind, threads: what it was really trained with (``Circumstances``).
        micro_batch: images that were on their way through the network at a time.
        weights_digest: SHA-256 of the tensors that training changed, None for a failed network.
        weights_kept: False when the tensors were dropped after the evaluation.
        parent_digest: ``weights_digest`` of the pretrained network that its training started from, None without one.
        evaluations: results that were kept in place of dropped tensors, by key of the evaluation domain.
    """

    network_id: str
    recipe: dict[str, Any]
    seed: int
    status: str
    reason: str | None
    best_epoch: int | None
    history: list[dict[str, Any]]
    device: str
    versions: dict[str, str]
    precision: str
    device_kind: str
    threads: int
    micro_batch: int
    weights_digest: str | None
    weights_kept: bool = True
    parent_digest: str | None = None
    evaluations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def ran_out_of_memory(self) -> bool:
        """Whether it, or its parent, failed for want of memory only: then it counts as not there."""
        return self.status == "failed" and "out of memory" in (self.reason or "")


def network_file(store: Path, network_id: str) -> Path:
    """Where the store keeps a network."""
    return Path(store) / f"{network_id}.safetensors"


def write_network(store: Path, network: StoredNetwork, tensors: Mapping[str, torch.Tensor]) -> StoredNetwork:
    """Put a network into the store, atomically; returns it with its weights' digest."""
    on_host = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    network = replace(network, weights_digest=digest_of_tensors(on_host) if on_host else None)
    write_tensors(network_file(store, network.network_id), on_host, asdict(network))
    return network


def drop_weights(store: Path, network: StoredNetwork, evaluations: dict[str, list[dict[str, Any]]]) -> None:
    """Replace a network's file by one without tensors that remembers its evaluation."""
    without = replace(network, weights_kept=False, evaluations={**network.evaluations, **evaluations})
    write_tensors(network_file(store, network.network_id), {}, asdict(without))


def holds(store: Path, network_id: str) -> bool:
    """Whether the store has the network, with or without tensors."""
    return network_file(store, network_id).is_file()


def read_record(store: Path, network_id: str) -> StoredNetwork:
    """All about a network but its tensors, which are not checked beyond their size; raises like ``read_network``."""
    return _record(store, network_id, read_tensors(network_file(store, network_id), _KIND, _REMEDY, skip=True)[0])


def has_its_parent(store: Path, network: StoredNetwork) -> bool:
    """Whether the parent that completes a network has the tensors that the network's training started from.

    It has others when it was lost and trained again on a machine that computes other last digits. True for a network
    that needs no parent, and where either digest is not known.
    """
    parent = network.recipe.get("parent")
    if parent is None or network.recipe["freeze"] == "none" or network.parent_digest is None:
        return True
    return not holds(store, parent) or read_record(store, parent).weights_digest in (None, network.parent_digest)


def read_network(store: Path, network_id: str) -> tuple[StoredNetwork, dict[str, torch.Tensor]]:
    """A network and its tensors (on the CPU; none when it failed or its weights were dropped).

    Raises:
        DataError: the file is missing, damaged, cut off or not this network's.
    """
    data, tensors = read_tensors(network_file(store, network_id), _KIND, _REMEDY)
    return _record(store, network_id, data), tensors


def _record(store: Path, network_id: str, data: dict[str, Any]) -> StoredNetwork:
    path = network_file(store, network_id)
    try:
        network = StoredNetwork(**data)
    except TypeError as error:
        raise DataError(
            f"{path}: this trained network lacks fields or has unknown ones ({error}). {_REMEDY}"
        ) from error
    if network.network_id != network_id:
        raise DataError(f"{path}: this file holds network {network.network_id}. {_REMEDY}")
    return network


def read_whole(
    store: Path, network_id: str, known: dict[str, dict[str, torch.Tensor]] | None = None
) -> dict[str, torch.Tensor]:
    """All tensors of a network: those that its training changed, and its parent's where it changed none.

    Args:
        store: folder of trained networks.
        network_id: the network.
        known: parents that were read before, by id; new ones are added.

    Raises:
        DataError: a file is missing or damaged, the network failed, or its weights were dropped.
    """
    network, tensors = read_network(store, network_id)
    if not tensors:
        why = f"it failed: {network.reason}" if network.status == "failed" else "they were dropped after its evaluation"
        raise DataError(f"{network_file(store, network_id)}: this network has no weights ({why}).")
    parent = network.recipe.get("parent")
    if parent is not None and network.recipe["freeze"] != "none":
        known = {} if known is None else known
        if parent not in known:
            known[parent] = read_whole(store, parent)
        return {**known[parent], **tensors}
    return tensors
