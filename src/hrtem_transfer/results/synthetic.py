"""Synthetic results in the real schema, to test and measure all that comes after the training.

Nothing here is a claim about networks: the numbers follow a simple rule (a loss grows with the distance between the
domain of the training and the domain looked at; a transfer moves a share of the way) with noise on top. Whatever is
made from them is marked as synthetic.

``python -m hrtem_transfer.results.synthetic CONFIG FOLDER`` writes the results that a configuration plans.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hrtem_transfer.learning.scores import SCORES, Counts
from hrtem_transfer.results import Summary, collect
from hrtem_transfer.results.reading import RECORDED
from hrtem_transfer.results.writing import write_parquet
from hrtem_transfer.study.config.imaging import AXES
from hrtem_transfer.study.records import NetworkRecord
from hrtem_transfer.study.seeds import stream

_FREEZE_STRENGTH = {"none": 1.0, "encoder": 0.8, "decoder": 0.65}
_FREEZE_SECONDS = {"none": 1.0, "decoder": 0.86, "encoder": 0.74}
_SPLITS = ("validation", "test")
_PARTICLES = 400
_EPOCHS = 10

_Rows = dict[str, Any]


def write_synthetic(
    networks: Sequence[NetworkRecord],
    domains: Sequence[Mapping[str, Any]],
    evaluated_on: Mapping[str, Sequence[str]],
    out: Path,
    *,
    seed: int = 1,
    failed: int = 0,
    networks_per_run: int = 24,
    plan: str | None = None,
) -> Summary:
    """Write run tables for all networks and collect them.

    Args:
        networks: the planned networks, pretrained ones among them.
        domains: the columns of the table ``domains``; ``foreground_share`` is invented where it is not given.
        evaluated_on: ids of the domains on which networks are evaluated, by the network's id or by its series.
        out: folder of the tables; those of the runs go to ``out/runs``.
        seed: equal seeds give equal tables.
        failed: that many transferred or mixture networks have failed.
        networks_per_run: networks per run table.
        plan: digest of the frozen plan, for the tables.

    Returns:
        The summary, marked as synthetic.
    """
    training, evaluations = synthetic_rows(networks, domains, evaluated_on, seed=seed, failed=failed)
    planned = {record.network_id: _shown_to(record, evaluated_on) for record in networks}
    run_of = {record.network_id: number // networks_per_run for number, record in enumerate(networks)}
    paths: dict[str, list[Path]] = {"training": [], "evaluation": []}
    for name, rows in (("training", training), ("evaluation", evaluations)):
        for run, part in rows.groupby(rows["network_id"].map(run_of)):
            path = Path(out) / "runs" / f"synthetic_{int(run):05d}" / f"{name}.parquet"
            write_parquet(path, part.reset_index(drop=True))
            paths[name].append(path)
    shares = {str(d["domain"]): _foreground_share(seed, str(d["domain"])) for d in domains}
    rows_of_domains = [{"foreground_share": shares[str(d["domain"])], "image_file": None, **d} for d in domains]
    return collect(
        networks,
        rows_of_domains,
        paths["training"],
        paths["evaluation"],
        out,
        plan=plan,
        evaluated_on=planned,
        synthetic=True,
    )


def synthetic_rows(
    networks: Sequence[NetworkRecord],
    domains: Sequence[Mapping[str, Any]],
    evaluated_on: Mapping[str, Sequence[str]],
    *,
    seed: int = 1,
    failed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of training and evaluation tables, as runs would have written them; arguments as above."""
    world = _World(seed, domains)
    failing = {r.network_id for r in sorted(networks, key=lambda r: r.network_id) if r.stage != "pretrain"}
    failing = set(sorted(failing)[:failed])
    curves: dict[str, np.ndarray] = {}
    training: list[_Rows] = []
    evaluations: list[_Rows] = []
    for record in sorted(networks, key=lambda r: r.stage != "pretrain"):
        noise = stream(seed, "synthetic", record.network_id)
        if record.network_id in failing:
            training.append(_failed_row(record))
            continue
        parent = curves[record.pretrained_id] if record.pretrained_id else None
        curves[record.network_id] = world.losses(record, parent, noise)
        training.append(_history(record, noise))
        names = _shown_to(record, evaluated_on)
        evaluations.append(_scores(record, names, world.read(curves[record.network_id], names), noise))
    return _joined(training).astype({"reason": "str"}), _joined(evaluations)


