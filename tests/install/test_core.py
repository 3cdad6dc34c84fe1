"""The package from a wheel with the packages of the core only: no Snakemake, no abTEM, no pyarrow."""

from __future__ import annotations

from pathlib import Path

from tests.install.conftest import ROOT, Installation

CELL = """
import hrtem_transfer as ht

domain = ht.load_study("demo").domains["defocus_m10nm"]
sample = ht.simulate(domain, images={"train": 8, "validation": 4, "test": 4})
network = ht.build_network("tu-test_resnet", depth=4, seed=1)
parent = ht.fit(network, sample, epochs=2, learning_rate=3e-3)
child = ht.fit(parent.network, sample, freeze="encoder", images=4, epochs=1)
assert 0 <= ht.score(child, sample["test"])["dice"] <= 1
child.save("child.safetensors")
test = sample["test"]
found = ht.load("child.safetensors").segment(test.counts[0], pixel_size_A=test.pixel_size_A)
assert found.mask.shape == test.counts[0].shape
print("particles:", len(found.particles))
"""


def test_the_core_simulates_trains_scores_and_segments(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "cell.py").write_text(CELL)
    done = installation.run(ROOT / "tests" / "install" / "core_only.py", "cell.py", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "particles:" in done.stdout
