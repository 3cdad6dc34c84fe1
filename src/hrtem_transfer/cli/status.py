"""``hrtem-transfer status``: how far a sweep has come."""

from __future__ import annotations

import argparse
from shlex import quote

from hrtem_transfer.cli.sweep_arguments import add_folder_argument, edited, planned, start
from hrtem_transfer.inspection.sweep_state import SweepState, sweep_state
from hrtem_transfer.jobs.sweep_lock import is_claimed
from hrtem_transfer.study import Layout

HELP = "say how far a sweep is: what is done, running, failed and left, and how long it will still take"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    add_folder_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """1 when networks or jobs failed or files are damaged, else 0."""
    files = planned(arguments)
    state = sweep_state(files)
    print("\n".join([f"sweep {files.sweep.study.sweep} in {files.root}", *lines(state), *edited(files)]))
    print(next_step(files, state, arguments.config))
    return 1 if state.failed or state.failed_jobs or state.damaged else 0


def next_step(files: Layout, state: SweepState, config: str | None) -> str:
    """What a person may do with a sweep in this state."""
    if state.damaged:
        return f"Next: hrtem-transfer verify {quote(str(files.root))} --repair"
    if state.running or is_claimed(files.root):
        return "Next: wait, the workflow is running."
    page = files.root / "explorer.html"
    if not state.failed_jobs and files.report_listing.exists() and page.exists():
        return f"Next: open {page} in a browser."
    logs = "read the logs of the failed jobs, then " if state.failed_jobs else ""
    return f"Next: {logs}{start(files, config)}"


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
    text += [f"  {one.name:34}   {one.words}" for one in state.products]
    if len(state.ways) > 1:
        ways = ", ".join(f"{count:,} in {precision} on {device}" for (precision, device), count in state.ways.items())
        text.append(f"  networks were trained in different ways, which changes last digits or more: {ways}")
    text += [f"  running: {run_id} by {owner}" for run_id, owner in state.running] or ["  running: no training"]
    text += [f"  failed: network {network_id}: {reason}" for network_id, reason in state.failed]
    text += [f"  failed: job {log}: {reason}" for log, reason in state.failed_jobs]
    text += [f"  damaged: {message}" for message in state.damaged]
    if not any(done for done, _ in (state.images, state.evaluations, *state.networks.values())):
        text.append("  nothing is made yet")
    elif state.seconds_left is None:
        text.append("  time left: not known before two networks are trained")
    elif state.seconds_left > 0:
        text.append(f"  time left for training: about {duration(state.seconds_left)}, at the rate of the last networks")
    else:
        text.append("  all networks are trained")
    return text
