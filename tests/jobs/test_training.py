"""The run: which networks are trained, what is kept, and that a network is the same whatever happens around it."""

import contextlib
import importlib.metadata
import json
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import torch

from hrtem_transfer.compute import torch_settings
from hrtem_transfer.jobs import epoch_checkpoint, network_store, training
from hrtem_transfer.learning import fitting, unet
from hrtem_transfer.storage import image_files
from hrtem_transfer.storage.files import DataError, written_whole
from hrtem_transfer.study.recipes import NetworkRecipe, digest, network_seed

TIMES = ("seconds", "images_per_second")


def run_of_24(learning, world) -> dict[str, NetworkRecipe]:
    return {
        f"{freeze}{images}{rate}{replicate}": world.recipe(
            "transfer",
            parent="parent",
            shares=[world.share("b", images)],
            freeze=freeze,
            learning_rate=rate,
            replicate=replicate,
            training=learning.training(epochs=2),
        )
        for freeze in ("none", "encoder", "decoder")
        for images in (2, 4)
        for rate in (1e-3, 1e-2)
        for replicate in (0, 1)
    }


def train(world, recipes, name, learning, store: Path | None = None, **options) -> list[dict]:
    """Train a run and return the rows of its table."""
    table = world.table(name)
    training.train_run(recipes, world.images, store or world.store, table, progress=learning.quiet, **options)
    return pq.read_table(table).to_pylist()


def without_times(rows: list[dict]) -> list[dict]:
    return [{key: value for key, value in row.items() if key not in TIMES} for row in rows]


@pytest.fixture(scope="module")
def world(learning, tmp_path_factory):
    """A pretrained network ``parent`` and, trained undisturbed in one run, 24 networks that start from it."""
    made = learning.make_world(tmp_path_factory.mktemp("run"))
    train(made, {"parent": made.recipe()}, "pretrain", learning)
    train(made, run_of_24(learning, made), "undisturbed", learning)
    return made


@pytest.fixture
def store(world, tmp_path) -> Path:
    """Another store, with the pretrained network only."""
    folder = tmp_path / "networks"
    folder.mkdir()
    source = network_store.network_file(world.store, "parent")
    network_store.network_file(folder, "parent").write_bytes(source.read_bytes())
    return folder


def assert_same_weights(world, store: Path, network_ids) -> None:
    for network_id in network_ids:
        ours, tensors = network_store.read_network(store, network_id)
        expected, expected_tensors = network_store.read_network(world.store, network_id)
        assert ours.weights_digest == expected.weights_digest
        assert ours.best_epoch == expected.best_epoch
        assert all(torch.equal(tensors[name], expected_tensors[name]) for name in expected_tensors)


def test_a_network_alone_equals_itself_in_a_run_of_24(world, store, learning):
    recipes = run_of_24(learning, world)
    for network_id in list(recipes)[3::5]:
        train(world, {network_id: recipes[network_id]}, f"alone-{network_id}", learning, store)
        assert_same_weights(world, store, [network_id])


def test_the_order_of_a_run_changes_no_network(world, store, learning):
    recipes = dict(reversed(list(run_of_24(learning, world).items())[:8]))
    train(world, recipes, "reversed", learning, store)
    assert_same_weights(world, store, recipes)


def test_networks_differ_by_seed_data_rate_and_freeze(world, learning):
    digests = {network_store.read_network(world.store, i)[0].weights_digest for i in run_of_24(learning, world)}
    assert len(digests) == 24


PROCESS = """
import importlib.util, json, os, signal, sys
from pathlib import Path
from hrtem_transfer.jobs import training
from hrtem_transfer.study.recipes import NetworkRecipe
given = json.loads(Path(sys.argv[1]).read_text())
recipes = {key: NetworkRecipe.model_validate(recipe) for key, recipe in given["recipes"].items()}
images = {key: Path(path) for key, path in given["images"].items()}

def progress(line):
    print(line, flush=True)
    if given["kill_at"] in line:
        os.kill(os.getpid(), signal.SIGKILL)

training.train_run(recipes, images, Path(given["store"]), Path(given["table"]), progress=progress, checkpoint_seconds=0)
"""


def write_order(world, recipes, store: Path, table: Path, kill_at: str, folder: Path) -> Path:
    order = {
        "recipes": {key: recipe.model_dump() for key, recipe in recipes.items()},
        "images": {key: str(path) for key, path in world.images.items()},
        "store": str(store),
        "table": str(table),
        "kill_at": kill_at,
    }
    (folder / "order.json").write_text(json.dumps(order))
    return folder / "order.json"


