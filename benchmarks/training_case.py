"""Images and recipes of the training benchmarks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from hrtem_transfer.storage import image_files
from hrtem_transfer.study.config.schema import Network, Training
from hrtem_transfer.study.recipes import NetworkRecipe, Share, digest


def demo_size() -> dict[str, Any]:
    """What the demo's transfers are like: image edge, network, batch, epochs, images, validation images, rate."""
    from hrtem_transfer.study.reading import read_sweep

    sweep = read_sweep(Path(__file__).parents[1] / "config" / "demo.yaml")
    transfers = [run for run in sweep.runs.values() if run.stage == "transfer"]
    recipes = [record.recipe for record in max(transfers, key=lambda run: len(run.networks)).networks]
    return {
        "px": sweep.study.simulation.image_px,
        "network": recipes[0].network.model_dump(),
        "batch": recipes[0].training.batch_size,
        "epochs": recipes[0].training.epochs,
        "images": sorted({recipe.shares[0].images for recipe in recipes}),
        "validation": recipes[0].shares[0].validation_images,
        "rate": recipes[0].learning_rate,
    }


def write_case(folder: Path, px: int, images: int, validation: int) -> dict[str, Any]:
    """The same made-up images (discs with noise) in our format and in a plain HDF5 file."""
    folder.mkdir()
    random = np.random.default_rng(0)
    y, x = np.mgrid[:px, :px]
    sets = {}
    for split, n in (("train", images), ("validation", validation)):
        centre = random.uniform(0.2 * px, 0.8 * px, (n, 2, 1, 1))
        labels = ((y - centre[:, 0]) ** 2 + (x - centre[:, 1]) ** 2 < (px / 6) ** 2).astype(np.uint8)
        counts = random.poisson(16 * (1 + 0.3 * labels)).astype(np.uint8)
        sets[split] = image_files.ImageSet(counts, labels, np.zeros(n), np.arange(n))
    recipe = {"px": px}
    image_files.write_images(folder / "a.h5", sets, recipe)
    with h5py.File(folder / "plain.h5", "w") as file:
        for split, one in sets.items():
            file[f"{split}/counts"], file[f"{split}/labels"] = one.counts, one.labels
    return {
        "file": str(folder / "a.h5"),
        "plain_file": str(folder / "plain.h5"),
        "digest": digest(recipe),
        "validation": validation,
        "px_of_file": px,
    }


def recipe_of(order: dict[str, Any], parent: str | None) -> NetworkRecipe:
    """The recipe of one network of a benchmark."""
    return NetworkRecipe(
        seed=0,
        revision=1,
        stage="pretrain" if parent is None else "transfer",
        parent=parent,
        network=Network(**order["network"]),
        training=Training(
            loss="cross_entropy_of_softmax",
            epochs=order["epochs"],
            batch_size=order["batch"],
            learning_rate_decay=0.99,
            precision="float32",
        ),
        shares=[
            Share(domain="a", digest=order["digest"], images=order["images"], validation_images=order["validation"])
        ],
        learning_rate=order["rate"],
        freeze=order["part"],
        replicate=order["replicate"],
        own=None,
    )
