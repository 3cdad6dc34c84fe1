"""A sample of all domains of the paper at full scale: pictures for the docs, file sizes, times and read rate.

    python benchmarks/simulation_sample.py FOLDER [--structures 2] [--pictures docs/images]

Simulates a few test structures of each of the paper's 19 structure sets into FOLDER (about 8 CPU s each), renders all
34 domains from them, extrapolates the size of all exit waves and images, and measures how fast images are read.
What is in FOLDER already is used again.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from simulation_pictures import draw_all

from hrtem_transfer.simulation import imaging
from hrtem_transfer.simulation.render import render_domain
from hrtem_transfer.simulation.simulate import simulate_shard
from hrtem_transfer.storage import exit_wave_files
from hrtem_transfer.storage.image_files import ImageSet, read_images, write_images
from hrtem_transfer.study.config.schema import SPLITS
from hrtem_transfer.study.expansion import Sweep
from hrtem_transfer.study.reading import read_sweep

ROOT = Path(__file__).parents[1]
IMAGES_READ = 256


def make(sweep: Sweep, folder: Path, structures: int) -> dict[str, float]:
    """Simulate and render what is missing; CPU seconds by step."""
    began = time.process_time()
    for set_id, plan in sweep.structure_sets.items():
        path = folder / f"{set_id}.h5"
        if not path.exists():
            simulate_shard(plan.recipe, "test", 0, structures, path, device="cpu")
    simulated = time.process_time()
    for domain_id, domain in sweep.domains.items():
        path = folder / f"domain_{domain_id}.h5"
        if not path.exists():
            shard = folder / f"{domain.structures.set_id}.h5"
            render_domain(domain.recipe, {"test": structures}, [shard], path, device="cpu")
    return {"simulate": simulated - began, "render": time.process_time() - simulated}


def sizes(sweep: Sweep, folder: Path, structures: int) -> None:
    """Extrapolate file sizes from the sample; what a file has beside its images is a few KB."""
    waves = sum((folder / f"{set_id}.h5").stat().st_size / structures * sum(plan.counts.values())
                for set_id, plan in sweep.structure_sets.items())  # fmt: skip
    images, number = 0.0, 0
    for domain_id, domain in sweep.domains.items():
        wanted = sum(domain.structures.counts.values())
        images += (folder / f"domain_{domain_id}.h5").stat().st_size / structures * wanted
        number += wanted
    total = sum(sum(plan.counts.values()) for plan in sweep.structure_sets.values())
    print(f"exit waves of all {total} structures: {waves / 1e9:.0f} GB, {waves / total / 1e6:.2f} MB each")
    print(f"{number} images of all {len(sweep.domains)} domains with labels: {images / 1e9:.2f} GB, "
          f"{images / number / 1e3:.0f} kB each")  # fmt: skip


def read_rate(sweep: Sweep, folder: Path) -> None:
    """Read a file of fresh noise on a sample's images, as large as a domain's test split."""
    domain_id = next(name for name in sweep.domains if name.startswith("defocus"))
    sample = read_images(folder / f"domain_{domain_id}.h5", "test")
    smooth = np.stack([image.astype(float) for image in sample.counts])
    rng = np.random.default_rng(0)
    chosen = [index % len(sample) for index in range(IMAGES_READ)]
    drawn = np.stack([imaging.counts(smooth[index] / 16, 400.0, 0.2, rng) for index in chosen])
    images = ImageSet(
        counts=np.minimum(drawn, 255).astype(np.uint8),
        labels=sample.labels[chosen],
        defocus_nm=np.zeros(IMAGES_READ),
        index=np.arange(IMAGES_READ, dtype=np.int64),
    )
    path = folder / "read_rate.h5"
    write_images(path, {"test": images}, {})
    rates = []
    for _ in range(3):
        began = time.process_time()
        found = read_images(path, "test")
        rates.append(found.counts.nbytes / (time.process_time() - began) / 1e6)
    print(f"reading: {max(rates):.0f} MB of decoded counts per CPU second (with labels and checksums)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where files go; a few hundred MB")
    parser.add_argument("--structures", type=int, default=2, help="structures of each set")
    parser.add_argument("--pictures", type=Path, help="draw the pictures of the docs into this folder")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    sweep = read_sweep(ROOT / "config" / "paper.yaml")
    seconds = make(sweep, options.folder, options.structures)
    made = {step: f"{value:.0f}" for step, value in seconds.items()}
    print(f"CPU s, as far as files were missing: {made}; splits of the paper: {', '.join(SPLITS)}")
    sizes(sweep, options.folder, options.structures)
    read_rate(sweep, options.folder)
    with exit_wave_files.opened(options.folder / "cdse.h5") as shard:
        print(f"first structure of set cdse: {shard.notes[0]['atoms']} atoms, seeds {shard.notes[0]['seeds']}")
    if options.pictures:
        draw_all(sweep, options.folder, options.pictures)


if __name__ == "__main__":
    main()
