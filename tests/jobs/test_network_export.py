"""Networks of the store as files of the library."""

import pytest
import torch
from safetensors.torch import load_file

import hrtem_transfer as ht
from hrtem_transfer.jobs import network_export, network_store, training
from hrtem_transfer.learning import losses
from hrtem_transfer.learning.resident_images import resident
from hrtem_transfer.storage import image_files
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.recipes import Share, digest

PX = 32


@pytest.fixture(scope="module")
def domains():
    """Two domains of a study, by the names that the networks' recipes have."""
    plans = ht.load_study("demo").domains
    return {"a": plans["defocus_m10nm"], "b": plans["defocus_p40nm"]}


@pytest.fixture(scope="module")
def world(learning, domains, tmp_path_factory):
    """Networks trained on made-up images in the files of these domains."""
    made = learning.make_world(tmp_path_factory.mktemp("export"))
    shares = {}
    for name, plan in domains.items():
        recipe = plan.recipe.model_dump()
        sets = {split: image_files.read_images(made.images[name], split) for split in ("train", "validation")}
        image_files.write_images(made.images[name], sets, recipe)
        shares[name] = Share(domain=name, digest=digest(recipe), images=4, validation_images=4)
    recipes = {
        "before": made.recipe(shares=[shares["a"]]),
        "after": made.recipe("transfer", shares=[shares["b"]], parent="before", freeze="encoder"),
        "both": made.recipe("mixture", shares=list(shares.values())),
    }
    training.train_run(recipes, made.images, made.store, made.table("all"), progress=learning.quiet)
    return made


@pytest.fixture(scope="module")
def exported(world, domains):
    return network_export.export_network(world.store, "after", domains, world.folder / "after.safetensors")


def test_an_exported_network_stands_by_itself_and_predicts_as_it_was_trained(world, exported):
    trained = ht.load(exported)
    whole = network_store.read_whole(world.store, "after")
    module = trained.network.module
    assert all(torch.equal(tensor, whole[name]) for name, tensor in module.state_dict().items())
    # The loss on the validation images is the one that chose the epoch.
    images = resident(image_files.read_images(world.images["b"], "validation"), torch.device("cpu"))
    pixels, labels = images.batch(torch.arange(4))
    with torch.no_grad():
        loss = losses.excess_cross_entropy_of_softmax(losses.margins(module(pixels), labels)).mean().item()
    assert loss == pytest.approx(trained.history.validation_loss.min(), rel=1e-4)


def test_it_knows_how_it_was_trained(world, domains, exported):
    trained = ht.load(exported)
    recipe = domains["b"].recipe
    assert (trained.domain, trained.image_px) == (recipe.name, recipe.image_px)
    assert trained.pixel_size_A == pytest.approx(recipe.structure_set.simulation.exit_wave_sampling_A)
    settings = trained.provenance
    assert (settings["network_id"], settings["freeze"], settings["learning_rate"]) == ("after", "encoder", 3e-3)
    assert settings["domains"] == [recipe.model_dump(mode="json")]
    assert settings["started_from"] == network_store.read_record(world.store, "before").weights_digest


def test_a_mixture_names_both_domains(world, domains):
    both = network_export.stored_network(world.store, "both", domains)
    assert both.domain.split(", ") == [plan.recipe.name for plan in domains.values()]
    assert both.provenance["images"] == 8


def test_the_file_can_be_read_by_safetensors_alone(world, exported):
    assert load_file(exported).keys() == network_store.read_whole(world.store, "after").keys()


def test_a_file_of_the_store_is_refused_with_advice(world):
    with pytest.raises(DataError, match=r"after\.safetensors.*export_network"):
        ht.load(network_store.network_file(world.store, "after"))


def test_a_missing_network_is_named(world, domains, tmp_path):
    with pytest.raises(DataError, match=r"none\.safetensors"):
        network_export.export_network(world.store, "none", domains, tmp_path / "x.safetensors")


@pytest.mark.parametrize("given", ["none of them", "another of this name"])
def test_domains_of_another_study_are_refused(world, domains, tmp_path, given):
    others = {} if given == "none of them" else {"b": domains["a"]}
    with pytest.raises(DataError, match=r"after\.safetensors.*'b'.*plan\.json"):
        network_export.export_network(world.store, "after", others, tmp_path / "x.safetensors")
    assert not list(tmp_path.iterdir())
