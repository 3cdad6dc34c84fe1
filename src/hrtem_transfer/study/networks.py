"""The series of a study unrolled into networks, each fully named by its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, product
from typing import Any

from hrtem_transfer.study.config.schema import Freeze, Mixture, Pretrain, Series, Study, Transfer
from hrtem_transfer.study.domains import DomainPlan
from hrtem_transfer.study.recipes import NetworkRecipe, Share, Stage, digest, network_seed
from hrtem_transfer.study.records import NetworkRecord


def values(axis: Any) -> list[Any]:
    """An axis as a list: scalars are axes with one value."""
    return axis if isinstance(axis, list) else [axis]


def series_domains(series: Series, domains: Mapping[str, DomainPlan]) -> list[str]:
    """Ids of the domains on which a series' networks are evaluated, in the order of the configuration."""
    named = values(series.domains)
    return [one for name in named for one, plan in domains.items() if name in (plan.family, one)]


class _Builder:
    """Makes records of one study; keeps what all of them share."""

    def __init__(self, study: Study, domains: Mapping[str, DomainPlan]) -> None:
        self.study = study
        self.domains = domains

    def share(self, domain: str, images: int, *, held_out: int | None = None, from_end: bool = False) -> Share:
        """``held_out``: validation images, all that there are by default."""
        plan = self.domains[domain]
        if held_out is None:
            held_out = plan.structures.counts["validation"]
        return Share(domain=domain, digest=plan.digest, images=images, validation_images=held_out, from_end=from_end)

    def mixed(self, one: str, other: str, images: int, images_second: int) -> list[Share]:
        """The shares of a mixture; validation images in the proportion of the training images.

        No structure is shown in both domains: one is read from the end.
        """
        first, second = (self.domains[domain].structures for domain in (one, other))
        part = images / (images + images_second)
        held_out = max(1, round(first.counts["validation"] * part))
        if first.set_id == second.set_id:
            held_out = min(held_out, first.counts["validation"] - 1)
            rest = first.counts["validation"] - held_out
        else:
            rest = max(1, round(second.counts["validation"] * (1 - part)))
        return [
            self.share(one, images, held_out=held_out),
            self.share(other, images_second, held_out=rest, from_end=True),
        ]

    def record(
        self,
        series: str,
        stage: Stage,
        shares: list[Share],
        *,
        epochs: int | None,
        learning_rate: float,
        replicate: int,
        freeze: Freeze = "none",
        parent: NetworkRecord | None = None,
        own: str | None = None,
    ) -> NetworkRecord:
        training = self.study.training
        if epochs is not None:
            training = training.model_copy(update={"epochs": epochs})
        recipe = NetworkRecipe(
            seed=self.study.seed,
            revision=self.study.revision.network,
            stage=stage,
            parent=parent.network_id if parent else None,
            network=self.study.network,
            training=training,
            shares=shares,
            learning_rate=learning_rate,
            freeze=freeze,
            replicate=replicate,
            own=own,
        )
        network_id = digest(recipe.model_dump(exclude_none=True))
        second_stage = parent is not None or stage == "scratch"
        return NetworkRecord(
            network_id=network_id,
            series=series,
            stage=stage,
            pretrained_id=parent.network_id if parent else None,
            source_domain=None if stage == "scratch" else parent.source_domain if parent else shares[0].domain,
            target_domain=shares[-1].domain if second_stage or len(shares) > 1 else None,
            n_images=shares[0].images,
            n_images_second=shares[1].images if len(shares) > 1 else None,
            freeze=freeze,
            pretrain_learning_rate=(parent.pretrain_learning_rate if parent else None)
            if second_stage
            else learning_rate,
            transfer_learning_rate=learning_rate if second_stage else None,
            replicate=replicate,
            seed=network_seed(self.study.seed, network_id),
            recipe=recipe,
        )


