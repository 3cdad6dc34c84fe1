import pandas as pd
import pytest

from hrtem_transfer.results import load
from hrtem_transfer.results.synthetic import main, synthetic_rows
from hrtem_transfer.study.reading import read_sweep
from tests.conftest import ROOT


def test_a_configuration_gives_results_for_all_its_networks(tmp_path, capsys):
    main([str(ROOT / "config" / "demo.yaml"), str(tmp_path), "--failed", "1"])
    tables = load(tmp_path)
    assert tables.synthetic
    assert (tables.networks["status"] == "failed").sum() == 1
    assert capsys.readouterr().out.startswith("SYNTHETIC RESULTS")
    assert tables.plan == read_sweep(ROOT / "config" / "demo.yaml").digest
    scratch = tables.networks[tables.networks["stage"] == "scratch"]
    assert len(scratch) > 0
    assert scratch["loss_target_before"].isna().all()
    assert scratch.loc[scratch["status"] == "ok", "loss_target_after"].notna().all()
    assert scratch[["source_domain", "pretrained_id", "pretrain_learning_rate"]].isna().all(axis=None)
    # A network that several series share is seen on the domains of all.
    moved = tables.networks[(tables.networks["stage"] == "transfer") & (tables.networks["status"] == "ok")]
    assert moved[["loss_target_before", "ood_std_before"]].notna().all(axis=None)


def test_any_axis_moves_a_domain_and_none_is_needed(corner_plan):
    """Losses away from the training's domain grow along an axis that no rule names; bare rows are enough."""
    record = next(one for one in corner_plan.networks if one.stage == "pretrain")
    names = [record.source_domain, "near", "far"]
    rows = [{"domain": name, "astigmatism_nm": value} for name, value in zip(names, (0.0, 10.0, 100.0), strict=True)]
    _, evaluations = synthetic_rows([record], rows, {record.series: names})
    losses = evaluations[evaluations["split"] == "test"].set_index("evaluation_domain")["loss"]
    assert losses[record.source_domain] < losses["far"]
    assert losses["near"] < losses["far"]
    _, bare = synthetic_rows([record], [{"domain": name} for name in names], {record.series: names})
    assert (bare["loss"] > 0).all()


def test_numbers_depend_on_seed_and_network_alone(corner_plan):
    plan = (corner_plan.networks, corner_plan.domains, corner_plan.evaluated_on)
    _, first = synthetic_rows(*plan)
    _, again = synthetic_rows(corner_plan.networks[::-1], *plan[1:])
    _, other = synthetic_rows(*plan, seed=2)
    key = ["network_id", "evaluation_domain", "split"]
    first, again, other = (rows.sort_values(key, ignore_index=True) for rows in (first, again, other))
    pd.testing.assert_frame_equal(first, again)
    assert not first["loss"].equals(other["loss"])


def test_scores_are_such_as_networks_could_have(corner_plan):
    training, evaluations = synthetic_rows(corner_plan.networks, corner_plan.domains, corner_plan.evaluated_on)
    assert (evaluations["loss"] > 0).all()
    assert (
        evaluations[["dice", "iou", "precision", "recall", "particle_f1"]].apply(lambda c: c.between(0, 1).all()).all()
    )
    assert evaluations["iou"].to_numpy() == pytest.approx((evaluations["dice"] / (2 - evaluations["dice"])).to_numpy())
    kept = training[training["kept"]]
    assert kept["network_id"].is_unique
    assert (
        kept["validation_loss"].to_numpy() == training.groupby("network_id", sort=False)["validation_loss"].min()
    ).all()
