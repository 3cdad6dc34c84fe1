"""The folder for results must be one, or free to become one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.study.config.problems import ConfigError
from hrtem_transfer.study.results_folder import results_folder


def test_a_folder_that_is_there_or_free_is_taken(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "a b" / "Größe", Path("results"), Path("/")):
        assert results_folder(folder) == results_folder(str(folder)) == folder


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, "found 5; allowed: the path of a folder"),
        (None, "found None; allowed: the path of a folder"),
        ({"a": 1}, "found {'a': 1}; allowed: the path of a folder"),
        (" ", "found ' '; allowed: the path of a folder"),
        ("a{b}", "found 'a{b}', with the character U+007B; allowed: printable characters but braces"),
        ("a\nb", "with the character U+000A; allowed: printable"),
        ("a\0b", "with the character U+0000; allowed: printable"),
        (f"{__file__}/x", f"but {__file__} is a file; allowed: a folder, or a name that is free"),
    ],
)
def test_anything_else_is_refused(value: object, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        results_folder(value)
    assert message in str(caught.value)
