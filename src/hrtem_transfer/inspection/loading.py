"""A study from its file, checked as a whole: whether its parts fit together, and whether it can be simulated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hrtem_transfer.simulation.feasibility import problems
from hrtem_transfer.study import Sweep, read_sweep


def load_study(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Sweep:
    """Read, check and expand a configuration file, or read a frozen plan (``plan.json``).

    Args:
        path: the file.
        overrides: values that go before those of a configuration, key by key.

    Raises:
        ConfigError: anything is wrong; its text names the file and, for each problem, line, key, value, what is allowed
            and what to do.
    """
    return read_sweep(path, overrides, problems)
