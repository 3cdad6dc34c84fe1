import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment
from skimage import measure
from sklearn import metrics

from hrtem_transfer.learning.mask_particles import particles
from hrtem_transfer.learning.segmentation_scores import scores

SHARES = ("dice", "iou", "precision", "recall", "particle_f1")


def random_masks(seed: int, n: int = 6, px: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Discs, and the same discs moved, grown, lost or split."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:px, :px]
    true, predicted = np.zeros((n, px, px), np.uint8), np.zeros((n, px, px), np.uint8)
    for i in range(n):
        for _ in range(random.integers(0, 6)):
            row, column, radius = random.uniform(0, px), random.uniform(0, px), random.uniform(2, 7)
            true[i] |= ((y - row) ** 2 + (x - column) ** 2 < radius**2).astype(np.uint8)
            dy, dx, grow = random.normal(0, 2), random.normal(0, 2), random.uniform(0.6, 1.4)
            if random.random() < 0.8:
                disc = ((y - row - dy) ** 2 + (x - column - dx) ** 2 < (radius * grow) ** 2).astype(np.uint8)
                if random.random() < 0.3:
                    disc[:, int(column) % px] = 0
                predicted[i] |= disc
    return predicted, true


def scored(predicted: np.ndarray, true: np.ndarray) -> dict:
    logits = torch.from_numpy(np.stack([1 - predicted, predicted], 1).astype(np.float32))
    batches = [slice(i, i + 4) for i in range(0, len(true), 4)]
    answers = [(logits[batch], torch.from_numpy(true[batch])) for batch in batches]
    return scores(answers, [particles(true[batch]) for batch in batches])


@pytest.mark.parametrize("seed", range(4))
def test_pixel_scores_equal_those_of_scikit_learn(seed):
    predicted, true = random_masks(seed)
    ours, p, t = scored(predicted, true), predicted.ravel(), true.ravel()
    assert ours["dice"] == pytest.approx(metrics.f1_score(t, p))
    assert ours["iou"] == pytest.approx(metrics.jaccard_score(t, p))
    assert ours["precision"] == pytest.approx(metrics.precision_score(t, p))
    assert ours["recall"] == pytest.approx(metrics.recall_score(t, p))
    probability = np.where(p, np.e, 1) / (np.e + 1)
    assert ours["cross_entropy"] == pytest.approx(metrics.log_loss(t, probability), rel=1e-6)
    assert ours["images"] == len(true)


@pytest.mark.parametrize("seed", range(20))
def test_particle_f1_equals_that_of_scikit_image_and_an_optimal_assignment(seed):
    predicted, true = random_masks(seed)
    matched = found = there = 0
    for p, t in zip(predicted, true, strict=True):
        ps, ts = measure.label(p, connectivity=2), measure.label(t, connectivity=2)
        overlap = np.zeros((ps.max(), ts.max()))
        for a in range(ps.max()):
            for b in range(ts.max()):
                overlap[a, b] = ((ps == a + 1) & (ts == b + 1)).sum() / ((ps == a + 1) | (ts == b + 1)).sum()
        rows, columns = linear_sum_assignment(overlap >= 0.5, maximize=True)
        matched += int((overlap >= 0.5)[rows, columns].sum())
        found, there = found + ps.max(), there + ts.max()
    assert scored(predicted, true)["particle_f1"] == pytest.approx(2 * matched / (found + there))


def test_nothing_to_find_and_nothing_found_is_perfect():
    nothing = np.zeros((2, 8, 8), np.uint8)
    result = scored(nothing, nothing)
    assert {result[name] for name in SHARES} == {1.0}


def test_finding_nothing_where_there_is_something_scores_zero():
    true = np.zeros((2, 8, 8), np.uint8)
    true[0, 2:4, 2:4] = 1
    result = scored(np.zeros_like(true), true)
    assert {result[name] for name in SHARES} == {0.0}


def test_an_all_background_predictors_loss_is_the_share_of_the_foreground():
    true = np.zeros((1, 8, 8), np.uint8)
    true[0, :2] = 1
    logits = torch.zeros(1, 2, 8, 8)
    logits[:, 0], logits[:, 1] = 60, -60
    result = scores([(logits, torch.from_numpy(true))], [particles(true)])
    assert result["loss"] == pytest.approx(0.25, abs=1e-6)
