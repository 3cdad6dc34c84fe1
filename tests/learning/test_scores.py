from dataclasses import replace

import pytest

from hrtem_transfer.learning.scores import SCORES, Counts

HALF_RIGHT = Counts(pixels=100, softmax_loss=5.0, logit_loss=7.0, tp=6, fp=2, fn=4, found=3, there=5, matched=2)
NOTHING = Counts(pixels=100, softmax_loss=0.0, logit_loss=0.0, tp=0, fp=0, fn=0, found=0, there=0, matched=0)


def scored(counts: Counts) -> dict[str, float]:
    return {score.name: score.of(counts) for score in SCORES}


def test_scores_by_hand():
    expected = {"loss": 0.05, "cross_entropy": 0.07, "dice": 12 / 18, "iou": 6 / 12, "precision": 6 / 8, "recall": 0.6}
    assert scored(HALF_RIGHT) == pytest.approx({**expected, "particle_f1": 4 / 8})


def test_nothing_to_find_and_nothing_found_is_perfect():
    shares = [score for score in SCORES if score.limits]
    assert [score.of(NOTHING) for score in shares] == [1.0] * len(shares)


def test_a_share_of_nothing_beside_something_is_0():
    assert scored(replace(NOTHING, fn=3))["precision"] == 0.0
    assert scored(replace(NOTHING, fp=3))["recall"] == 0.0


def test_names_are_columns_of_their_own_and_titles_have_words():
    names = [score.name for score in SCORES]
    assert len(set(names)) == len(names)
    assert all(bool(score.title) == bool(score.words) for score in SCORES)
    assert not set(names) & {"network_id", "evaluation_domain", "split", "images"}