def run_in_a_process(world, recipes, store: Path, table: Path, kill_at: str, folder: Path) -> int:
    order = write_order(world, recipes, store, table, kill_at, folder)
    return subprocess.run(
        [sys.executable, "-c", PROCESS, str(order)], stdout=subprocess.DEVNULL, check=False
    ).returncode


def test_a_run_killed_at_network_7_of_24_keeps_6_and_ends_as_if_undisturbed(world, store, learning, tmp_path):
    recipes = run_of_24(learning, world)
    seventh = list(recipes)[6]
    table = tmp_path / "run" / "training.parquet"
    ended = run_in_a_process(world, recipes, store, table, f"network {seventh} (transfer", tmp_path)
    assert ended == -signal.SIGKILL
    kept = {path.stem for path in store.glob("[!.]*.safetensors")}
    assert kept == {"parent", *list(recipes)[:6]}
    assert not table.exists()
    before = {path: path.stat().st_mtime_ns for path in store.glob("[!.]*.safetensors")}

    lines: list[str] = []
    training.train_run(recipes, world.images, store, table, progress=lines.append)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert lines[0] == "6 of 24 networks are in the store already"
    assert_same_weights(world, store, recipes)
    rows = pq.read_table(table).to_pylist()
    undisturbed = pq.read_table(world.table("undisturbed")).to_pylist()
    assert without_times(rows) == without_times(undisturbed)
    assert {path.name for path in store.iterdir()} == {f"{i}.safetensors" for i in ("parent", *recipes)}
    assert [path.name for path in table.parent.iterdir()] == ["training.parquet"]


def test_a_long_training_goes_on_after_its_last_finished_epoch(world, store, learning, tmp_path):
    recipes = {"long": world.recipe(training=learning.training(epochs=4))}
    undisturbed = train(world, recipes, "long", learning)
    table = tmp_path / "training.parquet"
    run_in_a_process(world, recipes, store, table, "epoch 3/4", tmp_path)
    assert epoch_checkpoint.checkpoint_file(store, "long").exists()
    assert not network_store.holds(store, "long")

    lines: list[str] = []
    training.train_run(recipes, world.images, store, table, progress=lines.append)
    assert lines[0] == "network long: goes on after epoch 2"
    assert [line.split(" epoch ")[1][:3] for line in lines[1:]] == ["3/4", "4/4"]
    assert without_times(pq.read_table(table).to_pylist()) == without_times(undisturbed)
    assert_same_weights(world, store, recipes)
    assert not epoch_checkpoint.checkpoint_file(store, "long").exists()


def test_two_processes_on_one_run_work_one_after_the_other_and_train_nothing_twice(world, store, learning, tmp_path):
    recipes = dict(list(run_of_24(learning, world).items())[:8])
    table = tmp_path / "run" / "training.parquet"
    order = write_order(world, recipes, store, table, "never", tmp_path)
    first, second = (
        subprocess.Popen([sys.executable, "-c", PROCESS, str(order)], stdout=subprocess.PIPE, text=True) for _ in "12"
    )
    outputs = [process.communicate()[0].splitlines() for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0)
    outputs.sort(key=len)
    assert [line for line in outputs[1] if "epoch" in line and line.startswith("network")] == outputs[1]
    assert len(outputs[1]) == 16
    pids = {first.pid, second.pid}
    assert any(outputs[0][0].startswith(f"waiting: process {pid} on ") for pid in pids)
    assert outputs[0][1:] == ["8 of 8 networks are in the store already"]
    assert_same_weights(world, store, recipes)


def written_name(path: Path) -> Path:
    """A name under which the file is written before it is whole."""
    with contextlib.suppress(KeyboardInterrupt), written_whole(path) as temporary:
        raise KeyboardInterrupt
    return temporary


def test_what_a_killed_process_left_half_written_is_removed(world, store, learning):
    network_id, recipe = next(iter(run_of_24(learning, world).items()))
    files = (network_store.network_file, epoch_checkpoint.checkpoint_file)
    left = [written_name(file(store, network_id)) for file in files]
    for path in left:
        path.write_bytes(b"half")
    train(world, {network_id: recipe}, "left", learning, store)
    assert not any(path.exists() for path in left)
    assert_same_weights(world, store, [network_id])


