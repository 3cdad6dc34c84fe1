"""CPU (or GPU) seconds per structure of our multislice and of abTEM, at paper scale, in one process.

    python benchmarks/simulation.py [--device cpu|cuda] [--threads 1] [--repeats 3]

One structure (12.8 nm cell, CdSe on 5 nm of carbon, 8 frozen phonons, with and without substrate) goes through both
engines. Fair comparison: each at the cheapest of its settings whose image is less than 1 % (relative L2) away from
one fine reference (1,280 px, slices of 0.5 A, float64, 31 focal nodes). abTEM is measured on one phonon and counted
eight times; ours runs all eight. The last line is the ratio of the fair comparison.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from simulation_case import DEFAULT, FINE_IMAGING, error, image, simulation, specimen, waves, zero_focus

from hrtem_transfer.compute.torch_settings import settled
from hrtem_transfer.simulation.multislice.abtem_engine import multislice
from hrtem_transfer.simulation.multislice.engine import ExitWaves
from hrtem_transfer.simulation.thermal import displaced
from hrtem_transfer.study.config.schema import Thermal
from hrtem_transfer.study.seeds import stream

PHONONS = 8
LIMIT = 0.01
# (pixels across the cell, slice thickness in A), from the cheapest on.
CANDIDATES = {
    "ours": [(640, 3.0), (640, 2.0), (720, 3.0), (800, 3.0), (800, 2.0), (960, 2.0)],
    "abTEM": [(640, 3.0), (720, 3.0), (768, 3.0), (800, 3.0), (800, 2.0), (960, 3.0), (960, 2.0), (1280, 2.0)],
}
ENGINE = {"ours": "torch", "abTEM": "abtem"}


@dataclass(frozen=True)
class Reference:
    """The fine image of the first snapshot and its zero focus."""

    image: np.ndarray
    focus_A: float


def reference(device: torch.device) -> Reference:
    """Our engine at its finest; docs/simulation.md compares it with abTEM's finest."""
    settings = simulation("torch", 1280, 0.5)
    atoms = specimen(settings)
    found = waves(atoms, settings, device, torch.float64)
    focus_A = zero_focus(found, atoms)
    return Reference(image(found.specimen, focus_A, device, FINE_IMAGING), focus_A)


def clocked(work: Callable[[], ExitWaves], device: torch.device) -> tuple[ExitWaves, float]:
    """What the work returns and its CPU seconds, or wall seconds on a GPU."""
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    began = clock()
    found = work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return found, clock() - began


def measured(who: str, setting: tuple[int, float], device: torch.device, phonons: int) -> tuple[ExitWaves, float]:
    """Waves, and seconds per structure of eight phonons."""
    settings = simulation(ENGINE[who], *setting, phonons=phonons)
    atoms = specimen(settings)
    found, seconds = clocked(lambda: waves(atoms, settings, device), device if who == "ours" else torch.device("cpu"))
    return found, seconds * PHONONS / phonons


def image_error(found: ExitWaves, fine: Reference, device: torch.device) -> float:
    """Relative L2 difference of the first snapshot's image from the reference's."""
    return error(image(found.specimen[:1], fine.focus_A, device, FINE_IMAGING), fine.image)[0]


def cheapest(who: str, fine: Reference, device: torch.device) -> tuple[int, float]:
    """The first of an engine's settings, from the cheapest on, that is accurate enough."""
    for setting in CANDIDATES[who]:
        found, seconds = measured(who, setting, device, 1)
        off = image_error(found, fine, device)
        print(f"{who:6} {setting[0]:5} px {setting[1]:g} A slices: error {100 * off:.2f} %, about {seconds:.1f} s")
        if off < LIMIT:
            return setting
    raise SystemExit(f"no setting of {who} is within {100 * LIMIT:g} % of the reference")


def one_run(setting: tuple[int, float]) -> float:
    """CPU seconds of abTEM per structure without the separate vacuum run, which a careful user could spare."""
    settings = simulation("abtem", *setting)
    atoms = specimen(settings)
    moved = displaced(atoms.numbers, atoms.positions_A, Thermal(), stream(1, "benchmark", "phonons"))
    began = time.process_time()
    multislice(atoms.numbers, moved, atoms.cell_A, atoms.depth_A, setting[0], settings)
    return PHONONS * (time.process_time() - began)


def peak_memory_MB() -> float:
    """Peak resident memory of a process that simulates one structure at the default setting, in MB."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from simulation_case import recipe, simulation\n"
        "from hrtem_transfer.simulation.simulate import simulate\n"
        "from hrtem_transfer.compute.torch_settings import settled\n"
        f"settings = simulation('torch', {DEFAULT[0]}, {DEFAULT[1]}, {PHONONS})\n"
        "with settled('cpu', 1) as device:\n"
        "    simulate(recipe(settings=settings, thickness_nm=(8.0, 8.0)), 'train', 0, device)\n"
        # Not getrusage, whose maximum is inherited from the process that starts this one.
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, sys.path[0]], capture_output=True, text=True, check=True)
    return float(done.stdout) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu", help="for ours: cpu or cuda (abTEM stays on the CPU)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with settled(options.device, options.threads) as device:
        compare(device, options.repeats)


def compare(device: torch.device, repeats: int) -> None:
    """Print the table and the ratio."""
    unit = "CPU s" if device.type == "cpu" else "wall s"
    fine = reference(device)
    for who in ("ours", "abTEM"):  # imports, plans and caches
        measured(who, (640, 5.0), device, 1)
    fair = {who: cheapest(who, fine, device) for who in ("ours", "abTEM")}
    seconds: dict[str, list[float]] = {"ours": [], "abTEM": []}
    for _ in range(repeats):
        for who, phonons in (("ours", PHONONS), ("abTEM", 1)):
            seconds[who].append(measured(who, fair[who], device, phonons)[1])
    rows = [
        *(("fair", who, fair[who], statistics.median(seconds[who])) for who in ("ours", "abTEM")),
        ("default", "ours", DEFAULT, measured("ours", DEFAULT, device, PHONONS)[1]),
        ("as shipped", "abTEM", (1280, 1.0), measured("abTEM", (1280, 1.0), device, 1)[1]),
    ]
    print(f"\n| | engine | pixels | slices (A) | {unit} per structure |\n|---|---|---|---|---|")
    for what, who, (pixels, slices), cost in rows:
        print(f"| {what} | {who} | {pixels} | {slices:g} | {cost:.1f} |")
    print(f"\nrepeats: {json.dumps({who: [round(value, 2) for value in values] for who, values in seconds.items()})}")
    print(f"peak memory of one process, default setting, 8 nm of carbon: {peak_memory_MB():.0f} MB")
    print(f"fair, abTEM without its vacuum run / ours: {one_run(fair['abTEM']) / rows[0][3]:.1f}")
    print(f"as shipped / default: {rows[3][3] / rows[2][3]:.1f}")
    print(f"ratio: {rows[1][3] / rows[0][3]:.1f}")


if __name__ == "__main__":
    main()
