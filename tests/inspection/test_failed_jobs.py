"""A job that failed is known by the last words of its log."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.inspection.failed_jobs import failed_jobs, last_words
from hrtem_transfer.jobs.job_log import job_log
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study import Layout, read_sweep

ROOT = Path(__file__).parents[2]


def logged(path: Path, error: BaseException | None, *lines: str) -> None:
    try:
        with job_log(path) as say:
            for line in lines:
                say(line)
            if error:
                raise error
    except SystemExit:
        pass


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DataError("a.h5: damaged.\nb.h5: damaged too."), "a.h5: damaged. b.h5: damaged too."),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
        (None, None),
    ],
)
def test_the_last_words(tmp_path: Path, error: BaseException | None, words: str | None) -> None:
    logged(tmp_path / "log", error, "network 1 epoch 1/3")
    assert last_words(tmp_path / "log") == words


@pytest.mark.parametrize("error", [DataError("a.h5: damaged"), ZeroDivisionError("division by zero")])
def test_a_job_that_went_on_in_the_same_log_has_not_failed(tmp_path: Path, error: BaseException) -> None:
    logged(tmp_path / "log", error)
    logged(tmp_path / "log", None, "network 1 epoch 1/3")
    assert last_words(tmp_path / "log") is None


def test_a_failed_job_is_one_without_output_and_without_a_process(tmp_path: Path) -> None:
    files = Layout.below(tmp_path, read_sweep(ROOT / "config" / "demo.yaml"))
    run = next(run for run in files.sweep.runs.values() if run.stage == "transfer")
    log = files.root / "logs" / "transfer" / f"{run.run_id}.log"
    assert failed_jobs(files) == []
    logged(log, DataError("a.h5: damaged"))
    assert failed_jobs(files) == [(log, "a.h5: damaged")]
    files.training(run).parent.mkdir(parents=True)
    files.training(run).touch()
    assert failed_jobs(files) == []


def test_where_logs_are_is_what_the_rules_say() -> None:
    rules = "".join(path.read_text() for path in (ROOT / "workflow" / "rules").glob("*.smk"))
    for log in (
        "logs/exit_waves/{{shard}}.log",
        "logs/images/{{image_key}}.log",
        "logs/pretrain/{{run}}.log",
        "logs/transfer/{{run}}.log",
        "logs/mixture/{{run}}.log",
        "logs/scratch/{{run}}.log",
        "logs/evaluate/{{evaluation}}.log",
        "logs/collect.log",
        "logs/report.log",
    ):
        assert f"{{ROOT}}/{log}" in rules, log
