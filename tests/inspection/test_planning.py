"""What a plan counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.inspection.planning import (
    UnitCosts,
    chain_hours,
    disk_bytes,
    hours,
    make_plan,
    training_images,
)
from hrtem_transfer.sweep import Layout, read_sweep

ROOT = Path(__file__).parents[2]
COSTS = UnitCosts("test", "a device", 20.0, 1.0, 0.001, 0.0002, 5.0, 1e7, 2e5, 5.7e7)


@pytest.fixture(scope="module")
def paper() -> Layout:
    return Layout.below("/nonexistent", read_sweep(ROOT / "config" / "paper.yaml"))


def test_the_paper_before_anything_is_done(paper: Layout) -> None:
    plan = make_plan(paper)
    by_name = {series.name: series for series in plan.series}
    assert {name: series.networks for name, series in by_name.items()} == {
        "defocus": 7200, "dose": 180, "structure": 2754, "mixture": 720,
    }  # fmt: skip
    assert [by_name[name].pretrained for name in ("defocus", "dose", "structure")] == [30, 15, 54]
    assert plan.networks == 10_953
    assert plan.structures == plan.structures_left == 19 * 640 + 128
    assert plan.jobs == plan.jobs_left


def test_training_images_of_the_paper_by_hand(paper: Layout) -> None:
    thirds = sum(mode.arithmetic for mode in FREEZE_MODES.values()) / 3
    pretrained = 99 * 512
    transferred = (7200 * (64 + 128 + 256 + 512) / 4 + (180 + 2754) * 128) * thirds
    mixed = 720 * 512
    assert training_images(paper.sweep.networks.values()) == pytest.approx(80 * (pretrained + transferred + mixed))


def test_hours_follow_from_unit_costs(paper: Layout) -> None:
    plan = make_plan(paper)
    core, device = hours(plan, COSTS)
    assert core == pytest.approx((plan.structures * 20 + plan.images * 1) / 3600)
    trained = plan.training_images_left * 0.001 + plan.evaluation_images_left * 0.0002 + plan.jobs * 5
    assert device == pytest.approx(trained / 3600)
    assert 0 < chain_hours(plan, COSTS) < core + device


def test_disk_depends_on_what_is_kept(paper: Layout) -> None:
    plan = make_plan(paper)
    everything = disk_bytes(plan, COSTS, exit_waves=True, weights=True, pretrained=99)
    least = disk_bytes(plan, COSTS, exit_waves=False, weights=False, pretrained=99)
    assert everything - least == pytest.approx(plan.structures * 1e7 + (10_953 - 99) * 5.7e7)


def test_what_is_there_is_not_left(tmp_path: Path) -> None:
    sweep = read_sweep(ROOT / "config" / "demo.yaml")
    files = Layout.below(tmp_path, sweep)
    before = make_plan(files)
    run = next(run for run in sweep.runs.values() if run.stage == "transfer")
    evaluation = next(one for one in sweep.evaluations.values() if run in one.runs)
    done = [files.shard(next(iter(sweep.shards))), files.images("dose_030"), files.training(run)]
    done.append(files.evaluation(evaluation))
    done += [files.network(record.network_id) for record in run.networks]
    for path in done:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    after = make_plan(files)
    assert after.jobs_left == before.jobs_left - 4
    assert after.images_left == before.images_left - 96
    assert after.training_images_left == pytest.approx(before.training_images_left - training_images(run.networks))
    assert sum(series.networks_done for series in after.series) == len(run.networks)
