"""Every wrong input is answered in words that say what, where and what is allowed, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad_input import axes, command_lines, crystal_files, data_files, names, physics, tables, values, yaml_texts
from tests.bad_input.harness import answer, says

TABLES = (values, physics, names, axes, yaml_texts, crystal_files, data_files, tables, command_lines)
CASES = {
    f"{module.__name__.rpartition('.')[2]}: {name}": case for module in TABLES for name, case in module.CASES.items()
}
# Against an answer that never comes; most take a few milliseconds.
MOST_SECONDS = 60


@pytest.mark.timeout(MOST_SECONDS)
@pytest.mark.parametrize("name", CASES)
def test_wrong_input(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    given = answer(case, tmp_path)
    captured = capsys.readouterr()
    text = captured.out + captured.err
    assert says(case.message, text), text
    assert given.code not in (0, None)
    assert given.touched == []
    assert "Traceback" not in text
