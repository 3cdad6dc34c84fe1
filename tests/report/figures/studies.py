"""Small studies with made-up numbers, for figures, page and report."""

from __future__ import annotations

from pathlib import Path

import yaml

from hrtem_transfer.results.synthetic import write_synthetic
from hrtem_transfer.study import Layout, Sweep, read_sweep

DEMO = Path(__file__).parents[3] / "config" / "demo.yaml"


def astigmatism_study(folder: Path, failed: int = 0) -> Sweep:
    """The demo with an axis more, by its configuration alone: tables in ``folder/results/astigmatism``."""
    config = yaml.safe_load(DEMO.read_text())
    config["sweep"] = "astigmatism"
    config["domains"]["defocus"] |= {"defocus_nm": [10, -10], "astigmatism_nm": [10, 0, 2]}
    config["series"]["defocus"]["pretrain"]["sources"] = ["defocus_m10nm_astig00nm", "defocus_p10nm_astig10nm"]
    config["series"]["mixture"]["mixture"]["pairs_with"] = ["defocus_m10nm_astig00nm"]
    for series in config["series"].values():
        del series["networks"]
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(config))
    sweep = read_sweep(path)
    files = Layout.below(folder / "results", sweep)
    rows = [{**row, "image_file": None} for row in files.domain_rows()]
    evaluated_on = {run.series: run.evaluation_domains for run in sweep.runs.values() if run.stage != "pretrain"}
    networks = list(sweep.networks.values())
    write_synthetic(networks, rows, evaluated_on, files.root, failed=failed, plan=sweep.digest)
    return sweep
