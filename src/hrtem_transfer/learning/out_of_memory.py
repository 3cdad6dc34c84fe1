"""Running out of memory: how it is distinguished from other errors, and what a person should know and do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch

from hrtem_transfer.study.recipes import NetworkRecipe

_NAMED = 5
# Besides errors of their own kind: PyTorch on the CPU, CUDA's libraries, C++.
_SIGNS = ("DefaultCPUAllocator", "out of memory", "bad_alloc", "STATUS_ALLOC_FAILED")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the device, or the host, has not enough memory."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)


def in_words(error: BaseException) -> str:
    """How much more was asked for, as far as the error says: ``2.00 GiB more were asked for``."""
    text = " ".join(str(error).split())
    asked = re.search(r"allocate ([\d.]+) ?([KMGTP]?i?B|bytes)", text)
    if asked is None:
        return text[:160] or "how much more was asked for is not known"
    number, unit = asked.groups()
    if unit == "bytes":
        number, unit = f"{float(number) / 2**30:.2f}", "GiB"
    return f"{number} {unit} more were asked for"


def message(store: Path, recipes: Mapping[str, NetworkRecipe], lacking: Mapping[str, str], kind: str) -> str:
    """That some networks of a run ran out of memory, and what to do.

    Args:
        store: folder of trained networks.
        recipes: the networks that were to be trained.
        lacking: those that ran out of memory, each with its reason.
        kind: ``cpu`` or ``cuda``.
    """
    lines = [
        f"{store}: {len(lacking)} of {len(recipes)} networks need more memory than there is on this "
        f"{'GPU' if kind == 'cuda' else 'machine'} and are not trained; the others are in the store."
    ]
    for network_id, lack in list(lacking.items())[:_NAMED]:
        recipe = recipes[network_id]
        lines.append(f"  {network_id} ({recipe.stage}, frozen: {recipe.freeze}): {lack}")
    if len(lacking) > _NAMED:
        lines.append(f"  and {len(lacking) - _NAMED} more")
    more = "use a GPU with more memory or with no other work on it" if kind == "cuda" else "run fewer jobs at a time"
    lines.append(
        f"They are tried again when the workflow is started again. Before that give the job more memory (on a cluster: "
        f"mem_mb of the profile), {more}, or configure a smaller training.batch_size or a smaller network (both make "
        "other networks)."
    )
    return "\n".join(lines)
