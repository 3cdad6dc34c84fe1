"""A package of an extra that is not installed: a sentence that says what to install."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from hrtem_transfer.report.figures.rendering import save
from hrtem_transfer.storage.extras import MissingExtraError, explained

ROOT = Path(__file__).parents[2]
EXTRAS = ("abtem", "report", "workflow")


def key(name: str) -> str:
    return name.lower().replace("_", "-")


def packages(extra: str) -> set[str]:
    """What the extra itself asks for and our sources use, by the names under which it is imported."""
    needs = [Requirement(text) for text in requires("hrtem-transfer") or []]
    names = {key(need.name) for need in needs if need.marker and need.marker.evaluate({"extra": extra})}
    brought = {module for module, sources in packages_distributions().items() if names & {key(one) for one in sources}}
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "workflow").rglob("*.smk"), ROOT / "Snakefile"]
    used = set(re.findall(r"^ *(?:from|import) (\w+)", "\n".join(path.read_text() for path in sources), re.MULTILINE))
    return (brought & used) - {"hrtem_transfer"}


@pytest.mark.parametrize("extra", EXTRAS)
def test_whatever_an_extra_brings_is_named_with_it(extra: str) -> None:
    assert packages(extra)
    for package in packages(extra):
        with pytest.raises(MissingExtraError, match=rf"{package}.*hrtem-transfer\[{extra}\]"), explained("It needs"):
            raise ModuleNotFoundError(name=f"{package}.inner")


def test_any_other_missing_package_is_not_hidden() -> None:
    with pytest.raises(ModuleNotFoundError), explained("It needs"):
        raise ModuleNotFoundError(name="reportlab")


def test_figures_without_their_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtraError, match=r"hrtem-transfer\[report\]"):
        save({}, tmp_path / "figure")


@pytest.mark.parametrize("package", ["pyarrow", "pandera"])
def test_a_command_without_its_extra_ends_with_a_sentence(package: str, tmp_path: Path) -> None:
    table = tmp_path / "networks.csv"
    table.write_text("stage,source_domain,target_domain,n_images,freeze,loss_target_after\ntransfer,a,b,8,none,0.1\n")
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from hrtem_transfer.cli.main import main; sys.exit(main(['compare', sys.argv[1], sys.argv[1]]))"
    )
    done = subprocess.run([sys.executable, "-c", code, table], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"hrtem-transfer compare needs the package {package}" in done.stderr
    assert "Traceback" not in done.stderr
