import numpy as np
import pandas as pd
import pytest

from hrtem_transfer.results import load, summarise


@pytest.fixture
def tables(corner_results):
    return load(corner_results)


def test_numbers_are_those_of_the_tables(tables, corner_results):
    summary = summarise(
        tables.networks, tables.evaluations, tables.domains, {"networks": corner_results / "networks.csv"}
    )
    trained = tables.networks[tables.networks["stage"] != "pretrain"]
    for entry in summary.series:
        rows = trained[trained["series"] == entry.name]
        assert entry.networks == len(rows) == entry.ok + entry.failed + entry.missing
        assert entry.best_loss == rows["loss_target_after"].min()
        assert entry.median_loss == rows["loss_target_after"].median()
    assert sum(entry.failed for entry in summary.series) == 2
    assert not summary.complete
    moved = trained.dropna(subset=["loss_target_before", "loss_target_after"])
    assert summary.improved == np.mean(moved["loss_target_after"] < moved["loss_target_before"])
    text = str(summary)
    assert text.startswith("SYNTHETIC")
    assert "No result in series defocus for 2: synthetic failure" in text
    assert str(corner_results / "networks.csv") in text


def test_reference_predictors_follow_from_the_foreground(tables):
    summary = summarise(tables.networks, tables.evaluations, tables.domains.assign(foreground_share=0.25), {})
    assert summary.background_only == (0.25, 0.0)
    assert summary.foreground_only == (0.75, pytest.approx(0.4))
    assert "loss 0.250 and Dice 0" in str(summary)


def text_of(networks, tables, **changed):
    return str(summarise(networks, changed.get("evaluations", tables.evaluations), tables.domains, {}))


def test_nothing_is_claimed_where_there_is_nothing(tables):
    nothing = text_of(tables.networks[:0], tables, evaluations=tables.evaluations[:0])
    assert "Transfer" not in nothing
    assert "Loss on" not in nothing
    assert "0 of 0" not in nothing
    failed = text_of(tables.networks.assign(status="failed", reason="broken", loss_target_after=np.nan), tables)
    assert "Transfer lowered" not in failed
    assert "No result in series dose for" in failed
    bare = tables.evaluations.assign(dice=np.nan)
    assert "Dice" not in text_of(tables.networks, tables, evaluations=bare).replace("and Dice", "")


def test_losses_name_their_split(tables):
    validation = tables.evaluations[tables.evaluations["split"] == "validation"]
    assert "validation images" in text_of(tables.networks, tables, evaluations=validation)
    assert "test images" in text_of(tables.networks, tables)


def test_different_precisions_and_devices_are_said(tables):
    assert "precisions" not in text_of(tables.networks, tables)
    first = pd.Series("float32", index=tables.networks.index)
    mixed = tables.networks.assign(
        precision=first.where(first.index % 3 > 0, "bfloat16"), device_kind="cpu", status="ok"
    )
    said = text_of(mixed, tables)
    assert f"in different precisions: bfloat16 ({len(mixed) // 3}), float32 (" in said
    assert "devices" not in said
    unknown = tables.networks.assign(precision=first.where(first.index % 3 > 0, None), status="ok")
    assert "precisions" not in text_of(unknown, tables)


def test_transfer_is_held_against_training_from_scratch(tables):
    moved = tables.networks[(tables.networks["stage"] == "transfer") & (tables.networks["status"] == "ok")]
    one = moved.iloc[:1]
    scratch = one.assign(
        network_id="scratch", stage="scratch", pretrained_id=None, source_domain=None, pretrain_learning_rate=np.nan,
        loss_target_before=np.nan,
    )  # fmt: skip
    same = moved["target_domain"].eq(one["target_domain"].iat[0]) & moved["n_images"].eq(one["n_images"].iat[0])
    loss = moved.loc[same, "loss_target_after"].median()
    rows = [("scratch", one["target_domain"].iat[0], split, loss) for split in ("validation", "test")]
    rows = pd.DataFrame(rows, columns=["network_id", "evaluation_domain", "split", "loss"])
    networks = pd.concat([tables.networks, scratch.assign(loss_target_after=loss)], ignore_index=True)
    evaluations = pd.concat([tables.evaluations, rows], ignore_index=True)
    summary = summarise(networks, evaluations, tables.domains, {})
    count, share = summary.against_scratch
    assert summary.scratch == (1, 1)
    assert count == same.sum()
    assert share == (moved.loc[same, "loss_target_after"] < loss).mean()
    assert "1 of 1 trained from scratch" in str(summary)
    assert f"{share:.0%} of {count}" in str(summary)


def test_complete_when_all_have_results(tables):
    good = tables.networks.assign(status="ok", reason=None)
    assert summarise(good, tables.evaluations, tables.domains, {}).complete


def test_a_reason_cannot_steer_the_terminal(tables):
    failed = tables.networks.assign(status="failed", reason="a\x1b[2J")
    said = str(summarise(failed, tables.evaluations, tables.domains, {}))
    assert "a\N{REPLACEMENT CHARACTER}[2J." in said
    assert "\x1b" not in said
