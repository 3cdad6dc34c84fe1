"""hrtem-transfer: how to carry a segmentation network from one electron-microscope setting to another.

What stands in ``__all__`` is the library (docs/api.md). Each name is loaded when it is first used, so that importing
the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hrtem_transfer.inspection.loading import load_study
    from hrtem_transfer.learning.fit import fit
    from hrtem_transfer.learning.networks import Network, build_network
    from hrtem_transfer.learning.trained import TrainedNetwork, load, score
    from hrtem_transfer.micrographs.images import Images, Sample
    from hrtem_transfer.micrographs.particles import Segmentation
    from hrtem_transfer.simulation.domain import Domain
    from hrtem_transfer.simulation.samples import simulate
    from hrtem_transfer.storage.files import DataError
    from hrtem_transfer.study.config.problems import ConfigError

__version__ = "0.1.0"

__all__ = [
    "ConfigError",
    "DataError",
    "Domain",
    "Images",
    "Network",
    "Sample",
    "Segmentation",
    "TrainedNetwork",
    "build_network",
    "fit",
    "load",
    "load_study",
    "score",
    "simulate",
]

# Module of each name, as in the imports above.
_MODULES = {
    "ConfigError": "study.config.problems",
    "DataError": "storage.files",
    "Domain": "simulation.domain",
    "Images": "micrographs.images",
    "Network": "learning.networks",
    "Sample": "micrographs.images",
    "Segmentation": "micrographs.particles",
    "TrainedNetwork": "learning.trained",
    "build_network": "learning.networks",
    "fit": "learning.fit",
    "load": "learning.trained",
    "load_study": "inspection.loading",
    "score": "learning.trained",
    "simulate": "simulation.samples",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; its names: {', '.join(__all__)}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
