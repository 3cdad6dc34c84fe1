"""What is said when a package of an extra is not installed. The extras: docs/install.md."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hrtem_transfer.storage.files import DataError

# The smallest extra that brings a package, by the name under which it is imported.
_EXTRA_OF = {
    "abtem": "abtem",
    "contourpy": "report",
    "dask": "abtem",
    "matplotlib": "report",
    "pandera": "report",
    "pyarrow": "report",
    "snakemake": "workflow",
    "snakemake_executor_plugin_slurm": "workflow",
    "vl_convert": "report",
}


class MissingExtraError(DataError, ImportError):
    """A package of an extra is not installed; the message says who needs it and how to install it."""


@contextmanager
def explained(user: str) -> Iterator[None]:
    """Inside, a failed import of an extra's package is answered with a sentence that begins with ``user``.

    Args:
        user: who needs the package: "Figures need", "hrtem-transfer collect needs".

    Raises:
        MissingExtraError: such a package is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRA_OF:
            raise
        raise MissingExtraError(
            f"{user} the package {package}, which is not installed: pip install 'hrtem-transfer[{_EXTRA_OF[package]}]'"
        ) from error
