"""From exit waves to electron counts: aberrations, focal spread, defocus relative to zero focus, Poisson noise.

Focus is Krivanek's C10 everywhere, positive = overfocus: the objective lens is stronger than for focus and images a
plane downstream of the wave's (abTEM's ``defocus`` is -C10). With alpha = lambda k and azimuth phi

    chi = 2 pi / lambda (1/2 C10 alpha^2 + 1/4 C30 alpha^4 + 1/2 C12 alpha^2 cos 2 (phi - phi12)),  CTF = exp(-i chi).

O. L. Krivanek et al., Ultramicroscopy 78, 1 (1999); Kirkland, Advanced Computing in Electron Microscopy, 2nd ed.,
equation 2.22. The paper does not state its sign. Its example picture shows this one: at +10 nm the film, which lies
behind the particles, is nearer to focus than at -10 nm, and atoms are bright.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from hrtem_transfer.study.config.imaging import Imaging
from hrtem_transfer.study.config.optics import focal_nodes_needed, focal_reach, wavelength_A


def wave_plane_c10_A(defocus_nm: float, zero_focus_A: float) -> float:
    """C10 in angstrom on the plane of the waves of a configured defocus.

    Args:
        defocus_nm: as configured, relative to zero focus, positive = overfocus.
        zero_focus_A: C10 of zero focus on the plane of the waves; negative where the particles lie upstream.
    """
    return 10 * defocus_nm + zero_focus_A


def polar_frequencies(n: int, sampling_A: float) -> tuple[np.ndarray, np.ndarray]:
    """Modulus in 1/A and azimuth in radian of the frequencies of an n by n image [y, x], in FFT order."""
    k = np.fft.fftfreq(n, sampling_A)
    return np.hypot(k[:, None], k[None, :]), np.arctan2(k[:, None], k[None, :])


def aberration_phase(
    k: np.ndarray, azimuth: np.ndarray, c10_A: float, energy_keV: float, imaging: Imaging
) -> np.ndarray:
    """Phase chi in radian of the aberration function, [y, x]; the wave's spectrum is multiplied by exp(-i chi).

    ``k`` in 1/A and ``azimuth`` in radian, [y, x], are those of ``polar_frequencies``; the formula stands above.
    """
    alpha2 = (wavelength_A(energy_keV) * k) ** 2
    chi = 0.5 * c10_A * alpha2 + 0.25 * 1e7 * imaging.spherical_aberration_mm * alpha2**2
    if imaging.astigmatism_nm:
        axis = math.radians(imaging.astigmatism_angle_deg)
        chi = chi + 0.5 * 10 * imaging.astigmatism_nm * alpha2 * np.cos(2 * (azimuth - axis))
    return 2 * math.pi / wavelength_A(energy_keV) * chi


def focal_nodes(
    spread_std_A: float, nodes: int, wavelength_A: float, band_per_A: float
) -> tuple[np.ndarray, np.ndarray]:
    """Offsets of C10 in angstrom and weights (sum 1), [nodes] each, of a Gaussian focal spread: equidistant.

    Gauss-Hermite nodes, whose spacing falls with the square root of their number only, would have to be many more at
    large spreads.

    Args:
        spread_std_A: standard deviation of the focus (abTEM's ``focal_spread`` is sqrt(2) times that).
        nodes: how many.
        wavelength_A: of the electrons.
        band_per_A: largest frequency that is imaged.
    """
    if spread_std_A == 0 or nodes <= 1:
        return np.zeros(1), np.ones(1)
    reach = focal_reach(nodes, spread_std_A, wavelength_A, band_per_A)
    offsets = np.linspace(-reach, reach, nodes)
    weights = np.exp(-0.5 * offsets**2)
    return spread_std_A * offsets, weights / weights.sum()


def temporal_envelope(k: np.ndarray, spread_std_A: float, energy_keV: float) -> np.ndarray:
    """Quasi-coherent envelope exp(-1/2 (pi lambda spread k^2)^2) of a focal spread; element-wise in ``k`` (1/A).

    ``spread_std_A`` is the standard deviation.

    Kirkland, Advanced Computing in Electron Microscopy, 2nd ed., section 3.2 (linear imaging).
    """
    return np.exp(-0.5 * (math.pi * wavelength_A(energy_keV) * spread_std_A * k**2) ** 2)


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
        spread, nodes, wavelength = imaging.spread_std_A, imaging.focal_spread_nodes, wavelength_A(energy_keV)
        # Exit waves hold a disc of frequencies, up to the Nyquist frequency along the axes.
        band_per_A = float(self._k[0].max(where=self._amplitude[0] > 0, initial=0.0))
        if nodes is None:
            nodes = focal_nodes_needed(spread, wavelength, band_per_A)
        elif nodes <= 1:
            self._amplitude = self._amplitude * temporal_envelope(self._k, spread, energy_keV)
        self.offsets_A, self.weights = focal_nodes(spread, nodes, wavelength, band_per_A)
        # exp(-i chi) is linear in C10 in its exponent: each node costs one product, not one exponential.
        self._steps = [self._tensor(self._phase_of_c10(offset)) for offset in self.offsets_A]

    def transfer_function(self, c10_A: float) -> np.ndarray:
        """exp(-i chi) with aperture and envelope at one C10 in angstrom, complex [y, x], at the central node."""
        chi = aberration_phase(self._k, self._azimuth, c10_A, self.energy_keV, self.imaging)
        return self._amplitude * np.exp(-1j * chi)

    def intensity(self, waves: torch.Tensor, c10_A: float) -> torch.Tensor:
        """Mean intensity [y, x] of waves [phonon, y, x] at one C10 in angstrom on their plane; the incident beam has 1.

        The mean is over snapshots and focal spread.
        """
        spectra = torch.fft.fft2(waves.to(self.device)) * self._tensor(self.transfer_function(c10_A))
        total = torch.zeros(waves.shape[-2:], dtype=spectra.real.dtype, device=self.device)
        for step, weight in zip(self._steps, self.weights, strict=True):
            image = torch.fft.ifft2(spectra * step)
            total += float(weight) * (image.real**2 + image.imag**2).mean(dim=0)
        return total

    def _phase_of_c10(self, c10_A: float) -> np.ndarray:
        return np.exp(-1j * math.pi * wavelength_A(self.energy_keV) * c10_A * self._k**2)

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
