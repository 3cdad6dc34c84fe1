"""What a sweep will take, before it starts: counts, time, disk, and what is already there. Light."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hrtem_transfer.study import Layout, NetworkRecord, Run
from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.study.domains import Shard
from hrtem_transfer.study.records import Evaluation


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


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """Work in units that are known without measuring.

    ``training_images`` are images times epochs, weighted by the arithmetic that frozen parts save; the ``kept_`` ones
    stay on disk, ``kept_networks`` in units of all weights of one.
    """

    structures: int = 0
    images: int = 0
    training_images: float = 0.0
    evaluation_images: int = 0
    simulation_jobs: int = 0
    device_jobs: int = 0
    kept_structures: int = 0
    kept_networks: float = 0.0

    @property
    def jobs(self) -> int:
        """Jobs of all kinds but the two that gather the results."""
        return self.simulation_jobs + self.device_jobs

    def core_hours(self, costs: UnitCosts) -> float:
        """Hours of one core for simulation, starts of jobs included."""
        seconds = self.structures * costs.core_seconds_per_structure + self.images * costs.core_seconds_per_image
        return (seconds + self.simulation_jobs * costs.seconds_per_job) / 3600

    def device_hours(self, costs: UnitCosts) -> float:
        """Hours of one device (a GPU, or what trains here) for learning, starts of jobs included."""
        seconds = self.training_images * costs.device_seconds_per_training_image
        seconds += self.evaluation_images * costs.device_seconds_per_evaluation_image
        return (seconds + self.device_jobs * costs.seconds_per_job) / 3600

    def bytes_on_disk(self, sizes: Mapping[str, float]) -> float:
        """What stays on disk; ``sizes`` are bytes_per_structure, bytes_per_image and bytes_per_network."""
        kept = self.kept_structures * sizes["bytes_per_structure"] + self.images * sizes["bytes_per_image"]
        return kept + self.kept_networks * sizes["bytes_per_network"]


@dataclass(frozen=True, kw_only=True)
class Block:
    """A series, or the whole sweep: what it is made of, all of its work, what is left of it, its longest chain of jobs.

    What series share (structures, images, pretrained networks) is in each of them, and once in the whole.
    """

    name: str
    domains: int
    pretrained: int
    networks: int
    networks_done: int
    runs: int
    runs_done: int
    all: Amounts
    left: Amounts
    chain: Amounts


def make_plan(files: Layout) -> tuple[list[Block], Block]:
    """(the series, the whole sweep), counted, with a look at which files are there."""
    sweep = files.sweep
    stored, scored = _ids(files.store, ".safetensors"), _ids(files.scores, ".json")
    series = [_block(files, name, {name}, stored, scored) for name in sweep.study.series]
    return series, _block(files, "all", set(sweep.study.series), stored, scored)


def training_images(networks: Iterable[NetworkRecord]) -> float:
    """Images times epochs times copies of some networks, each weighted by what its frozen part saves."""
    total = 0.0
    for record in networks:
        training = record.recipe.training
        copies = 8 if training.augmentation == "dihedral" else 1
        images = sum(share.images for share in record.recipe.shares)
        total += images * copies * training.epochs * FREEZE_MODES[record.freeze].arithmetic
    return total


def evaluation_images(files: Layout, run: Run, done: Collection[str] = ()) -> int:
    """Images that the evaluation of a run shows to its networks, those that are ``done`` excepted."""
    counts = [files.sweep.domains[domain].structures.counts for domain in run.evaluation_domains]
    shown = sum(count["validation"] + count["test"] for count in counts)
    left = [record for record in run.networks if record.network_id not in done]
    return sum(shown + sum(share.images for share in record.recipe.shares) for record in left)


def _ids(folder: Path, ending: str) -> set[str]:
    return {path.name.removesuffix(ending) for path in folder.glob(f"[0-9a-f]*{ending}")}


def _block(files: Layout, name: str, series: set[str], stored: set[str], scored: set[str]) -> Block:
    sweep = files.sweep
    own = [run for run in sweep.runs.values() if run.series in series]
    # A pretrained network that series share is in a run of one of them; the others need it too.
    runs = list({run.run_id: run for one in own for run in [*(sweep.runs[p] for p in one.parents), one]}.values())
    evaluations = [one for one in sweep.evaluations.values() if one.series in series]
    domains = list(dict.fromkeys(domain for run in runs for domain in (*run.evaluation_domains, *run.domains)))
    sets = {sweep.domains[domain].structures.set_id for domain in domains}
    shards = [shard for shard in sweep.shards.values() if shard.structures.set_id in sets]
    records = [record for run in runs for record in run.networks if record.stage != "pretrain"]
    runs_left = [run for run in runs if not files.training(run).exists()]
    left = _amounts(
        files,
        [shard for shard in shards if not files.shard(shard.shard_id).exists() and _is_needed(files, shard)],
        [domain for domain in domains if not files.images(domain).exists()],
        runs_left,
        [one for one in evaluations if not files.evaluation(one).exists()],
        stored,
        scored,
    )
    return Block(
        name=name,
        domains=len(domains),
        pretrained=sum(record.stage == "pretrain" for run in runs for record in run.networks),
        networks=len(records),
        networks_done=sum(record.network_id in stored for record in records),
        runs=len(runs),
        runs_done=len(runs) - len(runs_left),
        all=_amounts(files, shards, domains, runs, evaluations, set(), set()),
        left=left,
        chain=_chain(files, shards, runs, evaluations),
    )


def _is_needed(files: Layout, shard: Shard) -> bool:
    """Whether a shard that is not there will be made: exit waves that are not kept only where images are missing."""
    shown = [key for key, plan in files.sweep.domains.items() if plan.structures is shard.structures]
    return files.sweep.study.keep.exit_waves or any(not files.images(domain).exists() for domain in shown)


def _amounts(
    files: Layout,
    shards: list[Shard],
    domains: list[str],
    runs: list[Run],
    evaluations: list[Evaluation],
    stored: Collection[str],
    scored: Collection[str],
) -> Amounts:
    """The work of these jobs without the networks that are stored and the evaluations of those that are scored."""
    keep = files.sweep.study.keep
    structures = sum(shard.stop - shard.start for shard in shards)
    records = [record for run in runs for record in run.networks if record.network_id not in stored]
    kept = [record for record in records if keep.weights or record.stage == "pretrain"]
    return Amounts(
        structures=structures,
        images=sum(sum(files.sweep.domains[domain].structures.counts.values()) for domain in domains),
        training_images=training_images(records),
        evaluation_images=sum(evaluation_images(files, run, scored) for one in evaluations for run in one.runs),
        simulation_jobs=len(shards) + len(domains),
        device_jobs=len(runs) + len(evaluations),
        kept_structures=structures if keep.exit_waves else 0,
        kept_networks=sum(FREEZE_MODES[record.freeze].weights for record in kept),
    )


def _chain(files: Layout, shards: list[Shard], runs: list[Run], evaluations: list[Evaluation]) -> Amounts:
    """The longest way from atoms to a result: one shard, the images of one domain, a run and the one before it."""
    length = {run.run_id: training_images(run.networks) for run in runs}
    longest, behind = max(
        ((run, max((length[one] for one in run.parents), default=0.0)) for run in runs),
        key=lambda pair: length[pair[0].run_id] + pair[1],
    )
    sizes = [sum(files.sweep.domains[domain].structures.counts.values()) for domain in longest.domains]
    return Amounts(
        structures=max(shard.stop - shard.start for shard in shards),
        images=max(sizes),
        training_images=length[longest.run_id] + behind,
        evaluation_images=max(sum(evaluation_images(files, run) for run in one.runs) for one in evaluations),
        simulation_jobs=2,
        device_jobs=3 if longest.parents else 2,
    )
