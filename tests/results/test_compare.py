import pandas as pd
import pytest

from hrtem_transfer.results.compare import SETTINGS, compare
from hrtem_transfer.results.foreign import import_table
from hrtem_transfer.storage.files import DataError


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
    published = published[["series", *SETTINGS, "loss_target_after"]]
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


def foreign(corner_results, folder, change=lambda frame: frame, domains=None):
    """The transferred and mixture networks of the corner, imported as another laboratory would have them."""
    wanted = ["stage", *SETTINGS[1:], "replicate", "loss_target_after", "loss_source_after"]
    rows = pd.read_csv(corner_results / "networks.csv")
    rows = change(rows[rows["stage"].isin(["transfer", "mixture"])][wanted])
    rows.to_csv(folder / "foreign.csv", index=False)
    if domains is not None:
        domains.to_csv(folder / "domains.csv", index=False)
    import_table(
        folder / "foreign.csv", folder / "foreign", domains=None if domains is None else folder / "domains.csv"
    )
    return folder / "foreign"


def test_a_mixture_has_no_order(corner_results, networks, tmp_path):
    pair = {"source_domain": "target_domain", "n_images": "n_images_second", "loss_source_after": "loss_target_after"}
    turned = networks.copy()
    mixture = turned["stage"] == "mixture"
    for one, other in pair.items():
        turned.loc[mixture, one], turned.loc[mixture, other] = networks.loc[mixture, other], networks.loc[mixture, one]
    assert not turned.equals(networks)
    found = compare(corner_results, saved(turned, tmp_path / "turned.csv"))
    assert found.only == (0, 0)
    difference = found.measures.set_index(["series", "measure"])["median_difference"]
    assert difference[("mixture", "loss_target_after")] == 0


def test_domains_are_matched_by_what_they_are(corner_results, tmp_path):
    domains = pd.read_csv(corner_results / "domains.csv")
    names = {name: f"X {number}" for number, name in enumerate(domains["domain"])}
    known = domains[["domain", "crystal", "set_family", "defocus_nm", "dose_e_per_A2"]].replace({"domain": names})
    other = foreign(corner_results, tmp_path, lambda rows: rows.replace(names), known)
    found = compare(corner_results, other)
    assert found.only == (0, 0)
    assert (found.measures["median_difference"] == 0).all()
    assert "validation split" in str(found)
    # Nothing known of them: their names are others, and nothing is matched.
    (tmp_path / "unknown").mkdir()
    with pytest.raises(DataError, match="no setting has results in both"):
        compare(corner_results, foreign(corner_results, tmp_path / "unknown", lambda rows: rows.replace(names)))


def test_a_setting_that_one_study_does_not_tell_is_left_out(corner_results, tmp_path):
    def untold(rows):
        rows = rows[rows["stage"] == "transfer"].drop(columns="pretrain_learning_rate")
        return rows.drop_duplicates([name for name in [*SETTINGS, "replicate"] if name in rows])

    other = foreign(corner_results, tmp_path, untold)
    found = compare(corner_results, other)
    assert any("pretrain_learning_rate" in note and note.startswith("B ") for note in found.notes)
    assert found.only[1] == 0
    assert found.only[0] == found.networks[0] / 2 > 0


def test_networks_that_only_one_has_are_counted(corner_results, networks, tmp_path):
    found = compare(corner_results, saved(networks[networks["series"] == "dose"], tmp_path / "dose.csv"))
    rest = networks[(networks["status"] == "ok") & networks["target_domain"].notna() & (networks["series"] != "dose")]
    assert found.networks == (len(rest), 0)


def test_another_imaging_condition_is_said(corner_results, tmp_path):
    domains = pd.read_csv(corner_results / "domains.csv")[["domain", "defocus_nm", "dose_e_per_A2", "astigmatism_nm"]]
    same = foreign(corner_results, tmp_path, domains=domains)
    assert "astigmatism" not in str(compare(corner_results, same))
    (tmp_path / "b").mkdir()
    other = foreign(corner_results, tmp_path / "b", domains=domains.assign(astigmatism_nm=5.0))
    found = compare(corner_results, other)
    assert found.only == (0, 0)
    assert any(note.startswith("astigmatism_nm is not the same") and "5 in B" in note for note in found.notes)


def test_an_axis_stands_beside_the_settings_that_differ(corner_results, networks, tmp_path):
    found = compare(corner_results, saved(networks.assign(loss_target_after=1.0), tmp_path / "b.csv"))
    first = found.largest.iloc[0]
    assert " → " in first["defocus_nm"] or first["stage"] == "scratch"
    assert "defocus_jitter_nm" not in found.largest
