"""Values that a person gives as keywords of a function, checked against the schema and answered in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hrtem_transfer.study.config.problems import ConfigError, dotted, nearest, shown
from hrtem_transfer.study.config.types import DEVICE_PATTERN

Section = TypeVar("Section", bound=BaseModel)


def checked(section: type[Section], **values: Any) -> Section:
    """A section of the configuration from keywords.

    Raises:
        ConfigError: a value is not possible; a line for each says which, what was found and what is allowed.
    """
    try:
        return section(**{name: plain(value) for name, value in values.items()})
    except ValidationError as error:
        lines = []
        for one in error.errors(include_url=False):
            allowed = one["msg"].removeprefix("Value error, ").replace("Input should be", "allowed:")
            lines.append(f"{dotted(one['loc'])}: found {shown(one['input'])}; {allowed}")
        raise ConfigError("\n".join(lines)) from error


def checked_word(keyword: str, word: Any, known: Iterable[str]) -> str:
    """The word, if it is known.

    Raises:
        ConfigError: it is not; the message lists those that are.
    """
    known = list(known)
    if word not in known:
        hint = nearest(str(word), known)
        raise ConfigError(f"{keyword}: found {shown(word)}; allowed: {', '.join(known)}{'; ' + hint if hint else ''}")
    return str(word)


def checked_count(keyword: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """The whole number, if it is within its limits.

    Raises:
        ConfigError: it is not.
    """
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most is not None and value > most):
        limits = f"at least {least}" if most is None else f"from {least} to {most}"
        raise ConfigError(f"{keyword}: found {shown(value)}; allowed: a whole number, {limits}")
    return value


def checked_device(device: Any) -> str:
    """The name of a device; whether there is one is another question (``torch_settings.pick_device``).

    Raises:
        ConfigError: it is no such name.
    """
    if not isinstance(device, str) or not re.fullmatch(DEVICE_PATTERN, device):
        raise ConfigError(f"device: found {shown(device)}; allowed: auto, cpu, cuda, or cuda:<number>")
    return device


def plain(value: Any) -> Any:
    """A number of numpy's or a sequence as Python's own number or list; anything else as it is."""
    if isinstance(value, tuple):
        return list(value)
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", None) == 0 else value
