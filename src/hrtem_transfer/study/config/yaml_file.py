"""Reading YAML strictly: no duplicate keys, tags, aliases without bounds or surprising scalars; with line numbers.

YAML 1.1 as PyYAML reads it takes ``1e-3`` for text, ``NO`` for false and ``010`` for eight. Here numbers are what
they look like, only ``true`` and ``false`` are truth values, and a leading zero is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from hrtem_transfer.study.config.problems import ConfigError, Problem, message, shown
from hrtem_transfer.study.config.problems import Path as KeyPath
from hrtem_transfer.study.config.small_files import UnreadableError, read_small_text

# The paper's study has 5 kB, 400 values and 5 levels. The limits keep reading, and the search for what is meant by a
# wrong name, below a second whatever the file holds.
_MAX_BYTES = 50_000
_MAX_NODES = 10_000
_MAX_DEPTH = 20
_MAX_DIGITS = 40
_TOO_DEEP = (
    f"lists or mappings nested more than {_MAX_DEPTH} deep (an alias that contains itself?); allowed: fewer levels"
)
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_REAL = re.compile(r"[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?")
_STANDARD = "tag:yaml.org,2002:"
_PLAIN_TAGS = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")


class _Loader(yaml.SafeLoader):
    """Stops where values are nested too deep for a recursive reader."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            line = self.get_mark().line + 1
            raise ConfigError(f"line {line}: found {_TOO_DEEP}")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class _Reader:
    """Turns a YAML node graph into plain data, noting the line of every key and every problem on the way."""

    def __init__(self) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []
        self._nodes = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            raise ConfigError(f"found more than {_MAX_NODES} values (aliases that multiply?); allowed: fewer")
        if len(path) > _MAX_DEPTH:
            raise ConfigError(f"line {node.start_mark.line + 1}: found {_TOO_DEEP}")
        self.lines.setdefault(path, node.start_mark.line + 1)
        plain = node.tag.removeprefix(_STANDARD) in _PLAIN_TAGS
        if not plain or not node.tag.startswith(_STANDARD):
            self.problems.append(Problem(path, f"YAML tag {shown(node.tag)}", "plain values without tags"))
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem(path, "a key that is a list or a mapping", "keys that are text"))
                continue
            key = key_node.value
            if key == "<<":
                self.problems.append(
                    Problem((*path, key), "a merge key", "keys written out", "copy the keys to where they are meant")
                )
                continue
            if key in found:
                first = self.lines[(*path, key)]
                self.problems.append(
                    Problem((*path, key), f"the key twice (first on line {first}, again on line "
                            f"{key_node.start_mark.line + 1})", "each key once", "remove one of them")
                )  # fmt: skip
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, (*path, key))
        return found

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath) -> Any:
        text = node.value
        if node.style in ("'", '"', "|", ">"):
            return text
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if _WHOLE.fullmatch(text):
            if len(text) > _MAX_DIGITS:
                self.problems.append(Problem(path, f"a number of {len(text)} digits", f"at most {_MAX_DIGITS} digits"))
                return None
            return int(text.replace("_", ""))
        if _REAL.fullmatch(text):
            if re.fullmatch(r"[-+]?0[0-9_]+", text):
                self.problems.append(
                    Problem(path, f"{text}, a number with a leading zero", "", f"write {text.lstrip('0') or '0'}, "
                            "or put it in quotes if text is meant")
                )  # fmt: skip
                return None
            number = float(text.replace("_", ""))
            if math.isinf(number):
                self.problems.append(Problem(path, text, "numbers below 1.8e308"))
            return number
        return text


def parse_yaml(text: str, source: str) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    """Plain data of a YAML text, and the line (from 1) of each key path.

    Raises:
        ConfigError: when the text is not YAML, is not a mapping, has duplicate keys, tags or numbers with leading
            zeros; the message names ``source``, line and key.
    """
    if "\t" in text:
        for number, line in enumerate(text.splitlines(), 1):
            if line[: len(line) - len(line.lstrip())].find("\t") >= 0:
                raise ConfigError(f"{source}: line {number}: found a tab; allowed: spaces for indentation; replace it")
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        quote = _long_quote(text)
        if quote is not None:
            raise ConfigError(f"{source}: line {quote}: found a quote that is not closed on its line; allowed: a quote "
                              "at both ends of a text; close it, or remove it") from None  # fmt: skip
        mark = error.problem_mark or error.context_mark
        if error.context_mark is not None and (error.context or "").startswith("while parsing a flow"):
            # A list or mapping in brackets that is not closed: where it opens, not where that is noticed.
            mark = error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        why = ", ".join(shown(part, 120)[1:-1] for part in (error.context, error.problem) if part)
        raise ConfigError(f"{source}: {where}this is not valid YAML: {why}") from None
    except yaml.reader.ReaderError as error:
        number = text.count("\n", 0, error.position) + 1
        code = f"U+{ord(text[error.position]):04X}"
        raise ConfigError(
            f"{source}: line {number}: found the character {code}; allowed: plain text; remove it"
        ) from None
    except ConfigError as error:
        raise ConfigError(f"{source}: {error}") from None
    if not isinstance(node, yaml.MappingNode):
        found = {yaml.SequenceNode: "a list", yaml.ScalarNode: "a text"}.get(type(node), "nothing")
        raise ConfigError(f"{source}: found {found}; allowed: keys with values; see config/paper.yaml")
    reader = _Reader()
    try:
        data = reader.value(node, ())
    except ConfigError as error:
        raise ConfigError(f"{source}: {error}") from None
    if reader.problems:
        raise ConfigError(message(source, reader.problems, reader.lines))
    return data, reader.lines


def _long_quote(text: str) -> int | None:
    """The line (from 1) of the last quote, up to the first error of a YAML text, that its own line does not close."""
    opened = None
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            quoted = isinstance(token, yaml.ScalarToken) and token.style in ("'", '"')
            if quoted and token.end_mark.line > token.start_mark.line:
                opened = token.start_mark.line + 1
    except yaml.MarkedYAMLError as error:
        if error.context == "while scanning a quoted scalar" and error.context_mark is not None:
            return error.context_mark.line + 1
    return opened


def plain_scalars(value: Any) -> Any:
    """Texts inside ``value`` read as unquoted scalars of a file would be: ``"8"`` is 8, ``"false"`` is False.

    Command lines give texts only.
    """
    if isinstance(value, Mapping):
        return {str(key): plain_scalars(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_scalars(item) for item in value]
    if not isinstance(value, str):
        return value
    node = yaml.ScalarNode("tag:yaml.org,2002:str", value, yaml.Mark("", 0, 0, 0, None, 0))
    reader = _Reader()
    read = reader.value(node, ())
    return value if reader.problems else read


def read_yaml(path: Path) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    """As :func:`parse_yaml` for a file of at most 50 kB in UTF-8.

    Raises:
        ConfigError: also when the file is missing, cannot be read, is too large or is not text.
    """
    try:
        text = read_small_text(path, _MAX_BYTES)
    except UnreadableError as error:
        raise ConfigError(f"{path}: this configuration {error}") from None
    return parse_yaml(text, str(path))
