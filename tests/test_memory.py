"""The instruments of other tests see what they are for."""

from __future__ import annotations

from tests.memory import bytes_in_use, peak


def test_what_is_kept_is_seen_to_the_byte_and_what_is_given_back_is_not() -> None:
    before = bytes_in_use()
    kept = [bytes(bytearray(100_000)) for _ in range(100)]
    assert bytes_in_use() - before >= len(kept) * 100_000
    del kept
    assert abs(bytes_in_use() - before) < 1_000_000


def test_a_peak_is_seen_whatever_was_before() -> None:
    del [bytearray(300_000_000)][:]
    with peak() as small:
        bytearray(1_000_000)
    assert small.grown < 50_000_000
    with peak() as large:
        len(bytes(bytearray(b"1" * 100_000_000)))
    assert large.grown > 90_000_000
