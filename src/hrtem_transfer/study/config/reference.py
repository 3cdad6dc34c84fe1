"""The reference of all configuration keys, written from the schema."""

from __future__ import annotations

import json
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hrtem_transfer.study.config.schema import Study
from hrtem_transfer.study.config.types import NAME_PATTERN

# What the paper says about a key, in our words; ASSUME: it is silent and the value is ours.
PAPER = {
    "seed": "ASSUME",
    "pretraining": "ASSUME: its table shows an own pretrained network behind every transferred one",
    "simulation.energy_keV": "300 keV",
    "simulation.cell_nm": "cells of 12.8 nm x 12.8 nm",
    "simulation.sampling_A": "multislice at 0.1 A",
    "simulation.exit_wave_sampling_A": "downsampled to 0.2 A before any imaging condition is applied",
    "simulation.slice_thickness_A": "ASSUME",
    "simulation.frozen_phonons": "8, summed incoherently",
    "simulation.image_px": "512 x 512 px, cut from the 640 px of the cell",
    "substrate.density_g_per_cm3": "ASSUME: 2.2, as in the authors' structure tool",
    "substrate.minimum_distance_A": "ASSUME: 1.4, as in the authors' structure tool",
    "substrate.thickness_nm": "amorphous carbon, 2 to 8 nm thick",
    "thermal.model": "ASSUME: one displacement for all elements, as in the authors' structure tool",
    "thermal.displacement_A": "ASSUME: 0.1, as in the authors' structure tool",
    "imaging.focal_spread_A": "focal spread of 10 A; ASSUME the convention of abTEM, which it names (as a standard "
    "deviation the contrast is 4 to 5 % lower)",
    "imaging.defocus_jitter_nm": "defocus normal around the domain's value with sigma 1.5 nm",
    "imaging.spherical_aberration_mm": "ASSUME: corrected",
    "labels.phase_threshold_rad": "phase of the particles' exit wave in vacuum above pi/16",
    "labels.order": "ASSUME: the paper does not say which comes first",
    "labels.cut": "ASSUME: chosen for the overlap with the projected atoms",
    "labels.smooth_A": "Gaussian kernel of 1.6 A",
    "labels.smooth_A_by_crystal": "1.0 A for C, Fe and Co3O4",
    "structure_sets.<name>.crystal": "nine crystals",
    "structure_sets.<name>.radius_nm": "CdSe: diameter 3 to 5 nm; small: radius 1 to 2 nm; large: 2.5 to 3.5 nm",
    "structure_sets.<name>.particles": "1 to 5 per image",
    "structure_sets.<name>.gap_nm": "at least 1 nm apart",
    "structure_sets.<name>.stacking_faults": "up to two in each CdSe particle",
    "domains.<name>.defocus_nm": "-25 to +25 nm in steps of 5; -10 nm in the dose and structure series; the sign is "
    "read from its published pictures and tables",
    "domains.<name>.dose_e_per_A2": "400 (defocus); 30, 75, 150, 300, 600 (dose); 300 (structure)",
    "network.encoder": "U-Net with a ResNet encoder, about 14 million weights, almost 80 % of them in the encoder",
    "training.loss": "cross entropy of the softmax outputs",
    "training.epochs": "two stages of 10 epochs",
    "training.batch_size": "16",
    "training.learning_rate_decay": "learning rate x 0.99 per epoch",
    "training.augmentation": "8-fold dihedral augmentation of a fixed set",
    "series.<name>.pretrain.images": "512 before augmentation",
    "series.<name>.transfer.images": "64, 128, 256, 512 (defocus); 128 (dose, structure)",
    "series.<name>.transfer.freeze": "none, encoder or decoder",
    "series.<name>.mixture.images": "128:384, 256:256, 384:128",
    "series.<name>.replicates": "3",
    "series.<name>.networks": "7,200 (defocus), 180 (dose), 2,754 (structure), 720 (mixture)",
}

