"""What a sweep will take, before it starts: counts, time, disk, and what is already there. Light."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hrtem_transfer.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.sweep import Layout, NetworkRecord, Run


@dataclass(frozen=True)
class UnitCosts:
    """Seconds and bytes per unit of work; ``source`` says where they come from, ``device`` on what it trains."""

    source: str
    device: str
    core_seconds_per_structure: float
    core_seconds_per_image: float
    device_seconds_per_training_image: float
    device_seconds_per_evaluation_image: float
    seconds_per_job: float
    bytes_per_structure: float
    bytes_per_image: float
    bytes_per_network: float


@dataclass
class SeriesPlan:
    """One series: what it needs, what it makes, and how much of that is done. Shared things count in each series."""

    name: str
    domains: int = 0
    structures: int = 0
    pretrained: int = 0
    networks: int = 0
    networks_done: int = 0
    runs: int = 0
    runs_done: int = 0
    training_images: float = 0.0
    evaluation_images: int = 0


@dataclass
class Plan:
    """A sweep: its series, and what the whole of it needs (shared things counted once)."""

    series: list[SeriesPlan] = field(default_factory=list)
    structures: int = 0
    structures_left: int = 0
    images: int = 0
    images_left: int = 0
    jobs: int = 0
    jobs_left: int = 0
    networks: int = 0
    training_images_left: float = 0.0
    evaluation_images_left: int = 0
    chain: tuple[int, int, float, int] = (0, 0, 0.0, 0)


def make_plan(files: Layout) -> Plan:
    """Count everything, and look at which files are there.

    ``training_images`` are images times epochs, weighted by the arithmetic that frozen parts save.
    ``chain`` is the longest way from atoms to a result: structures of one shard, images of one domain, training
    images of a pretraining run and of a run that starts from it, images that one evaluation shows.
    """
    sweep = files.sweep
    plan = Plan(networks=len(sweep.networks))
    there = {network_id: files.network(network_id).exists() for network_id in sweep.networks}
    shards_left = [shard for key, shard in sweep.shards.items() if not files.shard(key).exists()]
    plan.structures = sum(shard.stop - shard.start for shard in sweep.shards.values())
    plan.structures_left = sum(shard.stop - shard.start for shard in shards_left)
    domains_left = [domain for domain in sweep.domains if not files.images(domain).exists()]
    plan.images = sum(_images(files, domain) for domain in sweep.domains)
    plan.images_left = sum(_images(files, domain) for domain in domains_left)
    runs_left = [run for run in sweep.runs.values() if not files.training(run).exists()]
    evaluations_left = [one for one in sweep.evaluations.values() if not files.evaluation(one).exists()]
    plan.jobs = len(sweep.shards) + len(sweep.domains) + len(sweep.runs) + len(sweep.evaluations) + 2
    plan.jobs_left = len(shards_left) + len(domains_left) + len(runs_left) + len(evaluations_left)
    plan.jobs_left += 2 if plan.jobs_left else 0
    for run in runs_left:
        plan.training_images_left += training_images(one for one in run.networks if not there[one.network_id])
    plan.evaluation_images_left = sum(evaluation_images(files, run) for one in evaluations_left for run in one.runs)
    plan.series = [_series(files, name, there) for name in sweep.study.series]
    plan.chain = _chain(files)
    return plan


def training_images(networks: Iterable[NetworkRecord]) -> float:
    """Images times epochs times copies of some networks, each weighted by what its frozen part saves."""
    total = 0.0
    for record in networks:
        training = record.recipe.training
        copies = 8 if training.augmentation == "dihedral" else 1
        images = sum(share.images for share in record.recipe.shares)
        total += images * copies * training.epochs * FREEZE_MODES[record.freeze].arithmetic
    return total


def evaluation_images(files: Layout, run: Run) -> int:
    """Images that the evaluation of a run shows to its networks."""
    shown = 0
    for domain in run.evaluation_domains:
        counts = files.sweep.domains[domain].structures.counts
        shown += counts["validation"] + counts["test"]
    own = sum(share.images for record in run.networks for share in record.recipe.shares)
    return shown * len(run.networks) + own


def _images(files: Layout, domain: str) -> int:
    return sum(files.sweep.domains[domain].structures.counts.values())


def _series(files: Layout, name: str, there: dict[str, bool]) -> SeriesPlan:
    sweep = files.sweep
    runs = [run for run in sweep.runs.values() if run.series == name]
    domains = {domain for run in runs for domain in run.evaluation_domains}
    sets = {sweep.domains[domain].structures.set_id: sweep.domains[domain].structures for domain in domains}
    records = [record for run in runs for record in run.networks if record.stage != "pretrain"]
    return SeriesPlan(
        name=name,
        domains=len(domains),
        structures=sum(sum(plan.counts.values()) for plan in sets.values()),
        pretrained=len({record.pretrained_id for record in records if record.pretrained_id}),
        networks=len(records),
        networks_done=sum(there[record.network_id] for record in records),
        runs=len(runs),
        runs_done=sum(files.training(run).exists() for run in runs),
        training_images=training_images(record for run in runs for record in run.networks),
        evaluation_images=sum(evaluation_images(files, run) for run in runs),
    )


def _chain(files: Layout) -> tuple[int, int, float, int]:
    sweep = files.sweep
    shard = max((one.stop - one.start for one in sweep.shards.values()), default=0)
    images = max((_images(files, domain) for domain in sweep.domains), default=0)
    length = {run.run_id: training_images(run.networks) for run in sweep.runs.values()}
    longest = max(
        sweep.runs.values(), key=lambda run: length[run.run_id] + max((length[one] for one in run.parents), default=0.0)
    )
    behind = max((length[one] for one in longest.parents), default=0.0)
    return shard, images, length[longest.run_id] + behind, evaluation_images(files, longest)


def hours(plan: Plan, costs: UnitCosts) -> tuple[float, float]:
    """(core-hours of simulation, device-hours of training and evaluation) that are left, starts of jobs included."""
    core = plan.structures_left * costs.core_seconds_per_structure + plan.images_left * costs.core_seconds_per_image
    device = plan.training_images_left * costs.device_seconds_per_training_image
    device += plan.evaluation_images_left * costs.device_seconds_per_evaluation_image
    return core / 3600, (device + plan.jobs_left * costs.seconds_per_job) / 3600


def chain_hours(plan: Plan, costs: UnitCosts) -> float:
    """Hours of the longest chain of jobs: what remains with any number of machines."""
    structures, images, trained, evaluated = plan.chain
    seconds = structures * costs.core_seconds_per_structure + images * costs.core_seconds_per_image
    seconds += trained * costs.device_seconds_per_training_image
    seconds += evaluated * costs.device_seconds_per_evaluation_image + 7 * costs.seconds_per_job
    return seconds / 3600


def disk_bytes(plan: Plan, costs: UnitCosts, *, exit_waves: bool, weights: bool, pretrained: int) -> float:
    """Bytes that the whole sweep fills, by what the configuration keeps."""
    kept = plan.networks if weights else pretrained
    total = plan.images * costs.bytes_per_image + kept * costs.bytes_per_network
    return total + (plan.structures * costs.bytes_per_structure if exit_waves else 0.0)
