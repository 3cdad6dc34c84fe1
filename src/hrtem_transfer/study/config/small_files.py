"""Reading small text files that a person names: a configuration, a CIF file."""

from __future__ import annotations

import stat
from itertools import islice
from pathlib import Path

from hrtem_transfer.study.config.problems import nearest, shown


class UnreadableError(Exception):
    """The file cannot be taken as a small text; the text says why and what is allowed."""


def read_small_text(path: Path, most_bytes: int) -> str:
    """The text of a regular file in UTF-8 (a byte order mark is dropped).

    Raises:
        UnreadableError: the file is missing, is no regular file (a folder, a pipe, a device), is larger than
            ``most_bytes``, or is not UTF-8 text.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableError("is a folder; give a file")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("is a pipe or a device; give a regular file")
        if status.st_size > most_bytes:
            raise UnreadableError(
                f"has {status.st_size} bytes, at most {most_bytes} are allowed; is it the right file?"
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"holds bytes that are not UTF-8 text (the first after {error.start} bytes); is it the right file? "
            "If so, save it as UTF-8"
        ) from None
    except FileNotFoundError:
        folder = path.parent
        hint = f"nor does the folder {shown(str(folder))}"
        if folder.is_dir():
            hint = nearest(path.name, [one.name for one in islice(folder.iterdir(), 1000)])
        raise UnreadableError(f"does not exist{'; ' if hint else ''}{hint}") from None
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror})") from None
    except ValueError:
        raise UnreadableError("cannot be the name of a file") from None