def test_what_is_in_the_store_is_not_trained_again(world, learning, monkeypatch):
    monkeypatch.setattr(fitting.Fit, "run", lambda *_: pytest.fail("trained again"))
    rows = train(world, run_of_24(learning, world), "again", learning)
    assert rows == pq.read_table(world.table("undisturbed")).to_pylist()


def test_source_and_target_never_mix_and_test_images_are_never_read(world, store, learning, monkeypatch):
    reads: list[tuple[str, str, int, int]] = []
    original = image_files.read_images

    def counted(path, split, first=0, stop=None):
        reads.append((Path(path).stem, split, first, stop))
        return original(path, split, first, stop)

    monkeypatch.setattr(image_files, "read_images", counted)
    recipes = {
        "of_a": world.recipe(shares=[world.share("a", 3, 2)]),
        "of_b": world.recipe("transfer", parent="parent", shares=[world.share("b", 4, 1)]),
        "of_both": world.recipe("mixture", shares=[world.share("a", 2, 1), world.share("b", 5, 3, from_end=True)]),
    }
    read_for = {}
    for network_id, recipe in recipes.items():
        train(world, {network_id: recipe}, network_id, learning, store)
        read_for[network_id] = sorted(reads)
        reads.clear()
    assert read_for == {
        "of_a": [("a", "train", 0, 3), ("a", "validation", 0, 2)],
        "of_b": [("b", "train", 0, 4), ("b", "validation", 0, 1)],
        "of_both": [("a", "train", 0, 2), ("a", "validation", 0, 1), ("b", "train", 3, 8), ("b", "validation", 1, 4)],
    }


def test_frozen_parts_are_the_parents_bit_by_bit(world, learning):
    parent = network_store.read_whole(world.store, "parent")
    for freeze, prefix in (("encoder", ("encoder.",)), ("decoder", ("decoder.", "segmentation_head."))):
        network_id = f"{freeze}40.010"
        _, changed = network_store.read_network(world.store, network_id)
        whole = network_store.read_whole(world.store, network_id)
        assert whole.keys() == parent.keys()
        assert not any(name.startswith(prefix) for name in changed)
        assert all(torch.equal(whole[name], parent[name]) for name in parent if name.startswith(prefix))
        assert all(not torch.equal(whole[name], parent[name]) for name in changed)


def test_each_row_holds_what_the_network_needs_to_be_made_again(world, learning):
    recipes = run_of_24(learning, world)
    rows = pq.read_table(world.table("undisturbed")).to_pylist()
    assert [(row["network_id"], row["epoch"]) for row in rows] == [(i, epoch) for i in recipes for epoch in (1, 2)]
    for row in rows:
        recipe = recipes[row["network_id"]]
        assert row["seed"] == network_seed(recipe.seed, row["network_id"])
        assert row["learning_rate"] == recipe.learning_rate * recipe.training.learning_rate_decay ** (row["epoch"] - 1)
        assert (row["status"], row["reason"]) == ("ok", None)
        assert row["device"] == torch_settings.describe(learning.CPU)
        assert (row["precision"], row["device_kind"], row["threads"]) == ("float32", "cpu", 1)
        assert row["torch_version"] == torch.__version__
        assert row["hrtem_transfer_version"] == importlib.metadata.version("hrtem-transfer")
        assert row["seconds"] > 0
    for network_id in recipes:
        mine = [row for row in rows if row["network_id"] == network_id]
        assert [row["kept"] for row in mine].count(True) == 1
        assert min(mine, key=lambda row: row["validation_loss"])["kept"]
        assert {row["weights_digest"] for row in mine} == {
            network_store.read_network(world.store, network_id)[0].weights_digest
        }


def test_a_network_from_scratch_is_trained_from_random_weights_of_its_own(world, store, learning, monkeypatch):
    original, seeds = unet.build, []
    monkeypatch.setattr(unet, "build", lambda network, seed: seeds.append(seed) or original(network, seed))
    target = {"shares": [world.share("b")], "training": learning.training(epochs=1)}
    recipes = {
        "baseline": world.recipe("scratch", **target),
        "again": world.recipe("scratch", **target, replicate=1),
        "like_it": world.recipe("pretrain", **target),
    }
    rows = train(world, recipes, "scratch", learning, store)
    assert {row["status"] for row in rows} == {"ok"}
    assert len(set(seeds)) == 3
    networks = {i: network_store.read_network(store, i) for i in recipes}
    assert len({network.weights_digest for network, _ in networks.values()}) == 3
    network, tensors = networks["baseline"]
    assert (network.parent_digest, network.recipe["parent"]) == (None, None)
    assert tensors.keys() == network_store.read_whole(world.store, "parent").keys()
    network_store.network_file(store, "parent").unlink()
    train(world, {"alone": recipes["baseline"]}, "alone", learning, store)
    assert network_store.read_whole(store, "alone").keys() == tensors.keys()


