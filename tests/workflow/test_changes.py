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
from hrtem_transfer.study import Layout, freeze, read_sweep
from tests.workflow.conftest import TINY
from tests.workflow.dry_runs import ROOT, counts, finish

STAGES = ("pretrain", "transfer", "mixture", "scratch")
Change = Callable[[dict[str, Any]], Any]


def written(folder: Path, change: Change) -> Path:
    """The tiny sweep's configuration with a change."""
    data = yaml.safe_load(TINY.read_text())
    # One run per network: what is trained is then counted by jobs.
    for series in data["series"].values():
        series["together"] = []
        del series["networks"]
    # As a list, so that a further dose renames no domain.
    data["domains"]["defocus"]["dose_e_per_A2"] = [400]
    change(data)
    path = folder / "tiny.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    return path


def left(folder: Path, config: Path) -> Block:
    return make_plan(Layout.below(folder / "results", read_sweep(config)))[1]


def learned(found: dict[str, int]) -> dict[str, int]:
    """Jobs that simulate or train."""
    return {rule: found[rule] for rule in ("exit_waves", "images", *STAGES) if rule in found}


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


# What is made again for a change, by the row of the table in docs/running.md that it belongs to: jobs by rule, with one
# network per job. Evaluations follow networks.
EVERYTHING = {"exit_waves": 3, "images": 2, "pretrain": 2, "transfer": 12, "mixture": 2}
RENDERED = {key: count for key, count in EVERYTHING.items() if key != "exit_waves"}
TRAINED = {key: count for key, count in RENDERED.items() if key != "images"}
ROWS: dict[str, tuple[Change, dict[str, int]]] = {
    "scattering, energy": (lambda data: data["simulation"].update(energy_keV=200), EVERYTHING),
    "scattering, phonons": (lambda data: data["simulation"].update(frozen_phonons=2), EVERYTHING),
    "scattering, radius": (lambda data: data["structure_sets"]["ag"].update(gap_nm=0.6), EVERYTHING),
    "scattering, thermal motion": (lambda data: data.update(thermal={"displacement_A": 0.08}), EVERYTHING),
    "scattering, revision": (lambda data: data.update(revision={"scattering": 2}), EVERYTHING),
    "rendering, cut of the labels": (lambda data: data.update(labels={"cut": 0.4}), RENDERED),
    "rendering, threshold of the labels": (lambda data: data.update(labels={"phase_threshold_rad": 0.02}), RENDERED),
    "rendering, smoothing of the labels": (lambda data: data.update(labels={"smooth_A": 0.7}), RENDERED),
    "rendering, edge of the images": (lambda data: data["simulation"].update(image_px=48), RENDERED),
    "rendering, optics": (lambda data: data["imaging"].update(focal_spread_A=12), RENDERED),
    "rendering, revision": (lambda data: data.update(revision={"rendering": 2}), RENDERED),
    # Everything behind one domain; the transfers to it and from it are all, the other domain's start stays.
    "rendering, defocus of one domain": (
        lambda data: data["domains"]["defocus"].update(defocus_nm=[-30, 12]),
        {"images": 1, "pretrain": 1, "transfer": 12, "mixture": 2},
    ),
    # Of two more domains, and the networks from and to them.
    "rendering, one more dose": (
        lambda data: data["domains"]["defocus"].update(dose_e_per_A2=[400, 300]),
        {"images": 2, "pretrain": 2, "transfer": 60, "mixture": 10},
    ),
    "network, batch": (lambda data: data["training"].update(batch_size=4), TRAINED),
    "network, revision": (lambda data: data.update(revision={"network": 2}), TRAINED),
    "network, epochs of the transfer": (
        lambda data: data["series"]["defocus"]["transfer"].update(epochs=3),
        {"transfer": 12},
    ),
    # 2 directions, 3 frozen parts: of a further learning rate with 2 numbers of images, of a further number.
    "network, one more learning rate": (
        lambda data: data["series"]["defocus"]["transfer"].update(learning_rate=[1e-3, 1e-4]),
        {"transfer": 12},
    ),
    "network, one more number of images": (
        lambda data: data["series"]["defocus"]["transfer"]["images"].append(6),
        {"transfer": 6},
    ),
    # A second replicate of 12 transfers has pretrained networks of its own.
    "network, one more replicate": (
        lambda data: data["series"]["defocus"].update(replicates=2),
        {"pretrain": 2, "transfer": 12},
    ),
    "network, one more mixture": (
        lambda data: data["series"]["mixture"]["mixture"]["images"].append([2, 6]),
        {"mixture": 2},
    ),
    # To 2 targets with 2 numbers of images.
    "network, trained from scratch too": (
        lambda data: data["series"]["defocus"]["transfer"].update(scratch=True),
        {"scratch": 4},
    ),
    "score, revision": (lambda data: data.update(revision={"score": 2}), {}),
}


def made(files: Layout) -> dict[str, set[Path]]:
    """The files of a sweep by kind; an evaluation is one of one network."""
    sweep = files.sweep
    return {
        "exit waves": {files.shard(key) for key in sweep.shards},
        "images": {files.images(key) for key in sweep.domains},
        "networks": {files.network(key) for key in sweep.networks},
        "evaluations": {files.evaluation(one) for one in sweep.evaluations.values()},
    }


@pytest.mark.parametrize("row", ROWS)
def test_a_change_makes_again_what_follows_from_its_cause_and_keeps_the_rest(tmp_path: Path, row: str) -> None:
    change, jobs = ROWS[row]
    before = made(Layout.below(tmp_path, read_sweep(written(tmp_path, lambda data: None))))
    after = made(Layout.below(tmp_path, read_sweep(written(tmp_path, change))))
    # Files that are not made again are those of before, under the same names.
    new = {kind: len(paths - before[kind]) for kind, paths in after.items()}
    kept = {kind: len(paths & before[kind]) for kind, paths in after.items()}
    assert new["exit waves"] == jobs.get("exit_waves", 0)
    assert new["images"] == jobs.get("images", 0)
    assert new["networks"] == sum(jobs.get(stage, 0) for stage in STAGES)
    assert new["evaluations"] > 0
    print(f"CHANGED | {row} | " + " | ".join(f"{kept[kind]} kept, {new[kind]} made" for kind in after))


@pytest.mark.parametrize(
    "row",
    [
        "scattering, energy",
        "rendering, cut of the labels",
        "rendering, edge of the images",
        "rendering, one more dose",
        "network, revision",
        "network, one more learning rate",
        "network, one more replicate",
        "network, trained from scratch too",
        "score, revision",
    ],
)
def test_the_workflow_starts_exactly_these_jobs_and_the_plan_says_so_before(finished: Path, row: str) -> None:
    change, jobs = ROWS[row]
    config = written(finished, change)
    plan, found = left(finished, config), counts(finished, config)
    assert learned(found) == jobs
    assert found["evaluate"] > 0
    assert plan.left.jobs == sum(found.get(rule, 0) for rule in (*jobs, "evaluate"))


def test_tables_of_a_plan_that_was_left_for_a_part_of_another_are_gathered_again(finished: Path) -> None:
    config = finished / "tiny.yaml"
    assert counts(finished, config) == {}
    other = finished / "other" / "tiny.yaml"
    other.parent.mkdir()
    other.write_text(config.read_text().replace("seed: 3", "seed: 4"))
    # As `snakemake --configfile other/tiny.yaml series_mixture` does at its start.
    assert freeze(Layout.below(finished / "results", read_sweep(other)))
    assert counts(finished, config).keys() == {"collect", "report", "all"}


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
