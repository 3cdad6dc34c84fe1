"""Every wrong input is answered at once, in words that say what, where and what to do, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad_input import axes, command_lines, crystal_files, data_files, names, physics, tables, values, yaml_texts
from tests.bad_input.harness import answer, says

TABLES = (values, physics, names, axes, yaml_texts, crystal_files, data_files, tables, command_lines)
CASES = {
    f"{module.__name__.rpartition('.')[2]}: {name}": case for module in TABLES for name, case in module.CASES.items()
}
MOST_CPU_SECONDS = 2


def test_the_table_is_long() -> None:
    assert len(CASES) == sum(len(module.CASES) for module in TABLES)
    assert len(CASES) >= 75


@pytest.fixture(scope="module", autouse=True)
def libraries() -> None:
    """What a program imports when it starts is not what its answer costs."""
    import torch  # noqa: F401

    import hrtem_transfer.jobs.evaluation
    import hrtem_transfer.report.report
    import hrtem_transfer.results
    import hrtem_transfer.simulation.render  # noqa: F401


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
    assert given.seconds < MOST_CPU_SECONDS
    assert given.touched == []
    assert "Traceback" not in text
