"""From a study to everything that has to be made: one pure function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from hrtem_transfer.study import domains as domains_module
from hrtem_transfer.study.config.schema import Study
from hrtem_transfer.study.domains import DomainPlan, Shard, StructureSetPlan
from hrtem_transfer.study.evaluations import evaluations
from hrtem_transfer.study.networks import networks_of, series_domains
from hrtem_transfer.study.recipes import digest
from hrtem_transfer.study.records import Evaluation, NetworkRecord, Run
from hrtem_transfer.study.runs import grouped


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """All that a study plans, by id.

    ``networks`` holds pretrained networks too; ``planned`` counts those that each series states. ``cif_texts`` are the
    crystals' files, which make a study whole.
    """

    study: Study
    structure_sets: dict[str, StructureSetPlan]
    shards: dict[str, Shard]
    domains: dict[str, DomainPlan]
    networks: dict[str, NetworkRecord]
    runs: dict[str, Run]
    evaluations: dict[str, Evaluation]
    duplicates: tuple[tuple[str, str], ...]
    planned: dict[str, int]
    cif_texts: dict[str, str]

    @cached_property
    def digest(self) -> str:
        """The plan in 12 hexadecimal digits: which networks, evaluated on what, in which series. It names tables.

        How the work is cut into jobs has no part in it.
        """
        evaluated = sorted(
            [record.network_id, record.series, sorted(run.evaluation_domains)]
            for run in self.runs.values()
            for record in run.networks
        )
        shown = {key: [plan.row(), plan.digest, plan.structures.counts] for key, plan in self.domains.items()}
        return digest([evaluated, shown, self.study.revision.score, self.study.sweep])


def expand(study: Study, cif_texts: Mapping[str, str] | None = None) -> Sweep:
    """Unroll a study. Equal studies give equal sweeps, whatever the order of keys and axis values.

    ``cif_texts`` holds the text of the CIF file of each crystal in ``study.crystals``. A pretrained network that
    several series share belongs to the first of them in alphabetical order and is evaluated on the domains of all, and
    so does one trained from scratch; any other network that two series share is listed in ``duplicates`` as (network
    id, series).
    """
    sets = domains_module.structure_sets(study, cif_texts or {})
    domains = domains_module.domains(study, sets)
    networks: dict[str, NetworkRecord] = {}
    duplicates: list[tuple[str, str]] = []
    evaluated_on: dict[str, tuple[str, ...]] = {
        name: tuple(series_domains(series, domains)) for name, series in study.series.items()
    }
    planned = dict.fromkeys(study.series, 0)
    for name in sorted(study.series):
        for record in networks_of(study, name, study.series[name], domains):
            planned[name] += record.stage != "pretrain"
            known = networks.setdefault(record.network_id, record)
            if known is record:
                continue
            if record.stage not in ("pretrain", "scratch") or known.series == name:
                duplicates.append((record.network_id, name))
            else:
                before = evaluated_on.get(record.network_id, evaluated_on[known.series])
                evaluated_on[record.network_id] = tuple(dict.fromkeys(before + evaluated_on[name]))
    runs = grouped(networks.values(), {name: series.together for name, series in study.series.items()}, evaluated_on)
    return Sweep(
        study=study,
        structure_sets=sets,
        shards=domains_module.shards(sets, study.work.structures_per_job),
        domains=domains,
        networks=networks,
        runs=runs,
        evaluations=evaluations(runs.values(), domains, study.work.networks_per_evaluation, study.revision.score),
        duplicates=tuple(duplicates),
        planned=planned,
        cif_texts=dict(cif_texts or {}),
    )
