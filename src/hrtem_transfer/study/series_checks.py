"""Whether a series' names, axes and amounts of images fit the domains and the training of the study."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from hrtem_transfer.study.config.problems import MOST_PROBLEMS, Path, Problem, dotted, duplicates, unknown
from hrtem_transfer.study.config.schema import Mixture, Series, Study
from hrtem_transfer.study.networks import mixture_pairs, values
from hrtem_transfer.study.runs import STAGE_AXES

# Far beyond any study: counting exactly would take long, and a slip that multiplies axes is meant to be said at once.
_MOST_COUNTED = 20_000


class Place(NamedTuple):
    """Where a domain comes from: its family, and the family and the id of its structure set."""

    family: str
    set_family: str
    set_id: str


class SeriesCheck:
    """The checks of one series; ``places`` holds every domain of the study by id."""

    def __init__(self, study: Study, name: str, series: Series, places: Mapping[str, Place]) -> None:
        self.study, self.series, self.path, self.places = study, series, ("series", name), places
        wanted = set(values(series.domains))
        self.own = [one for one, place in places.items() if one in wanted or place.family in wanted]

    def problems(self) -> list[Problem]:
        """What is wrong with the series: names first, then sizes, then amounts of images."""
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
        known = dict.fromkeys([*(place.family for place in self.places.values()), *self.places])
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
        series = self.series
        if series.mixture:
            yield from self._mixed_amounts(series.mixture)
        if series.pretrain is None or series.transfer is None:
            return
        sources = self.own if series.pretrain.sources == "every" else series.pretrain.sources
        targets = self.own if series.transfer.targets == "every_other" else series.transfer.targets
        for key, images, domains in (
            ("pretrain", series.pretrain.images, sources),
            ("transfer", series.transfer.images, targets),
        ):
            least = min(domains, key=self._train_structures)
            for index, one in enumerate(values(images)):
                path = (*self.path, key, "images", index) if isinstance(images, list) else (*self.path, key, "images")
                yield from self._too_many(path, one, least) or self._batches(path, one)

    def _mixed_amounts(self, mixture: Mixture) -> Iterator[Problem]:
        # Pairs of domains of the same two structure sets have the same limits.
        kinds: dict[tuple[str, str], tuple[str, str]] = {}
        for one, other in mixture_pairs(self.own, mixture):
            kinds.setdefault((self.places[one].set_id, self.places[other].set_id), (one, other))
        for index, (first, second) in enumerate(mixture.images):
            path = (*self.path, "mixture", "images", index)
            found: list[Problem] = []
            for (first_set, second_set), (one, other) in kinds.items():
                if first_set == second_set:
                    found += self._too_many_together(path, first, second, one, other)
                else:
                    found += [*self._too_many(path, first, one), *self._too_many(path, second, other)]
            yield from found[:1] or self._batches(path, first + second)
        for (first_set, second_set), (one, other) in kinds.items():
            owner = self.places[one].set_family
            if first_set == second_set and self.study.structure_sets[owner].structures.validation < 2:
                yield Problem(
                    ("structure_sets", owner, "structures", "validation"), "1",
                    f"at least 2, as mixtures of '{one}' and '{other}' show both domains and no structure twice",
                    "raise it",
                )  # fmt: skip
                return

    def _too_many(self, path: Path, images: int, domain: str) -> list[Problem]:
        there = self._train_structures(domain)
        if images <= there:
            return []
        return [Problem(path, f"{images} images", f"at most {there}, the training structures of '{domain}'",
                        f"raise structure_sets.{self.places[domain].set_family}.structures.train")]  # fmt: skip

    def _too_many_together(self, path: Path, first: int, second: int, one: str, other: str) -> list[Problem]:
        there = self._train_structures(one)
        if first + second <= there:
            return []
        return [Problem(
            path, f"[{first}, {second}], together {first + second}",
            f"at most {there} together, the training structures of '{self.places[one].set_id}': '{one}' and '{other}' "
            "share them, and no structure is shown in both",
            f"lower them, or raise structure_sets.{self.places[one].set_family}.structures.train",
        )]  # fmt: skip

    def _batches(self, path: Path, images: int) -> list[Problem]:
        training = self.study.training
        deep_px = self.study.simulation.image_px // 2**self.study.network.encoder_depth
        shown_images = images * (8 if training.augmentation == "dihedral" else 1)
        where = ("training", "batch_size")
        if training.batch_size > shown_images:
            return [Problem(where, str(training.batch_size),
                            f"at most {shown_images}, the images of an epoch in {dotted(path)}",
                            "lower it, or train on more images")]  # fmt: skip
        if deep_px == 1 and (training.batch_size == 1 or shown_images % training.batch_size == 1):
            return [Problem(
                where, f"{training.batch_size}, with which a batch of {dotted(path)} has one image",
                "batches of two or more, as deep features of one pixel cannot be normalised over one image",
                "change it, or take a larger simulation.image_px or a smaller network.encoder_depth",
            )]  # fmt: skip
        return []

    def _train_structures(self, domain: str) -> int:
        return self.study.structure_sets[self.places[domain].set_family].structures.train
