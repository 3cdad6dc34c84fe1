"""Records of stored networks, read without torch."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict, fields
from pathlib import Path
from types import ModuleType

import pytest
import torch

from hrtem_transfer.jobs import network_store
from hrtem_transfer.jobs.network_headers import FIELDS, read_header
from hrtem_transfer.jobs.network_store import StoredNetwork
from hrtem_transfer.storage.files import DataError


@pytest.fixture
def stored(learning: ModuleType, tmp_path: Path) -> tuple[Path, StoredNetwork]:
    network = network_store.write_network(tmp_path, learning.stored_network(), {"weight": torch.arange(5.0)})
    return network_store.network_file(tmp_path, network.network_id), network


def test_the_header_is_the_record_that_was_stored(stored: tuple[Path, StoredNetwork]) -> None:
    path, network = stored
    assert read_header(path) == asdict(network)


def test_the_fields_are_those_of_a_stored_network() -> None:
    assert list(FIELDS) == [field.name for field in fields(StoredNetwork)]


def test_no_file_is_no_record(tmp_path: Path) -> None:
    assert read_header(tmp_path / "nothing.safetensors") is None


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "huge"])
def test_damage_is_named(stored: tuple[Path, StoredNetwork], damage: str) -> None:
    path, _ = stored
    content = bytearray(path.read_bytes())
    if damage == "cut":
        content = content[:40]
    elif damage == "flipped":
        content[content.index(b"pretrain")] ^= 1
    elif damage == "other":
        content = bytearray(b"PAR1" * 20)
    else:
        content[:8] = (2**40).to_bytes(8, "little")
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"{path.name}: this trained network is damaged"):
        read_header(path)


def test_reading_needs_no_torch() -> None:
    code = "import sys, hrtem_transfer.jobs.network_headers, hrtem_transfer.study; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
