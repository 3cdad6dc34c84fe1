"""All randomness of the project comes from here: one function, no global generator.

A stream is named by the study's seed, by what it is for, by the id of the thing it belongs to and by an
index, so that its numbers depend neither on the order of the work nor on the process that does it.
"""

from __future__ import annotations

import hashlib

import numpy as np


def seed_sequence(seed: int, what: str, identifier: str, index: int = 0) -> np.random.SeedSequence:
    """The numpy ``SeedSequence`` of a stream (NEP 19); equal arguments give equal streams on every platform."""
    name = hashlib.sha256(f"{what}\0{identifier}".encode()).digest()
    words = [int.from_bytes(name[i : i + 4], "big") for i in range(0, 16, 4)]
    return np.random.SeedSequence([seed, *words, index])


def stream(seed: int, what: str, identifier: str, index: int = 0) -> np.random.Generator:
    """A numpy generator (PCG64) for ``what``, e.g. ``stream(1, "structure/train", "cdse", 17)``."""
    return np.random.default_rng(seed_sequence(seed, what, identifier, index))


def torch_seed(seed: int, what: str, identifier: str, index: int = 0) -> int:
    """A 63-bit whole number to seed a ``torch.Generator`` with."""
    low, high = (int(word) for word in seed_sequence(seed, what, identifier, index).generate_state(2))
    return ((high << 32) | low) & (2**63 - 1)
