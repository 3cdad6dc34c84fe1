"""A real browser for the explorer."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# The sandbox needs privileges that containers lack; the rest keeps the browser from calling home.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium on the path; continuous integration must install it")
        pytest.skip("no chromium on the path: install Debian's package `chromium` to test the explorer")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS, "--disable-sync"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def image_files(corner_plan, tmp_path_factory) -> dict[str, Path]:
    """A small image file for every domain: a disc on noise."""
    from hrtem_transfer.storage.image_files import ImageSet, write_images

    folder = tmp_path_factory.mktemp("images")
    y, x = np.mgrid[:32, :32]
    labels = np.stack([((x - 12) ** 2 + (y - 14) ** 2 < radius**2) for radius in (5, 7)]).astype(np.uint8)
    counts = (np.random.default_rng(1).poisson(20, labels.shape) + 10 * labels).astype(np.uint8)
    images = ImageSet(counts, labels, np.zeros(2), np.arange(2))
    for row in corner_plan.domains:
        write_images(folder / f"{row['domain']}.h5", {"test": images}, {})
    return {row["domain"]: folder / f"{row['domain']}.h5" for row in corner_plan.domains}


@pytest.fixture(scope="session")
def explorer(corner_results, image_files, tmp_path_factory) -> Path:
    """The explorer of the corner of the sweep."""
    from hrtem_transfer.report.page.build import write_explorer
    from hrtem_transfer.results import load

    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    return write_explorer(load(corner_results), path, images=image_files)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the explorer, or an empty tab; afterwards nothing may have gone wrong or left the file."""
    contexts, problems, requests = [], [], []

    def opened(path: Path | None, fragment: str = "", *, width: int = 1280, scheme: str = "light", **options) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        return page if path is None else ready(page, path, fragment)

    opened.problems = problems
    yield opened
    for context in contexts:
        context.close()
    left = [url[:80] for url in requests if not url.startswith(("file:", "data:", "blob:"))]
    assert left == []
    assert problems == []


def ready(page: Page, path: Path, fragment: str = "") -> Page:
    """Load the explorer and wait until its first view is drawn."""
    page.goto(f"{path.as_uri()}{fragment}")
    page.wait_for_selector("body[data-ready]", timeout=20_000)
    return page


def settled(page: Page) -> None:
    """Wait until the last change is drawn."""
    page.evaluate("async () => { await HT.app.last; }")
