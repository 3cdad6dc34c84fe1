"""docs/extending.md, taken at its word: its blocks are applied to a copy of the project, and the result is run."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text()
SECTIONS = dict(re.findall(r"^## ([^\n]*)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
CONFIG_ONLY = ("A crystal from a CIF file", "An imaging shift", "Another encoder")
CODE = {
    "An imaging parameter": {"src/hrtem_transfer/study/config/imaging.py", "src/hrtem_transfer/simulation/imaging.py"},
    "A freeze mode": {"src/hrtem_transfer/study/config/freeze_modes.py"},
    "A score": {"src/hrtem_transfer/learning/scores.py"},
    "A figure": {"src/hrtem_transfer/report/figures/panels.py", "src/hrtem_transfer/report/figures/study.py"},
}


class Project:
    """A copy of the project, changed as the page says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("config", "workflow", "profiles", "envs", "src"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        shutil.copy(ROOT / "Snakefile", folder)
        shutil.copy(ROOT / "config" / "demo.yaml", folder / "my.yaml")

    def extend(self, title: str) -> set[str]:
        """Do what a section of the page shows; returns the files of the project that it touched."""
        text = SECTIONS[title]
        for name, cif in re.findall(r"`(\w+\.cif)`:\n\n```cif\n(.*?)```", text, re.DOTALL):
            (self.folder / name).write_text(cif)
        diffs = re.findall(r"```diff\n(.*?)```", text, re.DOTALL)
        assert diffs, title
        for diff in diffs:
            apply = ["git", "apply", "-"]
            done = subprocess.run(apply, cwd=self.folder, input=diff, text=True, capture_output=True)
            assert done.returncode == 0, f"{title}: {done.stderr}"
        return set(re.findall(r"^\+\+\+ b/(.*)$", "".join(diffs), re.MULTILINE))

    def python(self, *arguments: str) -> str:
        """Run Python with the copy's package; returns what it printed."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "src"), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=500)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def sweep(self, expression: str) -> Any:
        """What an expression of the copy's sweep ``s`` gives, through JSON."""
        code = "import json; from hrtem_transfer.study import read_sweep; s = read_sweep('my.yaml'); "
        return json.loads(self.python("-c", f"{code}print(json.dumps({expression}))"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_the_page_counts_the_files_that_it_touches() -> None:
    rows = re.findall(r"^\| \[[^\]]+\]\(#([^)]+)\) \| (\d)(, and the configuration)? \| (.*) \|$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-"): title for title in SECTIONS}
    assert [anchors[anchor] for anchor, *_ in rows] == [*CONFIG_ONLY, *CODE]
    for anchor, count, configured, which in rows:
        title = anchors[anchor]
        touched = set(re.findall(r"^\+\+\+ b/(.*)$", SECTIONS[title], re.MULTILINE))
        code = touched - {"my.yaml"}
        assert len(code or touched) == int(count), title
        assert bool(configured) == (bool(code) and "my.yaml" in touched), title
        assert not code or which == ", ".join(f"`{path}`" for path in sorted(CODE[title]))


def test_a_crystal_from_a_cif_file(project: Project) -> None:
    assert project.extend("A crystal from a CIF file") == {"my.yaml"}
    transfers = "[r.target_domain for r in s.networks.values() if r.stage == 'transfer']"
    assert project.sweep(transfers).count("structure_pbse_small") == 9


def test_an_imaging_shift(project: Project) -> None:
    assert project.extend("An imaging shift") == {"my.yaml"}
    conditions = "{k: d.recipe.condition.astigmatism_nm for k, d in s.domains.items() if k.startswith('astig')}"
    found = project.sweep(conditions)
    assert sorted(found.values()) == [0, 15, 30]
    assert project.sweep("len({d.structures.set_id for d in s.domains.values()})") == 4, "no new exit waves"


def test_an_imaging_parameter(project: Project) -> None:
    known = "{k: [d.structures.digest, d.digest] for k, d in s.domains.items()}"
    before = project.sweep(known)
    assert project.extend("An imaging parameter") == CODE["An imaging parameter"]
    config = project.folder / "my.yaml"
    study = yaml.safe_load(config.read_text())
    study["domains"]["three"] = study["domains"]["dose"] | {"dose_e_per_A2": 400, "threefold_nm": [0, 500]}
    config.write_text(yaml.safe_dump(study, sort_keys=False))
    after = project.sweep(known)
    assert after.keys() - before.keys() == {"three_threefold00nm", "three_threefold500nm"}
    assert {key: after[key][0] for key in before} == {key: waves for key, (waves, _) in before.items()}, "no scattering"
    assert project.sweep("s.domains['three_threefold500nm'].row()['threefold_nm']") == 500
    chi = (
        "import json, numpy as np; from hrtem_transfer.simulation.imaging import aberration_phase as chi; "
        "from hrtem_transfer.study import read_sweep; domains = read_sweep('my.yaml').domains; "
        "conditions = [domains[f'three_threefold{n}nm'].recipe.condition for n in ('00', '500')]; "
        "print(json.dumps([chi(np.ones(2), np.array([0, np.pi]), 0, 300, one).tolist() for one in conditions]))"
    )
    # 2 pi / lambda C23 (lambda k)^3 / 3 with lambda = 0.019687 A.
    along = 2 * math.pi * 0.019687**2 * 5000 / 3
    assert np.array(json.loads(project.python("-c", chi))) == pytest.approx(
        np.array([[0, 0], [along, -along]]), rel=1e-3
    )
    assert "threefold_nm" in project.python("-m", "hrtem_transfer.study.config")


def test_another_encoder(project: Project) -> None:
    before = set(project.sweep("list(s.networks)"))
    assert project.extend("Another encoder") == {"my.yaml"}
    assert not before & set(project.sweep("list(s.networks)"))


def test_a_freeze_mode(project: Project) -> None:
    assert project.extend("A freeze mode") == {"my.yaml", *CODE["A freeze mode"]}
    modes = project.sweep("[r.freeze for r in s.networks.values() if r.series == 'dose' and r.stage == 'transfer']")
    assert modes.count("all_but_head") == 2
    assert "`all_but_head`" in project.python("-m", "hrtem_transfer.study.config")


def test_a_score_and_a_figure_on_made_up_results(project: Project) -> None:
    assert project.extend("A score") == CODE["A score"]
    assert project.extend("A figure") == CODE["A figure"]
    project.python("-m", "hrtem_transfer.results.synthetic", "my.yaml", "made_up")
    assert pd.read_parquet(project.folder / "made_up" / "evaluations.parquet").count_error.notna().all()
    project.python("-m", "hrtem_transfer", "report", "made_up")
    assert (project.folder / "made_up" / "figures" / "dice_structure.svg").stat().st_size > 5_000
    assert '"count_error"' in (project.folder / "made_up" / "explorer.html").read_text()
    project.python("-m", "hrtem_transfer.results.data_dictionary", "dictionary.md")
    assert "`count_error`" in (project.folder / "dictionary.md").read_text()


def shrunk(study: dict, source: str) -> dict:
    """The extended study at a size of seconds: one new crystal, two astigmatisms, one pair, the two extreme modes."""
    study["work"] = {"structures_per_job": 12, "device": "cpu"}
    study["simulation"] |= {"cell_nm": 3.2, "frozen_phonons": 1, "image_px": 32}
    structures = {"train": 4, "validation": 2, "test": 2}
    small = {"radius_nm": {"min": 0.5, "max": 0.6}, "particles": {"min": 1, "max": 1}, "structures": structures}
    study["structure_sets"] = {"pbse": {"crystal": "PbSe", **small}}
    study["domains"] = {
        "astigmatism": {
            **study["domains"]["astigmatism"],
            "structures": "pbse",
            "astigmatism_nm": [0, 15],
            "threefold_nm": 100,
        }
    }
    study["training"] |= {"epochs": 1, "batch_size": 4}
    series = study["series"]["astigmatism"]
    series["pretrain"] |= {"sources": [source], "images": 4}
    series["transfer"] |= {"images": 4, "epochs": 1, "freeze": ["none", "all_but_head"]}
    study["series"] = {"astigmatism": {**series, "networks": 2}}
    return study


@pytest.mark.timeout(900)
def test_all_of_them_together_in_a_sweep_that_is_run(project: Project) -> None:
    for title in SECTIONS:
        project.extend(title)
    config = project.folder / "my.yaml"
    source = next(name for name in project.sweep("list(s.domains)") if name.startswith("astigmatism"))
    study = shrunk(yaml.safe_load(config.read_text()), source)
    config.write_text(yaml.safe_dump(study, sort_keys=False))
    project.python("-m", "snakemake", "--configfile", "my.yaml", "--cores", "2")
    results = project.folder / "results" / "demo"
    networks = pd.read_parquet(results / "networks.parquet")
    assert set(networks.status) == {"ok"}
    assert set(networks.freeze) == {"none", "all_but_head"}
    assert set(pd.read_csv(results / "domains.csv").crystal) == {"PbSe"}
    assert pd.read_parquet(results / "evaluations.parquet").count_error.ge(0).all()
    assert (results / "figures" / "dice_astigmatism.png").exists()
    probe = networks[networks.freeze == "all_but_head"].network_id.item()
    trained = _tensors(results / "networks" / f"{probe}.safetensors")
    assert {name.split(".")[0] for name in trained} == {"segmentation_head"}
    parent = networks[networks.stage == "pretrain"].network_id.item()
    names = _tensors(results / "networks" / f"{parent}.safetensors")
    assert any("depthwise" in name for name in names), "convolutions of EfficientNet"


def _tensors(path: Path) -> list[str]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        return list(file.keys())
