import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from skimage import measure

from hrtem_transfer.learning.mask_particles import matched_particles, particles

STACKS = arrays.arrays(np.bool_, st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9)))


@settings(deadline=None, max_examples=300)
@given(STACKS)
def test_components_and_their_sizes_are_those_of_scikit_image(masks):
    expected = []
    for mask in masks:
        labels = measure.label(mask, connectivity=2)
        expected += list(np.bincount(labels.ravel())[1:])
    found = particles(masks)
    assert len(found) == len(expected)
    assert sorted(found.sizes) == sorted(expected)
    assert found.sizes.sum() == masks.sum()


@settings(deadline=None, max_examples=300)
@given(STACKS)
def test_every_particle_matches_itself(masks):
    found = particles(masks)
    assert matched_particles(found, found) == len(found)


@settings(deadline=None, max_examples=300)
@given(STACKS, st.integers(0, 2**32 - 1))
def test_matches_are_those_counted_pixel_by_pixel(masks, seed):
    random = np.random.default_rng(seed)
    other = masks ^ (random.random(masks.shape) < 0.15)
    expected = 0
    for one, two in zip(masks, other, strict=True):
        first, second = measure.label(one, connectivity=2), measure.label(two, connectivity=2)
        pairs = [
            (a, b)
            for a in range(1, first.max() + 1)
            for b in range(1, second.max() + 1)
            if 2 * ((first == a) & (second == b)).sum() >= ((first == a) | (second == b)).sum()
        ]
        expected += len(pairs)
        assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    assert matched_particles(particles(masks), particles(other)) == expected


def test_particles_touch_at_corners_and_never_across_images_or_rows_ends():
    masks = np.zeros((2, 4, 4), bool)
    masks[0, 0, 0] = masks[0, 1, 1] = masks[1, 0, 0] = True
    assert sorted(particles(masks).sizes) == [1, 2]
    masks = np.zeros((1, 3, 4), bool)
    masks[0, 0, 3] = masks[0, 1, 0] = True
    assert sorted(particles(masks).sizes) == [1, 1]
    masks = np.zeros((2, 2, 2), bool)
    masks[0, 1, 0] = masks[1, 0, 0] = True
    assert sorted(particles(masks).sizes) == [1, 1]


@pytest.mark.parametrize("swap", [False, True])
def test_a_particle_of_which_one_half_was_found_matches_it(swap):
    whole, half = np.ones((1, 4, 8), bool), np.zeros((1, 4, 8), bool)
    half[0, :, :4] = True
    first, second = (half, whole) if swap else (whole, half)
    assert matched_particles(particles(first), particles(second)) == 1
    half[0, 0, 0] = False
    assert matched_particles(particles(first), particles(second)) == 0


def test_empty_masks_hold_nothing():
    nothing = particles(np.zeros((2, 5, 5), bool))
    assert len(nothing) == 0
    assert matched_particles(nothing, nothing) == 0
    assert matched_particles(nothing, particles(np.ones((2, 5, 5), bool))) == 0
