"""Made-up images that a small network can learn in seconds, and recipes of small networks."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from hrtem_transfer.jobs.network_store import StoredNetwork
from hrtem_transfer.learning.resident_images import ResidentImages, resident
from hrtem_transfer.storage import image_files
from hrtem_transfer.study.config.schema import Network, Training
from hrtem_transfer.study.recipes import NetworkRecipe, Share, digest

NETWORK = Network(encoder="tu-test_resnet", encoder_depth=3, decoder_channels=[8, 8, 8])
PX = 32
IMAGES = {"train": 8, "validation": 4, "test": 4}
CPU = torch.device("cpu")


def image_set(n: int, seed: int, contrast: float = 0.8, px: int = PX, first: int = 0) -> image_files.ImageSet:
    """Discs with fringes on an even background, with Poisson noise; image i depends on seed and i only."""
    counts, labels = np.zeros((n, px, px), np.uint8), np.zeros((n, px, px), np.uint8)
    y, x = np.mgrid[:px, :px]
    for i in range(n):
        random = np.random.default_rng([seed, first + i])
        for _ in range(random.integers(1, 3)):
            row, column, radius = *random.uniform(px / 5, px * 4 / 5, 2), random.uniform(px / 8, px / 5)
            labels[i] |= ((y - row) ** 2 + (x - column) ** 2 < radius**2).astype(np.uint8)
        wave = np.cos(1.5 * (x + y) + random.uniform(0, 2 * np.pi))
        counts[i] = random.poisson(20 * (1 + contrast * labels[i] * (0.5 + 0.5 * wave)))
    return image_files.ImageSet(counts, labels, np.zeros(n), np.arange(first, first + n))


def resident_set(n: int, seed: int, px: int = PX) -> ResidentImages:
    """The same on the device."""
    return resident(image_set(n, seed, px=px), CPU)


def training(epochs: int = 2, batch_size: int = 8, **other) -> Training:
    settings = {"loss": "cross_entropy_of_softmax", "learning_rate_decay": 0.99, "precision": "float32", **other}
    return Training(epochs=epochs, batch_size=batch_size, **settings)


@dataclass(frozen=True)
class World:
    """Image files of some domains in a folder, and where everything else goes."""

    folder: Path
    images: dict[str, Path]

    @property
    def store(self) -> Path:
        return self.folder / "networks"

    def table(self, run: str, name: str = "training") -> Path:
        return self.folder / "runs" / run / f"{name}.parquet"

    def share(self, domain: str, images: int = 4, validation_images: int = 4, from_end: bool = False) -> Share:
        recipe = image_files.read_recipe(self.images[domain])
        return Share(
            domain=domain,
            digest=digest(recipe),
            images=images,
            validation_images=validation_images,
            from_end=from_end,
        )

    def recipe(self, stage: str = "pretrain", on: str = "a", **other) -> NetworkRecipe:
        """A recipe of ``stage``; shares of 4 images of domain ``on`` unless ``shares`` are given."""
        settings = {
            "seed": 1,
            "revision": 1,
            "stage": stage,
            "parent": None,
            "network": NETWORK,
            "training": training(),
            "shares": [self.share(on)],
            "learning_rate": 3e-3,
            "freeze": "none",
            "replicate": 0,
            "own": None,
            **other,
        }
        return NetworkRecipe(**settings)


def make_world(folder: Path, domains: str = "ab", px: int = PX, images: dict[str, int] | None = None) -> World:
    """Write the image files; each domain has its own contrast."""
    files = {}
    for number, domain in enumerate(domains):
        files[domain] = folder / "images" / f"{domain}.h5"
        sets = {
            split: image_set(count, 10 * number + k, contrast=0.8 - 0.5 * number, px=px)
            for k, (split, count) in enumerate((images or IMAGES).items())
        }
        image_files.write_images(files[domain], sets, {"name": domain, "number": number})
    return World(folder, files)


def stored_network(network_id: str = "0123456789ab", **other) -> StoredNetwork:
    """What the store knows about a network that somebody trained."""
    settings = {
        "network_id": network_id,
        "recipe": {"stage": "pretrain", "parent": None, "freeze": "none"},
        "seed": 2**62 + 1,
        "status": "ok",
        "reason": None,
        "best_epoch": 1,
        "history": [{"epoch": 1, "train_loss": 0.1}],
        "device": "a processor",
        "versions": {"torch": "2", "hrtem-transfer": "0"},
        "precision": "float32",
        "device_kind": "cpu",
        "threads": 1,
        "micro_batch": 8,
        "weights_digest": None,
        **other,
    }
    return StoredNetwork(**settings)


def quiet(line: str) -> None:
    """Progress that nobody reads."""
