"""Zero focus: where the particles alone show least contrast."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from hrtem_transfer.study.config.optics import wavelength_A

COARSE_A = 1.0
FINE_A = 0.1
MARGIN_A = 15.0


@dataclass(frozen=True)
class ZeroFocus:
    """The focus of least contrast, and the next best.

    Attributes:
        c10_A: where contrast is least, on the plane of the wave: negative where the particles lie upstream of it.
        contrast: standard deviation of the image there over its mean.
        runner_up_A: the second deepest minimum within the range of the search, to 1 A; None when there is only one.
        runner_up_contrast: contrast there.
    """

    c10_A: float
    contrast: float | None = None
    runner_up_A: float | None = None
    runner_up_contrast: float | None = None


def zero_focus(wave: torch.Tensor, sampling_A: float, energy_keV: float, depth_A: float) -> ZeroFocus:
    """The focus at which the image of a wave has least variance.

    Two grid searches: steps of 1 A over the depth of the particles and 15 A beyond, then steps of 0.1 A around the
    best. Focus is ideal otherwise (no other aberration, no focal spread).

    Args:
        wave: exit wave of the particles in vacuum on the plane where they rest, [y, x].
        sampling_A: pixel size.
        energy_keV: beam energy.
        depth_A: height of the particles upstream of that plane.
    """
    spectrum = torch.fft.fft2(wave)
    k = np.fft.fftfreq(wave.shape[-1], sampling_A)
    rate = -math.pi * wavelength_A(energy_keV) * (k[:, None] ** 2 + k[None, :] ** 2)

    def contrasts(c10_A: np.ndarray) -> np.ndarray:
        current = spectrum * _phase(rate * float(c10_A[0]), wave)
        turn = _phase(rate * float(c10_A[1] - c10_A[0]), wave)
        found = []
        for _ in c10_A:
            image = torch.fft.ifft2(current)
            intensity = image.real**2 + image.imag**2
            found.append(float(intensity.std() / intensity.mean()))
            current = current * turn
        return np.array(found)

    # From the plane of rest upstream.
    coarse = np.arange(MARGIN_A, -math.ceil(depth_A) - MARGIN_A - COARSE_A / 2, -COARSE_A)
    found = contrasts(coarse)
    best = int(found.argmin())
    fine = coarse[best] + np.arange(COARSE_A, -COARSE_A - FINE_A / 2, -FINE_A)
    finely = contrasts(fine)
    least = int(finely.argmin())
    valleys = 1 + np.flatnonzero((found[1:-1] < found[:-2]) & (found[1:-1] < found[2:]))
    others = [int(valley) for valley in valleys if valley != best]
    second = min(others, key=lambda valley: found[valley], default=None)
    return ZeroFocus(
        c10_A=round(float(fine[least]), 1),
        contrast=round(float(finely[least]), 6),
        runner_up_A=None if second is None else float(coarse[second]),
        runner_up_contrast=None if second is None else round(float(found[second]), 6),
    )


def _phase(angle: np.ndarray, like: torch.Tensor) -> torch.Tensor:
    return torch.as_tensor(np.exp(1j * angle), device=like.device).to(like.dtype)
