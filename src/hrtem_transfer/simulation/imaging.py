"""From exit waves to electron counts: aberrations, focal spread, defocus relative to zero focus, Poisson noise.

Sign of defocus, fixed here and nowhere else: positive is underfocus (the objective lens is weaker than for focus and
images a plane upstream of the exit plane), as in abTEM, in the phase

    chi(k) = 2 pi / lambda (-1/2 defocus (lambda k)^2 + 1/4 Cs (lambda k)^4 + astigmatism),  CTF = exp(-i chi).

The paper does not say which sign is underfocus; its values are taken over unchanged, so that its -10 nm is an
overfocus of 10 nm here. Negate ``defocus_nm`` of the domains for the other reading: its list is symmetric.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from hrtem_transfer.config.schema import Imaging
from hrtem_transfer.simulation.multislice.electrons import wavelength_A


def underfocus_A(defocus_nm: float, zero_focus_A: float) -> float:
    """Underfocus in angstrom, referred to the plane of the exit wave, of a defocus relative to zero focus."""
    return 10 * defocus_nm + zero_focus_A


def polar_frequencies(n: int, sampling_A: float) -> tuple[np.ndarray, np.ndarray]:
    """Modulus in 1/A and azimuth in radian of the frequencies of an n by n image [y, x], in FFT order."""
    k = np.fft.fftfreq(n, sampling_A)
    return np.hypot(k[:, None], k[None, :]), np.arctan2(k[:, None], k[None, :])


def aberration_phase(
    k: np.ndarray, azimuth: np.ndarray, defocus_A: float, energy_keV: float, imaging: Imaging
) -> np.ndarray:
    """Phase chi in radian of the aberration function, [y, x]; the wave's spectrum is multiplied by exp(-i chi).

    ``k`` in 1/A and ``azimuth`` in radian, [y, x], are those of ``frequencies``.

    Terms: defocus (positive = underfocus), spherical aberration, two-fold astigmatism of amplitude A1 along azimuth
    phi: 1/2 A1 (lambda k)^2 cos 2 (azimuth - phi). Kirkland, Advanced Computing in Electron Microscopy, 2nd ed.,
    equation 2.22, with abTEM's signs (C10 = -defocus, C12 = A1).
    """
    alpha2 = (wavelength_A(energy_keV) * k) ** 2
    chi = -0.5 * defocus_A * alpha2 + 0.25 * 1e7 * imaging.spherical_aberration_mm * alpha2**2
    if imaging.astigmatism_nm:
        axis = math.radians(imaging.astigmatism_angle_deg)
        chi = chi + 0.5 * 10 * imaging.astigmatism_nm * alpha2 * np.cos(2 * (azimuth - axis))
    return 2 * math.pi / wavelength_A(energy_keV) * chi


def focal_nodes(spread_A: float, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Defocus offsets in angstrom and weights (sum 1), [nodes] each, of a Gaussian focal spread: Gauss-Hermite.

    ``spread_A`` is the standard deviation. (abTEM's ``focal_spread`` is sqrt(2) times that.)
    """
    if spread_A == 0 or nodes <= 1:
        return np.zeros(1), np.ones(1)
    offsets, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return spread_A * offsets, weights / weights.sum()


def temporal_envelope(k: np.ndarray, spread_A: float, energy_keV: float) -> np.ndarray:
    """Quasi-coherent envelope exp(-1/2 (pi lambda spread k^2)^2) of a focal spread; element-wise in ``k`` (1/A).

    ``spread_A`` is the standard deviation.

    Kirkland, Advanced Computing in Electron Microscopy, 2nd ed., section 3.2 (linear imaging).
    """
    return np.exp(-0.5 * (math.pi * wavelength_A(energy_keV) * spread_A * k**2) ** 2)


