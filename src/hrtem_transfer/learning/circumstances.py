"""What a network was really trained with, beside its recipe: for the record. It has no part in the network's id."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import dataclass
from functools import cache

import torch

from hrtem_transfer.compute import torch_settings

_PACKAGES = ("numpy", "torch", "segmentation-models-pytorch", "timm", "safetensors", "hrtem-transfer")


@dataclass(frozen=True)
class Circumstances:
    """Where and how a training ran; equal ones (on one machine) give equal weights.

    Attributes:
        precision: ``float32`` or ``bfloat16``: of the arithmetic, whatever the recipe's ``auto`` came to.
        device: product name of the processor or GPU.
        device_kind: ``cpu`` or ``cuda``.
        threads: PyTorch's threads on the CPU.
        versions: of Python, CUDA (``none`` without) and the packages that decide what comes out.
    """

    precision: str
    device: str
    device_kind: str
    threads: int
    versions: dict[str, str]


def circumstances(precision: str, device: torch.device) -> Circumstances:
    """Those of a training that starts on ``device``; ``precision`` is the recipe's."""
    return Circumstances(
        precision=torch_settings.real_precision(precision, device),
        device=torch_settings.describe(device),
        device_kind=device.type,
        threads=torch.get_num_threads(),
        versions=dict(_versions()),
    )


@cache
def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "cuda": torch.version.cuda or "none",
        **{package: importlib.metadata.version(package) for package in _PACKAGES},
        # With the build: 2.13.0+cpu.
        "torch": str(torch.__version__),
    }
