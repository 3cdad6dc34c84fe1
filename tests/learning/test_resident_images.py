import numpy as np
import pytest
import torch

from hrtem_transfer.learning import augmentation
from hrtem_transfer.learning.resident_images import pooled, resident
from hrtem_transfer.storage.image_files import ImageSet

CPU = torch.device("cpu")


def images(dtype=np.uint8, most=200, n=5) -> ImageSet:
    random = np.random.default_rng(0)
    counts = random.integers(0, most, (n, 8, 8)).astype(dtype)
    return ImageSet(counts, (counts > most // 2).astype(np.uint8), np.zeros(n), np.arange(n))


@pytest.mark.parametrize(("dtype", "most", "kept"), [(np.uint8, 256, 1), (np.uint16, 3000, 2), (np.uint16, 65536, 4)])
def test_counts_stay_whole_numbers_and_batches_are_standardised(dtype, most, kept):
    source = images(dtype, most)
    stack = resident(source, CPU)
    assert stack.counts.element_size() == kept
    assert not stack.counts.is_floating_point()
    index = torch.tensor([3, 0])
    pixels, labels = stack.batch(index)
    wanted = source.counts[[3, 0]].astype(float)
    wanted = (wanted - wanted.mean((1, 2), keepdims=True)) / wanted.std((1, 2), keepdims=True)
    np.testing.assert_allclose(pixels[:, 0].numpy(), wanted, rtol=1e-4, atol=1e-6)
    assert np.array_equal(labels.numpy(), source.labels[[3, 0]])


def test_images_and_labels_are_transformed_together():
    stack = resident(images(), CPU)
    index, symmetry = torch.arange(5), torch.tensor([0, 1, 3, 5, 7])
    pixels, labels = stack.batch(index, symmetry)
    plain, plain_labels = stack.batch(index)
    assert torch.equal(pixels[:, 0], augmentation.transformed(plain[:, 0], symmetry))
    assert torch.equal(labels, augmentation.transformed(plain_labels, symmetry))


def test_an_image_without_contrast_becomes_zero():
    flat = ImageSet(np.full((1, 4, 4), 7, np.uint8), np.zeros((1, 4, 4), np.uint8), np.zeros(1), np.zeros(1, np.int64))
    assert torch.equal(resident(flat, CPU).batch(torch.tensor([0]))[0], torch.zeros(1, 1, 4, 4))


def test_pooled_stacks_keep_their_order_and_values():
    first, second = resident(images(), CPU), resident(images(np.uint16, 3000), CPU)
    both = pooled([first, second])
    assert len(both) == 10
    assert torch.equal(both.batch(torch.tensor([7]))[0], second.batch(torch.tensor([2]))[0])
    assert torch.equal(both.batch(torch.tensor([1]))[0], first.batch(torch.tensor([1]))[0])
