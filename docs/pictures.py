"""The pictures of README.md and docs/ that show results; those of the simulation: benchmarks/simulation_sample.py.

    python docs/pictures.py results/demo

Copies the demo's contact sheet and transfer map, and photographs the explorer with made-up results of the whole study
in chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SIZE_PX = {"width": 1180, "height": 860}


def main(demo: Path) -> None:
    """Write the pictures; ``demo`` is a results folder."""
    for name in ("contact_sheet", "transfer_defocus"):
        shutil.copy(demo / "figures" / f"{name}.png", IMAGES / f"demo_{name}.png")
    with tempfile.TemporaryDirectory() as folder:
        module = [sys.executable, "-m", "hrtem_transfer.results.synthetic"]
        subprocess.run([*module, ROOT / "config" / "paper.yaml", folder], check=True)
        subprocess.run([sys.executable, "-m", "hrtem_transfer", "report", folder], check=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport=SIZE_PX)
            page.goto(Path(folder, "explorer.html").as_uri())
            page.wait_for_selector("body[data-ready]")
            page.screenshot(path=IMAGES / "explorer.png")
            browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
