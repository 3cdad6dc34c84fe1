import shutil

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from hrtem_transfer.results import collect, load
from hrtem_transfer.results.reading import RECORDED
from hrtem_transfer.results.synthetic import write_synthetic
from hrtem_transfer.results.table_schemas import TABLES
from hrtem_transfer.storage.files import DataError


def cells(column):
    return column.astype(object).where(column.notna(), "").tolist()


def with_shares(plan):
    return [{**row, "foreground_share": 0.1} for row in plan.domains]


def test_every_planned_network_has_one_row(corner_plan, corner_results):
    networks = pd.read_parquet(corner_results / "networks.parquet")
    assert sorted(networks["network_id"]) == sorted(record.network_id for record in corner_plan.networks)
    failed = networks[networks["status"] == "failed"]
    assert len(failed) == 2
    assert failed["reason"].str.contains("not finite").all()
    assert failed["loss_target_after"].isna().all()
    assert failed["loss_target_before"].notna().sum() == (failed["stage"] == "transfer").sum()
    assert (networks["status"] == "ok").sum() == len(networks) - 2


def test_before_is_the_pretrained_network(corner_results):
    tables = load(corner_results)
    test = tables.evaluations[tables.evaluations["split"] == "test"].set_index(["network_id", "evaluation_domain"])
    row = tables.networks[(tables.networks["stage"] == "transfer") & (tables.networks["status"] == "ok")].iloc[37]
    assert row["loss_target_before"] == test.loc[(row["pretrained_id"], row["target_domain"]), "loss"]
    assert row["loss_source_before"] == test.loc[(row["pretrained_id"], row["source_domain"]), "loss"]
    assert row["loss_target_after"] == test.loc[(row["network_id"], row["target_domain"]), "loss"]
    assert row["dice_target_after"] == test.loc[(row["network_id"], row["target_domain"]), "dice"]
    mixtures = tables.networks[tables.networks["stage"] == "mixture"]
    assert mixtures["loss_target_before"].isna().all()
    assert mixtures["loss_source_after"].notna().any()


def test_what_networks_ran_with_is_recorded(corner_plan, run_tables, tmp_path):
    training, evaluation = run_tables
    rows = pd.read_parquet(training[0]).assign(precision="bfloat16", device_kind="cuda", threads=3)
    rows.to_parquet(tmp_path / "a.parquet")
    bare = pd.read_parquet(training[1]).drop(columns=list(RECORDED))
    bare.to_parquet(tmp_path / "b.parquet")
    paths = [tmp_path / "a.parquet", tmp_path / "b.parquet", *training[2:]]
    summary = collect(corner_plan.networks, with_shares(corner_plan), paths, evaluation, tmp_path / "out")
    networks = load(tmp_path / "out").networks.set_index("network_id")
    told = networks.loc[rows["network_id"].unique()]
    assert (told["precision"] == "bfloat16").all()
    assert (told["threads"] == 3).all()
    assert networks.loc[bare["network_id"].unique(), list(RECORDED)].isna().all(axis=None)
    assert "different precisions: bfloat16" in str(summary)


def test_the_plan_stands_in_every_table(corner_plan, run_tables, tmp_path):
    collect(corner_plan.networks, with_shares(corner_plan), *run_tables, tmp_path, plan="0123456789ab")
    assert load(tmp_path).plan == "0123456789ab"
    for name in ("networks", "evaluations", "histories"):
        assert pq.read_schema(tmp_path / f"{name}.parquet").metadata[b"hrtem-transfer plan"] == b"0123456789ab"


