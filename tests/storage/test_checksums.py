import shutil
import subprocess
from pathlib import Path

import pytest

from hrtem_transfer.storage.checksums import record, recorded
from hrtem_transfer.storage.files import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "figures").mkdir()
    for name in ("a.csv", "figures/b.svg"):
        (tmp_path / name).write_text(name)
    return tmp_path


def test_files_are_named_relative_to_the_listing(folder: Path) -> None:
    record(folder / "all.sha256", [folder / "a.csv", folder / "figures" / "b.svg"])
    assert list(recorded(folder / "all.sha256")) == ["a.csv", "figures/b.svg"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_sha256sum_reads_it_and_finds_a_changed_file(folder: Path) -> None:
    record(folder / "all.sha256", [folder / "a.csv", folder / "figures" / "b.svg"])
    command = ["sha256sum", "--check", "--strict", "all.sha256"]
    assert subprocess.run(command, cwd=folder, capture_output=True, timeout=60).returncode == 0
    (folder / "a.csv").write_text("A.csv")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "a.csv: FAILED" in done.stdout) == (1, True)


def test_what_it_says_of_other_files_stays_as_long_as_they_exist(folder: Path) -> None:
    listing = folder / "all.sha256"
    record(listing, [folder / "a.csv", folder / "figures" / "b.svg"])
    (folder / "a.csv").unlink()
    (folder / "c.csv").write_text("c")
    record(listing, [folder / "c.csv"])
    assert list(recorded(listing)) == ["c.csv", "figures/b.svg"]


def test_every_flipped_byte_of_the_listing_is_noticed(folder: Path) -> None:
    listing = folder / "all.sha256"
    record(listing, [folder / "a.csv"])
    whole = listing.read_bytes()
    for position in range(len(whole)):
        listing.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        with pytest.raises(DataError, match=r"all\.sha256: this listing of checksums is damaged"):
            recorded(listing)
    record(listing, [folder / "a.csv"])
    assert listing.read_bytes() == whole
