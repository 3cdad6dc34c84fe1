"""Kept scores are those of these weights, whole, or none."""

from __future__ import annotations

import json
import math

from hrtem_transfer.jobs.score_store import read_scores, scores_file, write_scores

SCORES = {"key": [{"evaluation_domain": "a", "split": "test", "images": 4, "loss": 0.1 + 0.2, "dice": math.nan}]}


def read(folder, digest="d", lines=None):
    return read_scores(folder, "0123", digest, (lines if lines is not None else []).append)


def test_what_was_written_is_read_to_the_last_bit(tmp_path):
    write_scores(tmp_path, "0123", "d", SCORES)
    (row,) = read(tmp_path)["key"]
    assert row["loss"] == 0.1 + 0.2
    assert math.isnan(row["dice"])
    assert row["images"] == 4


def test_scores_of_other_weights_or_of_another_network_are_none(tmp_path):
    assert read(tmp_path) == {}
    write_scores(tmp_path, "0123", "d", SCORES)
    assert read(tmp_path, "other") == {}
    scores_file(tmp_path, "0123").rename(scores_file(tmp_path, "4567"))
    assert read_scores(tmp_path, "4567", "d") == {}


def test_a_damaged_file_is_told_and_counts_as_absent(tmp_path):
    write_scores(tmp_path, "0123", "d", SCORES)
    path = scores_file(tmp_path, "0123")
    whole = path.read_text()
    data = json.loads(whole)
    changed = json.dumps({**data, "data": data["data"].replace('"images": 4', '"images": 5')})
    for damaged in (whole[:40], "", changed, "[]", "{}", whole.replace("{", "\udcff", 1)):
        path.write_bytes(damaged.encode("utf-8", "surrogateescape"))
        lines: list[str] = []
        assert read(tmp_path, lines=lines) == {}, damaged
        assert str(path) in lines[0]
