"""YAML's traps: what looks like a number is one. What is refused: tests/bad_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.study.config.yaml_file import parse_yaml, read_yaml


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


def test_lines_of_keys_are_known() -> None:
    _, lines = parse_yaml("a:\n  b: 1\n  c: [1,\n    2]\n", "study.yaml")
    assert lines[("a", "b")] == 2
    assert lines[("a", "c", 1)] == 4


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_bytes(b"\xef\xbb\xbfseed: 7\n")
    assert read_yaml(file) == ({"seed": 7}, {(): 1, ("seed",): 1})
