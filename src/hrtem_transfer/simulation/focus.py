"""Zero focus: where the particles alone show least contrast."""

from __future__ import annotations

import math

import numpy as np
import torch

from hrtem_transfer.simulation.multislice.electrons import wavelength_A

COARSE_A = 1.0
FINE_A = 0.1
MARGIN_A = 15.0


def zero_focus_A(wave: torch.Tensor, sampling_A: float, energy_keV: float, depth_A: float) -> float:
    """Underfocus in angstrom at which the image of a wave has least variance.

    Two grid searches: steps of 1 A over the depth of the particles and 15 A beyond, then steps of 0.1 A around the
    best. Focus is ideal otherwise (no other aberration, no focal spread).

    Args:
        wave: exit wave of the particles in vacuum on the plane where they rest, [y, x].
        sampling_A: pixel size.
        energy_keV: beam energy.
        depth_A: height of the particles above that plane.
    """
    spectrum = torch.fft.fft2(wave)
    k = np.fft.fftfreq(wave.shape[-1], sampling_A)
    rate = math.pi * wavelength_A(energy_keV) * (k[:, None] ** 2 + k[None, :] ** 2)

    def variances(values: np.ndarray) -> np.ndarray:
        step = float(values[1] - values[0])
        current = spectrum * _phase(rate * float(values[0]), wave)
        turn = _phase(rate * step, wave)
        found = []
        for _ in values:
            image = torch.fft.ifft2(current)
            found.append(float((image.real**2 + image.imag**2).var()))
            current = current * turn
        return np.array(found)

    coarse = np.arange(-MARGIN_A, math.ceil(depth_A) + MARGIN_A + COARSE_A / 2, COARSE_A)
    best = coarse[int(variances(coarse).argmin())]
    fine = best + np.arange(-COARSE_A, COARSE_A + FINE_A / 2, FINE_A)
    return round(float(fine[int(variances(fine).argmin())]), 1)


def _phase(angle: np.ndarray, like: torch.Tensor) -> torch.Tensor:
    return torch.as_tensor(np.exp(1j * angle), device=like.device).to(like.dtype)
