"""Gives one wrong input as a person would, and measures what the answer says, costs and leaves behind."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hrtem_transfer.cli.main import main
from hrtem_transfer.jobs.job_log import job_log

ROOT = Path(__file__).parents[2]
STUDY = (ROOT / "tests" / "sweep" / "study.yaml").read_text()
# Stands in a message for words of a library, which change with its version.
ANY = "{any}"


@dataclass(frozen=True)
class Case:
    """A wrong input.

    Attributes:
        prepare: makes the files of the case in an empty folder, which is then the working folder.
        give: gives the input; returns the exit code.
        message: all that is then said, with ``ANY`` for words of libraries.
        makes_log: whether a log is written besides (jobs of the workflow do).
    """

    prepare: Callable[[Path], object]
    give: Callable[[], int]
    message: str
    makes_log: bool = False


def command(*arguments: str) -> Callable[[], int]:
    """``hrtem-transfer`` with these arguments."""

    def give() -> int:
        try:
            return main(arguments)
        except SystemExit as ended:
            return ended.code

    return give


PLAN = command("plan", "--config", "study.yaml")


def job(work: Callable[[], object]) -> Callable[[], int]:
    """The work of a job of the workflow, which ends as all of them do."""

    def give() -> int:
        try:
            with job_log("logs/job.log"):
                work()
        except SystemExit as ended:
            print(str(ended.code).removesuffix("\n(log: logs/job.log)"), file=sys.stderr)
            return 1
        return 0

    return give


def configuration(text: str | bytes, message: str, files: dict[str, str] | None = None) -> Case:
    """A configuration as a whole file, given to ``hrtem-transfer plan``."""

    def prepare(folder: Path) -> None:
        (folder / "study.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        for name, content in (files or {}).items():
            (folder / name).write_text(content)

    return Case(prepare, PLAN, message)


def changed(old: str, new: str, problems: Sequence[str], files: dict[str, str] | None = None) -> Case:
    """A good configuration with one replacement, and the problems that are then listed."""
    assert old in STUDY, f"the study has no {old!r} any more"
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = [f"study.yaml: {count}, nothing was started", *(f"  {problem}" for problem in problems)]
    return configuration(STUDY.replace(old, new, 1), "\n".join(lines), files)


@dataclass(frozen=True)
class Answer:
    """What came of a case: exit code, CPU seconds, and whether files were made, changed or removed."""

    code: int
    seconds: float
    touched: list[str]


def answer(case: Case, folder: Path) -> Answer:
    """Run a case in ``folder``, which must be empty and the working folder."""
    case.prepare(folder)
    before = _content(folder)
    started = time.process_time()
    code = case.give()
    seconds = time.process_time() - started
    after = _content(folder)
    touched = [name for name in {*before, *after} if before.get(name) != after.get(name)]
    logs = ("logs", "logs/job.log") if case.makes_log else ()
    return Answer(code, seconds, sorted(name for name in touched if name not in logs))


def _content(folder: Path) -> dict[str, bytes | None]:
    found = sorted(folder.rglob("*"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in found}


def says(expected: str, text: str) -> bool:
    """Whether the text is the expected one, any words standing for ``ANY``."""
    parts = [re.escape(part) for part in expected.split(ANY)]
    return re.fullmatch("[^\n]+".join(parts), text.strip()) is not None
