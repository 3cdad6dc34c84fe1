"""Training on the CPU, ours against the plain way (plain_training.py), in images per CPU second.

    python benchmarks/training.py            about six minutes on one core
    python benchmarks/training.py --quick    the same in small, to see that it runs

First a run of 24 transferred networks at the demo's size: ours trains all in one process, the plain way starts one
process per network, of which six are measured (they differ in nothing that costs time). Start-up is counted. Then one
network at 256 px without start-up, both in one process, in turns. Everything runs on one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

PARTS = ("none", "encoder", "decoder")
PLAIN = ("part", "images", "validation", "epochs", "batch", "rate")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few small networks only")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(CHILDREN[options.child](json.loads(sys.stdin.read()))))
        return
    from training_case import demo_size

    size = {**demo_size(), "networks": 24, "plain": 6, "large_px": 256, "rounds": 3}
    if options.quick:
        size |= {"px": 32, "images": [2, 4], "epochs": 2, "networks": 6, "plain": 3, "large_px": 64, "rounds": 1}
    with tempfile.TemporaryDirectory() as folder:
        report(size, Path(folder))


def report(size: dict, folder: Path) -> None:
    """Measure ours and the plain way at some sizes, and print both."""
    from training_case import write_case

    case = {**size, **write_case(folder / "small", size["px"], max(size["images"]), size["validation"])}
    orders = [
        {**case, "part": PARTS[i % 3], "images": size["images"][i // 3 % len(size["images"])], "replicate": i}
        for i in range(size["networks"])
    ]
    ours = child("ours", {"orders": orders, "store": str(folder / "networks")})
    plain: dict[str, float] = {}
    for order in orders[: size["plain"]]:
        one = child("plain", order)
        plain = {key: plain.get(key, 0) + value for key, value in one.items()}
    print(
        f"\nA run of {size['networks']} networks, {size['px']} px, {size['images']} images x 8, {size['epochs']} epochs"
    )
    print(f"{'':24}{'images':>8}{'CPU s':>9}{'images/CPU s':>14}{'start-up':>10}{'data':>7}{'arithmetic':>12}")
    for name, found in (("ours, one process", ours), (f"plain, {size['plain']} processes", plain)):
        shares = [found[key] / found["cpu"] for key in ("startup", "data")]
        print(
            f"{name:24}{found['images']:8.0f}{found['cpu']:9.1f}{found['images'] / found['cpu']:14.1f}"
            f"{shares[0]:10.1%}{shares[1]:7.1%}{1 - sum(shares):12.1%}"
        )
    ratio = (ours["images"] / ours["cpu"]) / (plain["images"] / plain["cpu"])
    without = [found["images"] / (found["cpu"] - found["startup"]) for found in (ours, plain)]
    print(f"ours / plain: {ratio:.2f}; without start-up: {without[0] / without[1]:.2f}")

    large = child("large", {**size, **write_case(folder / "large", size["large_px"], 2, 2)})
    print(
        f"\nOne network, {size['large_px']} px, batch {size['batch']}, no start-up counted (best of {size['rounds']})"
    )
    print(f"{'frozen':10}{'ours images/CPU s':>20}{'plain images/CPU s':>20}{'ours / plain':>14}")
    for part in PARTS:
        mine, other = large[f"ours/{part}"], large[f"plain/{part}"]
        print(f"{part:10}{mine:20.2f}{other:20.2f}{mine / other:14.2f}")
    print(
        f"\nWhat bounds it: convolutions. A training image at {size['large_px']} px takes {large['gflop']:.2f} GFLOP; "
        f"ours does {large['gflop'] * large['ours/none']:.0f} GFLOP per CPU second, a matrix product "
        f"{large['matrix_gflop_per_s']:.0f} on the same core."
    )
    print(f"ratio: {ratio:.2f}")


def child(name: str, order: dict) -> dict[str, float]:
    """Run a part in a fresh process; its CPU seconds, start of the interpreter included, are those of the system."""
    command = [sys.executable, __file__, "--child", name]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=Path(__file__).parent
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(order))
    process.stdin.close()
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{name}: the measured process failed")
    return {**json.loads(output.splitlines()[-1]), "cpu": usage.ru_utime + usage.ru_stime}


def ours_child(given: dict) -> dict[str, float]:
    """A run of ours: images, and CPU seconds of start-up and data."""
    from training_case import recipe_of

    from hrtem_transfer.jobs import network_export, training  # noqa: F401
    from hrtem_transfer.learning import fitting, unet  # noqa: F401
    from hrtem_transfer.learning.resident_images import ResidentImages

    unet.build(recipe_of(given["orders"][0], None).network, 0)
    startup, spent = time.process_time(), [0.0]
    original = ResidentImages.batch

    def batch(self: ResidentImages, *arguments: Any) -> Any:
        began = time.process_time()
        result = original(self, *arguments)
        spent[0] += time.process_time() - began
        return result

    ResidentImages.batch = batch  # type: ignore[method-assign, assignment]
    orders = given["orders"]
    parent = recipe_of({**orders[0], "epochs": 1, "images": 1, "part": "none"}, None)
    store, files = Path(given["store"]), {"a": Path(orders[0]["file"])}
    training.train_run({"parent": parent}, files, store, store / "parent.parquet", progress=lambda line: None)
    recipes = {f"n{order['replicate']}": recipe_of(order, "parent") for order in orders}
    training.train_run(recipes, files, store, store / "run.parquet", progress=lambda line: None)
    images = sum(order["images"] * 8 * order["epochs"] for order in orders)
    return {"images": images, "startup": startup, "data": spent[0]}


def plain_child(order: dict) -> dict[str, float]:
    """One network the plain way: the same figures."""
    import torch
    from plain_training import train

    from hrtem_transfer.learning import unet
    from hrtem_transfer.study.config.schema import Network

    torch.set_num_threads(1)
    model = unet.build(Network(**order["network"]), 0)
    startup = time.process_time()
    data = train(model, order["plain_file"], **{key: order[key] for key in PLAIN})
    return {"images": order["images"] * 8 * order["epochs"], "startup": startup, "data": data}


def large_child(order: dict) -> dict[str, float]:
    """Images per CPU second of larger images by frozen part, ours and plain in turns, best of some rounds."""
    import torch
    from plain_training import train
    from training_case import recipe_of

    from hrtem_transfer.compute import torch_settings
    from hrtem_transfer.learning import unet
    from hrtem_transfer.learning.fitting import Fit
    from hrtem_transfer.learning.resident_images import resident
    from hrtem_transfer.storage import image_files

    found: dict[str, float] = {}
    order = {**order, "images": 2, "epochs": 2, "replicate": 0, "part": "none"}
    images = order["images"] * 8 * order["epochs"]
    recipe = recipe_of(order, None)
    stacks = [
        resident(image_files.read_images(Path(order["file"]), s, 0, 2), torch.device("cpu"))
        for s in ("train", "validation")
    ]
    for part in PARTS:
        for _ in range(order["rounds"]):
            with torch_settings.settled("cpu", 1):
                fit = Fit(
                    unet.build(recipe.network, 0), recipe.training, recipe.learning_rate, part, stacks[0], stacks[1], 0
                )
                began = time.process_time()
                fit.run(lambda fit: None)
                mine = images / (time.process_time() - began)
            torch.set_num_threads(1)
            model = unet.build(recipe.network, 0)
            began = time.process_time()
            train(model, order["plain_file"], **{**{key: order[key] for key in PLAIN}, "part": part})
            other = images / (time.process_time() - began)
            found[f"ours/{part}"] = max(mine, found.get(f"ours/{part}", 0))
            found[f"plain/{part}"] = max(other, found.get(f"plain/{part}", 0))
    found["gflop"] = _gflop_per_image(unet.build(recipe.network, 0), order["px_of_file"])
    found["matrix_gflop_per_s"] = _matrix_product()
    return found


def _gflop_per_image(model: torch.nn.Module, px: int) -> float:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    with counter:
        model(torch.zeros(2, 1, px, px)).sum().backward()
    return counter.get_total_flops() / 2e9


def _matrix_product() -> float:
    import torch

    matrix, best = torch.randn(1024, 1024), 0.0
    for _ in range(5):
        began = time.process_time()
        matrix @ matrix
        best = max(best, 2 * 1024**3 / 1e9 / (time.process_time() - began))
    return best


CHILDREN = {"ours": ours_child, "plain": plain_child, "large": large_child}

if __name__ == "__main__":
    main()
