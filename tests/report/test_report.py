import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hrtem_transfer.cli.main import main
from hrtem_transfer.report.figures.selection import Selection
from hrtem_transfer.report.report import listing_name, report, stale
from hrtem_transfer.results import collect, load
from hrtem_transfer.results.synthetic import write_synthetic
from hrtem_transfer.storage.checksums import noted, recorded
from hrtem_transfer.storage.image_files import ImageSet, write_images
from hrtem_transfer.study import Layout
from hrtem_transfer.study.plan import freeze
from tests.report.figures.studies import astigmatism_study


@pytest.fixture(scope="module")
def planned(tmp_path_factory) -> Layout:
    """A small study with its plan and tables."""
    folder = tmp_path_factory.mktemp("planned")
    sweep = astigmatism_study(folder, failed=2)
    files = Layout.below(folder / "results", sweep)
    freeze(files)
    return files


@pytest.fixture
def study(planned, tmp_path) -> Layout:
    """The same, in a folder of one's own."""
    shutil.copytree(planned.root, tmp_path / "astigmatism", ignore=shutil.ignore_patterns("runs"))
    return Layout(planned.sweep, tmp_path / "astigmatism")


def quiet(_: str) -> None:
    pass


def image(path: Path, domain: str) -> None:
    counts = np.random.default_rng(1).poisson(20, (1, 16, 16)).astype(np.uint8)
    labels = np.zeros_like(counts)
    labels[:, 4:9, 4:9] = 1
    write_images(path, {"test": ImageSet(counts, labels, np.zeros(1), np.arange(1))}, {"name": domain})


def shown_examples(page: Path) -> list[str]:
    block = re.search(r'id="block-images">(.*?)</script>', page.read_text(encoding="utf-8")).group(1)
    return re.findall(r'"(\w+)":\{"src"', block)


def test_the_listing_names_every_file_the_plan_and_the_tables(study):
    written = report(study.root, progress=quiet)
    assert study.report_listing.name == listing_name(load(study.root).plan)
    known = recorded(study.report_listing)
    names = {path.relative_to(study.root).as_posix() for path in written}
    assert set(known) == names
    assert {"effects.csv", "recommended.csv", "explorer.html", "figures/transfer_dose.svg"} <= names
    assert {path.name for path in (study.root / "figures").iterdir()} == {Path(one).name for one in names if "/" in one}
    assert noted(study.report_listing)["plan"] == study.sweep.digest
    assert stale(study.root, study.report_listing) is None
    assert pd.read_csv(study.root / "effects.csv")["synthetic"].all()
    domains = study.root / "domains.csv"
    domains.write_text(domains.read_text() + "\n")
    assert "other tables" in stale(study.root, study.report_listing)


def test_figures_and_listings_of_an_earlier_report_go_and_those_of_people_stay(study):
    report(study.root, progress=quiet)
    figures = study.root / "figures"
    (figures / "mine.png").write_bytes(b"mine")
    (figures / "spread_dose.png").write_bytes(b"drawn over by hand")
    (study.root / "report-0123456789ab.sha256").write_text("")
    # The workflow takes the listing away before the job starts.
    study.report_listing.unlink()
    networks = pd.read_parquet(study.root / "networks.parquet")
    lost = (networks["series"] == "dose") & (networks["stage"] != "pretrain")
    networks.loc[lost, "status"] = "failed"
    networks.to_parquet(study.root / "networks.parquet")
    written = report(study.root, progress=quiet)
    assert not any("transfer_dose" in path.name for path in written)
    left = {path.name for path in figures.iterdir()}
    assert {"mine.png", "spread_dose.png", "transfer_defocus.png"} <= left
    assert not left & {"transfer_dose.png", "transfer_dose.svg", "spread_dose.svg"}
    assert [path.name for path in study.root.glob("report*.sha256")] == [study.report_listing.name]


def test_a_subset_applies_to_every_product_or_leaves_it_out(study, tmp_path):
    out, said = tmp_path / "out", []
    report(study.root, out, selection=Selection({"series": ["dose"], "freeze": ["none"]}), progress=said.append)
    assert set(pd.read_csv(out / "recommended.csv")["series"]) == {"dose"}
    assert set(pd.read_csv(out / "recommended.csv")["freeze"]) == {"none"}
    page = (out / "explorer.html").read_text(encoding="utf-8")
    assert '"structure"' not in page.partition('"series":')[2].partition('"values":')[0]
    report(study.root, out, selection=Selection({"series": ["dose"]}, "max"), progress=said.append)
    assert any("left out" in line and "effects.csv" in line for line in said)
    assert not (out / "effects.csv").exists()
    assert not any("effects" in name for name in recorded(out / study.report_listing.name))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--where", "series=dose"],
        ["--reduction", "median"],
        ["--pair", "dose_030,dose_600"],
        ["--where", "series=dose", "--out", "SELF"],
        ["--where", "series=dose", "--out", "OTHER"],
    ],
)
def test_a_part_is_never_written_over_a_study(study, tmp_path, arguments, capsys):
    other = tmp_path / "other"
    other.mkdir()
    (other / "plan.json").write_text("{}")
    places = {"SELF": str(study.root), "OTHER": str(other)}
    assert main(["report", str(study.root), *(places.get(one, one) for one in arguments)]) == 1
    said = capsys.readouterr().err
    assert "--out" in said
    assert "Traceback" not in said
    assert not (study.root / "explorer.html").exists()
    assert [path.name for path in other.iterdir()] == ["plan.json"]


