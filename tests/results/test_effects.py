import numpy as np
import pandas as pd
import pytest

from hrtem_transfer.results import Tables, load
from hrtem_transfer.results.effects import CHOICES, effects, matched_changes, recommended, share_of_variance


def grid(loss, **axes):
    """A full grid of transferred networks, with the loss that a function of the settings gives."""
    defaults = {
        "source_domain": ["a", "b", "c"],
        "target_domain": ["x", "y", "z", "u", "v"],
        "n_images": [64, 128],
        "freeze": ["none", "encoder"],
        "pretrain_learning_rate": [1e-3],
        "transfer_learning_rate": [1e-4, 1e-5],
        "replicate": [0, 1],
    }
    names = list(defaults | axes)
    rows = pd.MultiIndex.from_product((defaults | axes).values(), names=names).to_frame(index=False)
    rows["loss_target_after"] = [loss(row) for row in rows.to_dict("records")]
    rows["loss_target_before"] = 0.5
    rows["network_id"] = [f"n{number}" for number in range(len(rows))]
    return rows.assign(series="s", stage="transfer", status="ok", synthetic=False)


def tables(networks, *, test=False):
    evaluations = networks.rename(columns={"target_domain": "evaluation_domain", "loss_target_after": "loss"})
    evaluations = evaluations[["network_id", "evaluation_domain", "loss"]].assign(split="validation")
    both = pd.concat([evaluations, evaluations.assign(split="test")]) if test else evaluations
    empty = pd.DataFrame({"synthetic": []})
    return Tables(networks, both.assign(synthetic=False), empty, empty)


HARD = {"x": 0.1, "y": 0.2, "z": 0.3, "u": 0.25, "v": 0.15}


def test_a_constant_difference_is_found_exactly():
    networks = grid(lambda row: HARD[row["target_domain"]] + (0.01 if row["freeze"] == "encoder" else 0.0))
    found = effects(tables(networks), resamples=200).set_index(["choice", "value"])
    frozen = found.loc[("freeze", "encoder")]
    assert frozen["median_change"] == pytest.approx(0.01)
    assert frozen["low"] == pytest.approx(0.01)
    assert frozen["high"] == pytest.approx(0.01)
    assert frozen["lower_in"] == 0
    assert frozen["verdict"] == "higher loss than the alternatives"
    assert found.loc[("freeze", "none"), "verdict"] == "lower loss than the alternatives"
    assert found.loc[("n_images", "64"), "verdict"] == "no clear difference"
    assert "pretrain_learning_rate" not in found.index.get_level_values(0)


def test_a_difference_of_mixed_sign_is_no_clear_difference():
    sign = {"x": 1, "y": -1, "z": 1, "u": -1, "v": 0.1}
    networks = grid(
        lambda row: HARD[row["target_domain"]] + 0.01 * sign[row["target_domain"]] * (row["freeze"] == "none")
    )
    found = effects(tables(networks)).set_index(["choice", "value"])
    assert found.loc[("freeze", "none"), "verdict"] == "no clear difference"
    assert found.loc[("freeze", "none"), "low"] < 0 < found.loc[("freeze", "none"), "high"]


def test_matched_networks_agree_in_all_but_the_choice():
    networks = grid(lambda row: row["n_images"] / 1000 + HARD[row["target_domain"]] + row["replicate"])
    changes = matched_changes(networks, "n_images")
    assert len(changes) == len(networks)
    assert changes.loc[changes["value"] == 64, "change"].to_numpy() == pytest.approx(-0.064)
    assert changes.loc[changes["value"] == 128, "change"].to_numpy() == pytest.approx(0.064)


def test_a_network_without_a_match_does_not_count():
    networks = grid(lambda row: 0.1, freeze=["none"])
    assert len(matched_changes(networks, "freeze")) == 0


def test_shares_of_variance_of_an_additive_grid_add_up():
    networks = grid(lambda row: HARD[row["target_domain"]] + 0.05 * (row["freeze"] == "none") + row["n_images"] / 2000)
    shares = [share_of_variance(networks, choice) for choice in ("target_domain", "freeze", "n_images")]
    assert sum(shares) == pytest.approx(1)
    assert share_of_variance(networks, "replicate") == pytest.approx(0, abs=1e-12)
    by_hand = 0.025**2 / networks["loss_target_after"].var(ddof=0)
    assert shares[1] == pytest.approx(by_hand)


def test_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(3)
    inside = 0
    for trial in range(40):
        shift = {target: rng.normal(0.02, 0.03) for target in range(25)}
        networks = grid(
            lambda row, shift=shift: 1 + shift[row["target_domain"]] * (row["freeze"] == "encoder"),
            target_domain=list(range(25)), source_domain=["a"], n_images=[64], transfer_learning_rate=[1e-4],
        )  # fmt: skip
        networks["target_domain"] = networks["target_domain"].astype(str)
        found = effects(tables(networks), resamples=300, seed=trial).set_index(["choice", "value"])
        row = found.loc[("freeze", "encoder")]
        inside += row["low"] <= 0.02 <= row["high"]
    assert 33 <= inside <= 40


