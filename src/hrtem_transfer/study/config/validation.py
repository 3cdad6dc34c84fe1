"""Checking plain data against the schema, with every error said in terms of the configuration file."""

from __future__ import annotations

import math
import re
import types
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from hrtem_transfer.study.config.problems import MOST_PROBLEMS, Path, Problem, nearest, shown
from hrtem_transfer.study.config.schema import Study
from hrtem_transfer.study.config.types import CRYSTAL_PATTERN, DEVICE_PATTERN, NAME_PATTERN

# Said beside an error on a key whose unit is often mistaken, or whose limit has a reason.
_KEY_ADVICE = {
    "energy_keV": "the unit is kiloelectronvolt: a microscope at 300 kV has 300",
    "cell_nm": "the unit is nanometre",
    "aperture_mrad": "the unit is milliradian",
    "defocus_nm": "the unit is nanometre",
    "focal_spread_A": "the unit is angstrom",
    "focal_spread_std_A": "the unit is angstrom",
    "spherical_aberration_mm": "the unit is millimetre: 10 um are 0.01",
    "slice_thickness_A": "1 to 2 are usual; thicker ones lose the depth of the specimen",
}
_PATTERNS = {
    NAME_PATTERN: "names of lowercase letters, digits and underscores, beginning with a letter, at most 40 long",
    CRYSTAL_PATTERN: "names of letters, digits and underscores, beginning with a letter, at most 40 long",
    DEVICE_PATTERN: "auto, cpu, cuda, or cuda:<number>",
}
_LIMITS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}
_KINDS = {
    "bool_type": "true or false",
    "string_type": "a text",
    "string_too_short": "a text that is not empty",
    "list_type": "a list",
}


def validated(data: dict[str, Any]) -> tuple[Study | None, list[Problem]]:
    """The study that ``data`` describes, or None and all that is wrong with its keys, types and limits."""
    try:
        return Study.model_validate(data), []
    except ValidationError as error:
        problems: dict[tuple[Path, str], Problem] = {}
        errors = error.errors(include_url=False)
        for number, item in enumerate(errors):
            if len(problems) == MOST_PROBLEMS - 1:
                problems[(), ""] = Problem(
                    (), f"about {len(errors) - number} more problems", "", "put these right first"
                )
                break
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
    kind = error["type"]
    if kind == "extra_forbidden":
        known = allowed_keys(here[:-1])
        return Problem(here, "an unknown key", ", ".join(known), nearest(str(here[-1]), known))
    if kind == "missing":
        means = description(here)
        return Problem(here, "nothing (the key is missing)", "", (f"it means: {means}; " if means else "") + "add it")
    if kind == "value_error":
        return Problem(here, error["msg"].removeprefix("Value error, "))
    if kind == "string_pattern_mismatch":
        return Problem(here, shown(error["input"]), _PATTERNS[error["ctx"]["pattern"]])
    allowed = _allowed(error, here)
    advice = _advice(kind, value) or _KEY_ADVICE.get(
        next((part for part in reversed(here) if isinstance(part, str)), ""), ""
    )
    if kind in ("list_type", "too_short", "too_long", "model_type"):
        means = description(tuple(part for part in here if isinstance(part, str)))
        advice = f"it means: {means}" if means else ""
    if kind == "literal_error":
        options = [word.strip("' ") for word in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        allowed, advice = ", ".join(options), nearest(value, options) if isinstance(value, str) else ""
    if (kind.endswith("_type") or kind == "literal_error") and not isinstance(value, list) and _may_be_list(here):
        allowed += ", or a list"
    found = shown(value) if value is not None else "nothing"
    if isinstance(value, str) and kind.endswith("_type"):
        found += " (text)"
    return Problem(here, found, allowed, advice)


def _allowed(error: Any, here: Path) -> str:
    """What pydantic says is allowed, in our words."""
    kind, limits = error["type"], error.get("ctx", {})
    if kind in ("int_type", "int_from_float", "int_parsing"):
        return "a whole number"
    if kind in ("float_type", "finite_number"):
        return "a number"
    if kind in ("model_type", "dict_type"):
        keys = allowed_keys(here)
        return "keys with values" + (f": {', '.join(keys)}" if keys else "")
    if kind in ("too_short", "too_long"):
        bound = limits.get("min_length", limits.get("max_length"))
        return f"{'at least' if kind == 'too_short' else 'at most'} {bound} value{'s' if bound != 1 else ''}"
    for name, (key, words) in _LIMITS.items():
        if kind == name:
            return f"{words} {limits[key]}" if isinstance(limits[key], int) else f"{words} {limits[key]:g}"
    return _KINDS.get(kind, error["msg"].removeprefix("Input should be "))


def _advice(kind: str, value: Any) -> str:
    """What is probably meant by a value of the wrong type."""
    if kind.startswith("int_") and isinstance(value, float) and value.is_integer():
        return f"write {int(value)}"
    if not isinstance(value, str):
        return ""
    if kind == "bool_type" and value.lower() in ("yes", "no", "on", "off"):
        return f"write {'true' if value.lower() in ('yes', 'on') else 'false'}"
    if kind in ("int_type", "float_type"):
        try:
            return "remove the quotes" if math.isfinite(float(value)) else ""
        except ValueError:
            grouped = re.fullmatch(r"[-+]?[1-9][0-9]{0,2}([,' .\u202f])[0-9]{3}(\1[0-9]{3})*", value)
            if grouped and (kind == "int_type" or value.count(grouped[1]) > 1):
                return f"write {value.replace(grouped[1], '')}, without separators"
            if re.fullmatch(r"[-+]?[0-9]+,[0-9]+", value):
                return "write a decimal point instead of the comma"
            if re.fullmatch(r"[-+]?(?!0x)[0-9][0-9.]*([eE][-+]?[0-9]+)?\s*[^\W\d].*", value):
                return "write the number alone, its unit is part of the key"
    return ""


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


def _may_be_list(path: Path) -> bool:
    """Whether the key at ``path`` takes a single value or a list."""
    model = _model_at(path[:-1]) if path else None
    field = model.model_fields.get(str(path[-1])) if model else None
    if field is None or get_origin(field.annotation) not in (Union, types.UnionType):
        return False
    return any(get_origin(option) is list for option in get_args(field.annotation))


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
    said = (field.description or "") if field else ""
    return "" if said == "see below" else said
