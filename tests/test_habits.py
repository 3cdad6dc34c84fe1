"""What the pages and the configuration of the tools say is so."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from hrtem_transfer import __version__

ROOT = Path(__file__).parents[1]
PAGES = sorted(path for folder in (".", "config", "docs", "benchmarks") for path in (ROOT / folder).glob("*.md"))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


def made_by(target: str) -> list[str]:
    """The commands that make runs for a target when everything is installed."""
    command = ["make", "--no-print-directory", "--dry-run", "--assume-old", ".venv/installed", target]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_pre_commit_runs_what_make_lint_runs() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    commands = made_by("lint")
    assert len(commands) >= 5
    assert [hook["entry"] for hook in hooks] == commands
    assert all(hook["language"] == "system" and hook["pass_filenames"] is False for hook in hooks)


def test_continuous_integration_lints_and_tests() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert {"make lint", "PYTEST_ADDOPTS=--cov make test"} <= {line.strip() for line in lines}


def test_the_citation_names_this_version_and_the_paper() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == __version__
    assert citation["license"] == "MIT"
    (paper,) = citation["references"]
    assert [author["family-names"] for author in paper["authors"]] == ["Rangel DaCosta", "Oill", "Scott"]
    assert paper["title"] in (ROOT / "README.md").read_text().replace("\n", " ")
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    for link in (first or second for first, second in LINK.findall(text)):
        if link.startswith(("http://", "https://", "#")):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name
        assert target.exists(), f"{page}: {link}"
        if anchor:
            titles = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
            assert anchor in [_anchor(title) for title in titles], f"{page}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_that_a_page_names_are_there(page: Path) -> None:
    folders = "benchmarks|config|docs|envs|profiles|src|tests|workflow"
    for name in re.findall(rf"`((?:{folders})/[\w./-]+)(?:::\w+)?`", page.read_text()):
        assert (ROOT / name).exists() or (ROOT / "src" / "hrtem_transfer" / name).exists(), f"{page}: {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_tests_that_a_page_names_are_there(page: Path) -> None:
    tests: dict[str, str] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        # Tests of two packages may have one name.
        tests[path.name] = tests.get(path.name, "") + path.read_text()
    for name, _, test in re.findall(r"`(?:tests/[\w/]*)?(test_\w+\.py)(::(\w+))?`", page.read_text()):
        assert name in tests, f"{page}: {name}"
        assert f"def {test}" in tests[name], f"{page}: {name}::{test}"


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = [first or second for first, second in LINK.findall(page.read_text())]
        waiting += [
            (page.parent / link.partition("#")[0]).resolve() for link in links if "://" not in link and link[0] != "#"
        ]
    assert {path for path in PAGES if path.parent.name == "docs"} <= seen
