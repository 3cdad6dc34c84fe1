"""What logs and tables hold is shown, and does not steer the terminal on which it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.cli.main import main
from hrtem_transfer.jobs.job_log import job_log
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study import Layout, read_sweep

DEMO = Path(__file__).parents[2] / "config" / "demo.yaml"
CLEAR = "\x1b[2J\x1b]0;title\x07"
MARKED = "\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}]0;title\N{REPLACEMENT CHARACTER}"


def test_the_last_words_of_a_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = Layout.below(tmp_path, read_sweep(DEMO))
    run = next(run for run in files.sweep.runs.values() if run.stage == "transfer")
    log = files.root / "logs" / "transfer" / f"{run.run_id}.log"
    with pytest.raises(SystemExit) as ended, job_log(log):
        raise DataError(f"a{CLEAR}.h5: damaged")
    assert f"a{MARKED}.h5: damaged" in str(ended.value)
    assert f"a{MARKED}.h5: damaged" in log.read_text()
    # A log of another origin.
    log.write_text(log.read_text().replace(MARKED, CLEAR))
    assert main(["status", "--config", str(DEMO), "--results", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert f"a{MARKED}.h5: damaged" in said
    assert "\x1b" not in said


def test_a_message_about_a_file_of_that_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--config", str(tmp_path / f"a{CLEAR}.yaml")]) == 1
    said = capsys.readouterr().err
    assert f"a{MARKED}.yaml" in said
    assert "\x1b" not in said
