"""What a plan counts."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import yaml

from hrtem_transfer.inspection.planning import Amounts, Block, UnitCosts, make_plan, training_images
from hrtem_transfer.study import Layout, expand, read_sweep
from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.study.config.schema import Study

ROOT = Path(__file__).parents[2]
COSTS = UnitCosts("test", "a device", 20.0, 1.0, 0.001, 0.0002, 5.0, 1e7, 2e5, 5.7e7)
SIZES = dataclasses.asdict(COSTS)


@pytest.fixture(scope="module")
def paper() -> Layout:
    return Layout.below("/nonexistent", read_sweep(ROOT / "config" / "paper.yaml"))


def whole(files: Layout) -> Block:
    return make_plan(files)[1]


def test_the_paper_before_anything_is_done(paper: Layout) -> None:
    series, everything = make_plan(paper)
    by_name = {one.name: one for one in series}
    assert {name: one.networks for name, one in by_name.items()} == {
        "defocus": 7200, "dose": 180, "structure": 2754, "mixture": 720,
    }  # fmt: skip
    assert [by_name[name].pretrained for name in ("defocus", "dose", "structure")] == [30, 15, 54]
    assert [by_name[name].domains for name in by_name] == [11, 5, 18, 11]
    assert (everything.networks, everything.pretrained, everything.networks_done) == (10_854, 99, 0)
    assert everything.all.structures == everything.left.structures == 19 * 640 + 128
    assert everything.all == everything.left
    assert everything.all.jobs < 1000


def test_training_images_of_the_paper_by_hand(paper: Layout) -> None:
    thirds = sum(mode.arithmetic for mode in FREEZE_MODES.values()) / 3
    pretrained = 99 * 512
    transferred = (7200 * (64 + 128 + 256 + 512) / 4 + (180 + 2754) * 128) * thirds
    mixed = 720 * 512
    assert training_images(paper.sweep.networks.values()) == pytest.approx(80 * (pretrained + transferred + mixed))
    assert whole(paper).all.training_images == pytest.approx(80 * (pretrained + transferred + mixed))


def test_evaluation_images_of_the_paper_by_hand(paper: Layout) -> None:
    shown = (7200 + 30 + 720) * 11 * 256 + (180 + 15) * 5 * 256 + (2754 + 54) * 18 * 128
    own = 99 * 512 + 7200 * 240 + (180 + 2754) * 128 + 720 * 512
    assert whole(paper).all.evaluation_images == shown + own


def test_series_add_up_to_the_whole_where_they_share_nothing(paper: Layout) -> None:
    series, everything = make_plan(paper)
    for key in ("training_images", "evaluation_images", "device_jobs", "kept_networks"):
        assert sum(getattr(one.all, key) for one in series) == pytest.approx(getattr(everything.all, key)), key
    assert sum(one.all.structures for one in series) > everything.all.structures


def test_hours_and_bytes_follow_from_unit_costs() -> None:
    amounts = Amounts(
        structures=3, images=7, training_images=1000.0, evaluation_images=500, simulation_jobs=2, device_jobs=4,
        kept_structures=3, kept_networks=1.5,
    )  # fmt: skip
    assert amounts.core_hours(COSTS) == pytest.approx((3 * 20 + 7 * 1 + 2 * 5) / 3600)
    assert amounts.device_hours(COSTS) == pytest.approx((1000 * 0.001 + 500 * 0.0002 + 4 * 5) / 3600)
    assert amounts.bytes_on_disk(SIZES) == pytest.approx(3 * 1e7 + 7 * 2e5 + 1.5 * 5.7e7)
    assert amounts.jobs == 6


def test_the_longest_chain_is_shorter_than_the_whole(paper: Layout) -> None:
    everything = whole(paper)
    assert everything.chain.structures == 64
    assert 0 < everything.chain.training_images < everything.all.training_images / 100
    assert everything.chain.device_jobs == 3


def test_disk_depends_on_what_is_kept() -> None:
    data = yaml.safe_load((ROOT / "config" / "demo.yaml").read_text())
    kept = whole(Layout.below("/nonexistent", expand(Study.model_validate(data)))).all
    data["keep"] = {"exit_waves": False, "weights": False}
    dropped = whole(Layout.below("/nonexistent", expand(Study.model_validate(data)))).all
    assert (kept.kept_structures, dropped.kept_structures) == (kept.structures, 0)
    assert dropped.kept_networks == 7
    # 72 transfers, a third of each mode; the mixtures and those from scratch are whole.
    assert kept.kept_networks == pytest.approx(7 + 24 * (1 + 0.22 + 0.78) + 4 + 28)


def test_what_is_there_is_not_left(tmp_path: Path) -> None:
    files = Layout.below(tmp_path, read_sweep(ROOT / "config" / "demo.yaml"))
    before = whole(files)
    run = next(run for run in files.sweep.runs.values() if run.stage == "transfer")
    evaluation = next(one for one in files.sweep.evaluations.values() if run in one.runs)
    done = [files.shard(next(iter(files.sweep.shards))), files.images("dose_030"), files.training(run)]
    done += [files.evaluation(evaluation), *(files.network(record.network_id) for record in run.networks)]
    for path in done:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    after = whole(files)
    assert after.left.jobs == before.left.jobs - 4
    assert after.left.images == before.left.images - 96
    assert after.left.training_images == pytest.approx(before.left.training_images - training_images(run.networks))
    assert after.networks_done == len(run.networks)
    assert after.runs_done == 1
    assert after.all == before.all


def test_a_stored_network_without_its_table_is_not_trained_and_a_scored_one_not_evaluated(tmp_path: Path) -> None:
    files = Layout.below(tmp_path, read_sweep(ROOT / "config" / "demo.yaml"))
    before = whole(files).left
    record = next(iter(files.sweep.networks.values()))
    for path in (files.network(record.network_id), files.scores / f"{record.network_id}.json"):
        path.parent.mkdir(parents=True)
        path.touch()
    after = whole(files).left
    assert after.training_images == pytest.approx(before.training_images - training_images([record]))
    assert after.evaluation_images < before.evaluation_images
    assert after.jobs == before.jobs


def test_exit_waves_that_are_not_kept_are_not_left_when_their_images_are_there(tmp_path: Path) -> None:
    data = yaml.safe_load((ROOT / "config" / "demo.yaml").read_text())
    data["keep"] = {"exit_waves": False}
    files = Layout.below(tmp_path, expand(Study.model_validate(data)))
    for domain in files.sweep.domains:
        files.images(domain).parent.mkdir(parents=True, exist_ok=True)
        files.images(domain).touch()
    assert whole(files).left.structures == 0
