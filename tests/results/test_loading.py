import shutil

import pandas as pd
import pytest

from hrtem_transfer.results import load
from hrtem_transfer.storage.files import DataError


@pytest.fixture
def folder(corner_results, tmp_path):
    for path in corner_results.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path / path.name)
    return tmp_path


def change(folder, name, how):
    path = folder / name
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    frame = how(frame)
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False)


def test_what_was_written_is_read(folder):
    tables = load(folder)
    assert tables.synthetic
    assert tables.networks["network_id"].is_unique


@pytest.mark.parametrize("name", ["networks.parquet", "evaluations.parquet", "domains.csv"])
def test_a_missing_table_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(DataError, match=f"{name}: there is no such table"):
        load(folder)


def test_what_may_be_empty_may_be_absent(folder):
    whole = load(folder)
    (folder / "histories.parquet").unlink()
    change(folder, "networks.parquet", lambda f: f[[*f.columns[:13], "status"]].drop(columns="seed"))
    change(
        folder,
        "evaluations.parquet",
        lambda f: f.loc[f["split"] != "test", ["network_id", "evaluation_domain", "split", "loss"]],
    )
    change(folder, "domains.csv", lambda f: f[["domain", "crystal"]])
    tables = load(folder)
    assert (whole.split, tables.split) == ("test", "validation")
    assert (len(whole.measures), tables.measures) == (7, ("loss",))
    assert len(tables.histories) == 0
    assert tables.networks["seed"].isna().all()
    assert tables.networks["loss_target_after"].isna().all()
    assert tables.domains["defocus_nm"].isna().all()
    assert not tables.synthetic
    # Of its own series where there is one.
    assert tables.domains.set_index("domain")["family"]["dose_075"] == "dose"


def test_the_plan_is_read_and_must_be_one(folder):
    assert load(folder).plan is None
    change(folder, "networks.parquet", lambda f: f.assign(plan="012345678901"))
    change(folder, "domains.csv", lambda f: f.assign(plan="012345678901"))
    assert load(folder).plan == "012345678901"
    change(folder, "evaluations.parquet", lambda f: f.assign(plan="fedcba987654"))
    with pytest.raises(DataError, match=r"different plans.*012345678901, fedcba987654"):
        load(folder)


@pytest.mark.parametrize("name", ["networks.parquet", "evaluations.parquet", "histories.parquet"])
@pytest.mark.parametrize("how", ["cut", "text", "flipped"])
def test_a_damaged_table_is_named(folder, name, how):
    path = folder / name
    data = bytearray(path.read_bytes())
    if how == "flipped":
        data[-20] ^= 0xFF
    path.write_bytes({"cut": bytes(data[: len(data) // 2]), "text": b"no table", "flipped": bytes(data)}[how])
    with pytest.raises(DataError, match=name):
        load(folder)


@pytest.mark.parametrize(
    ("name", "how", "message"),
    [
        ("networks.parquet", lambda f: f.drop(columns="freeze"), "column freeze is missing"),
        ("networks.parquet", lambda f: f.assign(colour="red"), "column 'colour' is not known"),
        ("networks.parquet", lambda f: pd.concat([f, f.iloc[[4]]]), "same key occurs more than once.*row 5, "),
        ("networks.parquet", lambda f: f.assign(n_images="x"), "column n_images must be whole"),
        ("networks.parquet", lambda f: f.assign(freeze="half"), "one of none, encoder, decoder; found 'half' in row 1"),
        ("networks.parquet", lambda f: f.assign(series=None), "column series is empty in row 1, 2, 3 and"),
        ("evaluations.parquet", lambda f: f.assign(dice=-1.0), "column dice"),
        ("evaluations.parquet", lambda f: f.replace(f["network_id"].iloc[8], "0" * 12), "000000000000 in row"),
        ("evaluations.parquet", lambda f: f.replace(f["evaluation_domain"].iloc[0], "moon"), "moon in row 1, "),
        ("histories.parquet", lambda f: f.replace(f["network_id"].iloc[0], "1" * 12), "111111111111"),
        ("domains.csv", lambda f: f.iloc[1:], "is not in domains.csv"),
        ("domains.csv", lambda f: pd.concat([f, f]), "same key occurs more than once"),
        ("domains.csv", lambda f: f.assign(defocus_nm="deep"), "column defocus_nm must be real"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_file_column_and_rows(folder, name, how, message):
    change(folder, name, how)
    with pytest.raises(DataError, match=message):
        load(folder)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        load(tmp_path / "nowhere")
