import re

import pandas as pd
import pytest

from hrtem_transfer.cli import main
from hrtem_transfer.figures.selection import Selection
from hrtem_transfer.report import report
from hrtem_transfer.results import collect
from hrtem_transfer.results.synthetic import write_synthetic


def test_report_writes_figures_explorer_and_effects(corner_results, tmp_path):
    said = []
    written = report(corner_results, tmp_path, selection=Selection({"series": ["dose"]}), progress=said.append)
    names = sorted(path.relative_to(tmp_path).as_posix() for path in written)
    assert said == [str(path) for path in written]
    assert {"effects.csv", "recommended.csv", "explorer.html", "figures/transfer_dose.svg"} <= set(names)
    assert all(path.stat().st_size > 0 for path in written)
    assert pd.read_csv(tmp_path / "effects.csv")["synthetic"].all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--where", "images=7"], "no network has 7; there are: 64, 128"),
        (["--where", "pictures=7"], "names?.*series, source"),
        (["--where", "images=few"], "its values are numbers"),
        (["--pair", "a"], "give two domains"),
        (["--pair", "a,b"], "no selected network was transferred from a to b"),
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
    assert "networks.parquet: there is no such table" in capsys.readouterr().err


def test_comparison_as_a_command(corner_results, capsys):
    assert main(["compare", str(corner_results), str(corner_results)]) == 0
    assert "settings have results in both" in capsys.readouterr().out


def test_mixtures_alone_have_an_explorer_without_figures(corner_plan, tmp_path):
    networks = [record for record in corner_plan.networks if record.stage == "mixture"]
    write_synthetic(networks, corner_plan.domains, corner_plan.evaluated_on, tmp_path)
    said = []
    written = report(tmp_path, progress=said.append)
    assert said[0] == "no figures: no transferred network has a result"
    assert [path.name for path in written] == ["effects.csv", "recommended.csv", "explorer.html"]


def test_no_result_at_all_is_explained(corner_plan, tmp_path, capsys):
    rows = [{**row, "foreground_share": 0.1} for row in corner_plan.domains]
    collect(corner_plan.networks, rows, [], [], tmp_path)
    assert main(["report", str(tmp_path)]) == 1
    assert "no network has a result yet" in capsys.readouterr().err