HEAD = """# Configuration

One file describes a whole study; `paper.yaml` is the default, `demo.yaml` the same in miniature. This page is written
from the schema (`make docs`); a test compares the two.

- **Scalars are fixed, lists are axes.** A series is the product of its axes.
- **Units are part of the keys.** `defocus_nm` is in nanometres, `dose_e_per_A2` in electrons per square angstrom.
- **Reading is strict.** Unknown keys, wrong types, impossible values and counts that do not fit stop before any job,
  all at once, each with line, key, value and what is allowed. `1e-3` is a number here, `NO` is a text.
- **A description, no program.** Tags, merge keys and templates are refused. But Snakemake reads the file of
  `--configfile` itself first, and would run a template (`__use_yte__: true`) in it: look at a stranger's file with
  `hrtem-transfer plan --config FILE`, which runs nothing.
- **Sign of the defocus.** Positive is overfocus (Krivanek's C10: the lens is stronger than in focus), as in the paper;
  `C10 = -defocus` of programs like abTEM, whose positive defocus is underfocus. Zero is the focus of minimum contrast
  of the particles of each structure in vacuum. The film lies behind the particles, so that it is nearer to focus at
  positive values; atoms are bright there and dark at negative values (docs/simulation.md).
- **What a change remakes.** Atoms, film, thermal motion, slices, phonons, energy: exit waves, and all that follows.
  Labels, edge of the images, optics, dose: images, and what follows. Images, network, training: networks, and what
  follows. `revision` has a number for each of these, and one for the scores, to be raised where code changed.
- **Ids.** A family of domains gives one domain for each point of its axes, named after the values that are lists:
  `defocus_m10nm`, `dose_075`, `structure_ag_small`. A network's id is a hash of all settings that decide its weights:
  other axis values, another order or a comment rename nothing.
- **One value for a single run:** `snakemake --config seed=8` lays it over the file and checks it like the rest.

"""


def reference() -> str:
    """The page as Markdown: one table per section, each row key, type, default, meaning, the paper."""
    parts = [HEAD, "## Top level\n\n", _table(Study, "")]
    for path, model in _sections(Study, ""):
        parts.append(f"\n## `{path}`\n\n{_first_line(model)}\n\n{_table(model, path + '.')}")
    return "".join(parts)


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _sections(model: type[BaseModel], prefix: str) -> list[tuple[str, type[BaseModel]]]:
    found = []
    for name, field in model.model_fields.items():
        inner, mapping = _model_in(field.annotation)
        if inner is not None and inner.__name__ not in ("Range", "WholeRange"):
            path = f"{prefix}{name}" + (".<name>" if mapping else "")
            found += [(path, inner), *_sections(inner, path + ".")]
    return found


def _model_in(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    if get_origin(annotation) is dict:
        return _model_in(get_args(annotation)[1])[0], True
    if get_origin(annotation) in (Union, types.UnionType):
        for argument in get_args(annotation):
            inner, mapping = _model_in(argument)
            if inner is not None:
                return inner, mapping
    return None, False


def _table(model: type[BaseModel], prefix: str) -> str:
    rows = ["| key | value | default | meaning | in the paper |", "|---|---|---|---|---|"]
    for name, field in model.model_fields.items():
        key = f"{prefix}{name}"
        cells = [f"`{name}`", _type(field.annotation, field), _default(field), field.description or ""]
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in [*cells, PAPER.get(key, "")]) + " |")
    return "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        simple = value.model_dump()
        return f"`{simple}`" if type(value).__name__ == "WholeRange" else "see below"
    return "none" if value is None else f"`{value}`"


_WORDS = {float: "number", int: "whole number", str: "text", bool: "true or false"}


def _type(annotation: Any, field: FieldInfo | None = None) -> str:
    limits = _limits(field.metadata) if field is not None else ""
    if get_origin(annotation) is Annotated:
        base, *metadata = get_args(annotation)
        inner = [item for one in metadata for item in (one.metadata if isinstance(one, FieldInfo) else [one])]
        return _type(base) + _limits(inner) + limits
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    if get_origin(annotation) is list:
        return f"list of {_type(get_args(annotation)[0])}{limits}"
    if get_origin(annotation) is dict:
        inner_model, _ = _model_in(annotation)
        return "sections by name" if inner_model else f"{_type(get_args(annotation)[1])} by name"
    if get_origin(annotation) in (Union, types.UnionType):
        options = [one for one in get_args(annotation) if one is not type(None)]
        return " or ".join(dict.fromkeys(_type(one) for one in options)) + limits
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation.__name__ in ("Range", "WholeRange"):
            return "`{min: ..., max: ...}`"
        return "section"
    return _WORDS.get(annotation, str(annotation)) + limits


def _limits(metadata: list[Any]) -> str:
    words = {"gt": "above", "ge": "from", "lt": "below", "le": "to", "pattern": "like"}
    found = {name: value for name in words for item in metadata if (value := getattr(item, name, None)) is not None}
    if found.get("pattern") == NAME_PATTERN:
        return " (a name)"
    if found.get("ge", 0) > found.get("gt", 0):
        found.pop("gt", None)
    texts = (f"`{value}`" if name == "pattern" else _number(value) for name, value in found.items())
    limits = ", ".join(f"{words[name]} {text}" for name, text in zip(found, texts, strict=True))
    return f" ({limits})" if limits else ""


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0e}".replace("e+0", "e").replace("e+", "e")


def json_schema() -> str:
    """The schema of the configuration as JSON schema, for editors; the checks between keys are not in it."""
    return json.dumps(Study.model_json_schema(), indent=1, ensure_ascii=False) + "\n"
