"""The study unrolled into structure sets, domains, networks and runs. Light: imports neither numpy nor torch.

Names are loaded when they are used, so that one of the modules can be imported where pydantic is missing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hrtem_transfer.study.expansion import Sweep, expand
    from hrtem_transfer.study.layout import Layout
    from hrtem_transfer.study.plan import freeze, read_plan, results_folders
    from hrtem_transfer.study.reading import read_sweep
    from hrtem_transfer.study.records import NetworkRecord, Run

__all__ = ["Layout", "NetworkRecord", "Run", "Sweep", "expand", "freeze", "read_plan", "read_sweep", "results_folders"]

_MODULES = {
    "Layout": "layout",
    "NetworkRecord": "records",
    "Run": "records",
    "Sweep": "expansion",
    "expand": "expansion",
    "freeze": "plan",
    "read_plan": "plan",
    "read_sweep": "reading",
    "results_folders": "plan",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
