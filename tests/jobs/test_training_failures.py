"""Failure is a result, with a reason in its row, and stays with its network. Running out of memory is no result."""

import math
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
import torch

from hrtem_transfer.jobs import network_store, training
from hrtem_transfer.learning import unet
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.recipes import network_seed
from hrtem_transfer.study.seeds import torch_seed


@pytest.fixture
def world(learning, tmp_path):
    return learning.make_world(tmp_path)


def train(world, recipes, progress) -> dict[str, list[dict]]:
    table = world.table("run")
    training.train_run(recipes, world.images, world.store, table, progress=progress)
    rows = pq.read_table(table).to_pylist()
    return {network_id: [row for row in rows if row["network_id"] == network_id] for network_id in recipes}


def with_hook(monkeypatch, network_id: str, hook) -> None:
    """Register a forward hook on the network of that id, and on no other."""
    seed, original = torch_seed(network_seed(1, network_id), "weights", ""), unet.build

    def build(network, its_seed):
        model = original(network, its_seed)
        if its_seed == seed:
            model.register_forward_hook(hook)
        return model

    monkeypatch.setattr(unet, "build", build)


@pytest.mark.parametrize("poison", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_ends_one_network_and_not_its_neighbours(world, learning, monkeypatch, poison):
    steps = []

    def spoil_epoch_2(model, inputs, logits):
        steps.append(model.training)
        return logits + (poison if steps.count(True) > 4 else 0.0)

    with_hook(monkeypatch, "wild", spoil_epoch_2)
    plain = learning.training(epochs=3, loss="cross_entropy")
    recipes = {name: world.recipe(training=plain) for name in ("before", "wild", "after")}
    lines: list[str] = []
    rows = train(world, recipes, lines.append)
    assert {row["status"] for row in rows["before"] + rows["after"]} == {"ok"}
    assert [row["epoch"] for row in rows["wild"]] == [1, 2]
    assert rows["wild"][0]["train_loss"] > 0
    assert rows["wild"][1]["train_loss"] is None
    for row in rows["wild"]:
        assert (row["status"], row["kept"], row["weights_digest"]) == ("failed", False, None)
        assert "training loss is nan in epoch 2 (learning rate 0.00297)" in row["reason"]
    assert any(line.startswith("network wild failed: the training loss is nan") for line in lines)
    assert network_store.read_network(world.store, "wild")[1] == {}


def needs_memory_above(images: int, gpu: bool = False):
    def hook(model, inputs, logits):
        if model.training and len(inputs[0]) > images:
            if gpu:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
            # More than any address space holds: the allocator itself refuses.
            torch.empty(1 << 55)

    return hook


@pytest.mark.parametrize("gpu", [False, True])
def test_out_of_memory_is_tried_again_with_half_the_micro_batch(world, learning, monkeypatch, gpu):
    with_hook(monkeypatch, "big", needs_memory_above(4, gpu))
    recipes, lines = {"big": world.recipe(), "after": world.recipe(replicate=1)}, []
    rows = train(world, recipes, lines.append)
    assert {row["status"] for row in rows["big"] + rows["after"]} == {"ok"}
    assert [row["epoch"] for row in rows["big"]] == [1, 2]
    assert network_store.read_network(world.store, "big")[0].micro_batch == 4
    assert network_store.read_network(world.store, "after")[0].micro_batch == 8
    assert "out of memory with 8 images at a time" in lines[0]
    assert ("2.00 GiB more" if gpu else "134217728.00 GiB more") in lines[0]
    assert "once more with half as many" in lines[0]


def test_out_of_memory_twice_is_no_result_and_is_tried_again_at_the_next_start(world, learning, monkeypatch):
    recipes = {"huge": world.recipe(), "after": world.recipe(replicate=1)}
    with monkeypatch.context() as patch:
        with_hook(patch, "huge", needs_memory_above(2))
        with pytest.raises(DataError) as caught:
            train(world, recipes, learning.quiet)
    for part in ("1 of 2 networks", "huge (pretrain, frozen: none)", "with 4 images at a time", "GiB more",
                 "tried again", "training.batch_size"):  # fmt: skip
        assert part in str(caught.value)
    assert {path.stem for path in world.store.glob("[!.]*")} == {"after"}
    assert not world.table("run").exists()
    lines: list[str] = []
    rows = train(world, recipes, lines.append)
    assert lines[0] == "1 of 2 networks are in the store already"
    assert {row["status"] for row in rows["huge"] + rows["after"]} == {"ok"}


def test_the_host_running_out_of_memory_is_no_result_either(world, learning, monkeypatch):
    original = network_store.write_network

    def full(store, network, tensors):
        if network.network_id == "n":
            raise MemoryError
        return original(store, network, tensors)

    monkeypatch.setattr(network_store, "write_network", full)
    with pytest.raises(DataError, match="how much more was asked for is not known"):
        train(world, {"n": world.recipe(), "after": world.recipe(replicate=1)}, learning.quiet)
    assert {path.stem for path in world.store.glob("[!.]*")} == {"after"}


def test_what_starts_from_a_network_without_memory_waits_for_it(world, learning, monkeypatch):
    recipes = {"parent": world.recipe(), "child": world.recipe("transfer", on="b", parent="parent")}
    with monkeypatch.context() as patch:
        with_hook(patch, "parent", needs_memory_above(2))
        with pytest.raises(DataError, match=r"child .*its pretrained network parent is not trained"):
            train(world, recipes, learning.quiet)
    assert not network_store.holds(world.store, "child")
    assert {row["status"] for row in train(world, recipes, learning.quiet)["child"]} == {"ok"}


def test_a_stored_failure_for_want_of_memory_counts_as_absent(world, learning):
    recipes = {"parent": world.recipe(), "child": world.recipe("transfer", on="b", parent="parent")}
    train(world, recipes, learning.quiet)
    for network_id in recipes:
        record = network_store.read_record(world.store, network_id)
        failed = replace(record, status="failed", reason="its parent failed: out of memory with 4 images at a time")
        network_store.write_network(world.store, failed, {})
    with pytest.raises(DataError, match=r"parent\.safetensors: this pretrained network ran out of memory"):
        train(world, {"child": recipes["child"]}, learning.quiet)
    rows = train(world, recipes, learning.quiet)
    assert {row["status"] for row in rows["parent"] + rows["child"]} == {"ok"}


def test_another_error_is_not_taken_for_a_result(world, learning, monkeypatch):
    def fail(model, inputs, logits):
        raise RuntimeError("a mistake in the code")

    with_hook(monkeypatch, "n", fail)
    with pytest.raises(RuntimeError, match="a mistake in the code"):
        train(world, {"n": world.recipe()}, learning.quiet)
    assert not network_store.holds(world.store, "n")


def test_a_network_whose_pretrained_one_failed_fails_with_that_reason(world, learning, monkeypatch):
    with_hook(monkeypatch, "parent", lambda model, inputs, logits: logits * math.nan)
    recipes = {
        "parent": world.recipe(),
        "child": world.recipe("transfer", on="b", parent="parent"),
        "after": world.recipe(replicate=1),
    }
    rows = train(world, recipes, learning.quiet)
    assert {row["status"] for row in rows["after"]} == {"ok"}
    assert [row["status"] for row in rows["child"]] == ["failed"]
    assert rows["child"][0]["reason"].startswith("its pretrained network parent failed: the training loss is nan")


def test_a_failed_network_is_not_tried_again(world, learning, monkeypatch):
    recipes = {"parent": world.recipe()}
    with monkeypatch.context() as patch:
        with_hook(patch, "parent", lambda model, inputs, logits: logits * math.nan)
        first = train(world, recipes, learning.quiet)
    assert train(world, recipes, learning.quiet) == first