def _shown_to(record: NetworkRecord, evaluated_on: Mapping[str, Sequence[str]]) -> list[str]:
    """The domains on which a network is evaluated: one that several series share on those of all."""
    return list(evaluated_on[record.network_id if record.network_id in evaluated_on else record.series])


class _World:
    """The synthetic rule: domains as points, losses as functions of distance."""

    def __init__(self, seed: int, domains: Sequence[Mapping[str, Any]]) -> None:
        self.position = {str(domain["domain"]): number for number, domain in enumerate(domains)}
        points = []
        for domain in domains:
            crystal = stream(seed, "synthetic/crystal", str(domain.get("crystal"))).normal(size=2) * 0.3
            size = {"small": -0.2, "large": 0.2}.get(str(domain.get("set_family")).rpartition("_")[2], 0.0)
            points.append([*crystal, size])
        axes = {axis: _coordinate(axis, [domain.get(axis) for domain in domains]) for axis in AXES}
        self.points = np.column_stack([np.array(points, dtype=float), *axes.values()])
        # Little contrast near zero defocus, much noise at low dose: such domains are harder for every network.
        focus, dose = axes["defocus_nm"] / 0.15, axes["dose_e_per_A2"] * 2
        self.floor = 0.02 + 0.03 * np.exp(-(focus**2)) + 0.02 * np.exp(-dose)

    def trained_on(self, domain: str, images: int, penalty: float) -> np.ndarray:
        """Loss on every domain of a network trained on one."""
        distance = np.linalg.norm(self.points - self.points[self.position[domain]], axis=1)
        return self.floor * (1 + 6 / np.sqrt(images) + penalty) + 0.2 * (1 - np.exp(-((distance / 0.7) ** 2)))

    def losses(self, record: NetworkRecord, parent: np.ndarray | None, noise: np.random.Generator) -> np.ndarray:
        """Loss on every domain of one network."""
        rate = record.pretrain_learning_rate or record.transfer_learning_rate or 1e-4
        penalty = 0.4 * abs(np.log10(rate) + 3.5)
        begun = record.source_domain or str(record.target_domain)
        first = self.trained_on(begun, record.n_images, penalty)
        if record.stage == "mixture" and record.target_domain is not None and record.n_images_second:
            share = record.n_images_second / (record.n_images + record.n_images_second)
            second = self.trained_on(record.target_domain, record.n_images_second, penalty)
            first = (1 - share) * first + share * second
        elif parent is not None and record.target_domain is not None:
            pace = 1.0 if (record.transfer_learning_rate or 1e-4) >= 5e-5 else 0.5
            weight = _FREEZE_STRENGTH.get(record.freeze, 0.7) * pace * (1 - 4 / np.sqrt(record.n_images + 16))
            first = (1 - weight) * parent + weight * self.trained_on(record.target_domain, record.n_images, penalty)
        return first * np.exp(noise.normal(0, 0.12) + noise.normal(0, 0.05, size=len(first)))

    def read(self, losses: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """The losses on the named domains."""
        return losses[[self.position[name] for name in names]]


def _scores(record: NetworkRecord, names: Sequence[str], losses: np.ndarray, noise: np.random.Generator) -> _Rows:
    own = [str(record.source_domain)] if record.stage == "pretrain" else [str(record.target_domain)]
    own += [str(record.source_domain)] if record.stage == "mixture" else []
    domains = [*names, *names, *own]
    splits = [split for split in _SPLITS for _ in names] + ["train"] * len(own)
    on_own = losses[[list(names).index(name) for name in own]]
    loss = np.concatenate([losses, losses, 0.8 * on_own]) * np.exp(noise.normal(0, 0.02, size=len(domains)))
    dice = np.clip(1 - 1.5 * loss + noise.normal(0, 0.005, size=len(loss)), 0.01, 0.999)
    tilt = noise.normal(0, 0.02, size=len(loss))
    found = np.round(_PARTICLES * np.clip(1.02 * dice - 0.03, 0, 1))
    precision, recall = np.clip(dice * np.exp(tilt), 0, 1), np.clip(dice * np.exp(-tilt), 0, 1)
    rows = {
        "network_id": record.network_id,
        "evaluation_domain": domains,
        "split": splits,
        "images": [128] * (len(domains) - len(own)) + [record.n_images] * len(own),
        "loss": loss,
        "cross_entropy": 1.4 * loss * np.exp(noise.normal(0, 0.1, size=len(loss))),
        "dice": dice,
        "iou": dice / (2 - dice),
        "precision": precision,
        "recall": recall,
        "particle_f1": found / _PARTICLES,
    }
    for score in SCORES:
        if score.name not in rows:
            made_up = zip(loss, precision, recall, found, strict=True)
            rows[score.name] = [score.of(_counts(*one)) for one in made_up]
    return rows


def _counts(loss: float, precision: float, recall: float, found: float) -> Counts:
    """Counts that fit some synthetic scores, for the scores that were not drawn."""
    tp = round(1000 * recall)
    fp = round(tp / max(precision, 1e-3)) - tp
    particles = round(found)
    return Counts(10_000, 10_000 * loss, 14_000 * loss, tp, fp, 1000 - tp, particles, _PARTICLES, particles)


def _history(record: NetworkRecord, noise: np.random.Generator) -> _Rows:
    epoch = np.arange(1, _EPOCHS + 1)
    train = 0.05 + 0.3 * np.exp(-epoch / 3) * np.exp(noise.normal(0, 0.05, size=_EPOCHS))
    validation = train * np.exp(noise.normal(0.05, 0.05, size=_EPOCHS))
    images = 8 * (record.n_images + (record.n_images_second or 0))
    rate = record.transfer_learning_rate or record.pretrain_learning_rate or 1e-4
    typical = images / 1024 * 8 * _FREEZE_SECONDS.get(record.freeze, 0.8)
    seconds = typical * np.exp(noise.normal(0, 0.02, size=_EPOCHS))
    return _training_rows(
        record,
        epoch=epoch,
        train_loss=train,
        validation_loss=validation,
        learning_rate=rate * 0.99 ** (epoch - 1),
        kept=epoch == int(epoch[np.argmin(validation)]),
        seconds=seconds,
        images_per_second=images / seconds,
        status="ok",
        reason=None,
    )


def _failed_row(record: NetworkRecord) -> _Rows:
    nothing = np.array([np.nan])
    return _training_rows(
        record,
        epoch=np.array([1]),
        train_loss=nothing,
        validation_loss=nothing,
        learning_rate=nothing,
        kept=False,
        seconds=nothing,
        images_per_second=nothing,
        status="failed",
        reason="synthetic failure: the loss is not finite in epoch 1",
    )


def _training_rows(record: NetworkRecord, **columns: Any) -> _Rows:
    ran = {name: 1 if name == "threads" else "synthetic" for name in RECORDED}
    last = {"seed": record.seed, "device": "synthetic", **ran, "weights_digest": "synthetic"}
    return {"network_id": record.network_id, **columns, **last}


def _joined(parts: list[_Rows]) -> pd.DataFrame:
    """One frame from many small sets of columns; single values are repeated. (Many small frames would be slow.)"""
    lengths = [max(len(value) for value in part.values() if isinstance(value, np.ndarray)) for part in parts]
    columns: dict[str, Any] = {}
    for name in parts[0]:
        values: list[Any] = []
        for part, length in zip(parts, lengths, strict=True):
            value = part[name]
            values.extend(value if isinstance(value, np.ndarray | list) else [value] * length)
        columns[name] = values
    return pd.DataFrame(columns)


def _coordinate(axis: str, values: Sequence[float | None]) -> np.ndarray:
    """Values of an axis as coordinates: a step of the axis is about as far as one of the paper's defocus or dose.

    What is not known counts as nothing; of a dose, where nothing makes no image, as 100 electrons per square angstrom.
    """
    if axis == "dose_e_per_A2":
        return np.array([np.log10(100 if value is None else value) / 2 for value in values])
    numbers = np.array([0.0 if value is None else float(value) for value in values])
    if axis == "defocus_nm":
        return numbers / 25
    widest = np.ptp(numbers)
    return numbers / widest if widest else np.zeros(len(numbers))


def _foreground_share(seed: int, domain: str) -> float:
    return float(stream(seed, "synthetic/foreground", domain).uniform(0.08, 0.2))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write synthetic results for all networks of a configuration file, and say what they are."""
    from hrtem_transfer.study import Layout, read_sweep

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--failed", type=int, default=0, help="that many networks have failed")
    chosen = parser.parse_args(arguments)
    sweep = read_sweep(chosen.config)
    rows = [{**row, "image_file": None} for row in Layout.below(chosen.folder, sweep).domain_rows()]
    evaluated_on = {one.network_id: run.evaluation_domains for run in sweep.runs.values() for one in run.networks}
    networks = list(sweep.networks.values())
    print(
        write_synthetic(
            networks, rows, evaluated_on, chosen.folder, seed=chosen.seed, failed=chosen.failed, plan=sweep.digest
        )
    )


if __name__ == "__main__":
    main()
