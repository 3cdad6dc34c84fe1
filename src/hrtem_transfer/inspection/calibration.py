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

from hrtem_transfer.config.schema import Costs
from hrtem_transfer.files import DataError, write_text
from hrtem_transfer.inspection.planning import UnitCosts
from hrtem_transfer.inspection.room import least_sizes
from hrtem_transfer.sweep import Layout, Sweep
from hrtem_transfer.sweep.domains import DomainPlan

_TRAINED_IMAGES = 16
_SHOWN_IMAGES = 32


def calibrate(sweep: Sweep, folder: Path, progress: Callable[[str], None] = print) -> UnitCosts:
    """Simulate one structure of the first structure set, render it, train and evaluate one network on it.

    Takes what one structure and some 160 image passes of the study's size take: seconds for the demo, minutes for the
    paper on a CPU. Times are CPU seconds for simulation and elapsed seconds for training. The files that it makes
    lie below ``folder``, and are gone in the end.
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
        device, trained, shown, size = _learning(sweep, plan)
        bytes_of = (shard.stat().st_size, images.stat().st_size)
    progress(f"calibration: {time.process_time() - started:.0f} CPU s")
    return UnitCosts(
        source=f"measured on {date.today().isoformat()} by a calibration",
        device=device,
        core_seconds_per_structure=structure,
        core_seconds_per_image=image,
        device_seconds_per_training_image=trained,
        device_seconds_per_evaluation_image=shown,
        seconds_per_job=_start_seconds(),
        bytes_per_structure=float(bytes_of[0]),
        bytes_per_image=float(bytes_of[1]),
        bytes_per_network=float(size),
    )


def _silent(_: str) -> None:
    pass


def _learning(sweep: Sweep, plan: DomainPlan) -> tuple[str, float, float, int]:
    """(name of the device, seconds per training image, seconds per evaluation image, bytes of the weights)."""
    import torch

    from hrtem_transfer import torch_settings
    from hrtem_transfer.learning import unet

    study = sweep.study
    px, batch = study.simulation.image_px, min(study.training.batch_size, _TRAINED_IMAGES)
    with torch_settings.settled(study.work.device, study.work.threads) as device:
        network = unet.build(study.network, seed=1).to(device).train()
        optimizer = torch.optim.Adam(network.parameters())
        images = torch.zeros(batch, 1, px, px, device=device)
        target = torch.zeros(batch, px, px, dtype=torch.long, device=device)

        def step() -> None:
            loss = torch.nn.functional.cross_entropy(network(images), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        def show() -> None:
            with torch.no_grad():
                network(images)

        steps = max(1, _TRAINED_IMAGES // batch)
        trained = _seconds(step, steps, device) / (steps * batch)
        network.eval()
        passes = max(1, _SHOWN_IMAGES // batch)
        shown = _seconds(show, passes, device) / (passes * batch)
        size = sum(tensor.numel() * tensor.element_size() for tensor in network.state_dict().values())
        name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"CPU, {study.work.threads} thread(s)"
    return name, trained, shown, size


def _seconds(work: Callable[[], None], times: int, device: object) -> float:
    import torch

    def wait() -> None:
        if torch.cuda.is_available() and str(device).startswith("cuda"):
            torch.cuda.synchronize()

    work()
    wait()
    began = time.perf_counter()
    for _ in range(times):
        work()
    wait()
    return time.perf_counter() - began


def _start_seconds() -> float:
    """Elapsed seconds that a training job needs before it begins: Python, torch and the network library."""
    import subprocess
    import sys

    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import hrtem_transfer.learning.evaluation"], check=True)
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
