"""What the schema cannot see: whether the parts of a configuration fit together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from hrtem_transfer.config.imaging import AXES
from hrtem_transfer.config.encoders import ENCODERS, is_known, timm_models
from hrtem_transfer.config.presets import PRESETS
from hrtem_transfer.config.problems import MOST_PROBLEMS, Path, Problem, dotted, nearest, shown, unknown
from hrtem_transfer.config.schema import SPLITS, Series, Study
from hrtem_transfer.sweep.domains import domain_points, set_ids
from hrtem_transfer.sweep.networks import values
from hrtem_transfer.sweep.runs import STAGE_AXES

# Far beyond any study; a slip that multiplies axes must not fill the memory before its count can be said.
_MOST_DOMAINS = 5_000
_MOST_SHARDS = 10_000
_MOST_COUNTED = 20_000
# A file's name has at most 255 bytes; digest, ending and temporary name take some.
_LONGEST_ID = 160


def check(study: Study) -> list[Problem]:
    """All problems of a study whose single sections are valid. An empty list means that it can be expanded."""
    # What comes later enumerates what was checked before.
    for first in (_sets, _axes_of_domains, _domains, _network):
        problems = list(islice(first(study), MOST_PROBLEMS))
        if problems:
            return problems
    family_of, set_of = _domain_table(study)
    every = chain.from_iterable(
        _Series(study, name, series, family_of, set_of).problems() for name, series in study.series.items()
    )
    return list(islice(every, MOST_PROBLEMS))


def duplicates(path: Path, axis: Any) -> Iterator[Problem]:
    """A problem for each value that a list holds twice."""
    if not isinstance(axis, list):
        return
    keys = [tuple(value) if isinstance(value, list) else value for value in axis]
    for key, count in Counter(keys).items():
        if count > 1:
            last = len(keys) - 1 - keys[::-1].index(key)
            value = list(key) if isinstance(key, tuple) else key
            yield Problem((*path, last), f"{shown(value)} {count} times", "each value once", "remove the repetition")


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
                yield unknown(here, "crystal", crystal, known)
        for set_id in dict.fromkeys(set_ids(name, family)):
            if set_id in owner:
                yield Problem(("structure_sets", name), f"a second structure set '{set_id}'", "",
                              f"rename this family or '{owner[set_id]}'")  # fmt: skip
            owner[set_id] = name
    for crystal in study.labels.smooth_A_by_crystal:
        if crystal not in known:
            yield unknown(("labels", "smooth_A_by_crystal", crystal), "crystal", crystal, known)
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


def _domain_table(study: Study) -> tuple[dict[str, str], dict[str, str]]:
    family_of: dict[str, str] = {}
    set_family: dict[str, str] = {}
    owner = {one: name for name, family in study.structure_sets.items() for one in set_ids(name, family)}
    for name, family in study.domains.items():
        for domain_id, set_id, _ in domain_points(study, name, family):
            family_of[domain_id] = name
            set_family[domain_id] = owner[set_id]
    return family_of, set_family


class _Series:
    """The checks of one series."""

    def __init__(
        self, study: Study, name: str, series: Series, family_of: dict[str, str], set_of: dict[str, str]
    ) -> None:
        self.study, self.series, self.path = study, series, ("series", name)
        self.family_of, self.set_of = family_of, set_of
        named = values(series.domains)
        wanted = set(named)
        self.own = [one for one, family in family_of.items() if one in wanted or family in wanted]

    def problems(self) -> list[Problem]:
        for first in (self._own_words, self._count, self._amounts):
            found = list(islice(first(), MOST_PROBLEMS))
            if found:
                return found
        return []

    def _own_words(self) -> Iterator[Problem]:
        yield from self._names()
        yield from self._repeated()
        yield from self._together()

    def _count(self) -> Iterator[Problem]:
        """An upper bound, so that counting exactly does not enumerate too much."""
        axes = [axis for _, axis in self._axes()]
        factors = [len(axis) for axis in axes if isinstance(axis, list)]
        factors += [len(self.own) for axis in axes if axis in ("every", "every_other")]
        if self.series.mixture:
            factors.append(len(self.own))
        count = math.prod(factors) * self.series.replicates
        # Pairs of a domain with itself, and pairs in both orders, make the bound at most four times too large.
        if count > max(_MOST_COUNTED, 4 * (self.series.networks or 0)):
            yield Problem((*self.path, "networks"), str(self.series.networks or "no count"),
                          f"the number to which this series expands, here some {count}",
                          "shorten its lists, or lower its replicates")  # fmt: skip

    def _names(self) -> Iterator[Problem]:
        known = dict.fromkeys([*self.family_of.values(), *self.family_of])
        for index, one in enumerate(values(self.series.domains)):
            if one not in known:
                here = (*self.path, "domains", index) if isinstance(self.series.domains, list) else (
                    *self.path, "domains")  # fmt: skip
                yield unknown(here, "domain or domain family", one, list(known))
        yield from duplicates((*self.path, "domains"), self.series.domains)
        own = set(self.own)
        for path, listed in self._lists_of_domains():
            for index, one in enumerate(listed):
                if one not in own:
                    yield unknown((*path, index), "domain of this series", one, self.own)
        if len(self.own) == 1:
            yield Problem((*self.path, "domains"), f"one domain, '{self.own[0]}'", "two or more")
        yield from self._onto_itself()

    def _lists_of_domains(self) -> Iterable[tuple[Path, list[str]]]:
        series = self.series
        for key, sub, listed in (
            ("pretrain", "sources", series.pretrain and series.pretrain.sources),
            ("transfer", "targets", series.transfer and series.transfer.targets),
            ("mixture", "pairs_with", series.mixture and series.mixture.pairs_with),
        ):
            if isinstance(listed, list):
                yield (*self.path, key, sub), listed

    def _onto_itself(self) -> Iterator[Problem]:
        if (
            self.series.pretrain is None
            or self.series.transfer is None
            or self.series.transfer.targets == "every_other"
        ):
            return
        sources = self.own if self.series.pretrain.sources == "every" else self.series.pretrain.sources
        for index, target in enumerate(self.series.transfer.targets):
            if target in sources:
                yield Problem(
                    (*self.path, "transfer", "targets", index),
                    f"'{target}', which is a source of this series too (a transfer onto itself)",
                    "domains that are not in pretrain.sources",
                    "write `targets: every_other`, or make two series",
                )

    def _axes(self) -> Iterator[tuple[Path, Any]]:
        for key in ("pretrain", "transfer", "mixture"):
            stage = getattr(self.series, key)
            if stage is not None:
                for name in type(stage).model_fields:
                    yield (*self.path, key, name), getattr(stage, name)

    def _repeated(self) -> Iterator[Problem]:
        for path, axis in [*self._axes(), ((*self.path, "together"), self.series.together)]:
            yield from duplicates(path, axis)
            if axis == [] and path[-1] != "together":
                yield Problem(path, "an empty list", "at least one value")

    def _together(self) -> Iterator[Problem]:
        allowed = STAGE_AXES["mixture" if self.series.mixture else "transfer"]
        for index, axis in enumerate(self.series.together):
            if axis not in allowed:
                yield Problem((*self.path, "together", index), f"'{axis}'", ", ".join(allowed))

    def _amounts(self) -> Iterator[Problem]:
        series, training = self.series, self.study.training
        deep_px = self.study.simulation.image_px // 2**self.study.network.encoder_depth
        copies = 8 if training.augmentation == "dihedral" else 1
        sources = self.own if series.pretrain is None or series.pretrain.sources == "every" else series.pretrain.sources
        targets = (
            self.own if series.transfer is None or series.transfer.targets == "every_other" else series.transfer.targets
        )

        def stage(key: str, images: Any, domains: list[str], total: Callable[[Any], int]) -> Iterator[Problem]:
            for index, one in enumerate(values(images)):
                path = (*self.path, key, "images", index) if isinstance(images, list) else (*self.path, key, "images")
                least = min(domains, key=self._train_images)
                if max(values(one)) > self._train_images(least):
                    yield Problem(
                        path, f"{shown(one)} images", f"at most {self._train_images(least)}, the training structures "
                        f"of '{least}'", f"raise structure_sets.{self.set_of[least]}.structures.train",
                    )  # fmt: skip
                elif training.batch_size > total(one) * copies:
                    yield Problem(
                        ("training", "batch_size"), str(training.batch_size),
                        f"at most {total(one) * copies}, the images of an epoch in {dotted(path)}",
                        "lower it, or train on more images",
                    )  # fmt: skip
                elif deep_px == 1 and (training.batch_size == 1 or total(one) * copies % training.batch_size == 1):
                    yield Problem(
                        ("training", "batch_size"),
                        f"{training.batch_size}, with which a batch of {dotted(path)} has one image",
                        "batches of two or more, as deep features of one pixel cannot be normalised over one image",
                        "change it, or take a larger simulation.image_px or a smaller network.encoder_depth",
                    )

        if series.pretrain and series.transfer:
            yield from stage("pretrain", series.pretrain.images, sources, int)
            yield from stage("transfer", series.transfer.images, targets, int)
        if series.mixture:
            yield from stage("mixture", series.mixture.images, self.own, sum)

    def _train_images(self, domain: str) -> int:
        return self.study.structure_sets[self.set_of[domain]].structures.train
