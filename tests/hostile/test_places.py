"""Where files appear, with which rights, and that names with special characters are only names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from hrtem_transfer.cli.main import main
from hrtem_transfer.jobs import run_lock, sweep_lock
from hrtem_transfer.jobs.network_store import write_tensors
from hrtem_transfer.results.writing import write_csv, write_parquet
from hrtem_transfer.storage.files import write_text
from hrtem_transfer.storage.image_files import ImageSet, write_images
from hrtem_transfer.study import Layout, read_sweep

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "workflow" / "tiny.yaml"


@pytest.fixture(params=[0o022, 0o002, 0o077, 0o000], ids=oct)
def mask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_files_get_the_rights_that_the_person_chose_and_no_more(mask: int, tmp_path: Path) -> None:
    counts = np.ones((1, 8, 8), np.uint8)
    frame = pd.DataFrame({"a": [1]})
    folder = tmp_path / "results"
    write_text(folder / "a.txt", "a")
    write_images(folder / "a.h5", {"test": ImageSet(counts, counts, np.zeros(1), np.zeros(1, np.int64))}, {})
    write_tensors(folder / "a.safetensors", {"a": torch.ones(1)}, {})
    write_parquet(folder / "a.parquet", frame)
    write_csv(folder / "a.csv", frame)
    write_csv(folder / "a.csv.gz", frame)
    with run_lock.held(folder / "a.lock", print):
        pass
    descriptors = list(sweep_lock._held)
    sweep_lock.claim(folder)
    for descriptor in set(sweep_lock._held) - set(descriptors):
        sweep_lock._held.remove(descriptor)
        os.close(descriptor)
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}
    # A group with a umask of 002 shares a folder: its members can take each other's locks and replace files.
    assert modes == dict.fromkeys(modes, oct(0o666 & ~mask))
    assert len(modes) >= 7
    assert folder.stat().st_mode & 0o777 == 0o777 & ~mask


@pytest.fixture
def one_shard(tmp_path: Path) -> tuple[Path, str]:
    """A folder and a configuration whose names a shell would take apart, and the first shard of that sweep."""
    folder = tmp_path / "a b; touch made $(touch made) `touch made` 'x' \"y\" & <b>"
    folder.mkdir()
    (folder / "=1; touch made.yaml").write_text(TINY.read_text())
    sweep = read_sweep(folder / "=1; touch made.yaml")
    return folder, str(Layout.below("re $(touch made)", sweep).shard(next(iter(sweep.shards))))


def test_a_job_in_a_folder_with_hostile_names_makes_its_file_and_nothing_else(
    one_shard: tuple[Path, str], tmp_path: Path
) -> None:
    folder, shard = one_shard
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), shard, "--cores", "1"]
    command += ["--configfile", "=1; touch made.yaml", "--config", "results=re $(touch made)"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TMPDIR": str(temporary), "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=540)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / shard).is_file()
    assert not [path for path in tmp_path.rglob("*") if path.name == "made"]
    top = {path.name for path in folder.iterdir()}
    assert top == {".snakemake", "=1; touch made.yaml", "re $(touch made)"}
    # PyTorch makes an empty folder for its compiler, which we do not use.
    assert all(path.name.startswith("torchinductor_") for path in temporary.rglob("*"))


def test_the_command_that_show_prints_can_be_pasted(
    one_shard: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(one_shard[0])
    network = next(iter(read_sweep("=1; touch made.yaml").networks))
    assert main(["show", network, "--config", "=1; touch made.yaml", "--results", "$(touch made)"]) == 0
    alone = next(
        line[line.index("snakemake ") :]
        for line in capsys.readouterr().out.splitlines()
        if f"alone/{network}" in line and "cores" in line
    )
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = f"{alone} --dry-run --snakefile '{ROOT / 'Snakefile'}'"
    done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Network {network} alone" in done.stdout + done.stderr
    assert not [path for path in one_shard[0].rglob("*") if path.name == "made"]


def test_a_calibration_keeps_its_files_below_the_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    places = []
    make = tempfile.TemporaryDirectory

    def noted(*arguments: object, **named: object) -> tempfile.TemporaryDirectory[str]:
        made = make(*arguments, **named)
        places.append(Path(made.name))
        return made

    monkeypatch.setattr(tempfile, "TemporaryDirectory", noted)
    monkeypatch.setattr("hrtem_transfer.inspection.calibration._start_seconds", lambda: 1.0)
    assert main(["plan", "--config", str(TINY), "--results", str(tmp_path / "r"), "--calibrate"]) == 0
    assert [place.parent for place in places] == [tmp_path / "r" / "tiny"]
    assert [path.name for path in (tmp_path / "r" / "tiny").iterdir()] == ["unit_costs.json"]
