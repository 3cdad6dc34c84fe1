"""Runs grouped into evaluations: what one job evaluates. Grouping changes no number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from hrtem_transfer.study.domains import DomainPlan
from hrtem_transfer.study.recipes import digest
from hrtem_transfer.study.records import Evaluation, NetworkRecord, Run


def evaluations(
    runs: Iterable[Run], domains: Mapping[str, DomainPlan], networks_per_evaluation: int, revision: int
) -> dict[str, Evaluation]:
    """Evaluations by id: runs of one series, stage and source that show the same domains.

    As many as make ``networks_per_evaluation``; a run with more networks than that is evaluated alone. Sources are not
    mixed, so that one of them can be worked on alone. Runs are taken by first learning rate, replicate and target: what
    is evaluated together was trained from the same pretrained networks as far as that goes, and the order of the
    configuration plays no part.

    An id holds the digest of ``revision``, of the images that are shown and of the networks: a group with one run more
    is another evaluation (what its networks have scored is found in the store and not computed again).
    """
    alike: dict[tuple[str, str, str, tuple[str, ...]], list[Run]] = {}
    for run in runs:
        block = (run.series, run.stage, ", ".join(sources(run)), tuple(sorted(run.evaluation_domains)))
        alike.setdefault(block, []).append(run)
    found: dict[str, Evaluation] = {}
    for (series, stage, _, _), members in alike.items():
        named = members[0].evaluation_domains
        shown = [[domain, domains[domain].digest, domains[domain].structures.counts] for domain in sorted(named)]
        for group in _divided(sorted(members, key=_place), networks_per_evaluation):
            networks = sorted(record.network_id for run in group for record in run.networks)
            evaluation_id = f"{series}-{digest([revision, shown, networks])}"
            trained_on = [domain for run in group for domain in run.domains]
            found[evaluation_id] = Evaluation(
                evaluation_id=evaluation_id,
                stage=stage,
                series=series,
                runs=tuple(group),
                domains=named,
                images=tuple(dict.fromkeys([*named, *trained_on])),
            )
    return found


def sources(run: Run) -> list[str]:
    """The source domains of a run's networks: one, unless `together` says otherwise; none for training from scratch."""
    return sorted({record.source_domain for record in run.networks if record.source_domain})


def alone(run: Run, record: NetworkRecord) -> Evaluation:
    """The evaluation of one network of a run and of nothing else."""
    only = replace(run, networks=(record,), domains=tuple(dict.fromkeys(one.domain for one in record.recipe.shares)))
    return Evaluation(
        evaluation_id=record.network_id,
        stage=run.stage,
        series=run.series,
        runs=(only,),
        domains=run.evaluation_domains,
        images=tuple(dict.fromkeys([*run.evaluation_domains, *only.domains])),
    )


def _place(run: Run) -> tuple[float, int, str, str]:
    first = min(run.networks, key=lambda record: record.network_id)
    return first.pretrain_learning_rate or 0.0, first.replicate, first.target_domain or "", run.run_id


def _divided(runs: Iterable[Run], limit: int) -> Iterator[list[Run]]:
    group: list[Run] = []
    size = 0
    for run in runs:
        if group and size + len(run.networks) > limit:
            yield group
            group, size = [], 0
        group.append(run)
        size += len(run.networks)
    if group:
        yield group
