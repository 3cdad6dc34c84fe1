import numpy as np
import torch

from hrtem_transfer.learning import augmentation


def test_the_eight_symmetries_are_all_rotations_and_reflections():
    image = np.arange(9).reshape(3, 3)
    images = torch.from_numpy(np.stack([image] * 8))
    ours = {tuple(x.flatten().tolist()) for x in augmentation.transformed(images, torch.arange(8))}
    expected = {tuple(np.rot90(m, k).flatten().tolist()) for m in (image, image.T) for k in range(4)}
    assert len(ours) == 8
    assert ours == expected


def test_symmetry_zero_is_the_identity():
    images = torch.randint(0, 255, (5, 8, 8), dtype=torch.uint8)
    assert torch.equal(augmentation.transformed(images, torch.zeros(5, dtype=torch.int64)), images)


def test_each_image_gets_its_own_symmetry():
    images = torch.randint(0, 255, (8, 6, 6), dtype=torch.uint8)
    together = augmentation.transformed(images, torch.arange(8))
    for i in range(8):
        assert torch.equal(together[i], augmentation.transformed(images[i : i + 1], torch.tensor([i]))[0])
