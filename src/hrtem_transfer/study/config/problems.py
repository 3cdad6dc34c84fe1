"""What is wrong with a configuration, said so that a person can put it right."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

Path = tuple[str | int, ...]

# So many are said at once; more would only scroll the first ones away.
MOST_PROBLEMS = 20
_MOST_NEAREST = 2000


@dataclass(frozen=True)
class Problem:
    """One fault: where it is, what stands there, what is allowed, and what to do (the last two may be empty)."""

    path: Path
    found: str
    allowed: str = ""
    advice: str = ""


class ConfigError(Exception):
    """The configuration cannot be used. Its text lists every problem that was found."""


def dotted(path: Path) -> str:
    """``("series", "dose", "to", 1)`` as ``series.dose.to[1]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text or "(top level)"


def shown(value: Any, limit: int = 60) -> str:
    """A value as it is quoted in a message: short, on one line."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    quoted = f"'{text}'" if isinstance(value, str) else text
    return quoted if len(quoted) <= limit else quoted[: limit - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at the known words that look like ``word``; empty when none does.

    Signs of numbers may be written as in ids (``m10``, ``p10``) or as people write them.
    """
    by_plain = {_plain(name): name for name in islice(known, _MOST_NEAREST)}
    plain = _plain(word)
    close = [plain] if plain in by_plain else difflib.get_close_matches(plain, by_plain, n=3, cutoff=0.6)
    return "did you mean " + " or ".join(f"'{by_plain[name]}'" for name in close) + "?" if close else ""


def _plain(word: str) -> str:
    return re.sub(r"[-\u2212](?=\d)", "m", re.sub(r"\+(?=\d)", "p", word.lower()))


def duplicates(path: Path, axis: Any) -> Iterator[Problem]:
    """A problem for each value that a list holds twice; anything else has none."""
    if not isinstance(axis, list):
        return
    keys = [tuple(value) if isinstance(value, list) else value for value in axis]
    for key, count in Counter(keys).items():
        if count > 1:
            last = len(keys) - 1 - keys[::-1].index(key)
            value = list(key) if isinstance(key, tuple) else key
            often = "twice" if count == 2 else f"{count} times"
            yield Problem((*path, last), f"{shown(value)}, listed {often}", "each value once", "remove the repetition")


def unknown(path: Path, kind: str, word: str, known: Sequence[str], advice: str = "") -> Problem:
    """The problem of a name that is not among the known ones; ``advice`` is how to add one."""
    listed = ", ".join(known) if len(known) <= 24 else ", ".join(known[:24]) + f", … ({len(known)} in all)"
    hints = "; ".join(hint for hint in (nearest(word, known), advice) if hint)
    return Problem(path, f"unknown {kind} {shown(word)}", listed or f"no {kind} is defined", hints)


def message(source: str, problems: Sequence[Problem], lines: dict[Path, int], given: Iterable[Path] = ()) -> str:
    """All problems as one text, ordered by line, each with file, line, key, value, what is allowed and what to do.

    ``given`` are the paths whose values come from ``--config`` instead of the file.
    """
    given = list(given)

    def is_given(path: Path) -> bool:
        return any(path[: len(one)] == one for one in given)

    def line(path: Path) -> int:
        if is_given(path):
            return 0
        while path and path not in lines:
            path = path[:-1]
        return lines.get(path, 0)

    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    parts = [f"{source}: {count}, nothing was started"]
    for problem in sorted(problems, key=lambda item: (line(item.path), dotted(item.path))):
        where = f"line {line(problem.path)}: " if line(problem.path) else "--config " if is_given(problem.path) else ""
        text = f"  {where}{dotted(problem.path)}: found {problem.found}"
        if problem.allowed:
            text += f"; allowed: {problem.allowed}"
        if problem.advice:
            text += f"; {problem.advice}"
        parts.append(text)
    if len(parts) > MOST_PROBLEMS + 1:
        parts[MOST_PROBLEMS + 1 :] = [f"  and {len(parts) - MOST_PROBLEMS - 1} more"]
    return "\n".join(parts)
