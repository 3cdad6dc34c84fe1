"""``hrtem-transfer plan``: what a sweep will take, before it starts."""

from __future__ import annotations

import argparse

from hrtem_transfer.commands.sweep_arguments import add_sweep_arguments, planned
from hrtem_transfer.inspection.calibration import calibrate, known_costs, write_costs
from hrtem_transfer.inspection.planning import Plan, UnitCosts, chain_hours, disk_bytes, hours, make_plan
from hrtem_transfer.sweep import Layout

HELP = "what a sweep will take before it starts: networks, jobs, hours, disk, the longest chain, and what is done"
_COLUMNS = (
    ("series", "name"),
    ("domains", "domains"),
    ("structures", "structures"),
    ("pretrained", "pretrained"),
    ("networks", "networks"),
    ("done", "networks_done"),
    ("runs", "runs"),
    ("trained", "runs_done"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    add_sweep_arguments(parser)
    parser.add_argument(
        "--calibrate", action="store_true", help="measure unit costs on this machine first (seconds to minutes)"
    )


def run(arguments: argparse.Namespace) -> None:
    """Print the plan, with ``--calibrate`` after measuring."""
    files = planned(arguments)
    if arguments.calibrate:
        write_costs(files, calibrate(files.sweep, files.root))
    print("\n".join(lines(files, make_plan(files), known_costs(files))))


def lines(files: Layout, plan: Plan, costs: UnitCosts | None) -> list[str]:
    """The plan as lines of text."""
    study = files.sweep.study
    rows = [[title for title, _ in _COLUMNS]]
    rows += [[str(getattr(series, key)) for _, key in _COLUMNS] for series in plan.series]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    text = [
        f"sweep {study.sweep} in {files.root} (structures and pretrained networks that series share are in each)",
        "",
    ]
    for row in rows:
        first, *rest = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        text.append("  ".join(["", row[0].ljust(len(first)), *rest]))
    text += [
        "",
        f"  in all: {plan.structures} structures ({plan.structures_left} left), {plan.images} images "
        f"({plan.images_left} left), {plan.networks} networks with the pretrained ones,",
        f"  {plan.jobs} jobs ({plan.jobs_left} left), {plan.training_images_left / 1e6:.3g} million images x epochs "
        f"left to train, {plan.evaluation_images_left / 1e6:.3g} million left to evaluate",
    ]
    if costs is None:
        return [*text, "", "  Time and disk: unknown. Measure unit costs with --calibrate, or give `costs:` in the "
                "configuration."]  # fmt: skip
    core, device = hours(plan, costs)
    pretrained = sum(record.stage == "pretrain" for record in files.sweep.networks.values())
    disk = disk_bytes(plan, costs, exit_waves=study.keep.exit_waves, weights=study.keep.weights, pretrained=pretrained)
    return [
        *text,
        "",
        f"  simulation left     {core:12.2f} core-hours",
        f"  learning left       {device:12.2f} device-hours ({costs.device})",
        f"  longest chain       {chain_hours(plan, costs):12.2f} hours, with any number of machines",
        f"  disk in the end     {disk / 1e9:12.2f} GB",
        f"  unit costs: {costs.source}",
    ]
