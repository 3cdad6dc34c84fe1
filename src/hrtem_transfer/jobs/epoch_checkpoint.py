"""A long training's last finished epoch on disk, so that a killed one goes on from there as if undisturbed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch

from hrtem_transfer.learning import freezing
from hrtem_transfer.learning.fitting import Epoch, Fit
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.tensor_files import read_tensors, write_tensors


def checkpoint_file(store: Path, network_id: str) -> Path:
    """Where the state of a network in training is kept; it is removed when the network is in the store."""
    return Path(store) / f".{network_id}.unfinished.safetensors"


def save(path: Path, fit: Fit, settings_digest: str) -> None:
    """Write weights, optimiser and history of a training, atomically."""
    tensors = {f"now/{name}": tensor for name, tensor in freezing.trained_tensors(fit.model, fit.freeze).items()}
    tensors |= {f"best/{name}": tensor for name, tensor in fit.state.best.items()}
    for number, weight in enumerate(fit.optimizer.param_groups[0]["params"]):
        tensors |= {f"adam/{number}/{key}": value for key, value in fit.optimizer.state[weight].items()}
    data = {
        "recipe": settings_digest,
        "history": [asdict(epoch) for epoch in fit.state.history],
        "best_epoch": fit.state.best_epoch,
        "micro_batch": fit.micro_batch,
    }
    write_tensors(path, {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, data)


def restore(path: Path, fit: Fit, settings_digest: str, progress: Callable[[str], None]) -> bool:
    """Bring a training to where ``save`` was called; False (and nothing changed) when there is nothing to go on from.

    A damaged file, or one of other settings, circumstances or another micro-batch, is removed: it is only a short cut.
    """
    if not path.is_file():
        return False
    try:
        data, tensors = read_tensors(path, "unfinished training", "")
        if data["recipe"] != settings_digest:
            raise DataError(f"{path}: this unfinished training is one of other settings, or began elsewhere.")
    except DataError as error:
        progress(f"{error} Training starts from its first epoch.")
        path.unlink()
        return False
    if data["micro_batch"] != fit.micro_batch:
        path.unlink()
        return False
    parts: dict[str, dict[str, torch.Tensor]] = {"now": {}, "best": {}, "adam": {}}
    for name, tensor in tensors.items():
        part, _, rest = name.partition("/")
        parts[part][rest] = tensor
    trained = freezing.trained_tensors(fit.model, fit.freeze)
    for name, tensor in parts["now"].items():
        trained[name].copy_(tensor)
    for number, weight in enumerate(fit.optimizer.param_groups[0]["params"]):
        # The copies take the weight's memory layout: the fused optimiser walks through memory, and where a vector
        # instruction ends decides the last bit.
        fit.optimizer.state[weight] = {
            "step": parts["adam"][f"{number}/step"].to(weight.device),
            **{
                key: torch.empty_like(weight).copy_(parts["adam"][f"{number}/{key}"])
                for key in ("exp_avg", "exp_avg_sq")
            },
        }
    fit.state.best = {name: tensor.to(fit.device) for name, tensor in parts["best"].items()}
    fit.state.best_epoch = data["best_epoch"]
    fit.state.history = [Epoch(**epoch) for epoch in data["history"]]
    return True
