"""The stages of a sweep without the workflow: the same functions with the same arguments, in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hrtem_transfer.inspection.gathering import gather as gather_tables
from hrtem_transfer.jobs.evaluation import evaluate_runs
from hrtem_transfer.jobs.training import train_run
from hrtem_transfer.report.report import report
from hrtem_transfer.simulation.render import render_domain
from hrtem_transfer.simulation.simulate import simulate_shard
from hrtem_transfer.study import Layout, freeze, read_sweep

SMALL = Path(__file__).with_name("small.yaml")


def small(results: Path) -> Layout:
    """The small sweep below a folder of results."""
    return Layout.below(results, read_sweep(SMALL))


def quiet(line: str) -> None:
    """Progress that nobody reads."""


def simulate(files: Layout) -> None:
    for key, shard in files.sweep.shards.items():
        recipe = shard.structures.recipe
        simulate_shard(recipe, shard.split, shard.start, shard.stop, files.shard(key), device="cpu", progress=quiet)


def render(files: Layout) -> None:
    for key, plan in files.sweep.domains.items():
        render_domain(
            plan.recipe, plan.structures.counts, files.shards(key), files.images(key), device="cpu", progress=quiet
        )


def train(files: Layout, progress: Callable[[str], None] = quiet) -> None:
    for run in files.sweep.runs.values():
        recipes = {record.network_id: record.recipe for record in run.networks}
        images = {domain: files.images(domain) for domain in run.domains}
        train_run(recipes, images, files.store, files.training(run), device="cpu", progress=progress)


def evaluate(files: Layout) -> None:
    for evaluation in files.sweep.evaluations.values():
        evaluate_runs(
            {files.training(run): {one.network_id: one.recipe for one in run.networks} for run in evaluation.runs},
            {domain: files.images(domain) for domain in evaluation.images},
            evaluation.domains,
            files.store,
            files.scores,
            files.evaluation(evaluation),
            keep_weights=True,
            revision=files.sweep.study.revision.score,
            device="cpu",
            progress=quiet,
        )


def gather(files: Layout) -> None:
    # The workflow does this when it starts.
    freeze(files)
    gather_tables(files, quiet)


def show(files: Layout) -> None:
    report(files.root, progress=quiet)


# In the order of the workflow, each with the name of its rule.
STAGES: dict[str, Callable[[Layout], None]] = {
    "exit_waves": simulate,
    "images": render,
    "train": train,
    "evaluate": evaluate,
    "collect": gather,
    "report": show,
}
