"""``hrtem-transfer plan``: what a sweep will take, before it starts."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from hrtem_transfer.cli.sweep_arguments import add_folder_argument, edited, planned, start
from hrtem_transfer.inspection.calibration import calibrate, known_costs, write_costs
from hrtem_transfer.inspection.planning import Amounts, Block, UnitCosts, make_plan
from hrtem_transfer.inspection.room import free_bytes
from hrtem_transfer.simulation import feasibility as physics_checks
from hrtem_transfer.study import Layout

HELP = "count what a sweep takes before it starts: networks, jobs, hours and disk, and what is already done"
_NOTE = "Structures, images and pretrained networks that series share are counted in each of them, and once in `all`."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of ``hrtem-transfer plan``."""
    add_folder_argument(parser)
    parser.add_argument(
        "--calibrate",
        action="store_true",
        help="first measure on this machine what a unit of work costs (seconds to minutes)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Print the plan, with ``--calibrate`` after measuring."""
    files = planned(arguments)
    if arguments.calibrate:
        write_costs(files, calibrate(files.sweep, files.root))
    print("\n".join([*lines(files, known_costs(files)), *notes(files), *edited(files)]))
    print(f"Next: {start(files, arguments.config)}")


def notes(files: Layout) -> list[str]:
    """What a person should know before the start: doubts about the configuration, counts that it does not state."""
    study = files.sweep.study
    text = [f"Warning: {warning}" for warning in physics_checks.warnings(study)]
    text += [
        f"Series {name} expands to {count:,} networks, pretrained ones not counted (its `networks:` is left out)."
        for name, count in files.sweep.planned.items()
        if study.series[name].networks is None
    ]
    return text


def lines(files: Layout, costs: UnitCosts | None) -> list[str]:
    """The plan as lines of text."""
    series, whole = make_plan(files)
    blocks = [*series, whole]
    text = [f"sweep {files.sweep.study.sweep} in {files.root}", "", "What it is made of"]
    text += _table([["", "domains", "structures", "images", "pretrained", "networks", "runs", "jobs"],
                    *([one.name, *map(_whole, (one.domains, one.all.structures, one.all.images, one.pretrained,
                                               one.networks, one.runs, one.all.jobs))] for one in blocks)])  # fmt: skip
    text += [f"  {_NOTE}", "", "What is done, and what is left"]
    text += _table([["", "networks done", "runs done", "jobs left", "structures left", "images left", "training left"],
                    *([one.name, f"{one.networks_done:,} of {one.networks:,}", f"{one.runs_done} of {one.runs}",
                       *map(_whole, (one.left.jobs, one.left.structures, one.left.images)),
                       f"{one.left.training_images / 1e6:.2f}"] for one in blocks)])  # fmt: skip
    text += ["  Training in million images x epochs, less where a frozen part saves arithmetic.", ""]
    free = f"{free_bytes(files.root) / 1e9:,.1f} GB are free in {files.root}"
    if costs is None:
        return [
            *text,
            f"Hours and disk are unknown: measure unit costs with --calibrate, or state them under `costs:`. {free}.",
        ]
    text += ["What that costs"]
    text += _table([["", "core-hours", "left", "device-hours", "left", "GB on disk", "left", "longest chain, h"],
                    *([one.name, *_costs(one, costs)] for one in blocks)])  # fmt: skip
    return [
        *text,
        "  Core-hours: simulation on one core. Device-hours: training and evaluation on one device.",
        f"  Device: {costs.device}. The longest chain is what remains with any number of machines.",
        f"  Unit costs: {costs.source}. {free}.",
    ]


def _costs(block: Block, costs: UnitCosts) -> list[str]:
    def pair(of: str) -> list[str]:
        return [f"{getattr(amounts, of)(costs):,.1f}" for amounts in (block.all, block.left)]

    disk = [f"{amounts.bytes_on_disk(asdict(costs)) / 1e9:,.1f}" for amounts in (block.all, block.left)]
    return [*pair("core_hours"), *pair("device_hours"), *disk, f"{_chain_hours(block.chain, costs):.2f}"]


def _chain_hours(chain: Amounts, costs: UnitCosts) -> float:
    return chain.core_hours(costs) + chain.device_hours(costs)


def _whole(count: int) -> str:
    return f"{count:,}"


def _table(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
