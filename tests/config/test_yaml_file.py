"""YAML's traps: what looks like a number is one, and what surprises is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.config.problems import ConfigError
from hrtem_transfer.config.yaml_file import parse_yaml, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("1.0e-3", 0.001),
        ("-25", -25),
        ("0", 0),
        ("+5", 5),
        ("1_000", 1000),
        (".5", 0.5),
        ("0.10", 0.1),
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("'1e-3'", "1e-3"),
        ("~", None),
        ("12:30:45", "12:30:45"),
        ("0x1F", "0x1F"),
        (".nan", ".nan"),
        ("2024-01-01", "2024-01-01"),
        ("[1, 1e1]", [1, 10.0]),
    ],
)
def test_scalars_are_what_they_look_like(text: str, value: object) -> None:
    data, _ = parse_yaml(f"key: {text}\n", "study.yaml")
    assert data == {"key": value}
    assert type(data["key"]) is type(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "a: found the key twice (first on line 1, again on line 2); allowed: each key once"),
        ("a: 010\n", "a: found 010, a number with a leading zero; write 10"),
        ("a: !!python/name:os.system\n", "a: found YAML tag 'tag:yaml.org,2002:python"),
        ("a: !exec rm\n", "a: found YAML tag '!exec'; allowed: plain values without tags"),
        ("a:\n\tb: 1\n", "line 2: found a tab; allowed: spaces for indentation"),
        ("a: [1, 2\n", "this is not valid YAML"),
        ("- 1\n", "found no settings; allowed: a mapping of keys"),
        ("", "found no settings"),
        ("? [1]\n: 2\n", "found a key that is a list or a mapping"),
        ("a: 1e999\n", "a: found 1e999; allowed: numbers below 1.8e308"),
        ("a: &a [*a]\n", "found an alias that contains itself"),
        ("a: *b\n", "found undefined alias"),
    ],
)
def test_what_surprises_is_refused_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "study.yaml")
    assert message in str(caught.value)
    assert str(caught.value).startswith("study.yaml: ")


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    with pytest.raises(ConfigError, match="more than 100000 values"):
        parse_yaml("\n".join(lines), "study.yaml")


def test_lines_of_keys_are_known() -> None:
    _, lines = parse_yaml("a:\n  b: 1\n  c: [1,\n    2]\n", "study.yaml")
    assert lines[("a", "b")] == 2
    assert lines[("a", "c", 1)] == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read (No such file or directory)"), (b"\xff\xfe\x00", "bytes that are not UTF-8 text")],
)
def test_files_that_are_no_configuration(tmp_path: Path, content: bytes | None, message: str) -> None:
    file = tmp_path / "study.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_yaml(file)
    assert message in str(caught.value)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_text("a: 1\n" + "#" * 1_000_001)
    with pytest.raises(ConfigError, match="allowed: at most 1000000; is this the right file"):
        read_yaml(file)
