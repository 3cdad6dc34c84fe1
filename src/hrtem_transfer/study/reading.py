"""From a configuration file to a checked, expanded sweep, or to a message that says all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.checks import check
from hrtem_transfer.study.config.problems import ConfigError, Problem, message, shown
from hrtem_transfer.study.config.schema import Study
from hrtem_transfer.study.config.small_files import UnreadableError, read_small_text
from hrtem_transfer.study.config.validation import validated
from hrtem_transfer.study.config.yaml_file import plain_scalars, read_yaml
from hrtem_transfer.study.expansion import Sweep, expand
from hrtem_transfer.study.plan import is_plan, read_plan

# (path of the key, what was found, what is allowed, what to do) of all that cannot be simulated.
Feasibility = Callable[[Study, Mapping[str, str]], Iterable[tuple[tuple[str | int, ...], str, str, str]]]
_MAX_CIF_BYTES = 200_000


def read_sweep(
    path: str | Path, overrides: Mapping[str, Any] | None = None, feasibility: Feasibility | None = None
) -> Sweep:
    """Read, check and expand a configuration file, or read a frozen plan (``plan.json``).

    ``overrides`` is laid over the file's data key by key (mappings are merged, anything else replaced); texts in it
    that look like numbers or truth values are. ``feasibility`` says whether it can be simulated; without it only what
    stands in the configuration is checked (``hrtem_transfer.load_study`` does both).

    Raises:
        ConfigError: when anything is wrong; its text names the file and, for each problem, line, key, value, what is
            allowed and what to do.
    """
    path = Path(path)
    if is_plan(path):
        if overrides:
            raise ConfigError(f"{path}: a frozen plan cannot be changed (found {', '.join(overrides)}); give the "
                              "configuration file instead")  # fmt: skip
        try:
            return read_plan(path)
        except DataError as error:
            raise ConfigError(str(error)) from error
    data, lines = read_yaml(path)
    source = str(path)
    given = set(_leaves(overrides or {}))
    if overrides:
        data = _merged(data, plain_scalars(overrides))
        source += " with --config"
    study, problems = validated(data)
    cif_texts: dict[str, str] = {}
    if study is not None:
        problems = check(study)
        cif_texts, unreadable = _cif_texts(study, path.parent)
        problems += unreadable
    if study is not None and not problems and feasibility is not None:
        problems = [Problem(*rule) for rule in feasibility(study, cif_texts)]
    if study is not None and not problems:
        sweep = expand(study, cif_texts)
        problems = _counts(sweep)
        if not problems:
            return sweep
    raise ConfigError(message(source, problems, lines, given))


def _merged(data: dict[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(data)
    for key, value in overrides.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), dict):
            merged[key] = _merged(merged[key], value)
        else:
            merged[key] = value
    return merged


def _leaves(overrides: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of the keys that overrides give a value."""
    for key, value in overrides.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*path, str(key)))
        else:
            yield (*path, str(key))


def _cif_texts(study: Study, folder: Path) -> tuple[dict[str, str], list[Problem]]:
    texts: dict[str, str] = {}
    problems = []
    for name, crystal in study.crystals.items():
        try:
            texts[name] = read_small_text(folder / crystal.cif, _MAX_CIF_BYTES)
        except UnreadableError as error:
            problems.append(
                Problem(
                    ("crystals", name, "cif"),
                    f"{shown(crystal.cif)}, which {error}",
                    f"a CIF file; relative paths start at {folder}",
                )
            )
    return texts, problems


def _counts(sweep: Sweep) -> list[Problem]:
    problems = []
    for name, planned in sweep.planned.items():
        stated = sweep.study.series[name].networks
        if stated is not None and planned != stated and not sweep.duplicates:
            problems.append(
                Problem(
                    ("series", name, "networks"),
                    str(stated),
                    f"{planned}, to which this series expands",
                    f"write `networks: {planned}` if this is what you mean, or put the axes right",
                )
            )
    for network_id, name in sweep.duplicates[:5]:
        other = sweep.networks[network_id].series
        problems.append(
            Problem(
                ("series", name),
                f"network {network_id}, which series '{other}' has too",
                "each network once",
                "merge the two series, or make their axes differ",
            )
        )
    return problems