def test_recommended_is_chosen_on_validation_and_told_on_test():
    networks = grid(lambda row: HARD[row["target_domain"]] + 0.01 * row["replicate"])
    study = tables(networks, test=True)
    wanted = (networks["source_domain"] == "b") & (networks["freeze"] == "encoder")
    wanted &= networks["transfer_learning_rate"] == 1e-5
    best = set(networks.loc[wanted, "network_id"])
    flattered = study.evaluations["network_id"].isin(best) & (study.evaluations["split"] == "validation")
    study.evaluations["loss"] -= 0.05 * flattered
    found = recommended(study)
    assert len(found) == 10
    assert (found["source_domain"] == "b").all()
    assert (found["freeze"] == "encoder").all()
    assert (found["transfer_learning_rate"] == 1e-5).all()
    assert (found["protocols"] == 12).all()
    assert (found["as_good"] == 0).all()
    x = found[(found["target_domain"] == "x") & (found["n_images"] == 64)].iloc[0]
    assert x["test_loss"] == pytest.approx(0.105)
    assert x["validation_loss"] == pytest.approx(0.055)
    assert (x["test_loss_min"], x["test_loss_max"]) == (pytest.approx(0.1), pytest.approx(0.11))


def scratch(loss):
    """Networks from scratch on every target, at two rates; ``loss`` is a function of target and rate."""
    rows = grid(
        lambda row: loss(row["target_domain"], row["transfer_learning_rate"]), source_domain=[None], freeze=["none"],
        pretrain_learning_rate=[np.nan], transfer_learning_rate=[1e-3, 1e-4],
    )  # fmt: skip
    return rows.assign(stage="scratch", network_id="s" + rows["network_id"], loss_target_before=np.nan, series="first")


def test_the_baseline_from_scratch_decides_the_advice():
    moved = grid(lambda row: HARD[row["target_domain"]])
    # At its better rate as good at x, better at y, worse elsewhere; a bad rate changes nothing.
    shift = {"x": 0.0, "y": -0.01}
    base = scratch(lambda target, rate: HARD[target] + shift.get(target, 0.01) + (0.5 if rate == 1e-4 else 0))
    found = recommended(tables(pd.concat([moved, base], ignore_index=True))).set_index(["target_domain", "n_images"])
    assert found.loc["x", "advice"].tolist() == ["do not transfer"] * 2
    assert found.loc["y", "advice"].tolist() == ["do not transfer"] * 2
    assert found.loc["z", "advice"].tolist() == ["transfer"] * 2
    assert (found["scratch_learning_rate"] == 1e-3).all()
    assert found.loc[("y", 64), "scratch_validation_loss"] == pytest.approx(0.19)
    assert (found["protocols"] == 12).all()
    assert (recommended(tables(moved))["advice"] == "").all()


def test_a_table_without_test_split_or_transfers_still_answers():
    moved, base = grid(lambda row: HARD[row["target_domain"]]), scratch(lambda target, rate: HARD[target] + 0.1)
    study = tables(pd.concat([moved, base], ignore_index=True))
    found = recommended(study)
    assert (found["chosen_on"] == "validation").all()
    assert found["test_loss"].isna().all()
    assert found["validation_loss"].notna().all()
    only_test = Tables(study.networks, study.evaluations.assign(split="test"), study.histories, study.domains)
    found = recommended(only_test)
    assert (found["chosen_on"] == "test").all()
    assert found["validation_loss"].isna().all()
    assert (found["advice"] == "transfer").all()
    for rows in (base, moved[:0]):
        nothing = recommended(tables(rows))
        assert list(nothing.columns) == list(found.columns)
        assert len(nothing) == len(effects(tables(rows))) == 0


def test_settings_that_are_not_known_are_settings():
    moved = grid(lambda row: HARD[row["target_domain"]], pretrain_learning_rate=[np.nan]).assign(n_images=pd.NA)
    moved = moved.astype({"n_images": "Int64"}).drop_duplicates([*CHOICES, "target_domain", "replicate"])
    found = recommended(tables(moved))
    assert len(found) == 5
    assert (found["protocols"] == 12).all()
    assert found["n_images"].isna().all()


def test_others_as_good_are_counted():
    networks = grid(lambda row: HARD[row["target_domain"]] + 0.01 * row["replicate"])
    assert (recommended(tables(networks))["as_good"] == 11).all()


def test_made_up_results_stay_marked(corner_results):
    study = load(corner_results)
    assert effects(study, resamples=50)["synthetic"].all()
    assert recommended(study)["synthetic"].all()


def test_few_pairs_and_single_replicates_support_no_claim():
    networks = grid(
        lambda row: HARD[row["target_domain"]] + 0.01 * (row["freeze"] == "none"), source_domain=["a"], replicate=[0]
    )
    found = effects(tables(networks)).set_index(["choice", "value"])
    assert found.loc[("freeze", "none"), "verdict"] == "too few pairs of domains to say"
    assert found.loc[("freeze", "none"), ["low", "high"]].isna().all()
    assert recommended(tables(networks))["as_good"].isna().all()
