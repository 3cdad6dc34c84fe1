"""How runs are grouped into evaluations."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from hrtem_transfer.study import Sweep, expand, read_sweep
from hrtem_transfer.study.config.schema import Study

ROOT = Path(__file__).parents[2]


def raw() -> dict:
    return yaml.safe_load((ROOT / "config" / "demo.yaml").read_text())


def grouped(networks_per_evaluation: int, **changes: object) -> Sweep:
    data = {**raw(), **changes}
    data["work"] = {"networks_per_evaluation": networks_per_evaluation}
    return expand(Study.model_validate(data))


def run_ids(sweep: Sweep) -> list[str]:
    return [run.run_id for evaluation in sweep.evaluations.values() for run in evaluation.runs]


@pytest.mark.parametrize("limit", [1, 5, 24, 1000])
def test_each_run_is_evaluated_once_and_no_job_exceeds_the_limit_but_by_one_run(limit: int) -> None:
    sweep = grouped(limit)
    assert sorted(run_ids(sweep)) == sorted(sweep.runs)
    for evaluation in sweep.evaluations.values():
        size = sum(len(run.networks) for run in evaluation.runs)
        assert size <= limit or len(evaluation.runs) == 1
        assert {(run.series, run.stage) for run in evaluation.runs} == {(evaluation.series, evaluation.stage)}
        assert all(set(run.evaluation_domains) == set(evaluation.domains) for run in evaluation.runs)
        assert {domain for run in evaluation.runs for domain in run.domains} <= set(evaluation.images)


def test_a_limit_of_one_network_gives_each_run_a_job_of_its_own() -> None:
    assert all(len(evaluation.runs) == 1 for evaluation in grouped(1).evaluations.values())


def test_a_large_limit_gives_one_job_per_series_stage_and_source() -> None:
    data = raw()
    data["series"]["defocus"]["together"] = ["images", "learning_rate", "freeze"]
    for name in ("dose", "structure"):
        data["series"][name]["together"] = ["freeze"]
    sweep = grouped(1000, series=data["series"])
    blocks = {(record.series, record.stage, record.source_domain) for record in sweep.networks.values()}
    assert len(sweep.evaluations) == len(blocks) == 2 * (2 + 2 + 3) + 3 + 1


def test_the_order_of_the_configuration_renames_no_evaluation() -> None:
    data = raw()
    series = {name: data["series"][name] for name in reversed(data["series"])}
    series["defocus"]["transfer"]["images"].reverse()
    series["defocus"]["pretrain"]["sources"].reverse()
    assert set(grouped(5, series=series).evaluations) == set(grouped(5).evaluations)


def test_the_id_follows_images_and_revision() -> None:
    def ids(sweep: Sweep, series: Iterable[str]) -> set[str]:
        return {one.evaluation_id for one in sweep.evaluations.values() if one.series in series}

    before, domains = grouped(24), raw()["domains"]
    domains["dose"]["dose_e_per_A2"] = [30, 601]
    after = grouped(24, domains=domains)
    others = {"defocus", "mixture", "structure"}
    assert ids(after, others) == ids(before, others)
    assert not ids(after, {"dose"}) & ids(before, {"dose"})
    assert not set(grouped(24, revision={"score": 2}).evaluations) & set(before.evaluations)


def test_the_paper_is_some_hundred_evaluations() -> None:
    sweep = read_sweep(ROOT / "config" / "paper.yaml")
    sizes = [sum(len(run.networks) for run in evaluation.runs) for evaluation in sweep.evaluations.values()]
    assert sum(sizes) == 10_953
    assert max(sizes) <= sweep.study.work.networks_per_evaluation
    assert len(sizes) < 120
