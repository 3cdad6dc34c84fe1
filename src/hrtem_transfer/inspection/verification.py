"""Reading every file of a sweep again: what is damaged, what is missing, and what to delete to make it again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from hrtem_transfer.jobs import network_store, score_store
from hrtem_transfer.report.report import stale
from hrtem_transfer.results.reading import read_evaluations, read_training
from hrtem_transfer.storage import checksums, exit_wave_files, image_files
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study import Layout, NetworkRecord, Run, read_plan
from hrtem_transfer.study.domains import DomainPlan, Shard
from hrtem_transfer.study.recipes import canonical

_IMAGES_AT_ONCE = 64


@dataclass(frozen=True)
class Finding:
    """Something wrong with one file: ``kind`` is damaged, missing or left over.

    ``remove`` are the files that have to go so that the next run makes it again.
    """

    kind: str
    path: Path
    reason: str
    remove: tuple[Path, ...]


@dataclass
class Verification:
    """What was found; ``whole`` counts files by what they are, ``absent`` those that no run has made yet."""

    findings: list[Finding] = field(default_factory=list)
    whole: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class PlannedFile:
    """A file to look at: what it is, how it is read, what was made from it, and what goes with it."""

    what: str
    path: Path
    read: Callable[[], object]
    made_from_it: Callable[[], bool]
    goes_too: tuple[Path, ...] = ()


def verify(
    files: Layout, progress: Callable[[str], None], *, at_rest: bool, told_every_s: float = 20.0
) -> Verification:
    """Read every file that a sweep has so far.

    Args:
        files: the sweep.
        progress: called with each finding, and from time to time with how many files were looked at.
        at_rest: no workflow works on the sweep.
        told_every_s: seconds between two such lines.
    """
    result = Verification()
    planned = list(planned_files(files))
    told = time.monotonic()

    def found(finding: Finding) -> None:
        result.findings.append(finding)
        progress(f"{finding.kind}: {finding.reason}")

    for number, file in enumerate(planned):
        if time.monotonic() - told >= told_every_s:
            told = time.monotonic()
            progress(f"{number:,} of {len(planned):,} files looked at")
        if not file.path.is_file():
            if file.made_from_it():
                reason = f"{file.path}: this {file.what} is gone, but what was made from it is there"
                found(Finding("missing", file.path, reason, file.goes_too))
            else:
                result.absent[file.what] += 1
            continue
        try:
            file.read()
            result.whole[file.what] += 1
        except (DataError, OSError) as error:
            # An error of the disk is damage too: it names no file.
            reason = str(error) if str(file.path) in str(error) else f"{file.path}: {error}"
            found(Finding("damaged", file.path, reason, (file.path, *file.goes_too)))
    # While a workflow works, these are its unfinished files.
    for path in sorted(files.root.rglob(".*.tmp.*")) if at_rest else []:
        reason = f"{path}: a process was killed while it wrote this"
        found(Finding("left over", path, reason, (path,)))
    return result


def repair(findings: list[Finding]) -> list[Path]:
    """Remove what has to go; returns what was removed."""
    wanted = dict.fromkeys(path for finding in findings for path in finding.remove)
    gone = [path for path in wanted if path.exists()]
    for path in gone:
        path.unlink()
    return gone


def planned_files(files: Layout) -> Iterator[PlannedFile]:
    """All files of a sweep that are looked at, those that are not there yet among them."""
    sweep = files.sweep
    yield PlannedFile("plan", files.plan, partial(read_plan, files.plan), files.tables_listing.exists)
    for key, shard in sweep.shards.items():
        yield _shard(files, files.shard(key), shard)
    for plan in sweep.domains.values():
        yield _image_file(files, plan)
    for run in sweep.runs.values():
        for record in run.networks:
            yield _network(files, record, run)
            yield _scores(files, record.network_id)
    collected = files.tables_listing
    evaluated = {run.run_id: files.evaluation(one) for one in sweep.evaluations.values() for run in one.runs}
    for run in sweep.runs.values():
        path, ids, made = files.training(run), _ids(run), [evaluated[run.run_id], collected]
        yield PlannedFile("training table", path, partial(read_training, [path], ids), partial(_any, made))
    for evaluation in sweep.evaluations.values():
        path, ids = files.evaluation(evaluation), set().union(*map(_ids, evaluation.runs))
        yield PlannedFile("evaluation table", path, partial(read_evaluations, [path], ids), collected.exists)
    yield from _listed(collected, "collected table")
    yield from _listed(files.report_listing, "page, figure or table of effects")
    yield PlannedFile("report", files.report_listing, partial(_report, files), bool)


def _shard(files: Layout, path: Path, plan: Shard) -> PlannedFile:
    def read() -> None:
        with exit_wave_files.opened(path) as shard:
            for index in range(shard.start, shard.stop):
                shard.read(index)
            found = (canonical(shard.recipe), shard.split, shard.start, shard.stop, len(shard.notes))
        recipe = canonical(plan.structures.recipe.model_dump())
        _as_planned(path, found == (recipe, plan.split, plan.start, plan.stop, plan.stop - plan.start))

    made = [files.images(key) for key, domain in files.sweep.domains.items() if domain.structures is plan.structures]
    kept = files.sweep.study.keep.exit_waves
    return PlannedFile("exit-wave file", path, read, lambda: kept and _any(made))


def _image_file(files: Layout, plan: DomainPlan) -> PlannedFile:
    path = files.images(plan.domain_id)

    def read() -> None:
        _as_planned(path, canonical(image_files.read_recipe(path)) == canonical(plan.recipe.model_dump()))
        for split, count in plan.structures.counts.items():
            _as_planned(path, image_files.n_images(path, split) == count)
            for first in range(0, count, _IMAGES_AT_ONCE):
                image_files.read_images(path, split, first, min(first + _IMAGES_AT_ONCE, count))

    tables = [files.training(run) for run in files.sweep.runs.values() if plan.domain_id in run.domains]
    return PlannedFile("image file", path, read, partial(_any, tables))


def _network(files: Layout, record: NetworkRecord, run: Run) -> PlannedFile:
    path, table = files.network(record.network_id), files.training(run)

    def read() -> None:
        network, _ = network_store.read_network(files.store, record.network_id)
        _as_planned(path, canonical(network.recipe) == canonical(record.recipe.model_dump()))
        if not network_store.has_its_parent(files.store, network):
            raise DataError(f"{path}: this network is completed by {record.pretrained_id}, which has other weights now")

    # Without its run's table the next run looks into the store again, and trains what is not there.
    return PlannedFile("trained network", path, read, table.exists, (table,))


def _scores(files: Layout, network_id: str) -> PlannedFile:
    def read() -> None:
        problems: list[str] = []
        score_store.read_scores(files.scores, network_id, None, problems.append)
        if problems:
            raise DataError(problems[0])

    # A by-product: nothing is lost with it.
    return PlannedFile("file of kept scores", score_store.scores_file(files.scores, network_id), read, bool)


def _ids(run: Run) -> set[str]:
    return {record.network_id for record in run.networks}


def _listed(listing: Path, what: str) -> Iterator[PlannedFile]:
    """A listing of checksums and the files in it. Without it these are not known to be of this plan: ``products``."""
    known: dict[str, str] = {}
    with suppress(DataError):
        known = checksums.recorded(listing)
    yield PlannedFile("listing of checksums", listing, partial(checksums.recorded, listing), bool)
    for name, digest in known.items():
        path = listing.parent / name

        def read(path: Path = path, digest: str = digest) -> None:
            if checksums.digest_of_file(path) != digest:
                raise DataError(f"{path}: this {what} is damaged, or was changed since (SHA-256 in {listing} differs)")

        yield PlannedFile(what, path, read, listing.exists, (listing,))


def _report(files: Layout) -> None:
    """A report is made again for tables that were gathered again."""
    reason = stale(files.root, files.report_listing)
    if reason is not None:
        raise DataError(reason)


def _any(paths: list[Path]) -> bool:
    return any(path.exists() for path in paths)


def _as_planned(path: Path, fits: bool) -> None:
    if not fits:
        raise DataError(f"{path}: this file was made from other settings than its name says")
