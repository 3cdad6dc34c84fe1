"""The stages of a sweep without the workflow: the same functions with the same arguments, in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hrtem_transfer.checksums import record
from hrtem_transfer.figures.contact_sheet import contact_sheet
from hrtem_transfer.files import write_text
from hrtem_transfer.learning.evaluation import evaluate_runs
from hrtem_transfer.learning.training import train_run
from hrtem_transfer.report import report
from hrtem_transfer.results import collect
from hrtem_transfer.simulation.render import render_domain
from hrtem_transfer.simulation.simulate import simulate_shard
from hrtem_transfer.sweep import Layout, read_sweep

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
    summary = collect(
        list(files.sweep.networks.values()),
        files.domain_rows(),
        [files.training(run) for run in files.sweep.runs.values()],
        [files.evaluation(one) for one in files.sweep.evaluations.values()],
        files.root,
    )
    write_text(files.root / "summary.txt", f"{summary}\n")
    names = ("networks.parquet", "networks.csv", "evaluations.parquet", "evaluations.csv.gz", "histories.parquet",
             "domains.csv", "summary.txt")  # fmt: skip
    record(files.root / "tables.sha256", [files.root / name for name in names])


def show(files: Layout) -> None:
    sheet = contact_sheet(files.domain_rows(), files.root / "figures" / "contact_sheet.png", 0.25)
    record(files.root / "report.sha256", [sheet])
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
