"""The suite can fail: with one safeguard switched off, a named test goes red."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hrtem_transfer.jobs import run_lock
from hrtem_transfer.learning import fitting
from hrtem_transfer.storage import checksums, files, hdf5, parquet_files, tensor_files
from hrtem_transfer.study import Layout
from tests.faults import test_damage, test_loss, test_processes

Patch = pytest.MonkeyPatch


class EqualToAll:
    """A digest that finds no difference."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]


def no_rename(patch: Patch) -> None:
    """Files are written straight to their final names."""

    @contextlib.contextmanager
    def written(path: str | os.PathLike[str], size_bytes: int | None = None) -> Iterator[Path]:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        yield Path(path)

    patch.setattr(files, "written_whole", written)
    patch.setattr(hdf5, "written_whole", written)


def no_digest_of_weights(patch: Patch) -> None:
    patch.setattr(tensor_files, "digest_of_tensors", lambda tensors: EqualToAll())


def no_digest_of_tables(patch: Patch) -> None:
    patch.setattr(parquet_files, "digest_of_values", lambda table: EqualToAll())


def no_digest_of_listed_files(patch: Patch) -> None:
    patch.setattr(checksums, "digest_of_file", lambda path: EqualToAll())


def no_lock(patch: Patch) -> None:
    @contextlib.contextmanager
    def free(path: Path, progress: Callable[[str], None], poll_seconds: float = 1.0) -> Iterator[None]:
        yield

    patch.setattr(run_lock, "held", free)


def no_finite_check(patch: Patch) -> None:
    patch.setattr(fitting, "math", SimpleNamespace(inf=math.inf, isfinite=lambda value: True))


def killed(undamaged: Layout, folder: Path) -> None:
    test_processes.test_a_job_killed_in_the_middle_of_a_file(undamaged, folder)


def flipped(name: str) -> Callable[[Layout, Path], None]:
    def run(undamaged: Layout, folder: Path) -> None:
        kind = next(kind for kind in test_damage.KINDS if kind.name == name)
        test_damage.test_single_flipped_bytes_are_refused_and_named_or_change_nothing(
            kind, test_processes.copy_of(undamaged, folder)
        )

    return run


def twice(undamaged: Layout, folder: Path) -> None:
    test_processes.test_two_at_once_on_the_same_runs_train_each_network_once(undamaged, folder)


def not_finite(undamaged: Layout, folder: Path) -> None:
    test_loss.test_a_loss_that_is_not_finite_is_a_failure_with_its_reason(undamaged, folder)


MUTATIONS: list[tuple[Callable[[Patch], None], Callable[[Layout, Path], None]]] = [
    (no_rename, killed),
    (no_digest_of_weights, flipped("run weights")),
    (no_digest_of_tables, flipped("networks.parquet")),
    (no_digest_of_listed_files, flipped("networks.csv")),
    (no_lock, twice),
    (no_finite_check, not_finite),
]


@pytest.mark.parametrize(("switch_off", "named"), MUTATIONS, ids=[one.__name__ for one, _ in MUTATIONS])
def test_without_a_safeguard_a_named_test_goes_red(
    switch_off: Callable[[Patch], None],
    named: Callable[[Layout, Path], Any],
    undamaged: Layout,
    tmp_path: Path,
    monkeypatch: Patch,
) -> None:
    switch_off(monkeypatch)
    with pytest.raises(AssertionError) as red:
        named(undamaged, tmp_path)
    print(f"MUTATION | {switch_off.__name__} | red: {' '.join(str(red.value).split())[:110]}")
