"""Long and heavy: many networks in one run, many files opened, more jobs than cores."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hrtem_transfer.inspection.verification import verify
from hrtem_transfer.jobs import network_store
from hrtem_transfer.jobs.training import train_run
from hrtem_transfer.storage import image_files
from hrtem_transfer.study import Layout, read_sweep
from tests.faults.stages import SMALL, quiet
from tests.memory import bytes_in_use
from tests.workflow.conftest import Workflow
from tests.workflow.numbers import differences

NETWORKS = 300


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def growth(values: list[int], stretches: int = 9) -> float:
    """Bytes per step that are added again and again: the median over equal stretches of the later three quarters.

    The first quarter fills caches. What is kept at every step shows in every stretch; a cache that is filled late
    shows in one of them, and would tilt a line through all values.
    """
    later = values[len(values) // 4 :]
    at = np.linspace(0, len(later) - 1, min(stretches, len(later) - 1) + 1).astype(int)
    return float(np.median(np.diff(np.array(later)[at]) / np.diff(at)))


@pytest.mark.parametrize("steps", [13, 300])
def test_growth_is_what_every_step_adds_not_what_one_of_them_took(steps: int) -> None:
    jumps = 5_500_000 * np.searchsorted([steps // 3, steps // 2, steps - 2], np.arange(steps))
    assert growth([1_000_000_000 + int(jump) for jump in jumps]) == 0
    leak = [1_000_000_000 + int(jump) + 30_000 * step for step, jump in enumerate(jumps)]
    assert growth(leak) == pytest.approx(30_000)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_run_of_300_networks_needs_no_more_memory_at_its_end(undamaged: Layout, tmp_path: Path) -> None:
    parent, *_ = (record for record in undamaged.sweep.networks.values() if record.stage == "pretrain")
    recipe = parent.recipe.model_copy(update={"training": parent.recipe.training.model_copy(update={"epochs": 1})})
    recipes = {f"{number:012x}": recipe.model_copy(update={"replicate": number}) for number in range(NETWORKS)}
    images = {share.domain: undamaged.images(share.domain) for share in recipe.shares}
    memory: list[int] = []
    files: list[int] = []

    def after_each(line: str) -> None:
        memory.append(bytes_in_use())
        files.append(open_files())

    store = tmp_path / "networks"
    train_run(recipes, images, store, tmp_path / "training.parquet", device="cpu", progress=after_each)
    assert len(memory) == NETWORKS
    grown = growth(memory)
    print(f"LONG | {NETWORKS} networks | {grown / 1e3:.2f} kB per network | {memory[0] / 1e6:.0f} to "
          f"{memory[-1] / 1e6:.0f} MB | open files {files[0]} to {files[-1]}")  # fmt: skip
    # A network has 0.3 MB of weights; its lines in the run's tables are kept.
    assert grown < 5_000
    assert files[-1] == files[0]
    assert {network_store.read_record(store, network_id).status for network_id in recipes} == {"ok"}


def read_all(files: Layout) -> None:
    for domain in files.sweep.domains:
        for split in ("train", "validation", "test"):
            image_files.read_images(files.images(domain), split)
        image_files.read_recipe(files.images(domain))


def refuse(files: Layout, broken: Path) -> None:
    with pytest.raises(image_files.DataError):
        image_files.read_images(broken, "train")


@pytest.mark.parametrize("what", ["whole", "damaged"])
def test_500_image_files_opened_and_closed_leave_nothing_open(undamaged: Layout, tmp_path: Path, what: str) -> None:
    broken = tmp_path / "broken.h5"
    whole = undamaged.images("defocus_m30nm").read_bytes()
    first, last = len(whole) // 4, len(whole) * 3 // 4
    broken.write_bytes(whole[:first] + bytes(last - first) + whole[last:])
    use: Callable[[], None] = (lambda: read_all(undamaged)) if what == "whole" else (lambda: refuse(undamaged, broken))
    opened = 8 if what == "whole" else 1
    memory, before = [], open_files()
    for number in range(500 // opened):
        use()
        # Looking at all objects takes longer than reading a small file.
        if number % (40 // opened) == 0:
            memory.append(bytes_in_use())
    print(f"OPENED | {what} | 500 files | {growth(memory) / 40 / 1e3:.2f} kB per file")
    assert open_files() == before
    # A file's content is 30 kB.
    assert growth(memory) / 40 < 1_000


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_eight_jobs_at_once_on_two_cores_end_right(undamaged: Layout, tmp_path: Path) -> None:
    text = re.sub(r"together: \[.*\]", "together: []", SMALL.read_text())
    config = tmp_path / "small.yaml"
    config.write_text(text.replace("structures_per_job: 8", "structures_per_job: 2\n  networks_per_evaluation: 1"))
    sweep = read_sweep(config)
    assert len(sweep.runs) == len(sweep.evaluations) == 10
    Workflow(tmp_path, config).run("--cores", "8")
    files = Layout.below(tmp_path / "results", sweep)
    assert len(list((files.root / "logs").rglob("*.log"))) == 4 + 2 + 1 + 10 + 10 + 2
    assert verify(files, quiet, at_rest=True).findings == []
    assert differences(files.root, undamaged.root) == []