def test_what_is_planned_decides_what_is_complete(corner_plan, run_tables, tmp_path):
    training, evaluation = run_tables
    # No network of the dose series was seen on one of its domains: only the plan tells that it is missing.
    paths = []
    for number, path in enumerate(evaluation):
        rows = pd.read_parquet(path)
        paths.append(tmp_path / f"{number}.parquet")
        rows[rows["evaluation_domain"] != "dose_600"].to_parquet(paths[-1])
    domains = with_shares(corner_plan)
    planned = {one.network_id: corner_plan.evaluated_on[one.series] for one in corner_plan.networks}
    collect(corner_plan.networks, domains, training, paths, tmp_path / "out", evaluated_on=planned)
    status = load(tmp_path / "out").networks.groupby("series")["status"].agg(set)
    assert status["dose"] == {"missing"}
    assert "ok" in status["defocus"]


def test_spread_leaves_out_zero_defocus(corner_results):
    tables = load(corner_results)
    networks = tables.networks
    row = networks[(networks["series"] == "defocus") & (networks["status"] == "ok")].iloc[50]
    own = tables.evaluations[
        (tables.evaluations["network_id"] == row["network_id"]) & (tables.evaluations["split"] == "test")
    ].set_index("evaluation_domain")["loss"]
    zero = tables.domains.loc[tables.domains["defocus_nm"] == 0, "domain"]
    rest = own.drop(zero, errors="ignore")
    assert len(own) == 3
    assert len(rest) == 2
    assert row["ood_mean_after"] == pytest.approx(rest.mean())
    assert row["ood_std_after"] == pytest.approx(rest.std(ddof=0))


def test_best_epoch_and_seconds_come_from_the_history(corner_results):
    tables = load(corner_results)
    row = tables.networks[tables.networks["status"] == "ok"].iloc[5]
    history = tables.histories[tables.histories["network_id"] == row["network_id"]]
    assert row["best_epoch"] == history.loc[history["validation_loss"].idxmin(), "epoch"]
    assert row["train_seconds"] == pytest.approx(history["seconds"].sum())


