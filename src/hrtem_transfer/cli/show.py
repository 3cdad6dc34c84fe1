"""``hrtem-transfer show ID``: one network, from its settings to its results."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hrtem_transfer.cli.sweep_arguments import add_folder_argument, all_planned, start
from hrtem_transfer.inspection.words import network_in_words, settings_in_words
from hrtem_transfer.jobs.network_headers import read_header
from hrtem_transfer.study import Layout, NetworkRecord
from hrtem_transfer.study.config.problems import ConfigError, nearest, shown
from hrtem_transfer.study.records import counted

HELP = "explain one network: its settings, parent, seed, files, status and results"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("id", metavar="ID", help="network id from networks.csv, or its first digits")
    add_folder_argument(parser)


def run(arguments: argparse.Namespace) -> None:
    """Print what is known about one network."""
    files, record = find(all_planned(arguments), arguments.id)
    print("\n".join(lines(files, record, arguments.config or str(files.plan))))


def find(sweeps: Sequence[Layout], beginning: str) -> tuple[Layout, NetworkRecord]:
    """The network whose id begins so, and the sweep that has it.

    Raises:
        ConfigError: none does, or several do.
    """
    found = {
        (files.root, key): (files, record)
        for files in sweeps
        for key, record in files.sweep.networks.items()
        if beginning and key.startswith(beginning)
    }
    if len(found) == 1:
        return next(iter(found.values()))
    ids = list(dict.fromkeys(key for _, key in found))
    if len(ids) > 1:
        some = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
        raise ConfigError(f"network {shown(beginning)}: {len(ids)} ids begin so ({some}); give more digits")
    if ids:
        folders = ", ".join(str(root) for root, _ in found)
        raise ConfigError(f"network {ids[0]}: it is in several sweeps; name one of the folders as well: {folders}")
    known = [key for files in sweeps for key in files.sweep.networks]
    where = "; ".join(f"{len(files.sweep.networks):,} of {files.root}" for files in sweeps)
    raise ConfigError(
        f"network {shown(beginning)}: no sweep here has it. Allowed: the ids in column network_id of networks.csv "
        f"({where}). {nearest(beginning, known)}".rstrip()
    )


def lines(files: Layout, record: NetworkRecord, config: str) -> list[str]:
    """All that is known about a network, as lines of text; ``config`` is the configuration file, or the plan."""
    text = [f"network {record.network_id}: {network_in_words(record)}", ""]
    text += [f"  {name:18}{value}" for name, value in settings_in_words(record)]
    if record.pretrained_id:
        parent = files.sweep.networks[record.pretrained_id]
        text.append(f"  {'starts from':18}{parent.network_id}: {network_in_words(parent)}")
    run = next(one for one in files.sweep.runs.values() if record in one.networks)
    evaluation = next(one for one in files.sweep.evaluations.values() if run in one.runs)
    text += ["", "files"]
    places = [("weights, history", files.network(record.network_id)), ("losses", files.training(run)),
              ("results", files.evaluation(evaluation))]  # fmt: skip
    places += [(f"images {share.domain}", files.images(share.domain)) for share in record.recipe.shares]
    text += [f"  {name:26}{path}{_absent(path)}" for name, path in places]
    header = read_header(files.network(record.network_id))
    if header is None:
        return [
            *text, "", "status: not trained yet",
            f"Next, this network alone: {start(files, config, files.alone(record.network_id))}",
            f"Next, with all that are evaluated together: {start(files, config, files.evaluation(evaluation))}",
        ]  # fmt: skip
    tables = [path for path in (files.evaluation(evaluation), files.alone(record.network_id)) if path.exists()]
    results = _results(tables, record.network_id, set(files.sweep.networks))
    following = [] if tables else [f"Next: {start(files, config, files.alone(record.network_id))}"]
    return text + _outcome(header) + results + following


def _absent(path: Path) -> str:
    return "" if path.exists() else "   (not there)"


def _outcome(header: dict[str, Any]) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in sorted(header["versions"].items()) if version)
    text = ["", f"status: {header['status']}" + (f" ({header['reason']})" if header["reason"] else "")]
    threads = counted(header["threads"], "thread")
    text.append(f"  on {header['device']} ({header['device_kind']}), {threads}, {header['precision']}; {versions}")
    if header["weights_digest"]:
        text.append(f"  SHA-256 of the trained tensors {header['weights_digest']}")
    text.append("  epoch   training loss   validation loss")
    for epoch in header["history"]:
        kept = "   kept" if epoch["epoch"] == header["best_epoch"] else ""
        text.append(f"  {epoch['epoch']:5d}   {epoch['train_loss']:13.5f}   {epoch['validation_loss']:15.5f}{kept}")
    return text


def _results(tables: Sequence[Path], network_id: str, planned: set[str]) -> list[str]:
    if not tables:
        return ["", "results: not evaluated yet"]
    from hrtem_transfer.results.reading import read_evaluations

    rows = read_evaluations(tables[:1], planned)
    rows = rows[rows["network_id"] == network_id]
    columns = ["evaluation_domain", "split", "images", "loss", "dice", "iou", "particle_f1"]
    return ["", "results", rows[columns].to_string(index=False, float_format=lambda value: f"{value:.5f}")]
