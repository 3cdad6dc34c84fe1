"""A study from its file, checked as a whole: whether its parts fit together, and whether it can be simulated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hrtem_transfer.simulation.feasibility import problems
from hrtem_transfer.storage.shipped import shipped_file
from hrtem_transfer.study import Sweep, read_sweep
from hrtem_transfer.study.config.problems import ConfigError, nearest, shown

SHIPPED = ("demo", "paper")
"""Studies that come with the package."""


def load_study(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Sweep:
    """Read, check and expand a configuration file, or read a frozen plan (``plan.json``).

    Args:
        path: the file; or the name of a study that comes with the package, ``demo`` or ``paper``.
        overrides: values that go before those of a configuration, key by key.

    Returns:
        the expanded study; ``domains`` holds its domains by id.

    Raises:
        ConfigError: anything is wrong; its text names the file and, for each problem, line, key, value, what is allowed
            and what to do.
    """
    if path in SHIPPED:
        path = shipped_file(f"config/{path}.yaml")
    elif isinstance(path, str) and path.isidentifier() and not Path(path).exists():
        hint = nearest(path, SHIPPED)
        raise ConfigError(
            f"study: found {shown(path)}; allowed: the path of a configuration file, or one of {', '.join(SHIPPED)}"
            + (f"; {hint}" if hint else "")
        )
    return read_sweep(path, overrides, problems)
