"""A made-up table of another laboratory, with holes, becomes a results folder."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hrtem_transfer.cli.main import main
from hrtem_transfer.results import load
from hrtem_transfer.results.compare import compare
from hrtem_transfer.results.effects import effects, recommended
from hrtem_transfer.results.foreign import import_table
from hrtem_transfer.results.foreign.domain_names import ids_of
from hrtem_transfer.results.measures import generalisation
from hrtem_transfer.storage.files import DataError

DOCS = Path(__file__).parents[2] / "docs" / "results.md"


def imported(folder, text, *, domains=None, name=None):
    """The tables made of a text; ``;`` stands for the separator, one row a line."""
    (folder / "table.csv").write_text(text)
    if domains is not None:
        (folder / "domains.csv").write_text(domains)
    import_table(folder / "table.csv", folder / "out", domains=domains and folder / "domains.csv", name=name)
    return load(folder / "out")


def example(name):
    return re.search(rf"<!-- example: {name} -->\n```\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]


def test_the_example_of_the_documentation(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("networks", "domains"):
        Path(f"{name}.csv").write_text(example(name))
    assert main(["import", "networks.csv", "--domains", "domains.csv", "--out", "results/other"]) == 0
    said = capsys.readouterr().out
    assert "'-10 nm' is m10_nm" in said
    assert "validation images" in said
    tables = load(Path("results/other"))
    networks = tables.networks.set_index("network_id")
    assert tables.split == "validation"
    assert tables.measures == ("loss",)
    assert tables.plan is None
    assert networks["stage"].value_counts().to_dict() == {"transfer": 3, "pretrain": 3, "scratch": 1, "mixture": 1}
    first = networks[(networks["n_images"] == 64) & (networks["freeze"] == "encoder")].iloc[0]
    assert (first["source_domain"], first["target_domain"]) == ("m10_nm", "p5_nm")
    assert (first["loss_target_before"], first["loss_target_after"]) == (0.21, 0.024)
    assert (first["loss_source_before"], first["loss_source_after"]) == (0.012, 0.051)
    assert first["ood_std_after"] == pytest.approx(np.std([0.051, 0.024, 0.110]))
    # The network before was seen on two of the three domains, the mixture too.
    assert np.isnan(first["ood_std_before"])
    mixture = networks[networks["stage"] == "mixture"].iloc[0]
    assert (mixture["source_domain"], mixture["n_images"]) == ("m10_nm", 128)
    assert (mixture["target_domain"], mixture["n_images_second"]) == ("p5_nm", 384)
    assert (mixture["loss_source_after"], mixture["loss_target_after"]) == (0.022, 0.018)
    assert np.isnan(mixture["ood_std_after"])
    domains = tables.domains.set_index("domain")
    assert domains["label"].to_dict() == {"m10_nm": "-10 nm", "p5_nm": "+5 nm", "cdse_large": "CdSe/Large"}
    assert domains.loc["m10_nm", "defocus_nm"] == -10
    assert domains["family"].to_dict() == {"m10_nm": "defocus", "p5_nm": "defocus", "cdse_large": "structure"}
    assert recommended(tables)["advice"].tolist().count("transfer") == 1
    # No two of its networks differ in one choice only.
    assert len(effects(tables, resamples=10)) == 0
    assert len(generalisation(tables.networks, tables.evaluations, "validation")) > 0
    assert compare(Path("results/other"), Path("results/other")).only == (0, 0)


LONG = """network_id,pretrained_id,stage,source,target,images,lr_note,evaluation_domain,split,loss,dice
base,,pretrain,A,,512,x,A,test,0.01,
base,,pretrain,A,,512,x,B,test,0.20,
moved,base,transfer,A,B,64,x,A,test,0.05,
moved,base,transfer,A,B,64,x,B,test,0.02,0.9
moved,base,transfer,A,B,64,x,B,validation,0.03,
alone,nowhere,transfer,A,B,64,x,B,validation,0.04,
"""


def test_rows_for_each_domain_and_split(tmp_path, capsys):
    tables = imported(tmp_path, LONG, name="Other Lab")
    networks = tables.networks.set_index("network_id")
    assert (tables.split, tables.measures) == ("test", ("loss", "dice"))
    assert set(networks["series"]) == {"other_lab"}
    assert networks.loc["moved", "loss_target_before"] == 0.20
    assert networks.loc["moved", "loss_target_after"] == 0.02
    assert networks.loc["moved", "dice_target_after"] == 0.9
    # Two domains in all: nothing out of the distribution was seen.
    assert networks["ood_std_after"].isna().all()
    # Named, but without a row or a loss.
    assert networks.loc["nowhere", "status"] == "missing"
    assert networks.loc["nowhere", "stage"] == "pretrain"
    assert networks.loc["alone", "status"] == "ok"
    assert np.isnan(networks.loc["alone", "loss_target_after"])


def test_numbers_in_names_are_read_only_where_columns_say_so(tmp_path):
    rows = "source_domain;target_domain;{}loss:target\n-10 nm;5 nm;{}0.1\n"
    plain = imported(tmp_path, rows.format("", ""))
    assert plain.domains["defocus_nm"].isna().all()
    told = tmp_path / "told"
    told.mkdir()
    text = rows.format("source_defocus_nm;target_defocus_nm;target_crystal;", "-10;5;Na;")
    domains = imported(told, text).domains.set_index("domain")
    assert domains["defocus_nm"].to_dict() == {"m10_nm": -10, "d_5_nm": 5}
    assert domains.loc["d_5_nm", "crystal"] == "Na"


def test_one_pretrained_network_that_fits_is_taken(tmp_path):
    rows = ["A,,0,0.1,0.5", "A,,1,0.1,0.6", "A,B,0,0.2,0.3", "A,B,1,0.2,0.3", "B,A,0,0.1,0.1"]
    tables = imported(tmp_path, "\n".join(["source,target,replicate,loss:A,loss:B", *rows]))
    before = tables.networks[tables.networks["stage"] == "transfer"].set_index(["source_domain", "replicate"])
    assert before.loc[("a", 0), "loss_target_before"] == 0.5
    assert before.loc[("a", 1), "loss_target_before"] == 0.6
    assert pd.isna(before.loc[("b", 0), "pretrained_id"])


def test_parquet_gives_the_same(tmp_path):
    (tmp_path / "a.csv").write_text(LONG)
    pd.read_csv(tmp_path / "a.csv").to_parquet(tmp_path / "a.parquet")
    for kind in ("csv", "parquet"):
        import_table(tmp_path / f"a.{kind}", tmp_path / kind, name="x")
    for name in ("networks.csv", "evaluations.csv.gz", "domains.csv"):
        assert (tmp_path / "csv" / name).read_bytes() == (tmp_path / "parquet" / name).read_bytes()


def test_our_own_tables_can_be_imported(corner_results, tmp_path):
    wanted = ["stage", "series", "source_domain", "target_domain", "n_images", "n_images_second", "freeze", "replicate"]
    wanted += [
        "synthetic",
        "pretrain_learning_rate",
        "transfer_learning_rate",
        "loss_target_before",
        "loss_target_after",
    ]
    ours = pd.read_csv(corner_results / "networks.csv")
    ours = ours[ours["stage"].isin(["transfer", "mixture"])][wanted]
    ours.to_csv(tmp_path / "ours.csv", index=False)
    import_table(tmp_path / "ours.csv", tmp_path / "out", domains=corner_results / "domains.csv")
    tables = load(tmp_path / "out")
    assert tables.synthetic
    assert tables.domains.set_index("domain")["defocus_nm"]["defocus_m10nm"] == -10
    found = compare(corner_results, tmp_path / "out")
    assert found.only == (0, 0)
    changed = found.measures.set_index(["series", "measure"])["median_difference"]
    assert {name for _, name in changed.index} == {"loss_target_before", "loss_target_after"}
    assert (changed == 0).all()


def test_names_become_ids():
    found = ids_of(["-10 nm", "\N{MINUS SIGN}10 nm", "+2.5 nm", "CdSe/Large", "already_one", "7", "\u00e9", "A", "a"])
    assert found["already_one"] == "already_one"
    assert (found["+2.5 nm"], found["CdSe/Large"], found["7"]) == ("p2_5_nm", "cdse_large", "d_7")
    assert sorted((found["-10 nm"], found["\N{MINUS SIGN}10 nm"])) == ["m10_nm", "m10_nm_2"]
    assert (found["a"], found["A"]) == ("a", "a_2")
    assert len(set(found.values())) == len(found)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", one) for one in found.values())


GOOD = "source,target,n_images,loss:target\nA,B,64,0.1\nA,C,64,0.2\n"


def table(column, *values, loss="loss:target", losses=(0.1, 0.2), pairs=("A,B", "A,C")):
    """Two networks, and a column more."""
    rows = zip(pairs, values, losses, strict=True)
    return "\n".join([f"source,target,{column},{loss}", *(",".join(map(str, row)) for row in rows)])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("source,target,loss\n", "no rows"),
        ("source,source\nA,B\n", "column source is there more than once"),
        ("source,,loss\nA,x,1\n", "column 2 has no name"),
        ("source\0,loss\nA,1\n", "no table of text"),
        (GOOD.replace("A,C,64", "A,C"), "row 2 has 3 cells, but there are 4 columns"),
        (GOOD.replace("loss:target", "lose"), "no column holds a loss.*'lose'"),
        (GOOD.replace("source,target", "src,tar"), "neither column source_domain nor"),
        (GOOD.replace("source,target", "source_domian,x"), "did you mean 'source_domian'"),
        (GOOD.replace("loss:", "los:"), "'los' is no score.*did you mean 'loss'"),
        (table("source_domain", "A", "A"), "both say source_domain"),
        (table("n_images", 64, "many"), "column n_images: found 'many' in row 2; allowed: a whole number, at least 1"),
        (table("n_images", 64, 0), "found '0' in row 2"),
        (table("n_images", 64, 6.5), r"found '6\.5' in row 2"),
        (table("n_images", 64, 64, losses=(0.1, "low")), "column loss:target: found 'low' in row 2"),
        (table("n_images", 64, 64, losses=(0.1, "inf")), "found 'inf' in row 2"),
        (table("dice:target", 1.5, 0.5), r"found '1\.5' in row 1; allowed: a number from 0 to 1"),
        (table("loss:B", 0.3, ""), r"more than one loss \(0.3, 0.1\).* in row 1;"),
        (table("n_images", 64, 64, pairs=("A,B", "A,B")), "in row 1, 2; these rows have the same settings.*replicate"),
        (table("network_id", "one", "one"), "rows of one network differ in target_domain"),
        (table("stage", "", "transfr"), "'transfr' in row 2.*did you mean 'transfer'"),
        (table("stage", "scratch", ""), "trained from scratch has a target and no source"),
        (table("freeze", "", "decodr"), "did you mean 'decoder'"),
        (table("evaluation_domain", "B", "B"), "exclude each other"),
        (table("n_images_second", 4, 4, loss="loss"), "a mixture has two domains: write loss:source and loss:target"),
        (table("loss_before:target", 0.3, 0.3, pairs=("A,B", ",C")), "only transferred networks"),
        (LONG.replace("test,0.20", "tset,0.20"), "'tset' in row 2; allowed: train, validation, test"),
        (LONG + LONG.splitlines()[2], "more than one loss"),
        (LONG.replace("moved,base", "moved,alone", 2), "rows of one network differ in pretrained_id"),
        (LONG.replace("alone,nowhere", "alone,moved"), "is a network of stage transfer"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(text, message, tmp_path):
    (tmp_path / "table.csv").write_text(text)
    with pytest.raises(DataError, match=message) as error:
        import_table(tmp_path / "table.csv", tmp_path / "new" / "out")
    assert "table.csv" in str(error.value)
    assert "\n" not in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,defocus_nm\nA,1\n", "column domain is missing"),
        ("domain,defocus\nA,1\n", "column 'defocus' is not known.*did you mean 'defocus_nm'"),
        ("domain,defocus_nm\nA,deep\n", "column defocus_nm: found 'deep' in row 1"),
        ("domain,defocus_nm\nA,1\nA,2\n", "'A' in row 1, 2; each domain must be there once"),
        ("domain,defocus_nm\nZ,1\n", "'Z' in row 1; none of them is in the table of networks"),
        ("domain,dose_e_per_A2\nA,-1\n", "found '-1' in row 1"),
    ],
)
def test_a_bad_table_of_domains_is_named(text, message, tmp_path):
    with pytest.raises(DataError, match=message) as error:
        imported(tmp_path, GOOD, domains=text)
    assert "domains.csv" in str(error.value)
    assert not (tmp_path / "out").exists()


def test_files_that_cannot_be_tables_and_folders_that_exist(tmp_path):
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "latin.csv").write_bytes(GOOD.replace("A", "\u00e9").encode("latin-1"))
    (tmp_path / "cut.parquet").write_bytes(b"PAR1")
    for name, message in (
        ("latin.csv", "not UTF-8"), (".", "is a folder"), ("goood.csv", "does not exist; did you mean 'good.csv'"),
        ("cut.parquet", "damaged or is no Parquet file"),
    ):  # fmt: skip
        with pytest.raises(DataError, match=message):
            import_table(tmp_path / name, tmp_path / "out")
        assert not (tmp_path / "out").exists()
    (tmp_path / "there").mkdir()
    with pytest.raises(DataError, match="exists already"):
        import_table(tmp_path / "good.csv", tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []


def test_a_failure_while_writing_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hrtem_transfer.results.foreign.importing.write_text", full)
    (tmp_path / "good.csv").write_text(GOOD)
    with pytest.raises(OSError, match="No space"):
        import_table(tmp_path / "good.csv", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["good.csv"]
