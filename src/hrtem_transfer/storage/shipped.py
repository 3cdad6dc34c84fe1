"""The files of the workflow that come with the package: Snakefile, config/, envs/, profiles/, workflow/.

A checkout has them beside ``src``. A wheel installs them as data files below ``share/hrtem-transfer`` (pyproject.toml).
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from hrtem_transfer.storage.files import DataError

_FOLDERS = ("config", "envs", "profiles", "workflow")
_SHARE = "share/hrtem-transfer/"
_CHECKOUT = Path(__file__).parents[3]


def shipped_file(name: str) -> Path:
    """Where a shipped file lies, e.g. ``config/demo.yaml``.

    Raises:
        DataError: there is no such file, or the installation lacks it.
    """
    found = _found()
    if name not in found:
        raise DataError(f"{name}: the package has no such file. It has {', '.join(found) or 'none'}.")
    return found[name]


def shipped_files() -> list[str]:
    """The names of all shipped files, relative to the folder that the workflow starts from, sorted."""
    return list(_found())


@cache
def _found() -> dict[str, Path]:
    if (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "Snakefile").is_file():
        paths = [_CHECKOUT / "Snakefile", *(path for name in _FOLDERS for path in (_CHECKOUT / name).rglob("*"))]
        named = {
            path.relative_to(_CHECKOUT).as_posix(): path for path in paths if path.is_file() and path.suffix != ".pyc"
        }
    else:
        # pip's list of what it installed, so that it does not matter where: --user, --prefix, a virtual environment.
        try:
            installed = files("hrtem-transfer") or []
        except PackageNotFoundError:
            installed = []
        named = {
            one.as_posix().partition(_SHARE)[2]: Path(str(one.locate())).resolve()
            for one in installed
            if _SHARE in one.as_posix() and one.suffix != ".pyc"
        }
    return dict(sorted(named.items()))
