import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import torch
from sklearn import metrics

from hrtem_transfer.jobs import evaluation, held_out, network_store, training
from hrtem_transfer.learning import fitting, segmentation_scores, unet
from hrtem_transfer.learning.resident_images import resident
from hrtem_transfer.learning.scores import SCORES, Score
from hrtem_transfer.storage import image_files
from hrtem_transfer.storage.files import DataError

CPU = torch.device("cpu")


def recipes_of(learning, world) -> dict:
    return {
        "parent": world.recipe(),
        "none": world.recipe("transfer", on="b", parent="parent"),
        "encoder": world.recipe("transfer", on="b", parent="parent", freeze="encoder"),
        "mixture": world.recipe("mixture", shares=[world.share("a", 2), world.share("b", 3, from_end=True)]),
        "scratch": world.recipe("scratch", on="b"),
    }


@pytest.fixture(scope="module")
def trained(learning, tmp_path_factory):
    made = learning.make_world(tmp_path_factory.mktemp("trained"))
    training.train_run(recipes_of(learning, made), made.images, made.store, made.table("r"), progress=learning.quiet)
    return made


@pytest.fixture
def world(learning, trained, tmp_path):
    """A copy of the images and of the trained networks."""
    shutil.copytree(trained.folder, tmp_path / "copy")
    images = {domain: tmp_path / "copy" / "images" / path.name for domain, path in trained.images.items()}
    return learning.World(tmp_path / "copy", images)


def evaluate(world, learning, recipes=None, *, runs=None, name="evaluation", domains=None, keep_weights=True, **more):
    table = world.table("r", name)
    evaluation.evaluate_runs(
        {world.table("r", "training"): recipes or recipes_of(learning, world)} if runs is None else runs,
        world.images,
        world.images if domains is None else domains,
        world.store,
        world.folder / "scores",
        table,
        keep_weights=keep_weights,
        progress=learning.quiet,
        **more,
    )
    return pq.read_table(table).to_pylist()


def test_there_is_a_row_per_network_domain_and_split_and_one_per_share_of_training_images(world, learning):
    rows = evaluate(world, learning)
    held_out = [(domain, split) for domain in "ab" for split in ("validation", "test")]
    expected = [
        *[("parent", *key) for key in [*held_out, ("a", "train")]],
        *[("none", *key) for key in [*held_out, ("b", "train")]],
        *[("encoder", *key) for key in [*held_out, ("b", "train")]],
        *[("mixture", *key) for key in [*held_out, ("a", "train"), ("b", "train")]],
        *[("scratch", *key) for key in [*held_out, ("b", "train")]],
    ]
    assert [(row["network_id"], row["evaluation_domain"], row["split"]) for row in rows] == expected
    images = {row["images"] for row in rows if row["split"] != "train"}
    assert images == {4}
    assert [row["images"] for row in rows if row["split"] == "train"] == [4, 4, 4, 2, 3, 4]


def test_scores_are_those_of_the_stored_network_on_those_images(world, learning):
    rows = {(r["network_id"], r["evaluation_domain"], r["split"]): r for r in evaluate(world, learning)}
    model = unet.build(learning.NETWORK, 0)
    for network_id, domain, split, first, stop in (
        ("encoder", "a", "test", 0, 4),
        ("parent", "b", "validation", 0, 4),
        ("mixture", "b", "train", 5, 8),
    ):
        model.load_state_dict(network_store.read_whole(world.store, network_id))
        model.eval()
        images = resident(image_files.read_images(world.images[domain], split, first, stop), CPU)
        pixels, labels = images.batch(torch.arange(stop - first))
        with torch.no_grad():
            logits = model(pixels)
        row, true = rows[network_id, domain, split], labels.flatten().numpy()
        cross_entropy = torch.nn.functional.cross_entropy(logits, labels.long()).item()
        assert row["cross_entropy"] == pytest.approx(cross_entropy, rel=1e-4)
        twice = torch.nn.functional.cross_entropy(logits.softmax(1), labels.long()).item()
        assert row["loss"] == pytest.approx(twice - 0.3132617, abs=2e-6)
        assert row["dice"] == pytest.approx(metrics.f1_score(true, logits.argmax(1).flatten().numpy()), abs=1e-3)


def test_the_validation_loss_on_the_own_domain_is_the_kept_epochs(world, learning):
    rows = {(r["network_id"], r["evaluation_domain"], r["split"]): r for r in evaluate(world, learning)}
    for network_id, domain in (("parent", "a"), ("none", "b"), ("encoder", "b")):
        history = network_store.read_network(world.store, network_id)[0].history
        kept = min(epoch["validation_loss"] for epoch in history)
        assert rows[network_id, domain, "validation"]["loss"] == pytest.approx(kept, rel=1e-4)


