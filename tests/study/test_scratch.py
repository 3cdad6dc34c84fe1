"""The baseline of every transfer: the same training from random weights."""

from __future__ import annotations

import copy
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
import yaml

from hrtem_transfer.study import NetworkRecord, Sweep, expand, read_sweep
from hrtem_transfer.study.config.problems import ConfigError
from hrtem_transfer.study.config.schema import Study

ROOT = Path(__file__).parents[2]


def raw(name: str = "demo") -> dict:
    return yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text())


def expanded(data: dict) -> Sweep:
    return expand(Study.model_validate(data))


def of_stage(sweep: Sweep, stage: str, series: str = "defocus") -> list[NetworkRecord]:
    return [one for one in sweep.networks.values() if (one.stage, one.series) == (stage, series)]


def test_one_for_each_target_number_of_images_rate_of_both_stages_and_replicate() -> None:
    data = raw("paper")
    without = expanded(data)
    data["series"]["defocus"]["transfer"]["scratch"] = True
    sweep = expanded(data)
    found = Counter(
        (one.target_domain, one.n_images, one.transfer_learning_rate, one.replicate)
        for one in of_stage(sweep, "scratch")
    )
    targets = [one for one, plan in sweep.domains.items() if plan.family == "defocus"]
    assert found == Counter(product(targets, (64, 128, 256, 512), (1e-3, 1e-4, 1e-5), range(3)))
    # They are counted as networks of the series, and rename nothing.
    assert sweep.planned["defocus"] == 7200 + found.total()
    assert set(without.networks) < set(sweep.networks)


def test_it_is_trained_as_the_transferred_ones_are_but_from_random_weights() -> None:
    sweep = expanded(raw())
    alike = {(one.target_domain, one.n_images): one.recipe for one in of_stage(sweep, "transfer")}
    scratch = of_stage(sweep, "scratch")
    assert scratch
    for one in scratch:
        transferred = alike[one.target_domain, one.n_images]
        assert one.recipe.shares == transferred.shares
        assert one.recipe.training == transferred.training
        assert (one.recipe.parent, one.pretrained_id, one.source_domain, one.freeze) == (None, None, None, "none")
        assert one.pretrain_learning_rate is None


def test_only_targets_have_one() -> None:
    data = raw()
    data["series"]["defocus"]["transfer"]["targets"] = ["defocus_m40nm"]
    assert {one.target_domain for one in of_stage(expanded(data), "scratch")} == {"defocus_m40nm"}


def test_a_rate_that_both_stages_have_is_tried_once() -> None:
    data = raw()
    before = len(of_stage(expanded(data), "scratch"))
    data["series"]["defocus"]["pretrain"]["learning_rate"] = 1e-3
    assert len(of_stage(expanded(data), "scratch")) == before * 2 // 3


def test_two_series_over_one_family_share_them() -> None:
    data = raw()
    again = data["series"]["again"] = copy.deepcopy(data["series"]["defocus"])
    again["transfer"]["freeze"] = "none"
    again["pretrain"] |= {"sources": ["defocus_m40nm"]}
    again["transfer"] |= {"targets": ["defocus_m10nm"]}
    again["domains"] = ["defocus", "dose"]
    sweep = expanded(data)
    shared = of_stage(sweep, "scratch", "again")
    assert not sweep.duplicates
    assert sweep.planned["again"] == len(shared) + len(of_stage(sweep, "transfer", "again"))
    assert {one.target_domain for one in shared} == {"defocus_m10nm"}
    # All of "again" are of "defocus" too, which comes later in the alphabet, and are evaluated on the domains of both.
    assert sweep.planned["defocus"] == raw()["series"]["defocus"]["networks"]
    runs = [run for run in sweep.runs.values() if any(one in shared for one in run.networks)]
    assert all({"dose_030", "defocus_p40nm"} <= set(run.evaluation_domains) for run in runs)


def test_neither_the_order_of_the_configuration_nor_the_pretraining_renames_one() -> None:
    def ids(data: dict) -> set[str]:
        return {one.network_id for one in of_stage(expanded(data), "scratch")}

    before, data = ids(raw()), raw()
    series = data["series"]["defocus"]
    for stage, key in (("transfer", "images"), ("transfer", "learning_rate"), ("pretrain", "sources")):
        series[stage][key].reverse()
    data["domains"]["defocus"]["defocus_nm"].reverse()
    assert ids(data) == before
    data["pretraining"] = "independent"
    assert ids(data) == before


def test_a_stated_count_holds_them(tmp_path: Path) -> None:
    data = raw()
    stated = data["series"]["dose"]["networks"]
    transferred = len(of_stage(expanded(data), "transfer", "dose"))
    assert stated > transferred
    data["series"]["dose"]["networks"] = transferred
    file = tmp_path / "study.yaml"
    file.write_text(yaml.safe_dump(data))
    with pytest.raises(ConfigError, match=rf"series.dose.networks: found {transferred}; allowed: {stated}"):
        read_sweep(file)
    del data["series"]["dose"]["networks"]
    file.write_text(yaml.safe_dump(data))
    assert read_sweep(file).planned["dose"] == stated
