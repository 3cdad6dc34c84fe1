"""The library as a person in a notebook uses it: docs/api.md, run."""

import copy
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import hrtem_transfer as ht

ROOT = Path(__file__).parents[2]


def test_the_cell_of_the_page_runs_in_a_fresh_process_and_what_it_learns_is_right(tmp_path):
    (cell,) = re.findall(
        r"```python\n(import hrtem_transfer as ht\n.*?)```", (ROOT / "docs" / "api.md").read_text(), re.S
    )
    cell += "\nprint(ht.score(parent, sample['test'])['dice'])\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", cell], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[-1]) > 0.7
    assert [path.name for path in tmp_path.iterdir()] == ["child.safetensors"]


def test_importing_the_package_loads_nothing_of_it():
    code = (
        "import sys, hrtem_transfer as ht\n"
        "assert set(ht.__all__) <= set(dir(ht))\n"
        "print(*[name for name in ('numpy', 'torch', 'pydantic', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_every_public_name_is_there_and_says_what_it_is():
    for name in ht.__all__:
        assert getattr(ht, name).__doc__
    with pytest.raises(AttributeError, match="simulate"):
        ht.simulat  # noqa: B018


@pytest.fixture(scope="module")
def sample(learning):
    """Made-up images that a small network learns in seconds."""
    splits = {}
    for number, (split, count) in enumerate({"train": 8, "validation": 4, "test": 4}.items()):
        made = learning.image_set(count, seed=number)
        splits[split] = ht.Images(counts=made.counts, labels=made.labels, pixel_size_A=0.4, domain="discs")
    return ht.Sample(splits)


@pytest.fixture(scope="module")
def network():
    return ht.build_network("tu-test_resnet", depth=3, decoder_channels=[8, 8, 8], seed=3)


@pytest.fixture(scope="module")
def parent(network, sample):
    return ht.fit(network, sample, epochs=3, learning_rate=1e-2, threads=1)


def tensors(trained):
    return trained.network.module.state_dict()


def test_equal_arguments_give_equal_weights_and_another_seed_does_not(network, sample, parent):
    again = ht.fit(network, sample, epochs=3, learning_rate=1e-2, threads=1)
    other = ht.fit(network, sample, epochs=3, learning_rate=1e-2, threads=1, seed=2)
    assert all(torch.equal(tensor, tensors(again)[name]) for name, tensor in tensors(parent).items())
    assert not all(torch.equal(tensor, tensors(other)[name]) for name, tensor in tensors(parent).items())


@pytest.mark.parametrize("training_mode", [True, False])
def test_the_callers_network_stays_as_it_is(network, sample, training_mode):
    module = network.module.train(training_mode)
    first = next(module.parameters()).requires_grad_(False)
    before = copy.deepcopy(module.state_dict())
    ht.fit(network, sample, epochs=1, freeze="encoder")
    assert module.training == training_mode
    assert all(part.training == training_mode for part in module.modules())
    assert [weight.requires_grad for weight in module.parameters()].count(False) == 1
    first.requires_grad_(True)
    assert all(torch.equal(tensor, module.state_dict()[name]) for name, tensor in before.items())
    module.train()
    assert module.encoder.training


@pytest.mark.parametrize(
    ("freeze", "kept"), [("encoder", ("encoder.",)), ("decoder", ("decoder.", "segmentation_head."))]
)
def test_a_frozen_part_stays_as_it_is_and_the_child_can_be_trained_whole(parent, sample, freeze, kept):
    child = ht.fit(parent.network, sample, epochs=1, freeze=freeze, images=4)
    same = {name: torch.equal(tensor, tensors(parent)[name]) for name, tensor in tensors(child).items()}
    assert all(value for name, value in same.items() if name.startswith(kept))
    assert not all(same.values())
    assert all(weight.requires_grad for weight in child.network.module.parameters())
    grandchild = ht.fit(child.network, sample, epochs=1)
    assert not any(
        torch.equal(weight, tensors(child)[name]) for name, weight in grandchild.network.module.named_parameters()
    )


def test_the_best_epoch_is_kept(parent, sample):
    history = parent.history.set_index("epoch")
    assert history.validation_loss.idxmin() == parent.best_epoch
    assert ht.score(parent, sample["validation"])["loss"] == pytest.approx(history.validation_loss.min(), rel=1e-3)


def test_fewer_images_are_the_first_ones(network, sample):
    first = ht.Sample({"train": sample["train"][:4], "validation": sample["validation"]})
    one, other = ht.fit(network, sample, epochs=1, images=4), ht.fit(network, first, epochs=1)
    assert all(torch.equal(tensor, tensors(other)[name]) for name, tensor in tensors(one).items())
    assert one.provenance["images"] == 4


def test_the_workflow_trains_the_same_weights(learning, sample, tmp_path):
    from hrtem_transfer.jobs import network_store, training
    from hrtem_transfer.study.recipes import network_seed

    world = learning.make_world(tmp_path)
    recipe = world.recipe(shares=[world.share("a", images=8)])
    training.train_run({"one": recipe}, world.images, world.store, world.table("all"), progress=learning.quiet)
    seed = network_seed(1, "one")
    # The world's images of domain a have the seeds of the sample's.
    start = ht.build_network(
        recipe.network.encoder, depth=3, decoder_channels=recipe.network.decoder_channels, seed=seed
    )
    made = ht.fit(start, sample, epochs=2, seed=seed, precision="float32")
    _, stored = network_store.read_network(world.store, "one")
    assert stored.keys() == tensors(made).keys()
    assert all(torch.equal(tensor, tensors(made)[name]) for name, tensor in stored.items())


def test_a_saved_network_is_loaded_as_it_was(parent, sample, tmp_path):
    loaded = ht.load(str(parent.save(str(tmp_path / "parent.safetensors"))))
    for name in ("best_epoch", "domain", "pixel_size_A", "image_px", "standardisation", "temperature"):
        assert getattr(loaded, name) == getattr(parent, name)
    assert loaded.network.architecture == parent.network.architecture
    assert loaded.provenance == dict(parent.provenance)
    assert loaded.history.equals(parent.history)
    assert ht.score(loaded, sample["test"]) == ht.score(parent, sample["test"])
    assert {"torch", "hrtem-transfer"} <= loaded.provenance["versions"].keys()
    child = ht.fit(loaded.network, sample, epochs=1, freeze="encoder")
    assert child.provenance["started_from"] == ht.fit(parent.network, sample, epochs=1).provenance["started_from"]


def test_pixels_of_another_size_are_warned_of(parent, sample):
    test = sample["test"]
    larger = ht.Images(counts=test.counts, labels=test.labels, pixel_size_A=0.5)
    with pytest.warns(UserWarning, match="0.5 A"):
        ht.score(parent, larger)


def test_progress_is_told_on_request_only(network, sample, capsys):
    lines = []
    ht.fit(network, sample, epochs=2, progress=lines.append)
    assert len(lines) == 2
    assert capsys.readouterr() == ("", "")


def test_images_are_checked_and_cut(sample):
    train = sample["train"]
    part = train[2:4]
    assert len(part) == 2
    assert np.array_equal(part.counts, train.counts[2:4])
    assert part.domain == "discs"