def test_images_of_the_plan_are_found(study):
    for name in ("dose_030", "dose_600"):
        image(study.images(name), name)
    # A file of other settings for the same domain.
    image(study.root / "images" / "dose_030-00000000.h5", "dose_030")
    written = report(study.root, progress=quiet)
    assert shown_examples(study.root / "explorer.html") == ["dose_030", "dose_600"]
    assert study.root / "figures" / "contact_sheet.png" in written


def test_images_without_a_plan_go_by_their_recipes_and_two_of_a_domain_are_refused(study, capsys):
    study.plan.unlink()
    for file, name in (("a", "dose_030"), ("b", "dose_600"), ("c", "dose_600")):
        image(study.root / "images" / f"{file}.h5", name)
    said = []
    report(study.root, progress=said.append)
    assert shown_examples(study.root / "explorer.html") == ["dose_030"]
    assert any("dose_600" in line and "b.h5" in line and "c.h5" in line for line in said)
    assert main(["report", str(study.root), "--images", str(study.root / "images")]) == 1
    assert "b.h5" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--where", "images=7"], "no network has 7; there are: 64, 128"),
        (["--where", "pictures=7"], "names?.*series, stage, source"),
        (["--where", "images=few"], "its values are numbers"),
        (["--pair", "a"], "give two domains"),
        (["--pair", "defocus_m10,dose_075"], "did you mean 'defocus_m10nm'"),
        (["--pair", "-60nm,-10nm"], "no domain '-60nm'"),
        (["--pair", "dose_075,structure_ag_small"], "no selected network"),
        (["--images", "nowhere"], "no image file"),
    ],
)
def test_bad_arguments_are_explained(arguments, message, corner_results, tmp_path, capsys):
    code = main(["report", str(corner_results), "--out", str(tmp_path), *arguments])
    said = capsys.readouterr().err
    assert code == 1
    assert re.search(message, said), said
    assert "Traceback" not in said


def test_a_folder_without_tables_is_explained(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 1
    assert "networks.parquet" in capsys.readouterr().err


def test_comparison_as_a_command(corner_results, capsys):
    assert main(["compare", str(corner_results), str(corner_results)]) == 0
    assert "settings have results in both" in capsys.readouterr().out


def test_mixtures_alone_have_their_figure_and_an_explorer(corner_plan, tmp_path):
    networks = [record for record in corner_plan.networks if record.stage == "mixture"]
    write_synthetic(networks, corner_plan.domains, corner_plan.evaluated_on, tmp_path)
    names = [path.name for path in report(tmp_path, progress=quiet)]
    assert "mixture_mixture.svg" in names
    assert {"effects.csv", "recommended.csv", "explorer.html"} <= set(names)


def test_a_study_without_any_result_has_a_page_that_says_so_and_no_figure(corner_plan, tmp_path):
    rows = [{**row, "foreground_share": 0.1} for row in corner_plan.domains]
    collect(corner_plan.networks, rows, [], [], tmp_path)
    said = []
    written = report(tmp_path, progress=said.append)
    assert [path.name for path in written] == ["effects.csv", "recommended.csv", "explorer.html"]
    assert any("no figures" in line for line in said)
    assert "No network has a result yet" in (tmp_path / "explorer.html").read_text(encoding="utf-8")
    assert not (tmp_path / "figures").exists()


def test_tables_from_elsewhere_with_holes_have_a_report(study):
    study.plan.unlink()
    networks = pd.read_parquet(study.root / "networks.parquet")
    kept = ["network_id", "series", "stage", "pretrained_id", "source_domain", "target_domain", "n_images", "freeze"]
    kept += ["n_images_second", "replicate", "status", "loss_target_after"]
    networks[kept].to_parquet(study.root / "networks.parquet")
    evaluations = pd.read_parquet(study.root / "evaluations.parquet")
    ends = networks.set_index("network_id")[["source_domain", "target_domain"]]
    joined = evaluations.join(ends, on="network_id")
    own = joined["evaluation_domain"] == joined["target_domain"]
    own |= joined["evaluation_domain"] == joined["source_domain"]
    rows = evaluations[own & (evaluations["split"] == "validation")]
    losses = rows[["network_id", "evaluation_domain", "split", "loss"]].reset_index(drop=True)
    losses.to_parquet(study.root / "evaluations.parquet")
    (study.root / "histories.parquet").unlink()
    domains = pd.read_csv(study.root / "domains.csv")
    domains[["domain", "family", "defocus_nm"]].to_csv(study.root / "domains.csv", index=False)
    names = {path.name for path in report(study.root, progress=quiet)}
    assert {"transfer_defocus.svg", "distributions_defocus.svg", "explorer.html"} <= names
    assert not any(name.startswith(("spread", "epoch_seconds")) for name in names)
    svg = (study.root / "figures" / "transfer_defocus.svg").read_text(encoding="utf-8")
    assert "validation images" in svg
    assert "test images" not in svg