def _transfers(
    build: _Builder, name: str, series: Series, first: Pretrain, second: Transfer
) -> Iterator[NetworkRecord]:
    """Pretrained networks and those transferred from them, each parent before its children."""
    all_domains = series_domains(series, build.domains)
    sources = all_domains if first.sources == "every" else first.sources
    seen: set[str] = set()
    axes = (sources, values(first.images), values(first.learning_rate), range(series.replicates))
    for source, images, rate, replicate in product(*axes):

        def parent(own: str | None = None) -> NetworkRecord:
            return build.record(
                name,
                "pretrain",
                [build.share(source, images)],  # noqa: B023 (called within the same turn of the loop)
                epochs=first.epochs,
                learning_rate=rate,  # noqa: B023
                replicate=replicate,  # noqa: B023
                own=own,
            )

        shared = parent()
        targets = _targets(second, all_domains, source)
        grid = product(targets, values(second.images), values(second.learning_rate), values(second.freeze))
        for target, target_images, target_rate, freeze in grid:
            share = build.share(target, target_images)
            behind = shared
            if build.study.pretraining == "independent":
                behind = parent(own=digest([share.model_dump(), target_rate, freeze]))
            if behind.network_id not in seen:
                seen.add(behind.network_id)
                yield behind
            yield build.record(
                name,
                "transfer",
                [share],
                epochs=second.epochs,
                learning_rate=target_rate,
                replicate=replicate,
                freeze=freeze,
                parent=behind,
            )


def _targets(second: Transfer, all_domains: list[str], source: str) -> list[str]:
    return [one for one in all_domains if one != source] if second.targets == "every_other" else second.targets


def _from_scratch(
    build: _Builder, name: str, series: Series, first: Pretrain, second: Transfer
) -> Iterator[NetworkRecord]:
    """The baseline of all transfers: the same training from random weights, at every rate of both stages."""
    all_domains = series_domains(series, build.domains)
    sources = all_domains if first.sources == "every" else first.sources
    targets = dict.fromkeys(target for source in sources for target in _targets(second, all_domains, source))
    rates = dict.fromkeys([*values(second.learning_rate), *values(first.learning_rate)])
    for target, images, rate, replicate in product(targets, values(second.images), rates, range(series.replicates)):
        shares = [build.share(target, images)]
        yield build.record(name, "scratch", shares, epochs=second.epochs, learning_rate=rate, replicate=replicate)


def mixture_pairs(all_domains: Sequence[str], mixture: Mixture) -> list[tuple[str, str]]:
    """The unordered pairs of a series' domains that are mixed.

    Sorted, so that the order of the configuration does not decide which domain of a pair is read from the end.
    """
    wanted = all_domains if mixture.pairs_with == "every" else mixture.pairs_with
    return sorted({(min(one, other), max(one, other)) for one in wanted for other in all_domains if one != other})


def _mixtures(build: _Builder, name: str, series: Series, mixture: Mixture) -> Iterator[NetworkRecord]:
    """Networks trained on two domains at once."""
    pairs = mixture_pairs(series_domains(series, build.domains), mixture)
    grid = product(pairs, mixture.images, values(mixture.learning_rate), range(series.replicates))
    for (one, other), (images, images_second), rate, replicate in grid:
        shares = build.mixed(one, other, images, images_second)
        yield build.record(name, "mixture", shares, epochs=mixture.epochs, learning_rate=rate, replicate=replicate)


def networks_of(study: Study, name: str, series: Series, domains: Mapping[str, DomainPlan]) -> Iterator[NetworkRecord]:
    """All networks of one series, pretrained ones before those that start from them."""
    build = _Builder(study, domains)
    if series.mixture is not None:
        return _mixtures(build, name, series, series.mixture)
    assert series.pretrain is not None
    assert series.transfer is not None
    transfers = _transfers(build, name, series, series.pretrain, series.transfer)
    if not series.transfer.scratch:
        return transfers
    return chain(transfers, _from_scratch(build, name, series, series.pretrain, series.transfer))
