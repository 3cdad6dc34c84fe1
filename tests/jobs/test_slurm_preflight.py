"""Slurm's judgement before the first submission, with made-up commands in Slurm's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.jobs.slurm_preflight import check_submissions, has_accounting, need_sbatch
from hrtem_transfer.storage.files import DataError


@pytest.fixture
def sbatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a made-up sbatch on the PATH, which notes its calls; the body decides what it says."""

    def make(body: str) -> Path:
        command = tmp_path / "bin" / "sbatch"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n{body}\n')
        command.chmod(0o755)
        monkeypatch.setenv("PATH", f"{command.parent}:/usr/bin:/bin")
        return tmp_path / "calls"

    return make


def test_what_slurm_takes_passes_and_nothing_is_submitted(sbatch) -> None:
    calls = sbatch("echo 'sbatch: Job 4 to start at 2026-01-01T00:00:00' >&2")
    check_submissions({"transfer": "-p gpu --comment 'a b'", "images": "-p cpu"})
    assert calls.read_text().splitlines() == [
        "--test-only -p gpu --comment a b --wrap true",
        "--test-only -p cpu --wrap true",
    ]


def test_a_refusal_is_told_once_in_slurms_words(sbatch) -> None:
    sbatch(
        'case "$*" in *gpux*) echo "sbatch: error: invalid partition specified: gpux" >&2\n'
        'echo "allocation failure: Invalid partition name specified" >&2; exit 1;; esac'
    )
    with pytest.raises(DataError) as raised:
        check_submissions({"pretrain": "-p gpux", "transfer": "-p gpux", "images": "-p cpu"})
    message = str(raised.value)
    assert message.count("invalid partition specified: gpux") == 1
    assert "  pretrain, transfer: sbatch: error: invalid partition" in message
    assert "images" not in message
    assert "profiles/slurm/config.yaml" in message


@pytest.mark.parametrize(
    "words",
    [
        "allocation failure: Requested nodes are busy",
        "allocation failure: Required node not available (down, drained or reserved)",
    ],
)
def test_jobs_that_only_have_to_wait_are_no_refusal(sbatch, words: str) -> None:
    sbatch(f'echo "{words}" >&2; exit 1')
    check_submissions({"transfer": "-p gpu"})


def test_options_that_no_shell_would_take_are_a_refusal(sbatch) -> None:
    calls = sbatch("exit 0")
    with pytest.raises(DataError, match=r"transfer: No closing quotation in the options: -p 'gpu"):
        check_submissions({"transfer": "-p 'gpu"})
    assert not calls.exists()


def test_a_silent_refusal_is_one_too(sbatch) -> None:
    sbatch("exit 3")
    with pytest.raises(DataError, match="status 3"):
        check_submissions({"transfer": "-p gpu"})


def test_a_machine_without_sbatch_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match=r"sbatch: not found on the PATH.*--cores"):
        need_sbatch()


@pytest.mark.parametrize(
    ("body", "answers"), [("exit 0", True), ("echo accounting storage is disabled; exit 1", False)]
)
def test_sacct_counts_only_where_it_answers(
    body: str, answers: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not has_accounting()
    (tmp_path / "sacct").write_text(f"#!/bin/sh\n{body}\n")
    (tmp_path / "sacct").chmod(0o755)
    assert has_accounting() is answers