def test_a_network_scores_the_same_alone_and_in_a_run(world, learning):
    together = evaluate(world, learning)
    for network_id, recipe in recipes_of(learning, world).items():
        alone = evaluate(world, learning, {network_id: recipe}, name=f"evaluation_{network_id}")
        assert alone == [row for row in together if row["network_id"] == network_id]


def test_each_file_is_read_once_per_split_for_all_networks(world, learning, monkeypatch):
    reads = []
    original = image_files.read_images

    def counted(path, split, *span):
        reads.append((Path(path).stem, split))
        return original(path, split, *span)

    monkeypatch.setattr(image_files, "read_images", counted)
    evaluate(world, learning)
    held_out = [read for read in reads if read[1] != "train"]
    assert sorted(held_out) == sorted((domain, split) for domain in "ab" for split in ("validation", "test"))
    # The mixture's second share is the end of the split, not its beginning.
    assert sorted(read for read in reads if read[1] == "train") == [("a", "train"), ("b", "train"), ("b", "train")]


def test_dropped_weights_are_not_needed_to_repeat_the_evaluation(world, learning, monkeypatch):
    kept = evaluate(world, learning)
    dropped = evaluate(world, learning, keep_weights=False)
    assert dropped == kept
    sizes = {i: len(network_store.read_network(world.store, i)[1]) for i in recipes_of(learning, world)}
    assert sizes["parent"] > 0
    assert {i for i, size in sizes.items() if size} == {"parent"}
    monkeypatch.setattr(unet, "build", lambda *_: pytest.fail("a network was built"))
    transferred = {i: r for i, r in recipes_of(learning, world).items() if i != "parent"}
    again = evaluate(world, learning, transferred, keep_weights=False, name="evaluation_again")
    assert again == [row for row in kept if row["network_id"] != "parent"]


def test_a_further_domain_trains_a_network_without_weights_again_to_the_same_ones(world, learning):
    first = evaluate(world, learning, keep_weights=False, domains=["a"])
    digest = network_store.read_network(world.store, "none")[0].weights_digest
    both = evaluate(world, learning, keep_weights=True)
    network, tensors = network_store.read_network(world.store, "none")
    assert network.weights_digest == digest
    assert network.weights_kept
    assert tensors
    assert [row for row in both if row["evaluation_domain"] == "a" and row["split"] != "train"] == [
        row for row in first if row["evaluation_domain"] == "a" and row["split"] != "train"
    ]


def test_what_the_store_lacks_is_trained_first(world, learning):
    expected = evaluate(world, learning)
    network_store.network_file(world.store, "encoder").unlink()
    assert evaluate(world, learning) == expected


def test_a_failed_network_has_no_rows(world, learning):
    network, _ = network_store.read_network(world.store, "none")
    network_store.write_network(world.store, replace(network, status="failed", reason="made up"), {})
    rows = evaluate(world, learning, keep_weights=False)
    assert {row["network_id"] for row in rows} == {"parent", "encoder", "mixture", "scratch"}