def test_same_input_gives_same_bytes_in_any_order(corner_plan, run_tables, tmp_path):
    training, evaluation = run_tables
    collect(corner_plan.networks, with_shares(corner_plan), training, evaluation, tmp_path / "a")
    collect(corner_plan.networks[::-1], with_shares(corner_plan), training[::-1], evaluation[::-1], tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    written = "domains.csv evaluations.csv.gz evaluations.parquet histories.parquet networks.csv networks.parquet"
    assert names == written.split()
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_csv_and_parquet_hold_the_same_numbers(corner_results):
    for name, csv in (("networks", "networks.csv"), ("evaluations", "evaluations.csv.gz")):
        exact = pd.read_parquet(corner_results / f"{name}.parquet")
        text = pd.read_csv(corner_results / csv)
        assert list(exact.columns) == list(text.columns) == TABLES[name].names
        for column in TABLES[name].columns:
            if column.kind in ("real", "whole"):
                np.testing.assert_array_equal(
                    exact[column.name].to_numpy(dtype=float, na_value=np.nan), text[column.name].to_numpy(dtype=float)
                )
            else:
                assert cells(exact[column.name]) == cells(text[column.name])


def test_results_that_are_not_there_yet_are_missing(corner_plan, run_tables, tmp_path):
    training, evaluation = run_tables
    summary = collect(corner_plan.networks, with_shares(corner_plan), training[1:], evaluation[2:], tmp_path)
    networks = pd.read_parquet(tmp_path / "networks.parquet").set_index("network_id")
    assert len(networks) == len(corner_plan.networks)
    untrained = set(pd.read_parquet(training[0])["network_id"])
    unseen = set(pd.read_parquet(evaluation[1])["network_id"])
    assert (networks.loc[list(untrained), "status"] == "missing").all()
    assert networks.loc[list(untrained), "reason"].str.contains("not trained yet").all()
    assert networks.loc[list(unseen), "reason"].str.contains("not evaluated").all()
    assert not summary.complete


def test_nothing_at_all_gives_rows_of_missing_networks(corner_plan, tmp_path):
    summary = collect(corner_plan.networks, with_shares(corner_plan), [], [], tmp_path)
    assert sum(entry.missing for entry in summary.series) + summary.pretrained[0] == len(corner_plan.networks)
    assert "not trained yet" in summary.text()
    load(tmp_path)


def test_everything_that_the_generator_makes_is_marked(corner_results):
    tables = load(corner_results)
    assert tables.synthetic
    for frame in (tables.networks, tables.evaluations, tables.histories, tables.domains):
        assert frame["synthetic"].all()


def test_foreground_is_counted_in_the_labels(corner_plan, run_tables, tmp_path):
    from hrtem_transfer.storage.image_files import ImageSet, write_images

    labels = np.zeros((20, 8, 8), dtype=np.uint8)
    labels[:, :2] = 1
    labels[-1] = 1
    images = ImageSet(np.ones_like(labels), labels, np.zeros(20), np.arange(20))
    write_images(tmp_path / "images.h5", {"test": images}, {})
    rows = [{**row, "image_file": tmp_path / "images.h5"} for row in corner_plan.domains]
    summary = collect(corner_plan.networks, rows, *run_tables, tmp_path / "out")
    share = (19 * 0.25 + 1) / 20
    assert pd.read_csv(tmp_path / "out" / "domains.csv")["foreground_share"].tolist() == pytest.approx(
        [share] * len(rows)
    )
    assert summary.background_only == (pytest.approx(share), 0)
    assert summary.foreground_only == (pytest.approx(1 - share), pytest.approx(2 * share / (1 + share)))


def break_file(kind, path):
    if kind == "cut off":
        path.write_bytes(path.read_bytes()[:-40])
    elif kind == "gone":
        path.unlink()
    elif kind == "column missing":
        pd.read_parquet(path).drop(columns="network_id").to_parquet(path)
    elif kind == "foreign":
        frame = pd.read_parquet(path)
        frame.assign(network_id="0123456789ab").drop_duplicates("network_id").to_parquet(path)
    elif kind == "wrong type":
        frame = pd.read_parquet(path)
        frame[frame.columns[1]] = "many"
        frame.assign(images="x", epoch="y").to_parquet(path)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("kind", ["cut off", "gone", "column missing", "foreign", "wrong type"])
def test_bad_run_tables_are_named(kind, which, corner_plan, run_tables, tmp_path):
    tables = [list(paths) for paths in run_tables]
    bad = tmp_path / "bad.parquet"
    shutil.copy(tables[which][0], bad)
    tables[which][0] = bad
    break_file(kind, bad)
    with pytest.raises(DataError, match=r"bad\.parquet"):
        collect(corner_plan.networks, with_shares(corner_plan), *tables, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_table_given_twice_is_refused(corner_plan, run_tables, tmp_path):
    training, evaluation = run_tables
    with pytest.raises(DataError, match="more than one row per network_id, epoch"):
        collect(corner_plan.networks, with_shares(corner_plan), [*training, training[0]], evaluation, tmp_path)


def test_a_network_planned_twice_is_refused(corner_plan, run_tables, tmp_path):
    networks = [*corner_plan.networks, corner_plan.networks[3]]
    with pytest.raises(ValueError, match=corner_plan.networks[3].network_id):
        collect(networks, with_shares(corner_plan), *run_tables, tmp_path)


def test_values_that_cannot_be_are_refused(corner_plan, run_tables, tmp_path):
    training, evaluation = run_tables
    bad = pd.read_parquet(evaluation[0])
    bad.loc[3, "dice"] = 1.5
    bad.to_parquet(tmp_path / "bad.parquet")
    with pytest.raises(DataError, match=r"column dice.*1\.5"):
        collect(corner_plan.networks, with_shares(corner_plan), training, [tmp_path / "bad.parquet"], tmp_path / "out")


def test_generator_gives_equal_tables_for_equal_seeds(corner_plan, corner_results, tmp_path):
    write_synthetic(corner_plan.networks, corner_plan.domains, corner_plan.evaluated_on, tmp_path, failed=2)
    assert (tmp_path / "networks.csv").read_bytes() == (corner_results / "networks.csv").read_bytes()
