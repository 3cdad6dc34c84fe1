"""Training and evaluation on a GPU at the paper's size: 512 px, batch 16, U-Net with a ResNet-18 encoder.

    python benchmarks/gpu.py                 under eight minutes on one GPU
    python benchmarks/gpu.py --smoke         seconds on a CPU, to see that it runs

Needs torch >= 2.10, numpy, scipy, timm and segmentation_models_pytorch; nothing else of this project has to be
installed. Prints a ladder of one change at a time for the three frozen parts, memory, the fraction of the floors that
arithmetic and memory traffic set on this card, the speed of evaluation, and what the paper's sweep would take.
"""

from __future__ import annotations

import argparse
import sys
import time
import types
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from gpu_case import GFLOP_PER_IMAGE, Card, least_traffic_bytes, made_up_images, measure_card, sweep_hours

from hrtem_transfer.compute import torch_settings
from hrtem_transfer.learning import freezing, losses, unet
from hrtem_transfer.learning.fitting import Fit
from hrtem_transfer.learning.resident_images import resident
from hrtem_transfer.learning.segmentation_scores import labelled, score

PARTS = ("none", "encoder", "decoder")
PAPER: Any = types.SimpleNamespace(
    architecture="Unet", encoder="resnet18", encoder_depth=5, decoder_channels=[256, 128, 64, 32, 16]
)
# Translating takes up to a minute for each network; the whole benchmark is to take less than eight.
COMPILE_UNTIL_S = 330.0
SMALL: Any = types.SimpleNamespace(
    architecture="Unet", encoder="tu-test_resnet", encoder_depth=3, decoder_channels=[8, 8, 8]
)
# What each rung adds to the one before it.
LADDER: tuple[tuple[str, dict[str, bool]], ...] = (
    ("plain: float32, images from the host, Adam", {}),
    ("+ images on the device as whole numbers", {"resident": True}),
    ("+ channels last", {"channels_last": True}),
    ("+ bfloat16", {"bfloat16": True}),
    ("+ fused Adam", {"fused": True}),
    ("+ no waiting for each step's loss", {"no_sync": True}),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, on the CPU")
    parser.add_argument("--steps", type=int, default=24, help="timed steps per rung")
    options = parser.parse_args()
    if not options.smoke and not torch.cuda.is_available():
        raise SystemExit("PyTorch finds no GPU here. Give --smoke to see that the benchmark runs.")
    bench = Bench(options.smoke, options.steps)
    print(f"{datetime.now(UTC):%Y-%m-%d}  {torch_settings.describe(bench.device)}  torch {torch.__version__}")
    card = measure_card(bench.device, options.smoke)
    tera = 1e-12
    print(f"matrix product {card.flop_per_s * tera:.2f} TFLOP/s (bfloat16), copy {card.bytes_per_s * tera:.3f} TB/s\n")
    bench.ladder()
    speeds = bench.engine(card)
    evaluation = bench.evaluation()
    print("\nThe paper's sweep (10,854 networks and 99 pretrained ones), training and validation, then evaluation:")
    training_hours, evaluation_hours = sweep_hours(speeds, bench.forward_speed, evaluation)
    print(
        f"projected GPU-hours: {training_hours:.1f} + {evaluation_hours:.1f} = {training_hours + evaluation_hours:.1f}"
    )
    if options.smoke:
        print("(tiny sizes on a CPU: these numbers mean nothing)")
    else:
        bench.compiled_ladder()


class Bench:
    """Sizes, images and the things that are measured."""

    def __init__(self, smoke: bool, steps: int) -> None:
        self.smoke = smoke
        self.device = torch.device("cpu" if smoke else "cuda")
        self.network = SMALL if smoke else PAPER
        self.px, self.batch, self.steps = (32, 4, 2) if smoke else (512, 16, steps)
        self.warm_up = 1 if smoke else 8
        self.images = made_up_images(8 if smoke else 128, self.px)
        self.stack = resident(self.images, self.device)
        self.forward_speed = 0.0
        self.given: dict[str, Any] = {}
        self.began = time.perf_counter()

    def ladder(self) -> None:
        """One change at a time, by the frozen part, without validation; images per second."""
        print(f"{'images/s by frozen part':48}" + "".join(f"{part:>10}" for part in PARTS) + f"{'peak GiB':>10}")
        for name, change in LADDER:
            self.given |= change
            self._row(name, [self._rung(part, **self.given) for part in PARTS])
        self._row("+ cuDNN chooses by trial", [self._rung(part, **self.given, trial=True) for part in PARTS])

    def compiled_ladder(self) -> None:
        """The last rungs, which take most of the time: torch.compile, then CUDA graphs too."""
        print("\nthe ladder's last rungs, on top of it")
        for name, mode in (("+ torch.compile", None), ("+ torch.compile with CUDA graphs", "reduce-overhead")):
            found = [(float("nan"), float("nan"))] * len(PARTS)
            for number, part in enumerate(PARTS):
                if time.perf_counter() - self.began < COMPILE_UNTIL_S:
                    found[number] = self._rung(part, **self.given, trial=True, compiled=(mode,))
            self._row(name, found)

    def _row(self, name: str, found: list[tuple[float, float]]) -> None:
        speeds = "".join(f"{speed:10.0f}" for speed, _ in found)
        print(f"{name:48}{speeds}{max(memory for _, memory in found):10.1f}", flush=True)

    def _rung(
        self,
        part: str,
        *,
        resident: bool = False,
        channels_last: bool = False,
        bfloat16: bool = False,
        fused: bool = False,
        no_sync: bool = False,
        trial: bool = False,
        compiled: tuple[str | None, ...] = (),
    ) -> tuple[float, float]:
        self._reset_memory()
        torch.backends.cudnn.benchmark = trial
        model = unet.build(self.network, 0).to(self.device)
        if channels_last:
            model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        freezing.freeze(model, part)
        model.train()
        optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-3, fused=fused or None)
        forward = torch.compile(model, mode=compiled[0]) if compiled else model
        random = np.random.default_rng(0)

        def step() -> None:
            which = torch.from_numpy(random.integers(0, len(self.stack), self.batch))
            symmetry = torch.from_numpy(random.integers(0, 8, self.batch))
            if resident:
                pixels, labels = self.stack.batch(which.to(self.device), symmetry.to(self.device))
            else:
                pixels, labels = self._from_host(which, symmetry)
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=bfloat16):
                logits = forward(pixels)
            loss = losses.excess_cross_entropy_of_softmax(losses.margins(logits, labels)).mean()
            loss.backward()
            optimizer.step()
            if not no_sync:
                loss.item()

        try:
            seconds = self._timed(step)
        except Exception as error:
            print(f"  ({part}: {' '.join(str(error).split())[:120]})")
            return float("nan"), float("nan")
        finally:
            torch.backends.cudnn.benchmark = False
        return self.batch / seconds, self._peak_memory()

    def _from_host(self, which: torch.Tensor, symmetry: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        counts = self.images.counts[which.numpy()].astype(np.float32)
        mean, deviation = counts.mean((1, 2), keepdims=True), counts.std((1, 2), keepdims=True)
        quarter = int(symmetry[0]) % 4
        pixels = np.rot90((counts - mean) / deviation, quarter, (1, 2)).copy()
        labels = np.rot90(self.images.labels[which.numpy()], quarter, (1, 2)).copy()
        return torch.from_numpy(pixels)[:, None].to(self.device), torch.from_numpy(labels).to(self.device)

    def engine(self, card: Card) -> dict[str, float]:
        """The training loop as the sweep uses it, and with the options that it has; images per second by part."""
        heads = "".join(f"{head:>12}" for head in ("images/s", "of compute", "of traffic", "peak GiB"))
        print(f"\n{'the training loop itself, second epoch':40}{heads}")
        speeds: dict[str, float] = {}
        for part, name, use_cache in (
            *((part, "", False) for part in PARTS),
            ("encoder", ", cached features", True),
        ):
            speeds[part], memory = self._fit_speed(part, use_cache)
            compute = speeds[part] * GFLOP_PER_IMAGE[part] * 1e9 / card.flop_per_s
            traffic = speeds[part] * least_traffic_bytes(part) / card.bytes_per_s
            shares = f"{speeds[part]:12.0f}{compute:12.1%}{traffic:12.1%}{memory:12.1f}"
            print(f"{f'frozen: {part}{name}':40}{shares}", flush=True)
        return speeds

    def _fit_speed(self, part: str, use_cache: bool) -> tuple[float, float]:
        self._reset_memory()
        training: Any = types.SimpleNamespace(
            loss="cross_entropy_of_softmax",
            epochs=2,
            batch_size=self.batch,
            learning_rate_decay=0.99,
            augmentation="dihedral",
            precision="auto",
        )
        few = self.stack[: 4 if self.smoke else 64]
        with torch_settings.settled(self.device.type, 1):
            fit = Fit(
                unet.build(self.network, 0).to(self.device), training, 1e-3, part, few, few, 0, use_cache=use_cache
            )
            history = fit.run(lambda fit: None).history
        self.forward_speed = len(few) / max(history[-1].seconds - 8 * len(few) / history[-1].images_per_second, 1e-9)
        return history[-1].images_per_second, self._peak_memory()

    def evaluation(self) -> float:
        """Images per second of the evaluation with all its scores."""
        model = unet.build(self.network, 0).to(self.device).eval()
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        dtype = torch_settings.autocast_dtype("auto", self.device)
        stack = labelled(self.stack)
        score(model, stack, dtype)
        began = time.perf_counter()
        score(model, stack, dtype)
        speed = len(self.stack) / (time.perf_counter() - began)
        print(f"\nevaluation with all scores: {speed:.0f} images/s")
        print(f"validation in training: {self.forward_speed:.0f} images/s")
        return speed

    def _timed(self, step: Callable[[], None]) -> float:
        for _ in range(self.warm_up):
            step()
        self._wait()
        began = time.perf_counter()
        for _ in range(self.steps):
            step()
        self._wait()
        return (time.perf_counter() - began) / self.steps

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def _reset_memory(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()

    def _peak_memory(self) -> float:
        return torch.cuda.max_memory_allocated() / 2**30 if self.device.type == "cuda" else 0.0


if __name__ == "__main__":
    main()
