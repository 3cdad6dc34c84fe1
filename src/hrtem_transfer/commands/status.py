"""``hrtem-transfer status``: how far a sweep has come."""

from __future__ import annotations

import argparse

from hrtem_transfer.commands.sweep_arguments import add_sweep_arguments, planned
from hrtem_transfer.inspection.sweep_state import SweepState, sweep_state

HELP = "how far a sweep has come: done, running, failed, left, and the time that is left, from its files alone"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    add_sweep_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """1 when networks or jobs failed or files are damaged, else 0."""
    files = planned(arguments)
    state = sweep_state(files)
    print(f"sweep {files.sweep.study.sweep} in {files.root}\n" + "\n".join(lines(state)))
    return 1 if state.failed or state.failed_jobs or state.damaged else 0


def duration(seconds: float) -> str:
    """A time span in its two largest units."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    return (
        f"{minutes // 60} h {minutes % 60} min" if minutes < 2880 else f"{minutes // 1440} d {minutes % 1440 // 60} h"
    )


def lines(state: SweepState) -> list[str]:
    """The state as lines of text."""
    text = [
        f"  {name:34}{count[0]:>6} of {count[1]}" if count else f"  {name:34}   not kept"
        for name, count in (
            ("exit-wave shards", state.shards),
            ("image files", state.images),
            *((f"networks, {series}, {stage}", count) for (series, stage), count in state.networks.items()),
            ("evaluations", state.evaluations),
        )
    ]
    text += [f"  running: {run_id} by {owner}" for run_id, owner in state.running] or ["  running: no training"]
    text += [f"  failed: network {network_id}: {reason}" for network_id, reason in state.failed]
    text += [f"  failed: job {log}: {reason}" for log, reason in state.failed_jobs]
    text += [f"  damaged: {message}" for message in state.damaged]
    if state.seconds_left is None:
        text.append("  time left: not known before two networks are trained")
    elif state.seconds_left > 0:
        text.append(f"  time left for training: about {duration(state.seconds_left)}, at the rate of the last networks")
    else:
        text.append("  all networks are trained")
    return text
