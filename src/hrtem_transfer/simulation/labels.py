"""Ground truth: the particles' outline from the phase of their exit wave in vacuum."""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.ndimage import gaussian_filter

from hrtem_transfer.study.config.optics import wavelength_A
from hrtem_transfer.study.recipes import LabelRecipe


def mean_phase(waves: torch.Tensor, c10_A: float, sampling_A: float, energy_keV: float) -> np.ndarray:
    """Phase in radian [y, x] of the thermal mean of waves [phonon, y, x], seen at one C10 in angstrom."""
    k = np.fft.fftfreq(waves.shape[-1], sampling_A)
    angle = -math.pi * wavelength_A(energy_keV) * c10_A * (k[:, None] ** 2 + k[None, :] ** 2)
    turn = torch.as_tensor(np.exp(1j * angle), device=waves.device).to(waves.dtype)
    return torch.angle(torch.fft.ifft2(torch.fft.fft2(waves.mean(dim=0)) * turn)).cpu().numpy()


def mask(phase: np.ndarray, sampling_A: float, recipe: LabelRecipe) -> np.ndarray:
    """Pixels of particles, uint8 0 or 1 [y, x], in a periodic cell.

    ``threshold_then_smooth``: pixels above the phase threshold, smoothed by a Gaussian, above ``cut``.
    ``smooth_then_threshold``: the phase, smoothed by a Gaussian, above the phase threshold (``cut`` has no part).
    """
    sigma = recipe.smooth_A / sampling_A
    if recipe.order == "smooth_then_threshold":
        return (gaussian_filter(phase, sigma, mode="wrap") > recipe.phase_threshold_rad).astype(np.uint8)
    above = (phase > recipe.phase_threshold_rad).astype(np.float32)
    return (gaussian_filter(above, sigma, mode="wrap") > recipe.cut).astype(np.uint8)