def test_precision_is_recorded_as_it_was_and_is_no_part_of_the_id(world, learning, tmp_path, monkeypatch):
    recipe = world.recipe(training=learning.training(epochs=1, precision="auto"))
    network_id = digest(recipe.model_dump())
    assert recipe.training.precision == "auto"
    found = {}
    for precision in ("float32", "bfloat16"):
        monkeypatch.setattr(torch_settings, "real_precision", lambda *_, precision=precision: precision)
        rows = train(world, {network_id: recipe}, precision, learning, tmp_path / precision)
        found[precision] = network_store.read_record(tmp_path / precision, network_id)
        assert {row["precision"] for row in rows} == {found[precision].precision} == {precision}
    one, other = found.values()
    assert (one.network_id, one.recipe, one.seed) == (other.network_id, other.recipe, other.seed)
    assert one.weights_digest != other.weights_digest
    assert {"numpy", "torch", "timm", "safetensors", "segmentation-models-pytorch", "python"} < one.versions.keys()


def test_an_unfinished_training_goes_on_only_where_it_began_alike(world, store, learning, tmp_path, monkeypatch):
    recipes = {"moved": world.recipe(training=learning.training(epochs=3, precision="auto"))}
    run_in_a_process(world, recipes, store, tmp_path / "training.parquet", "epoch 3/3", tmp_path)
    checkpoint = epoch_checkpoint.checkpoint_file(store, "moved")
    assert checkpoint.exists()
    monkeypatch.setattr(torch_settings, "real_precision", lambda *_: "bfloat16")
    lines: list[str] = []
    training.train_run(recipes, world.images, store, tmp_path / "training.parquet", progress=lines.append)
    assert "began elsewhere" in lines[0]
    assert [line.split(" epoch ")[1][:3] for line in lines[1:]] == ["1/3", "2/3", "3/3"]


def test_progress_is_one_line_per_network_and_epoch(world, store, learning):
    recipes, lines = dict(list(run_of_24(learning, world).items())[:2]), []
    training.train_run(recipes, world.images, store, world.table("lines"), progress=lines.append)
    assert len(lines) == 4
    first = next(iter(recipes))
    assert lines[0].startswith(f"network {first} (transfer, frozen: none) epoch 1/2: training loss 0.")
    assert all("images/s, 0:00:" in line and line.endswith(" left") for line in lines)


def test_a_missing_parent_is_named(world, tmp_path, learning):
    recipe = world.recipe("transfer", parent="nobody")
    with pytest.raises(DataError, match=r"nobody\.safetensors: the pretrained network is missing"):
        train(world, {"child": recipe}, "child", learning, tmp_path / "networks")


def test_a_damaged_parent_is_named_and_nothing_is_trained_on_it(world, store, learning):
    path = network_store.network_file(store, "parent")
    whole = bytearray(path.read_bytes())
    whole[-9] ^= 4
    path.write_bytes(whole)
    with pytest.raises(DataError, match=r"parent\.safetensors: the weights .* are damaged"):
        train(world, {"child": world.recipe("transfer", parent="parent")}, "child", learning, store)
    assert not network_store.holds(store, "child")


def test_damaged_images_fail_the_run_with_the_files_name_and_train_nothing(learning, tmp_path):
    world = learning.make_world(tmp_path)
    path = world.images["a"]
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(whole)
    with pytest.raises(DataError, match=r"a\.h5"):
        train(world, {"n": world.recipe()}, "n", learning)
    assert not world.store.exists()
    assert not world.table("n").exists()


def test_a_network_of_other_settings_under_the_same_id_is_refused(world, learning):
    other = run_of_24(learning, world)["none20.0010"].model_copy(update={"learning_rate": 0.5})
    with pytest.raises(DataError, match="trained with other settings"):
        train(world, {"none20.0010": other}, "other", learning)
