"""The plain way to train a network, as a careful person writes it first; benchmarks/training.py compares with it.

One process per network; a torch Dataset that reads each image from an HDF5 file (uncompressed, contiguous) and
standardises and transforms it with numpy; a DataLoader; float32, torch's default memory layout, default Adam; the loss
written as softmax followed by cross entropy.
"""

from __future__ import annotations

import copy
import time

import h5py
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


class Micrographs(Dataset):
    """Images of one split, each in all eight orientations (in one only for validation)."""

    def __init__(self, path: str, split: str, images: int, augment: bool) -> None:
        self.path, self.split, self.images, self.orientations = path, split, images, 8 if augment else 1
        self.file: h5py.File | None = None
        self.seconds = 0.0

    def __len__(self) -> int:
        return self.images * self.orientations

    def __getitem__(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        began = time.process_time()
        if self.file is None:
            self.file = h5py.File(self.path, "r")
        index, orientation = divmod(number, self.orientations)
        image = self.file[f"{self.split}/counts"][index].astype(np.float32)
        label = self.file[f"{self.split}/labels"][index].astype(np.int64)
        image = (image - image.mean()) / image.std()
        image, label = np.rot90(image, orientation % 4), np.rot90(label, orientation % 4)
        if orientation >= 4:
            image, label = np.fliplr(image), np.fliplr(label)
        pair = torch.from_numpy(image.copy())[None], torch.from_numpy(label.copy())
        self.seconds += time.process_time() - began
        return pair


def freeze(model: torch.nn.Module, part: str) -> list[torch.nn.Module]:
    """Take the gradient from a part; returns its modules, which must not be in training mode."""
    names = {"none": [], "encoder": ["encoder"], "decoder": ["decoder", "segmentation_head"]}[part]
    frozen = [model.get_submodule(name) for name in names]
    for module in frozen:
        module.requires_grad_(False)
    return frozen


def train(
    model: torch.nn.Module,
    path: str,
    part: str,
    images: int,
    validation: int,
    epochs: int,
    batch: int,
    rate: float,
) -> float:
    """Train and keep the best epoch; returns the CPU seconds spent on data."""
    frozen = freeze(model, part)
    training = Micrographs(path, "train", images, augment=True)
    held_out = Micrographs(path, "validation", validation, augment=False)
    loader = DataLoader(training, batch_size=batch, shuffle=True)
    check = DataLoader(held_out, batch_size=batch)
    optimizer = torch.optim.Adam((p for p in model.parameters() if p.requires_grad), lr=rate)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.99)
    loss_of = torch.nn.CrossEntropyLoss()
    best, kept = float("inf"), None
    for _ in range(epochs):
        model.train()
        for module in frozen:
            module.eval()
        for pixels, labels in loader:
            optimizer.zero_grad()
            loss = loss_of(model(pixels).softmax(1), labels)
            loss.backward()
            optimizer.step()
            loss.item()
        schedule.step()
        model.eval()
        with torch.no_grad():
            total = sum(loss_of(model(pixels).softmax(1), labels).item() * len(pixels) for pixels, labels in check)
        if total < best:
            best, kept = total, copy.deepcopy(model.state_dict())
    assert kept is not None
    return training.seconds + held_out.seconds
