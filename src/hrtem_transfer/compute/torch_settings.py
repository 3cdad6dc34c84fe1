"""PyTorch's process-wide settings, made in this one place, for the length of a call only."""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import torch

# mallopt(3) of glibc: its option numbers, and the values that it starts with.
_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1
_GLIBC_DEFAULT = 128 << 10


def pick_device(name: str) -> torch.device:
    """The device called ``auto`` (a GPU when there is one), ``cpu``, ``cuda`` or ``cuda:<number>``.

    Raises:
        ValueError: the name is another one, or there is no such GPU.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, number = name.partition(":")
    if kind not in ("cpu", "cuda") or (number and not number.isdecimal()):
        raise ValueError(f"work.device: {name!r} is not a device. Allowed: auto, cpu, cuda, cuda:<number>.")
    if kind == "cuda":
        found = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if int(number or 0) >= found:
            raise ValueError(f"work.device: {name!r} was asked for, PyTorch finds {found} GPUs. Give auto or cpu.")
    return torch.device(name)


def describe(device: torch.device) -> str:
    """The product name of a GPU, or of the processor (``cpu`` where the system does not say)."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else _processor()


@cache
def _processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return " ".join(next(named, "").split()) or platform.processor() or "cpu"


def real_precision(precision: str, device: torch.device) -> str:
    """What ``precision`` means on a device, ``float32`` or ``bfloat16``: ``auto`` is bfloat16 on a GPU that has it."""
    if precision == "auto":
        has_it = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        return "bfloat16" if has_it else "float32"
    return precision


def autocast_dtype(precision: str, device: torch.device) -> torch.dtype | None:
    """The type of mixed-precision arithmetic, or None for float32 throughout; ``precision`` may be ``auto``."""
    return {"float32": None, "bfloat16": torch.bfloat16}[real_precision(precision, device)]


@contextmanager
def settled(device: str, threads: int) -> Iterator[torch.device]:
    """Pick a device and make PyTorch's arithmetic repeatable on it; everything is as it was before afterwards.

    An operation without a repeatable algorithm raises on the CPU; on a GPU, where one encoder's operations may lack one
    that another's have, it warns and goes on. float32 means float32: the shortened TF32 arithmetic is off.
    """
    chosen = pick_device(device)
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    fill = torch.utils.deterministic.fill_uninitialized_memory  # type: ignore[attr-defined]
    cudnn = torch.backends.cudnn
    before = (torch.get_num_threads(), cudnn.benchmark, cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32)
    try:
        _keep_freed_memory(True)
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(True, warn_only=chosen.type == "cuda")
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
        cudnn.benchmark, cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = False, False, False
        yield chosen
    finally:
        _keep_freed_memory(False)
        torch.set_num_threads(before[0])
        torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)
        torch.utils.deterministic.fill_uninitialized_memory = fill  # type: ignore[attr-defined]
        cudnn.benchmark, cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = before[1:]


def _keep_freed_memory(keep: bool) -> None:
    """Have the C library keep large freed blocks, or give them back to the system as it does by itself.

    A training step on the CPU allocates and frees the same few hundred MB over and over; getting them from the system
    means a page fault for every 4 KiB (measured: a tenth of the step's CPU time). No effect where there is no glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, 1 << 30 if keep else _GLIBC_DEFAULT)
        mallopt(_TRIM_THRESHOLD, (1 << 31) - 1 if keep else _GLIBC_DEFAULT)
