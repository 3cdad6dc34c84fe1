import numpy as np
import pytest
import torch

from hrtem_transfer.jobs.training_images import TrainingImages
from hrtem_transfer.storage import image_files
from hrtem_transfer.storage.files import DataError

CPU = torch.device("cpu")


def test_a_network_gets_the_first_images_or_the_last_ones(learning, tmp_path):
    world = learning.make_world(tmp_path)
    first = world.recipe(shares=[world.share("a", 3, 2)])
    last = world.recipe(shares=[world.share("a", 3, 2, from_end=True)])
    images = TrainingImages([first, last], world.images, CPU)
    whole = {split: image_files.read_images(world.images["a"], split) for split in ("train", "validation")}
    assert np.array_equal(images.train(first).counts, whole["train"].counts[:3])
    assert np.array_equal(images.train(last).counts, whole["train"].counts[-3:])
    assert np.array_equal(images.validation(first).counts, whole["validation"].counts[:2])
    assert np.array_equal(images.validation(last).counts, whole["validation"].counts[-2:])


def test_a_mixture_gets_its_shares_one_after_the_other(learning, tmp_path):
    world = learning.make_world(tmp_path)
    recipe = world.recipe("mixture", shares=[world.share("a", 2, 1), world.share("b", 5, 3)])
    train = TrainingImages([recipe], world.images, CPU).train(recipe)
    parts = [
        image_files.read_images(world.images["a"], "train", 0, 2).counts,
        image_files.read_images(world.images["b"], "train", 0, 5).counts,
    ]
    assert np.array_equal(train.counts, np.concatenate(parts))


def test_a_file_is_read_once_for_all_networks_as_far_as_the_neediest_wants(learning, tmp_path, monkeypatch):
    world = learning.make_world(tmp_path)
    recipes = [world.recipe(shares=[world.share("a", n)]) for n in (2, 6, 4)]
    reads = []
    original = image_files.read_images

    def counted(path, split, first, stop):
        reads.append((split, first, stop))
        return original(path, split, first, stop)

    monkeypatch.setattr(image_files, "read_images", counted)
    images = TrainingImages(recipes, world.images, CPU)
    assert [len(images.train(recipe)) for recipe in recipes] == [2, 6, 4]
    assert reads == [("train", 0, 6)]


def test_images_of_other_settings_are_refused(learning, tmp_path):
    world = learning.make_world(tmp_path)
    recipe = world.recipe(shares=[world.share("a").model_copy(update={"digest": "0123456789ab"})])
    with pytest.raises(DataError, match=r"a\.h5: these images were made from other settings"):
        TrainingImages([recipe], world.images, CPU).train(recipe)


@pytest.mark.parametrize("from_end", [False, True])
def test_more_images_than_there_are_is_said_with_the_files_name(learning, tmp_path, from_end):
    world = learning.make_world(tmp_path)
    recipe = world.recipe(shares=[world.share("a", 9, from_end=from_end)])
    with pytest.raises(DataError, match=r"a\.h5: images 0 to 9 of split 'train' were asked for, the file holds 8"):
        TrainingImages([recipe], world.images, CPU).train(recipe)


def test_a_domain_without_a_file_is_named(learning, tmp_path):
    world = learning.make_world(tmp_path)
    recipe = world.recipe()
    with pytest.raises(ValueError, match="no image file was given for domain 'a'"):
        TrainingImages([recipe], {}, CPU).train(recipe)
