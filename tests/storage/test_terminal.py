"""What comes from files does not steer a terminal."""

from __future__ import annotations

import sys

import pytest

from hrtem_transfer.storage.terminal import inert, inert_output

STEERING = ["\x1b[2J", "\x1b]0;title\x07", "\r", "\x08", "\x7f", "\x9b31m", "\u202e", "\u2066"]


@pytest.mark.parametrize("text", STEERING)
def test_what_a_terminal_obeys_becomes_a_mark(text: str) -> None:
    assert inert(f"a{text}b").startswith("a\N{REPLACEMENT CHARACTER}")
    assert not set(inert(text)) & {*"\x1b\x07\r\x08\x7f\x9b\u202e\u2066"}


def test_words_of_any_language_and_tables_stay() -> None:
    text = "Å 4.2 µm\t日本\nDebye\u2013Waller …"
    assert inert(text) == text


def test_both_streams_are_inert_for_a_while_and_otherwise_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    with inert_output():
        print("out\x1b[31m", flush=True)
        print("err\x1b[31m", file=sys.stderr)
        assert sys.stdout.isatty() is False
        assert sys.stdout.encoding.lower() == "utf-8"
    print("\x1b[0m", end="")
    assert capsys.readouterr() == ("out\N{REPLACEMENT CHARACTER}[31m\n\x1b[0m", "err\N{REPLACEMENT CHARACTER}[31m\n")
