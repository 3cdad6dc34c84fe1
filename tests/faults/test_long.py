"""Long and heavy: many networks in one run, many files opened, more jobs than cores."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hrtem_transfer import image_files
from hrtem_transfer.inspection.verification import verify
from hrtem_transfer.learning import network_store
from hrtem_transfer.learning.training import train_run
from hrtem_transfer.sweep import Layout, read_sweep
from tests.faults.stages import SMALL, quiet
from tests.workflow.conftest import Workflow
from tests.workflow.numbers import differences

NETWORKS = 300


def resident_bytes() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def slope(values: list[int]) -> float:
    """Bytes per step of a line through the later three quarters: the first ones fill caches."""
    later = values[len(values) // 4 :]
    return float(np.polyfit(np.arange(len(later)), later, 1)[0])


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
        memory.append(resident_bytes())
        files.append(open_files())

    store = tmp_path / "networks"
    train_run(recipes, images, store, tmp_path / "training.parquet", device="cpu", progress=after_each)
    assert len(memory) == NETWORKS
    grown = slope(memory)
    print(f"LONG | {NETWORKS} networks | {grown / 1e3:.2f} kB per network | {memory[0] / 1e6:.0f} to "
          f"{memory[-1] / 1e6:.0f} MB | open files {files[0]} to {files[-1]}")  # fmt: skip
    # A network has 0.3 MB of weights: keeping one in three would show. Less is the allocator's noise.
    assert grown < 100_000
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
        if number % (80 // opened) == 0:
            memory.append(resident_bytes())
    print(f"OPENED | {what} | 500 files | {slope(memory) / 80 / 1e3:.2f} kB per file")
    assert open_files() == before
    # A file's content is 30 kB.
    assert slope(memory) / 80 < 3_000


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
