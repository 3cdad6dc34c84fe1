"""Digests of the files whose formats have none (CSV, SVG, HTML, text), in listings that ``sha256sum --check`` reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from hrtem_transfer.files import DataError, write_text


def record(listing: Path, files: Iterable[Path]) -> None:
    """Put the SHA-256 of ``files`` into ``listing``; what it says of other files that still exist stays.

    Names are relative to the listing's folder: ``cd results/<sweep> && sha256sum --check tables.sha256``. The first
    line, a comment to that program, is the digest of the lines below it.

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
    lines = "".join(f"{known[name]}  {name}\n" for name in sorted(known))
    write_text(listing, f"# {hashlib.sha256(lines.encode()).hexdigest()}\n{lines}")


def recorded(listing: Path) -> dict[str, str]:
    """The digests in a listing, by name of the file.

    Raises:
        DataError: the listing is missing or damaged.
    """
    if not listing.is_file():
        raise DataError(f"{listing}: there is no such listing of checksums. Start the workflow again to have it made.")
    first, _, lines = listing.read_bytes().partition(b"\n")
    if first != b"# " + hashlib.sha256(lines).hexdigest().encode():
        raise DataError(
            f"{listing}: this listing of checksums is damaged. Delete it and start the workflow again to have it made "
            "anew."
        )
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines.decode().splitlines())}


def digest_of_file(path: Path) -> str:
    """SHA-256 (hexadecimal) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
