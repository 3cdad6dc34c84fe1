"""What the schema cannot see: whether the parts of a configuration fit together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain, islice

from hrtem_transfer.study.config.encoders import ENCODERS, is_known, timm_models
from hrtem_transfer.study.config.imaging import ALTERNATIVES, AXES
from hrtem_transfer.study.config.presets import PRESETS
from hrtem_transfer.study.config.problems import MOST_PROBLEMS, Problem, duplicates, nearest, shown, unknown
from hrtem_transfer.study.config.schema import SPLITS, Study
from hrtem_transfer.study.domains import domain_points, set_ids
from hrtem_transfer.study.networks import values
from hrtem_transfer.study.series_checks import Place, SeriesCheck

# Far beyond any study; a slip that multiplies axes must not fill the memory before its count can be said.
_MOST_DOMAINS = 5_000
_MOST_SHARDS = 10_000
# A file's name has at most 255 bytes; digest, ending and temporary name take some.
_LONGEST_ID = 160
_ANOTHER_CRYSTAL = "for any other, name its CIF file in the section `crystals`: `crystals: {NAME: {cif: FILE.cif}}`"


def check(study: Study) -> list[Problem]:
    """All problems of a study whose single sections are valid. An empty list means that it can be expanded."""
    # What comes later enumerates what was checked before.
    for first in (_sets, _axes_of_domains, _domains, _network):
        problems = list(islice(first(study), MOST_PROBLEMS))
        if problems:
            return problems
    places = _places(study)
    every = chain.from_iterable(
        SeriesCheck(study, name, series, places).problems() for name, series in study.series.items()
    )
    return list(islice(every, MOST_PROBLEMS))


def _sets(study: Study) -> Iterator[Problem]:
    known = [*PRESETS, *study.crystals]
    owner: dict[str, str] = {}
    for name, family in study.structure_sets.items():
        path = ("structure_sets", name, "crystal")
        yield from duplicates(path, family.crystal)
        if family.crystal == []:
            yield Problem(path, "an empty list", "at least one value")
        most = _MOST_SHARDS * study.work.structures_per_job
        for split in SPLITS:
            count = getattr(family.structures, split)
            if count > most:
                yield Problem(("structure_sets", name, "structures", split), str(count),
                              f"at most {most}, {_MOST_SHARDS} jobs of work.structures_per_job",
                              "lower it, or raise work.structures_per_job")  # fmt: skip
        for index, crystal in enumerate(values(family.crystal)):
            if crystal not in known:
                here = (*path, index) if isinstance(family.crystal, list) else path
                yield unknown(here, "crystal", crystal, known, _ANOTHER_CRYSTAL)
        for set_id in dict.fromkeys(set_ids(name, family)):
            if set_id in owner:
                yield Problem(("structure_sets", name), f"a second structure set '{set_id}'", "",
                              f"rename this family or '{owner[set_id]}'")  # fmt: skip
            owner[set_id] = name
    for crystal in study.labels.smooth_A_by_crystal:
        if crystal not in known:
            yield unknown(("labels", "smooth_A_by_crystal", crystal), "crystal", crystal, known, _ANOTHER_CRYSTAL)
    for crystal in study.crystals:
        if crystal in PRESETS:
            yield Problem(("crystals", crystal), f"the name of a preset, '{crystal}'", "another name")


def _axes_of_domains(study: Study) -> Iterator[Problem]:
    sets = [*study.structure_sets, *(one for name, family in study.structure_sets.items()
                                     for one in set_ids(name, family))]  # fmt: skip
    known = set(sets)
    for name, family in study.domains.items():
        path = ("domains", name)
        for key in ("structures", *AXES):
            axis = getattr(family, key)
            yield from duplicates((*path, key), axis)
            if axis == []:
                yield Problem((*path, key), "an empty list", "at least one value")
            other = ALTERNATIVES.get(key, "")
            if other > key and axis is not None and getattr(family, other) is not None:
                yield Problem(path, f"both {key} and {other}", "one of them", "remove the other")
        for index, one in enumerate(values(family.structures)):
            if one not in known:
                here = (*path, "structures", index) if isinstance(family.structures, list) else (*path, "structures")
                yield unknown(here, "structure set", one, list(dict.fromkeys(sets)))
        count = math.prod(len(values(getattr(family, key))) for key in ("structures", *AXES))
        if count > _MOST_DOMAINS:
            yield Problem(
                path, f"axes that multiply to {count} domains", f"at most {_MOST_DOMAINS}", "shorten its lists"
            )


def _domains(study: Study) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for name, family in study.domains.items():
        path = ("domains", name)
        for domain_id, _, _ in domain_points(study, name, family):
            if domain_id in owner:
                remedy = f"rename this family or '{owner[domain_id]}'"
                if owner[domain_id] == name:
                    remedy = "name each set once, and let the values of its axes differ by 1e-6 or more"
                yield Problem(path, f"a second domain '{domain_id}'", "each domain once", remedy)
            owner[domain_id] = name
            if len(domain_id) > _LONGEST_ID:
                yield Problem(path, f"a domain id of {len(domain_id)} characters, '{domain_id[:40]}…'",
                              f"at most {_LONGEST_ID}, as files are named after it", "shorten the names")  # fmt: skip


def _network(study: Study) -> Iterator[Problem]:
    network = study.network
    if not is_known(network.encoder):
        known = [f"tu-{name}" for name in timm_models()] if network.encoder.startswith("tu-") else sorted(ENCODERS)
        yield Problem(
            ("network", "encoder"),
            f"unknown encoder {shown(network.encoder)}",
            "an encoder of segmentation_models_pytorch, or tu-<name of a model of timm>",
            nearest(network.encoder, known),
        )
    if len(network.decoder_channels) != network.encoder_depth:
        yield Problem(
            ("network", "decoder_channels"),
            f"{len(network.decoder_channels)} values",
            f"{network.encoder_depth}, one for each halving (network.encoder_depth)",
        )
    factor = 2**network.encoder_depth
    size = study.simulation.image_px
    if size % factor:
        below, above = size // factor * factor, (size // factor + 1) * factor
        yield Problem(
            ("simulation", "image_px"),
            str(size),
            f"multiples of {factor}, as the network halves the image {network.encoder_depth} times",
            f"use {f'{below} or ' if below else ''}{above}, or a smaller network.encoder_depth",
        )


def _places(study: Study) -> dict[str, Place]:
    owner = {one: name for name, family in study.structure_sets.items() for one in set_ids(name, family)}
    return {
        domain_id: Place(name, owner[set_id], set_id)
        for name, family in study.domains.items()
        for domain_id, set_id, _ in domain_points(study, name, family)
    }
