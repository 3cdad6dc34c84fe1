"""The folder for results, as a person names it on a command line."""

from __future__ import annotations

from pathlib import Path

from hrtem_transfer.study.config.problems import ConfigError, shown


def results_folder(value: object) -> Path:
    """The folder that ``value`` names; it need not exist yet.

    Raises:
        ConfigError: it is no text, holds characters that Snakemake or a terminal would take for something else, or
            lies where a file is.
    """
    where = "results folder (--config results=FOLDER of snakemake, --results FOLDER of hrtem-transfer)"
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ConfigError(f"{where}: found {shown(value)}; allowed: the path of a folder")
    # Snakemake takes braces for wildcards.
    strange = next((character for character in str(value) if character in "{}" or not character.isprintable()), None)
    if strange is not None:
        raise ConfigError(f"{where}: found {shown(str(value))}, with the character U+{ord(strange):04X}; allowed: "
                          "printable characters but braces; take another name")  # fmt: skip
    folder = Path(value)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        raise ConfigError(f"{where}: found {shown(str(value))}, but {existing} is a file; allowed: a folder, or a name "
                          "that is free")  # fmt: skip
    return folder
