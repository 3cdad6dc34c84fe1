"""Shards of exit waves: what they hold, and that it depends on nothing but the recipe, the split and the index."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from hrtem_transfer.simulation.labels import mask
from hrtem_transfer.simulation.simulate import notes, simulate, simulate_shard
from hrtem_transfer.storage import exit_wave_files
from hrtem_transfer.study.seeds import seed_sequence
from tests.simulation_helpers import labels, recipe

ROOT = Path(__file__).parents[2]
SMALL = {"cell_nm": 2.56, "radius_nm": (0.7, 0.8), "thickness_nm": (0.5, 0.8)}


def shard(folder: Path, start: int, stop: int, split: str = "train", **changes) -> Path:
    path = folder / f"{split}_{start}_{stop}.h5"
    simulate_shard(recipe(**SMALL | changes), split, start, stop, path, device="cpu", progress=lambda line: None)
    return path


def test_shard_holds_waves_phase_focus_and_seeds(tmp_path: Path) -> None:
    lines: list[str] = []
    wanted = recipe(faults=(1, 1), **SMALL)
    path = tmp_path / "deep" / "train_3_5.h5"
    simulate_shard(wanted, "train", 3, 5, path, device="cpu", progress=lines.append)
    assert len(lines) == 2
    assert lines[0].startswith("cdse_small train 3: 1 particles, ")
    with exit_wave_files.opened(path) as opened:
        assert opened.recipe == wanted.model_dump(mode="json")
        notes = opened.notes
        for index, facts in zip((3, 4), notes, strict=True):
            structure = opened.read(index)
            assert structure.waves.shape == (2, 128, 128)
            assert (np.abs(structure.waves) ** 2).mean() == pytest.approx(1.0, abs=0.01)
            assert 0.02 < mask(structure.phase, 0.2, labels()).mean() < 0.7
            assert -facts["surface_A"] < structure.zero_focus_A < 0
            assert facts["zero_focus"]["c10_A"] == structure.zero_focus_A
            assert abs(facts["zero_focus"]["from_centroid_A"]) < 5
            assert 0 < facts["zero_focus"]["contrast"] < 1
            assert {"runner_up_A", "runner_up_contrast"} <= set(facts["zero_focus"])
            assert facts["seeds"]["structure"] == seed_sequence(1, "structure/train", "cdse_small", index).entropy
            assert facts["seeds"]["phonons"] == seed_sequence(1, "phonons/train", "cdse_small", index).entropy
            assert len(facts["particles"]) == 1
            assert len(facts["particles"][0]["fault_planes_A"]) == 1


def test_labels_lie_on_the_particles() -> None:
    specimen, structure, _ = simulate(recipe("Ag", **SMALL), "train", 0, torch.device("cpu"))
    pixel = np.round(specimen.positions_A[: specimen.n_particle_atoms, :2] / 0.2).astype(int) % 128
    label = mask(structure.phase, 0.2, labels())
    assert label[pixel[:, 1], pixel[:, 0]].mean() > 0.95
    radius_A = specimen.particles[0].radius_A
    assert label.sum() * 0.2**2 < 1.6 * np.pi * radius_A**2


def test_film_without_particles() -> None:
    # Nothing to focus on: the film's upstream plane is in focus.
    wanted = recipe(**SMALL | {"particles": (0, 0)})
    specimen, structure, focus = simulate(wanted, "train", 0, torch.device("cpu"))
    assert specimen.n_particle_atoms == 0
    assert mask(structure.phase, 0.2, labels()).sum() == 0
    assert structure.zero_focus_A == 0.0
    assert notes(wanted, "train", 0, specimen, focus)["zero_focus"]["from_centroid_A"] is None
    assert 0.01 < np.angle(structure.waves).std() < 1


def same(first: exit_wave_files.Structure, second: exit_wave_files.Structure) -> bool:
    return (
        np.array_equal(first.waves, second.waves)
        and np.array_equal(first.phase, second.phase)
        and first.zero_focus_A == second.zero_focus_A
    )


def test_structures_do_not_depend_on_the_shard_or_the_order(tmp_path: Path) -> None:
    with exit_wave_files.opened(shard(tmp_path, 0, 3)) as whole:
        for index in (2, 0, 1):
            with exit_wave_files.opened(shard(tmp_path, index, index + 1)) as single:
                assert same(whole.read(index), single.read(index))


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    here = shard(tmp_path, 0, 2)
    there = tmp_path / "there.h5"
    code = (
        "from pathlib import Path\n"
        "from tests.simulation_helpers import recipe\n"
        "from hrtem_transfer.simulation.simulate import simulate_shard\n"
        f"simulate_shard(recipe(**{SMALL!r}), 'train', 0, 2, Path({str(there)!r}), device='cpu')\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    assert there.read_bytes() == here.read_bytes()


def test_splits_and_seeds_differ(tmp_path: Path) -> None:
    paths = [shard(tmp_path, 0, 1), shard(tmp_path, 0, 1, split="test")]
    structures = []
    for path in paths:
        with exit_wave_files.opened(path) as opened:
            structures.append(opened.read(0))
    assert not same(*structures)


def test_abtem_can_run_the_multislice(tmp_path: Path) -> None:
    with exit_wave_files.opened(shard(tmp_path, 0, 1)) as ours:
        our = ours.read(0)
    with exit_wave_files.opened(shard(tmp_path, 0, 1, engine="abtem")) as theirs:
        their = theirs.read(0)
    assert abs(our.zero_focus_A - their.zero_focus_A) < 1.5
    assert (mask(our.phase, 0.2, labels()) == mask(their.phase, 0.2, labels())).mean() > 0.98
    assert np.abs(np.vdot(our.waves - 1, their.waves - 1)) > 0.97 * np.linalg.norm(our.waves - 1) * np.linalg.norm(
        their.waves - 1
    )


def test_a_recipe_that_cannot_be_packed_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="structure set 'cdse_small', train structure 0: 4 particles"):
        shard(tmp_path, 0, 1, particles=(4, 4))
    assert list(tmp_path.iterdir()) == []
