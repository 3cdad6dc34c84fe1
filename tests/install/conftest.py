"""A wheel of this checkout, installed elsewhere; what it depends on is read from the environment of the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from hrtem_transfer.storage.shipped import shipped_file, shipped_files

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installation:
    """A virtual environment with the wheel in it."""

    wheel: Path
    python: Path

    def run(self, *arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run its Python in ``folder``; output and error together."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment |= {"OMP_NUM_THREADS": "1", "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}"}
        return subprocess.run(
            [self.python, *arguments],
            cwd=folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
        )


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("installation")
    # Built from a copy: setuptools leaves a folder beside what it builds from.
    source = folder / "source"
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in shipped_files():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shipped_file(name), source / name)
    quiet = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index")
    pip = (sys.executable, "-m", "pip")
    subprocess.run(
        [*pip, "wheel", source, *quiet, "--no-build-isolation", "--wheel-dir", folder / "wheels"], check=True
    )
    (wheel,) = (folder / "wheels").glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([*pip, "--python", python, "install", *quiet, wheel], check=True)
    # After the package, which pip would else find there. A folder named like this is searched for packages, but the
    # link to the checkout in it is not followed.
    packages = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        capture_output=True,
        text=True,
        check=True,
    )
    (Path(packages.stdout.strip()) / "dependencies.pth").write_text(f"{sysconfig.get_paths()['purelib']}\n")
    return Installation(wheel, python)
