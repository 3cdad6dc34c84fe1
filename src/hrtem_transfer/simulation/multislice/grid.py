"""The square, periodic grid of a calculation, its band limit, free propagation and change of sampling."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from hrtem_transfer.study.config.optics import BAND_LIMIT, wavelength_A

_WHOLE = 0.05


def whole_pixels(cell_A: float, sampling_A: float) -> int:
    """Pixels along the cell's edge.

    Raises:
        ValueError: the sampling does not divide the cell into whole pixels (to 0.05 pixel, so that 0.13333 passes).
    """
    pixels = cell_A / sampling_A
    n = round(pixels)
    if n < 1 or abs(pixels - n) > _WHOLE:
        raise ValueError(
            f"a sampling of {sampling_A:g} A divides a cell of {cell_A:g} A into {pixels:.3f} pixels, not a whole "
            f"number: take {cell_A / max(1, n):.6g} A"
        )
    return n


@dataclass
class Grid:
    """Grid of ``n`` by ``n`` pixels over a cell of ``cell_A``; arrays are [y, x].

    ``dtype`` is the real type of all arrays, float32 or float64; frequencies are computed in float64 in any case.
    """

    cell_A: float
    n: int
    energy_keV: float
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    dtype: torch.dtype = torch.float32

    def __post_init__(self) -> None:
        self.wavelength_A = wavelength_A(self.energy_keV)
        self._propagators: dict[tuple[float, int], torch.Tensor] = {}

    @property
    def sampling_A(self) -> float:
        """Pixel size."""
        return self.cell_A / self.n

    @property
    def complex_dtype(self) -> torch.dtype:
        """Type of the waves: complex with the precision of ``dtype``."""
        return torch.complex64 if self.dtype == torch.float32 else torch.complex128

    @property
    def cutoff_per_A(self) -> float:
        """Largest frequency kept: two thirds of the Nyquist frequency, so that products do not alias into the band."""
        return BAND_LIMIT / (2 * self.sampling_A)

    def frequencies(self) -> np.ndarray:
        """Frequencies in 1/A along one axis, in FFT order, float64 [n]."""
        return np.fft.fftfreq(self.n, self.sampling_A)

    def k2(self) -> np.ndarray:
        """Squared frequencies in 1/A^2, float64 [n, n]."""
        k = self.frequencies()
        return k[:, None] ** 2 + k[None, :] ** 2

    def band(self) -> np.ndarray:
        """True within the band limit, [n, n]."""
        return self.k2() < self.cutoff_per_A**2

    def propagator(self, distance_A: float) -> torch.Tensor:
        """Fresnel propagator exp(-i pi lambda k^2 z) over ``distance_A`` along the beam, cut at the band limit, [n, n].

        Kirkland, Advanced Computing in Electron Microscopy, 2nd ed., equation 6.65.
        """
        return self._kept(distance_A, self.n, self.cutoff_per_A)

    def coarse_propagator(self, distance_A: float, n: int) -> torch.Tensor:
        """The propagator on the lowest ``n`` by ``n`` frequencies, [n, n], cut at their Nyquist frequency too."""
        return self._kept(distance_A, n, min(self.cutoff_per_A, n / (2 * self.cell_A)))

    def _kept(self, distance_A: float, n: int, cutoff_per_A: float) -> torch.Tensor:
        key = (round(distance_A, 9), n)
        if key not in self._propagators:
            k = np.fft.fftfreq(n, self.cell_A / n)
            k2 = k[:, None] ** 2 + k[None, :] ** 2
            array = np.exp(-1j * np.pi * self.wavelength_A * distance_A * k2) * (k2 < cutoff_per_A**2)
            self._propagators[key] = torch.as_tensor(array, device=self.device).to(self.complex_dtype)
        return self._propagators[key]


def crop_frequencies(spectrum: torch.Tensor, n: int) -> torch.Tensor:
    """Keep the lowest ``n`` by ``n`` frequencies of a spectrum [..., y, x] in FFT order; values keep their mean.

    The inverse FFT of the result samples the same band-limited function on ``n`` pixels. With even ``n`` the
    frequency -n/2 is set to zero, having no partner +n/2.

    Raises:
        ValueError: ``n`` is larger than the spectrum.
    """
    old = spectrum.shape[-1]
    if n > old:
        raise ValueError(f"a spectrum of {old} pixels cannot be cropped to {n}")
    if n == old:
        return spectrum
    positive, negative = (n + 1) // 2, (n - 1) // 2
    cropped = spectrum.new_zeros((*spectrum.shape[:-2], n, n))
    for rows, row in ((slice(0, positive), slice(0, positive)), (slice(n - negative, n), slice(old - negative, old))):
        cropped[..., rows, :positive] = spectrum[..., row, :positive]
        cropped[..., rows, n - negative :] = spectrum[..., row, old - negative :]
    return cropped * (n / old) ** 2
