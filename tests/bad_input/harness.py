"""Gives one wrong input as a person would, and looks at what the answer says and leaves behind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hrtem_transfer.cli.main import main
from hrtem_transfer.jobs.job_log import job_log

ROOT = Path(__file__).parents[2]
STUDY = (ROOT / "tests" / "study" / "study.yaml").read_text()
# Stands in a message for words that may change: ours around the facts, and those of libraries.
ANY = "{any}"


@dataclass(frozen=True)
class Case:
    """A wrong input.

    Attributes:
        prepare: makes the files of the case in an empty folder, which is then the working folder.
        give: gives the input; returns the exit code.
        message: the facts that are then said, in this order, with ``ANY`` between them: file, line, key, what was
            found, and one value that is allowed.
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
    facts = [f"study.yaml: {count}", *(f"{ANY}{problem}" for problem in problems)]
    return configuration(STUDY.replace(old, new, 1), "".join(facts), files)


@dataclass(frozen=True)
class Answer:
    """What came of a case: exit code, and which files were made, changed or removed."""

    code: int
    touched: list[str]


def answer(case: Case, folder: Path) -> Answer:
    """Run a case in ``folder``, which must be empty and the working folder."""
    case.prepare(folder)
    before = _content(folder)
    code = case.give()
    after = _content(folder)
    touched = [name for name in {*before, *after} if before.get(name) != after.get(name)]
    logs = ("logs", "logs/job.log") if case.makes_log else ()
    return Answer(code, sorted(name for name in touched if name not in logs))


def _content(folder: Path) -> dict[str, bytes | None]:
    found = sorted(folder.rglob("*"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in found}


def says(expected: str, text: str) -> bool:
    """Whether the text begins with the first fact of ``expected`` and holds the others in their order."""
    first, *others = [fact.strip() for fact in expected.replace("\n", ANY).split(ANY)]
    text = text.strip()
    place = len(first)
    if not text.startswith(first):
        return False
    for fact in others:
        found = text.find(fact, place)
        if found < 0:
            return False
        place = found + len(fact)
    return True
