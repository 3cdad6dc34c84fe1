import pandas as pd
import pytest

from hrtem_transfer.files import DataError
from hrtem_transfer.results.compare import SETTINGS, compare


@pytest.fixture
def networks(corner_results):
    return pd.read_parquet(corner_results / "networks.parquet")


def saved(frame, path):
    frame.to_csv(path, index=False)
    return path


def test_a_study_equals_itself(corner_results):
    found = compare(corner_results, corner_results / "networks.csv")
    assert found.only == (0, 0)
    assert (found.measures["median_difference"] == 0).all()
    assert found.measures["rank_correlation"].to_numpy() == pytest.approx(1)
    assert found.synthetic == (True, True)
    assert "SYNTHETIC" in str(found)


def test_differences_are_found(corner_results, networks, tmp_path):
    changed = networks.copy()
    changed["loss_target_after"] *= 2
    rows = (changed["series"] == "dose") & (changed["freeze"] == "none") & (changed["target_domain"] == "dose_075")
    changed.loc[rows, "loss_target_after"] += 5
    found = compare(corner_results, saved(changed, tmp_path / "b.csv"), most=1)
    defocus = found.measures.set_index(["series", "measure"]).loc[("defocus", "loss_target_after")]
    assert defocus["median_b"] == pytest.approx(2 * defocus["median_a"])
    assert defocus["rank_correlation"] == pytest.approx(1)
    assert defocus["lower_in_b"] == 0
    worst = found.largest.iloc[0]
    assert (worst["series"], worst["freeze"], worst["target_domain"]) == ("dose", "none", "dose_075")
    assert worst["difference"] == pytest.approx(5 + worst["loss_target_after_a"])


def test_medians_over_replicates_match_by_settings_not_ids(corner_results, networks, tmp_path):
    published = networks[
        (networks["replicate"] == 0) & (networks["stage"] == "transfer") & (networks["status"] == "ok")
    ]
    published = published[[*SETTINGS, "loss_target_after"]]
    found = compare(corner_results, saved(published, tmp_path / "published.csv"))
    assert found.settings == len(published)
    assert found.only[1] == 0
    assert found.only[0] > 0
    assert found.synthetic == (True, False)
    assert set(found.measures["measure"]) == {"loss_target_after"}


def test_nothing_in_common_is_said(corner_results, networks, tmp_path):
    other = saved(networks.assign(n_images=7), tmp_path / "other.csv")
    with pytest.raises(DataError, match="no setting has results in both"):
        compare(corner_results, other)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop(columns="freeze"), "column freeze is missing"),
        (lambda frame: frame.assign(freeze="half"), r"column freeze.*'half'"),
        (lambda frame: frame.assign(n_images="many"), "column n_images must be whole"),
        (lambda frame: pd.concat([frame, frame.iloc[:2]]), "same key occurs more than once"),
    ],
)
def test_bad_tables_are_named(change, message, corner_results, networks, tmp_path):
    bad = saved(change(networks), tmp_path / "bad.csv")
    with pytest.raises(DataError, match=message) as error:
        compare(corner_results, bad)
    assert "bad.csv" in str(error.value)


def test_a_missing_table_is_named(corner_results, tmp_path):
    with pytest.raises(DataError, match="nowhere"):
        compare(corner_results, tmp_path / "nowhere")
