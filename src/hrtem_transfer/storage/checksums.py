"""Digests of the files whose formats have none (CSV, SVG, HTML, text), in listings that ``sha256sum --check`` reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from hrtem_transfer.storage.files import DataError, write_text


def record(listing: Path, files: Iterable[Path], about: Mapping[str, str] | None = None) -> None:
    """Put the SHA-256 of ``files`` into ``listing``; what it says of other files that still exist stays.

    Names are relative to the listing's folder: ``cd results/<sweep> && sha256sum --check tables.sha256``. The first
    line, a comment to that program, is the digest of the lines below it. Comments after it hold ``about``: what the
    files were made from, by name (``noted`` reads it).

    Raises:
        OSError: a file cannot be read or the listing not be written.
    """
    folder = listing.parent.resolve()
    try:
        known = {name: digest for name, digest in recorded(listing).items() if (folder / name).exists()}
    except DataError:
        known = {}
    for path in files:
        known[path.resolve().relative_to(folder).as_posix()] = digest_of_file(path)
    lines = "".join(f"# {key}: {value}\n" for key, value in (about or {}).items())
    lines += "".join(f"{known[name]}  {name}\n" for name in sorted(known))
    write_text(listing, f"# {hashlib.sha256(lines.encode()).hexdigest()}\n{lines}")


def recorded(listing: Path) -> dict[str, str]:
    """The digests in a listing, by name of the file.

    Raises:
        DataError: the listing is missing or damaged.
    """
    lines = (line.partition("  ") for line in _lines(listing) if not line.startswith("#"))
    return {name: digest for digest, _, name in lines}


def noted(listing: Path) -> dict[str, str]:
    """What a listing says that its files were made from, by name; DataError as in ``recorded``."""
    lines = (line[2:].partition(": ") for line in _lines(listing) if line.startswith("# "))
    return {key: value for key, _, value in lines}


def digest_of_files(paths: Iterable[Path]) -> str:
    """One SHA-256 (hexadecimal) of several files' names and bytes; those that do not exist have no part in it."""
    parts = [f"{path.name} {digest_of_file(path)}\n" for path in paths if path.is_file()]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _lines(listing: Path) -> list[str]:
    """The lines below the first, checked."""
    if not listing.is_file():
        raise DataError(f"{listing}: there is no such listing of checksums. Start the workflow again to make it.")
    first, _, lines = listing.read_bytes().partition(b"\n")
    if first != b"# " + hashlib.sha256(lines).hexdigest().encode():
        raise DataError(
            f"{listing}: this listing of checksums is damaged. Delete it and start the workflow again; it is then made "
            "again."
        )
    return lines.decode().splitlines()


def digest_of_file(path: Path) -> str:
    """SHA-256 (hexadecimal) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
