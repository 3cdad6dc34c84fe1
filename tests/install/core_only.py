"""Run a program with the packages of the core only: ``python core_only.py PROGRAM``.

Whatever is installed beside them is refused, so that no second environment is needed.
"""

from __future__ import annotations

import runpy
import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def distributions(name: str, extras: frozenset[str] = frozenset()) -> set[tuple[str, frozenset[str]]]:
    """A distribution and all that it needs, by name and extras asked for."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [(canonicalize_name(name), extras)]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        try:
            needs = [Requirement(text) for text in requires(one[0]) or []]
        except PackageNotFoundError:  # for another platform, or brought along otherwise
            continue
        waiting += [
            (canonicalize_name(need.name), frozenset(need.extras))
            for need in needs
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in (*one[1], ""))
        ]
    return found


def foreign() -> set[str]:
    """Names of importable packages that none of the core's distributions brings."""
    core = {name for name, _ in distributions("hrtem-transfer")}
    brought = packages_distributions().items()
    return {package for package, names in brought if not core & {canonicalize_name(name) for name in names}}


class CoreFinder(PathFinder):
    """Finds packages as Python does, but none that is foreign to the core."""

    refused = foreign()

    @classmethod
    def find_spec(cls, name: str, *arguments: Any) -> ModuleSpec | None:
        """Python's question before it imports ``name``."""
        return None if name in cls.refused else super().find_spec(name, *arguments)


if __name__ == "__main__":
    assert "snakemake" in CoreFinder.refused, "nothing to refuse: this environment has the core only"
    sys.meta_path[sys.meta_path.index(PathFinder)] = CoreFinder
    runpy.run_path(sys.argv[1], run_name="__main__")
