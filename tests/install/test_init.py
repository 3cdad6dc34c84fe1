"""Laying the workflow into a folder: never over what is there, and all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.cli import init
from hrtem_transfer.cli.main import main
from hrtem_transfer.storage.files import write_bytes
from hrtem_transfer.storage.shipped import shipped_file, shipped_files


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everything_is_laid_out_beside_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["init", str(tmp_path)]) == 0
    laid = files(tmp_path)
    assert laid.pop("notes.txt") == b"mine"
    assert laid == {name: shipped_file(name).read_bytes() for name in shipped_files()}


def test_a_second_call_completes_and_changes_nothing(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path)]) == 0
    before = files(tmp_path)
    (tmp_path / "Snakefile").unlink()
    assert main(["init", str(tmp_path)]) == 0
    assert files(tmp_path) == before
    assert main(["init", str(tmp_path)]) == 0


@pytest.mark.parametrize("name", ["Snakefile", "config/demo.yaml"])
def test_a_changed_file_is_named_and_nothing_is_written(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    assert main(["init", str(tmp_path)]) == 1
    assert str(mine) in capsys.readouterr().err
    assert files(tmp_path) == {name: b"mine"}


def test_a_file_where_a_folder_belongs_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config").write_text("mine")
    assert main(["init", str(tmp_path)]) == 1
    assert str(tmp_path / "config") in capsys.readouterr().err
    assert files(tmp_path) == {"config": b"mine"}
    assert main(["init", str(tmp_path / "config")]) == 1


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = 5

    def write(path: Path, data: bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(28, "No space left on device", str(path))
        write_bytes(path, data)

    monkeypatch.setattr(init, "write_bytes", write)
    (tmp_path / "config").mkdir()
    assert main(["init", str(tmp_path)]) == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["config"]
    assert main(["init", str(tmp_path / "new" / "study")]) == 1
    assert not (tmp_path / "new").exists()
