import pytest
import torch
from safetensors.torch import load_file

from hrtem_transfer.jobs import network_export, network_store, training
from hrtem_transfer.learning import losses
from hrtem_transfer.learning.resident_images import resident
from hrtem_transfer.storage import image_files
from hrtem_transfer.storage.files import DataError


@pytest.fixture(scope="module")
def world(learning, tmp_path_factory):
    made = learning.make_world(tmp_path_factory.mktemp("export"))
    recipes = {
        "before": made.recipe(),
        "after": made.recipe("transfer", on="b", parent="before", freeze="encoder"),
    }
    training.train_run(recipes, made.images, made.store, made.table("all"), progress=learning.quiet)
    return made


def test_an_exported_network_stands_by_itself_and_predicts_as_it_was_trained(world, learning, tmp_path):
    network_export.export_network(world.store, "after", tmp_path / "after.safetensors")
    model, network = network_export.load_network(tmp_path / "after.safetensors")
    assert network.recipe["freeze"] == "encoder"
    assert network.recipe["learning_rate"] == 3e-3
    assert not model.training
    whole = network_store.read_whole(world.store, "after")
    assert all(torch.equal(tensor, whole[name]) for name, tensor in model.state_dict().items())
    # The loss on the validation images is the one that chose the epoch.
    images = resident(image_files.read_images(world.images["b"], "validation"), torch.device("cpu"))
    pixels, labels = images.batch(torch.arange(4))
    with torch.no_grad():
        loss = losses.excess_cross_entropy_of_softmax(losses.margins(model(pixels), labels)).mean().item()
    kept = min(epoch["validation_loss"] for epoch in network.history)
    assert loss == pytest.approx(kept, rel=1e-4)


def test_the_file_can_be_read_by_safetensors_alone(world, tmp_path):
    network_export.export_network(world.store, "before", tmp_path / "before.safetensors")
    whole = network_store.read_whole(world.store, "before")
    assert load_file(tmp_path / "before.safetensors").keys() == whole.keys()


def test_a_file_of_the_store_without_its_frozen_part_is_refused_with_advice(world):
    with pytest.raises(DataError, match="export the network first"):
        network_export.load_network(network_store.network_file(world.store, "after"))


def test_a_damaged_file_is_named(world, tmp_path):
    path = tmp_path / "before.safetensors"
    network_export.export_network(world.store, "before", path)
    whole = bytearray(path.read_bytes())
    whole[-5] ^= 1
    path.write_bytes(whole)
    with pytest.raises(DataError, match=r"before\.safetensors: the weights of this exported network are damaged"):
        network_export.load_network(path)


def test_a_missing_network_is_named(world, tmp_path):
    with pytest.raises(DataError, match=r"none\.safetensors: there is no such trained network"):
        network_export.export_network(world.store, "none", tmp_path / "x.safetensors")
