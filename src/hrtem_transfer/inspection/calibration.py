"""Measuring on this machine what a unit of a sweep's work costs."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from hrtem_transfer.inspection.planning import UnitCosts, training_images
from hrtem_transfer.inspection.room import least_sizes
from hrtem_transfer.storage.files import DataError, write_text
from hrtem_transfer.study import Layout, Sweep
from hrtem_transfer.study.config.schema import Costs


def calibrate(sweep: Sweep, folder: Path, progress: Callable[[str], None] = print) -> UnitCosts:
    """Simulate one structure of the first structure set, render it, train and evaluate one network on it.

    Takes what one structure and two trainings of two epochs take, which are cut short after some ten seconds each but
    never below two batches: seconds for the demo, minutes for the paper on a CPU. Times are CPU seconds for simulation
    and elapsed seconds for training. The files that it makes lie below ``folder``, and are gone in the end.
    """
    from hrtem_transfer.simulation.render import render_domain
    from hrtem_transfer.simulation.simulate import simulate_shard

    plan = next(iter(sweep.domains.values()))
    started = time.process_time()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".calibration-", dir=folder) as name:
        folder = Path(name)
        progress("calibration: simulating one structure")
        began = time.process_time()
        shard = folder / "shard.h5"
        simulate_shard(plan.structures.recipe, "train", 0, 1, shard, device="cpu", progress=_silent)
        structure = time.process_time() - began
        progress("calibration: rendering it")
        began = time.process_time()
        images = folder / "images.h5"
        render_domain(plan.recipe, {"train": 1}, [shard], images, device="cpu", progress=_silent)
        image = time.process_time() - began
        progress("calibration: training a network")
        learning = _learning(sweep, images)
        bytes_of = (shard.stat().st_size, images.stat().st_size)
    progress(f"calibration: {time.process_time() - started:.0f} CPU s")
    return UnitCosts(
        source=f"measured on {date.today().isoformat()} by a calibration",
        core_seconds_per_structure=structure,
        core_seconds_per_image=image,
        seconds_per_job=_start_seconds(),
        bytes_per_structure=float(bytes_of[0]),
        bytes_per_image=float(bytes_of[1]),
        **learning,
    )


def _silent(_: str) -> None:
    pass


def _learning(sweep: Sweep, file: Path) -> dict[str, Any]:
    """The unit costs of learning, from training on the images of ``file`` as the sweep's networks are trained.

    What validation and the start of a network take is spread over the images that are trained on: the sum over all
    networks is what they take together.
    """
    from hrtem_transfer.learning.timing import times

    study, records = sweep.study, sweep.networks.values()
    sizes = [(sum(s.images for s in one.recipe.shares), sum(s.validation_images for s in one.recipe.shares))
             for one in records]  # fmt: skip
    usual = sorted(sizes)[len(sizes) // 2]
    measured = times(
        study.network, study.training, file, images=usual[0], validation_images=usual[1],
        device=study.work.device, threads=study.work.threads,
    )  # fmt: skip
    epochs = [one.recipe.training.epochs for one in records]
    besides = len(sizes) * measured.start
    besides += measured.validation * sum(n * held_out for n, (_, held_out) in zip(epochs, sizes, strict=True))
    return {
        "device": measured.device,
        "device_seconds_per_training_image": measured.training + besides / training_images(records),
        "device_seconds_per_evaluation_image": measured.evaluation,
        "bytes_per_network": float(measured.weights_bytes),
    }


def _start_seconds() -> float:
    """Elapsed seconds that a training job needs before it begins: Python, torch and the network library."""
    import subprocess
    import sys

    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import hrtem_transfer.jobs.evaluation"], check=True)
    return time.perf_counter() - began


def costs_file(files: Layout) -> Path:
    """Where the calibration of a sweep is kept."""
    return files.root / "unit_costs.json"


def write_costs(files: Layout, costs: UnitCosts) -> None:
    """Keep a calibration beside the sweep's results."""
    write_text(costs_file(files), json.dumps(asdict(costs), indent=2) + "\n")


def known_costs(files: Layout) -> UnitCosts | None:
    """The kept calibration with what the configuration states laid over it; None when a time is not known.

    Sizes that nobody gave are estimated from the configuration.

    Raises:
        DataError: the kept calibration is damaged.
    """
    stated, measured = _stated(files), _measured(files)
    known = {"device": "device of the configuration's costs", **least_sizes(files), **measured, **stated}
    if not {key for key in Costs.model_fields if "seconds" in key} <= set(known):
        return None
    known["source"] = "`costs:` of the configuration" if stated else ""
    if measured:
        known["source"] += (" over those " if stated else "") + measured["source"]
    return UnitCosts(**known)


def known_sizes(files: Layout) -> dict[str, float]:
    """Bytes per structure, image and network: stated, measured or estimated; raises like ``known_costs``."""
    known = {**least_sizes(files), **_measured(files), **_stated(files)}
    return {key: known[key] for key in least_sizes(files)}


def _stated(files: Layout) -> dict[str, Any]:
    return {key: value for key, value in files.sweep.study.costs.model_dump().items() if value is not None}


def _measured(files: Layout) -> dict[str, Any]:
    path = costs_file(files)
    if not path.exists():
        return {}
    try:
        measured = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(measured, dict) or set(measured) != {one.name for one in fields(UnitCosts)}:
            raise ValueError("its keys are not those of unit costs")
        for key, value in measured.items():
            if not isinstance(value, str if key in ("source", "device") else int | float):
                raise ValueError(f"its {key} is {type(value).__name__}")
        return measured
    except (ValueError, OSError, RecursionError) as error:
        raise DataError(f"{path}: damaged ({error}). Delete it and calibrate again.") from error
