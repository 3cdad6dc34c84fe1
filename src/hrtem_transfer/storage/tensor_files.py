"""Tensors with plain data beside them, in one safetensors file that is whole or absent, and checked when it is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from hrtem_transfer.storage.files import DataError, write_bytes

FORMAT = "hrtem-transfer network 1"
"""Of the files that the store of trained networks holds."""


def digest_of_tensors(tensors: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 (hexadecimal) of names, types, shapes and values."""
    state = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        state.update(f"{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0".encode())
        state.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return state.hexdigest()


def write_tensors(path: Path, tensors: Mapping[str, torch.Tensor], data: Mapping[str, Any], form: str = FORMAT) -> None:
    """Write a safetensors file with plain data (JSON) in its metadata, atomically."""
    text = json.dumps(data, sort_keys=True)
    metadata = {
        "format": form,
        "data": text,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "digest_of_tensors": digest_of_tensors(tensors),
    }
    write_bytes(path, save(dict(tensors), metadata=metadata))


def read_tensors(
    path: Path, kind: str, remedy: str, *, form: str = FORMAT, skip: bool = False
) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Read what ``write_tensors`` wrote.

    Args:
        path: the file.
        kind: what it holds, in the words of a message.
        remedy: what to do when it cannot be used, as a sentence.
        form: the format that it must have.
        skip: leave the tensors where they are and do not check them.

    Returns:
        the data, and the tensors by name on the CPU.

    Raises:
        DataError: the file is missing, damaged, cut off or of another format.
    """
    if not path.is_file():
        raise DataError(f"{path}: there is no such {kind}. {remedy}")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys() if not skip}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{path}: this {kind} is damaged or cut off ({reason}). {remedy}") from error
    if metadata.get("format") != form:
        raise DataError(f"{path}: format {metadata.get('format')!r} found, {form!r} expected. {remedy}")
    text = metadata.get("data", "")
    if hashlib.sha256(text.encode()).hexdigest() != metadata.get("digest"):
        raise DataError(f"{path}: the settings of this {kind} are damaged (SHA-256 differs). {remedy}")
    if not skip and digest_of_tensors(tensors) != metadata.get("digest_of_tensors"):
        raise DataError(f"{path}: the weights of this {kind} are damaged (SHA-256 differs). {remedy}")
    return json.loads(text), tensors
