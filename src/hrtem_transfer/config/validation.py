"""Checking plain data against the schema, with every error said in terms of the configuration file."""

from __future__ import annotations

import types
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from hrtem_transfer.config.problems import Path, Problem, nearest, shown
from hrtem_transfer.config.schema import Study

# Said beside an error on a key whose unit is often mistaken.
_UNIT_ADVICE = {
    "energy_keV": "the unit is kiloelectronvolt: a microscope at 300 kV has 300",
    "cell_nm": "the unit is nanometre",
    "aperture_mrad": "the unit is milliradian",
    "defocus_nm": "the unit is nanometre",
}


def validated(data: dict[str, Any]) -> tuple[Study | None, list[Problem]]:
    """The study that ``data`` describes, or None and all that is wrong with its keys, types and limits."""
    try:
        return Study.model_validate(data), []
    except ValidationError as error:
        problems: dict[tuple[Path, str], Problem] = {}
        for item in error.errors(include_url=False):
            problem = _problem(item, data)
            if problem is not None:
                problems.setdefault((problem.path, problem.found), problem)
        return None, list(problems.values())


def _problem(error: Any, data: Any) -> Problem | None:
    """One pydantic error in our words; None when it speaks of a branch of a union that was not meant."""
    path: list[str | int] = []
    value = data
    location = error["loc"]
    for index, part in enumerate(location):
        last = index == len(location) - 1
        if isinstance(value, dict) and (part in value or (last and error["type"] == "missing")):
            path.append(part)
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            path.append(part)
            value = value[part]
        elif str(part).startswith("list[") != isinstance(value, list) and part != "[key]":
            return None
    here = tuple(path)
    kind, message = error["type"], error["msg"].removeprefix("Input should be ")
    if kind == "extra_forbidden":
        known = allowed_keys(here[:-1])
        return Problem(here, "an unknown key", ", ".join(known), nearest(str(here[-1]), known))
    if kind == "missing":
        means = description(here)
        return Problem(here, "nothing (the key is missing)", "", (f"it means: {means}; " if means else "") + "add it")
    if kind == "value_error":
        return Problem(here, message.removeprefix("Value error, "))
    if (kind == "string_pattern_mismatch" and location[-1] == "[key]") or _is_name(error):
        return Problem(here, shown(error["input"]), "names of lowercase letters, digits and underscores, "
                       "beginning with a letter, at most 40 long")  # fmt: skip
    advice = _UNIT_ADVICE.get(str(here[-1]) if here else "", "")
    if kind == "literal_error" and isinstance(value, str):
        options = [word.strip("' ") for word in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        message, advice = ", ".join(options), nearest(value, options)
    found = shown(value) if value is not None else "nothing"
    if isinstance(value, str) and kind.endswith("_type"):
        found += " (text)"
    return Problem(here, found, message, advice)


def _is_name(error: Any) -> bool:
    return error["type"] == "string_pattern_mismatch" and error["ctx"]["pattern"].startswith("^[a-z][a-z0-9_]")


def _inner(annotation: Any) -> Any:
    """The model inside an optional, a mapping or a list annotation; None when there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType, dict, list):
        for argument in reversed(get_args(annotation)):
            found = _inner(argument)
            if found is not None:
                return found
    return None


def _model_at(path: Path) -> type[BaseModel] | None:
    model: Any = Study
    parts = list(path)
    while parts:
        part = parts.pop(0)
        field = model.model_fields.get(part)
        if field is None:
            return None
        if get_origin(field.annotation) is dict and parts:
            parts.pop(0)
        model = _inner(field.annotation)
        if model is None:
            return None
    return model


def allowed_keys(path: Path) -> list[str]:
    """The keys that the section at ``path`` may have."""
    model = _model_at(path)
    return list(model.model_fields) if model else []


def description(path: Path) -> str:
    """What the schema says about the key at ``path``."""
    model = _model_at(path[:-1])
    field = model.model_fields.get(str(path[-1])) if model else None
    return (field.description or "") if field else ""
