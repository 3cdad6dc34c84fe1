"""The multislice loop: transmission through thin slices, free propagation between their planes.

J. M. Cowley and A. F. Moodie, Acta Cryst. 10, 609 (1957); Kirkland, Advanced Computing in Electron Microscopy,
2nd ed., section 6.6. Waves are kept as spectra between slices, because propagation, band limit and change of
sampling are products there.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch

from hrtem_transfer.simulation.multislice.grid import Grid, crop_frequencies


def transmission(phase: torch.Tensor) -> torch.Tensor:
    """exp(i phase), element-wise; on the CPU torch's complex exponential is ten times slower than sine and cosine."""
    return torch.complex(torch.cos(phase), torch.sin(phase))


def plane_wave(grid: Grid, batch: int) -> torch.Tensor:
    """Spectrum of a plane wave of intensity 1, [batch, y, x]."""
    spectrum = torch.zeros((batch, grid.n, grid.n), dtype=grid.complex_dtype, device=grid.device)
    spectrum[:, 0, 0] = grid.n**2
    return spectrum


def run(
    spectrum: torch.Tensor, plane_A: float, slices: Iterable[tuple[float, torch.Tensor]], grid: Grid
) -> tuple[torch.Tensor, float]:
    """Send a wave through slices.

    Args:
        spectrum: Fourier transform of the wave [..., y, x] on the plane ``plane_A``.
        plane_A: height of the plane on which the wave is given.
        slices: height of each slice's plane and its transmission function [..., y, x], in the order of the beam.
        grid: the grid.

    Returns:
        the spectrum just behind the last slice, on that slice's plane, not yet band-limited, and the plane's height.

    Raises:
        ValueError: the wave has another number of pixels than the grid.
    """
    given = spectrum
    for height_A, transmitted in slices:
        if spectrum.shape[-1] != grid.n:
            raise ValueError(f"the wave has {spectrum.shape[-1]} pixels, the grid {grid.n}")
        propagator = grid.propagator(height_A - plane_A)
        # From the second slice on the spectrum is ours to overwrite: a fresh array costs more than the product.
        spectrum = spectrum.mul_(propagator) if spectrum is not given else spectrum * propagator
        spectrum = torch.fft.fft2(torch.fft.ifft2(spectrum).mul_(transmitted))
        plane_A = height_A
    return spectrum, plane_A


def wave_at(spectrum: torch.Tensor, distance_A: float, grid: Grid, n: int) -> torch.Tensor:
    """The wave [..., y, x] a distance along the beam away, on ``n`` by ``n`` pixels of the same cell.

    It keeps the frequencies within the band limit and within the Nyquist frequency of the new pixels, in a circle:
    the square's corners would be kept in some directions only.
    """
    return torch.fft.ifft2(crop_frequencies(spectrum, n) * grid.coarse_propagator(distance_A, n))