@pytest.mark.parametrize("where", ["training", "evaluation"])
def test_running_out_of_memory_is_said_and_leaves_no_table_but_what_others_scored(world, learning, monkeypatch, where):
    def no_memory(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    expected = evaluate(world, learning)
    network_store.network_file(world.store, "encoder").unlink()
    shutil.rmtree(world.folder / "scores")
    world.table("r", "evaluation").unlink()
    runs = two_runs(learning, world)
    with monkeypatch.context() as patch:
        if where == "training":
            patch.setattr(fitting.Fit, "run", no_memory)
        else:
            original = evaluation._Evaluation._score_training_images
            patch.setattr(
                evaluation._Evaluation, "_score_training_images",
                lambda self, network_id: (no_memory if network_id == "encoder" else original)(self, network_id),
            )  # fmt: skip
        with pytest.raises(DataError, match=r"out of memory.*2\.00 GiB more were asked for"):
            evaluate(world, learning, runs=runs)
    assert not world.table("r", "evaluation").exists()
    assert {"parent", "none"} <= {file.stem for file in (world.folder / "scores").iterdir()}
    assert evaluate(world, learning, runs=runs) == expected


@pytest.mark.parametrize("what", ["images", "network"])
def test_a_damaged_file_is_named_and_no_table_is_written(world, learning, what):
    path = world.images["b"] if what == "images" else network_store.network_file(world.store, "none")
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(whole)
    with pytest.raises(DataError, match=str(path.name)):
        evaluate(world, learning)
    assert not world.table("r", "evaluation").exists()


def test_a_raised_revision_evaluates_again_even_when_weights_were_dropped(world, learning, monkeypatch):
    kept = evaluate(world, learning, keep_weights=False)
    transferred = {i: r for i, r in recipes_of(learning, world).items() if i != "parent"}
    trained = []
    original = training.train_missing

    def watched(*arguments, weights_needed=(), **options):
        trained.extend(weights_needed)
        return original(*arguments, weights_needed=weights_needed, **options)

    monkeypatch.setattr(evaluation, "train_missing", watched)
    again = evaluate(world, learning, transferred, keep_weights=False, name="evaluation_again", revision=2)
    assert sorted(trained) == sorted(transferred)
    assert again == [row for row in kept if row["network_id"] != "parent"]


def two_runs(learning, world) -> dict:
    recipes = recipes_of(learning, world)
    first = {network_id: recipes[network_id] for network_id in ("parent", "none")}
    return {world.table("one"): first, world.table("two"): {i: r for i, r in recipes.items() if i not in first}}


def test_several_runs_in_one_job_score_what_they_score_apart_and_read_each_file_once(world, learning, monkeypatch):
    apart = evaluate(world, learning)
    shutil.rmtree(world.folder / "scores")
    reads = []
    original = image_files.read_images

    def counted(path, split, *span):
        reads.append((Path(path).stem, split))
        return original(path, split, *span)

    monkeypatch.setattr(image_files, "read_images", counted)
    assert evaluate(world, learning, runs=two_runs(learning, world), name="together") == apart
    assert len([read for read in reads if read[1] != "train"]) == 4
    shutil.rmtree(world.folder / "scores")
    monkeypatch.setattr(held_out, "KEPT_BYTES", 0)
    assert evaluate(world, learning, runs=two_runs(learning, world), name="each_time") == apart


def test_what_was_scored_is_not_scored_again_whatever_runs_and_domains_are_asked_for(world, learning, monkeypatch):
    expected = evaluate(world, learning)
    scored = []
    original = evaluation.score
    monkeypatch.setattr(evaluation, "score", lambda *arguments: scored.append(1) or original(*arguments))
    assert evaluate(world, learning, runs=two_runs(learning, world), name="again") == expected
    assert not scored
    shutil.rmtree(world.folder / "scores")
    evaluate(world, learning, domains=["a"], name="a")
    first = len(scored)
    assert evaluate(world, learning, name="both") == expected
    assert len(scored) - first == 5 * 2  # five networks on validation and test of the other domain


def test_a_damaged_run_is_named_and_takes_no_other_with_it(world, learning, monkeypatch):
    expected = evaluate(world, learning)
    shutil.rmtree(world.folder / "scores")
    world.table("r", "evaluation").unlink()
    path = network_store.network_file(world.store, "none")
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DataError, match=path.name):
        evaluate(world, learning, runs=two_runs(learning, world))
    assert not world.table("r", "evaluation").exists()
    kept = {file.stem for file in (world.folder / "scores").iterdir()}
    assert kept == {"encoder", "mixture", "scratch"}
    path.unlink()
    assert evaluate(world, learning, runs=two_runs(learning, world)) == expected


def test_scores_of_a_network_that_was_trained_again_differently_are_not_used(world, learning):
    before = evaluate(world, learning)
    network, tensors = network_store.read_network(world.store, "parent")
    changed = {name: tensor * 0.5 if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
    network_store.write_network(world.store, network, changed)
    after = evaluate(world, learning)
    assert [row for row in before if row["network_id"] == "none"] == [
        row for row in after if row["network_id"] == "none"
    ]
    assert before[0]["cross_entropy"] != after[0]["cross_entropy"]


def test_results_from_before_a_score_was_added_are_not_used(world, learning, monkeypatch):
    evaluate(world, learning, keep_weights=False)
    added = (*SCORES, Score("missed", "particle pixels that were not predicted", lambda n: n.fn, limits=None))
    for module in (evaluation, segmentation_scores):
        monkeypatch.setattr(module, "SCORES", added)
    evaluate(world, learning, keep_weights=False, name="again")
    for network_id in ("none", "encoder", "mixture"):
        stored = network_store.read_record(world.store, network_id).evaluations
        assert stored
        assert all("missed" in row for rows in stored.values() for row in rows)