def quadrature_envelope(k: np.ndarray, spread_A: float, nodes: int, energy_keV: float) -> np.ndarray:
    """What an explicit focal series with few nodes lacks of the envelope of linear contrast, 0 to 1; element-wise.

    Gauss-Hermite quadrature follows the envelope exp(-x^2 / 2), x = pi lambda spread k^2, up to an x that grows with
    the number of nodes, and then returns to 1: high frequencies would come through undamped. The ratio of both,
    never rising with k, takes them out. With one node it is the quasi-coherent envelope, with many it is 1.
    """
    x = math.pi * wavelength_A(energy_keV) * spread_A * k**2
    offsets, weights = focal_nodes(1.0, nodes)
    steps = np.linspace(0.0, max(float(x.max()), 1e-9), 4001)
    quadrature = np.cos(steps[:, None] * offsets) @ weights
    exact = np.exp(-0.5 * steps**2)
    ratio = np.minimum.accumulate(exact / np.maximum(np.abs(quadrature), exact))
    return np.interp(x, steps, ratio)


class Microscope:
    """An imaging condition for waves of one grid: intensity of the incoherent sum of all snapshots."""

    def __init__(self, n: int, sampling_A: float, energy_keV: float, imaging: Imaging, device: torch.device) -> None:
        """Prepare for waves of ``n`` by ``n`` pixels of ``sampling_A``."""
        self.imaging = imaging
        self.energy_keV = energy_keV
        self.device = device
        self._k, self._azimuth = polar_frequencies(n, sampling_A)
        self._amplitude = np.ones_like(self._k)
        if imaging.aperture_mrad is not None:
            self._amplitude *= 1e3 * wavelength_A(energy_keV) * self._k <= imaging.aperture_mrad
        spread = imaging.focal_spread_A
        nodes = imaging.focal_spread_nodes
        if spread and nodes <= 1:
            self._amplitude = self._amplitude * temporal_envelope(self._k, spread, energy_keV)
        elif spread:
            self._amplitude = self._amplitude * quadrature_envelope(self._k, spread, nodes, energy_keV)
        self.offsets_A, self.weights = focal_nodes(spread, nodes)
        # exp(-i chi) is linear in defocus in its exponent: each node costs one product, not one exponential.
        self._steps = [self._tensor(self._phase_of_defocus(offset)) for offset in self.offsets_A]

    def transfer_function(self, defocus_A: float) -> np.ndarray:
        """exp(-i chi) with aperture and envelope at one underfocus in angstrom, complex [y, x], at the central node."""
        chi = aberration_phase(self._k, self._azimuth, defocus_A, self.energy_keV, self.imaging)
        return self._amplitude * np.exp(-1j * chi)

    def intensity(self, waves: torch.Tensor, defocus_A: float) -> torch.Tensor:
        """Mean intensity [y, x] over snapshots and focal spread of waves [phonon, y, x]; the incident beam has 1."""
        spectra = torch.fft.fft2(waves.to(self.device)) * self._tensor(self.transfer_function(defocus_A))
        total = torch.zeros(waves.shape[-2:], dtype=spectra.real.dtype, device=self.device)
        for step, weight in zip(self._steps, self.weights, strict=True):
            image = torch.fft.ifft2(spectra * step)
            total += float(weight) * (image.real**2 + image.imag**2).mean(dim=0)
        return total

    def _phase_of_defocus(self, defocus_A: float) -> np.ndarray:
        return np.exp(1j * math.pi * wavelength_A(self.energy_keV) * defocus_A * self._k**2)

    def _tensor(self, array: np.ndarray) -> torch.Tensor:
        return torch.as_tensor(array, device=self.device).to(torch.complex64)


def counts(intensity: np.ndarray, dose_e_per_A2: float, sampling_A: float, rng: np.random.Generator) -> np.ndarray:
    """Electrons per pixel: Poisson numbers with mean intensity x dose x pixel area, int64.

    Args:
        intensity: relative to the incident beam, [..., y, x].
        dose_e_per_A2: incident electrons per square angstrom.
        sampling_A: pixel size.
        rng: source of randomness.
    """
    return rng.poisson(np.maximum(intensity, 0.0) * dose_e_per_A2 * sampling_A**2)


def middle(images: np.ndarray, px: int) -> np.ndarray:
    """The middle ``px`` by ``px`` pixels of images [..., y, x].

    Raises:
        ValueError: the images are smaller.
    """
    n = images.shape[-1]
    if px > n or px > images.shape[-2]:
        raise ValueError(f"images of {px} pixels cannot be cut from {images.shape[-2]} x {n}")
    first = (n - px) // 2
    return images[..., first : first + px, first : first + px]
