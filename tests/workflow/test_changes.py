"""Changing the sweep: what is new is made, what depends on a changed value is made again, and nothing else.

Names hold the digest of all settings behind a file, so a dry run on a finished sweep says all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from hrtem_transfer.inspection.planning import Block, make_plan
from hrtem_transfer.sweep import Layout, read_sweep
from tests.workflow.conftest import TINY
from tests.workflow.dry_runs import ROOT, counts, finish

Change = Callable[[dict[str, Any]], Any]


def written(folder: Path, change: Change) -> Path:
    """The tiny sweep's configuration with a change."""
    data = yaml.safe_load(TINY.read_text())
    # One run per network: what is trained is then counted by jobs.
    for series in data["series"].values():
        series["together"] = []
    change(data)
    path = folder / "tiny.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    return path


def left(folder: Path, config: Path) -> Block:
    return make_plan(Layout.below(folder / "results", read_sweep(config)))[1]


def learned(found: dict[str, int]) -> dict[str, int]:
    """Jobs that simulate or train."""
    return {rule: found[rule] for rule in ("exit_waves", "images", "pretrain", "transfer", "mixture") if rule in found}


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A folder in which the tiny sweep is finished, its networks stored."""
    files = finish(tmp_path, written(tmp_path, lambda data: None))
    files.store.mkdir()
    for network_id in files.sweep.networks:
        files.network(network_id).touch()
    return tmp_path


def test_another_order_and_a_comment_make_nothing(finished: Path) -> None:
    data = yaml.safe_load((finished / "tiny.yaml").read_text())
    data["series"]["defocus"]["transfer"]["freeze"].reverse()
    text = yaml.safe_dump(dict(reversed(data.items())), sort_keys=False)
    (finished / "tiny.yaml").write_text("# Another comment.\n" + text)
    assert counts(finished, finished / "tiny.yaml") == {}
    assert left(finished, finished / "tiny.yaml").left.jobs == 0


def test_the_work_cut_differently_trains_and_simulates_nothing(finished: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        data["work"]["networks_per_evaluation"] = 2
        for series in data["series"].values():
            series["together"] = ["images", "learning_rate"]

    config = written(finished, change)
    found = counts(finished, config)
    assert not {"exit_waves", "images"} & found.keys()
    # Other runs write their tables from the store.
    plan = left(finished, config)
    assert plan.left.training_images == 0
    assert plan.left.jobs == sum(found.get(rule, 0) for rule in ("pretrain", "transfer", "mixture", "evaluate"))


@pytest.mark.parametrize(
    ("change", "jobs"),
    [
        # 2 directions, 3 frozen parts: of a further number of images, of a further learning rate with 2 numbers.
        (lambda series: series["defocus"]["transfer"]["images"].append(6), {"transfer": 6}),
        (lambda series: series["defocus"]["transfer"].update(learning_rate=[1e-3, 1e-4]), {"transfer": 12}),
        # A second replicate of 12 transfers has pretrained networks of its own.
        (lambda series: series["defocus"].update(replicates=2), {"pretrain": 2, "transfer": 12}),
        (lambda series: series["mixture"]["mixture"]["images"].append([2, 6]), {"mixture": 2}),
    ],
)
def test_an_added_axis_value_trains_only_the_new_networks(finished: Path, change: Change, jobs: dict) -> None:
    def counted(data: dict[str, Any]) -> None:
        change(data["series"])
        for name in data["series"]:
            new = sum(count for stage, count in jobs.items() if stage in (name, {"defocus": "transfer"}.get(name)))
            data["series"][name]["networks"] += new

    config = written(finished, counted)
    plan = left(finished, config)
    assert learned(counts(finished, config)) == jobs
    # The plan says so before it starts.
    assert plan.runs - plan.runs_done == sum(jobs.values())
    assert plan.networks - plan.networks_done == sum(count for stage, count in jobs.items() if stage != "pretrain")


def test_a_further_domain_is_rendered_and_trained_and_nothing_else(finished: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        data["domains"]["defocus"]["defocus_nm"].append(40)
        data["series"]["defocus"]["networks"] = 36
        data["series"]["mixture"]["networks"] = 6

    found = counts(finished, written(finished, change))
    # From the new domain to two others, to it from two; two new pairs with two replicates.
    assert learned(found) == {"images": 1, "pretrain": 1, "transfer": 24, "mixture": 4}


@pytest.mark.parametrize(
    ("change", "jobs"),
    [
        # Everything behind one domain; the transfers to it and from it are all, the other domain's start stays.
        (lambda data: data["domains"]["defocus"].update(defocus_nm=[-30, 12]),
         {"images": 1, "pretrain": 1, "transfer": 12, "mixture": 2}),
        (lambda data: data["domains"]["defocus"].update(dose_e_per_A2=300),
         {"images": 2, "pretrain": 2, "transfer": 12, "mixture": 2}),
        (lambda data: data["simulation"].update(energy_keV=200),
         {"exit_waves": 3, "images": 2, "pretrain": 2, "transfer": 12, "mixture": 2}),
        (lambda data: data["training"].update(batch_size=4), {"pretrain": 2, "transfer": 12, "mixture": 2}),
        (lambda data: data["series"]["defocus"]["transfer"].update(epochs=3), {"transfer": 12}),
        (lambda data: data.update(revision={"train": 2}), {"pretrain": 2, "transfer": 12, "mixture": 2}),
        (lambda data: data.update(revision={"evaluate": 2}), {}),
    ],
)  # fmt: skip
def test_a_changed_scientific_value_makes_exactly_what_depends_on_it(
    finished: Path, change: Change, jobs: dict
) -> None:
    config = written(finished, change)
    plan, found = left(finished, config), counts(finished, config)
    assert learned(found) == jobs
    assert found["evaluate"] > 0
    assert plan.left.jobs == sum(found.get(rule, 0) for rule in (*jobs, "evaluate"))


def test_an_edited_docstring_makes_nothing(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Scripts and rules that are newer than all results, with another text, are no reason."""
    import shutil

    tree = tmp_path_factory.mktemp("tree")
    for name in ("workflow", "profiles", "config", "envs"):
        shutil.copytree(ROOT / name, tree / name)
    shutil.copy(ROOT / "Snakefile", tree)
    for script in (tree / "workflow" / "scripts").glob("*.py"):
        script.write_text(script.read_text().replace('"""', '"""Now: ', 1))
    assert counts(finished, finished / "tiny.yaml", tree=tree) == {}
