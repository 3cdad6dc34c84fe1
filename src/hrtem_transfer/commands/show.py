"""``hrtem-transfer show ID``: one network, from its settings to its results."""

from __future__ import annotations

import argparse
from pathlib import Path
from shlex import quote
from typing import Any

from hrtem_transfer.commands.sweep_arguments import add_sweep_arguments, planned
from hrtem_transfer.config.problems import ConfigError, nearest
from hrtem_transfer.inspection.words import network_in_words, settings_in_words
from hrtem_transfer.learning.network_headers import read_header
from hrtem_transfer.sweep import Layout, NetworkRecord

HELP = "explain one network: settings, parent, seeds, files, status and results"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("id", help="network id, or the beginning of one")
    add_sweep_arguments(parser)


def run(arguments: argparse.Namespace) -> None:
    """Print what is known about one network."""
    files = planned(arguments)
    print("\n".join(lines(files, find(files, arguments.id), arguments.config)))


def find(files: Layout, beginning: str) -> NetworkRecord:
    """The network whose id begins so.

    Raises:
        ConfigError: none does, or several do.
    """
    networks = files.sweep.networks
    found = [key for key in networks if key.startswith(beginning)] if beginning else []
    if len(found) == 1:
        return networks[found[0]]
    if found:
        some = ", ".join(found[:5]) + (", …" if len(found) > 5 else "")
        raise ConfigError(f"network '{beginning}': {len(found)} ids of this sweep begin so ({some}); give more digits")
    raise ConfigError(
        f"network '{beginning}': not in this sweep; allowed: the {len(networks)} ids in column network_id of "
        f"{files.root / 'networks.csv'}. {nearest(beginning, networks)}".rstrip()
    )


def lines(files: Layout, record: NetworkRecord, config: str) -> list[str]:
    """All that is known about a network, as lines of text; ``config`` is the configuration file."""
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
        start = f"  snakemake --configfile {quote(config)} --cores all"
        wanted = (files.alone(record.network_id), files.evaluation(evaluation))
        return [*text, "", "status: not trained yet; this trains it alone, and this all that is evaluated with it:",
                *(f"{start} {quote(str(path))}" for path in wanted)]  # fmt: skip
    results = _results(files.evaluation(evaluation), record.network_id, set(files.sweep.networks))
    return text + _outcome(header) + results


def _absent(path: Path) -> str:
    return "" if path.exists() else "   (not there)"


def _outcome(header: dict[str, Any]) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in sorted(header["versions"].items()) if version)
    text = ["", f"status: {header['status']}" + (f" ({header['reason']})" if header["reason"] else "")]
    text.append(f"  on {header['device']}; {versions}")
    if header["weights_digest"]:
        text.append(f"  SHA-256 of the trained tensors {header['weights_digest']}")
    text.append("  epoch   training loss   validation loss")
    for epoch in header["history"]:
        kept = "   kept" if epoch["epoch"] == header["best_epoch"] else ""
        text.append(f"  {epoch['epoch']:5d}   {epoch['train_loss']:13.5f}   {epoch['validation_loss']:15.5f}{kept}")
    return text


def _results(path: Path, network_id: str, planned: set[str]) -> list[str]:
    if not path.exists():
        return ["", "results: not evaluated yet"]
    from hrtem_transfer.results.reading import read_evaluations

    rows = read_evaluations([path], planned)
    rows = rows[rows["network_id"] == network_id]
    columns = ["evaluation_domain", "split", "images", "loss", "dice", "iou", "particle_f1"]
    return ["", "results", rows[columns].to_string(index=False, float_format=lambda value: f"{value:.5f}")]
