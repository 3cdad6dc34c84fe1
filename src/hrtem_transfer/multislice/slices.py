"""Phase gratings of slices: projected potentials of all atoms of a slice, times the interaction constant.

Atoms are laid on the grid with cubic B-splines, one grid per element, transformed, multiplied by the element's form
factor (divided by the spline's own transform) within the band limit, added up and transformed back once: the hybrid
method of W. Van den Broek et al., Ultramicroscopy 158, 89 (2015), with a smoother kernel than its bilinear one.
Weights are whole numbers, so that sums do not depend on the order in which a device adds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from ase.data import chemical_symbols

from hrtem_transfer.multislice.electrons import interaction_rad_per_VA
from hrtem_transfer.multislice.form_factors import projected_potential_VA3
from hrtem_transfer.multislice.grid import Grid

_UNIT = 1 << 22
_SPLINE = 4


@dataclass(frozen=True)
class Slice:
    """One slice: plane on which it acts (z in angstrom) and, by element, where its atoms' weights go.

    ``entries`` holds (atomic number, flat pixel indices, whole-number weights) for each element present.
    """

    plane_A: float
    entries: tuple[tuple[int, torch.Tensor, torch.Tensor], ...]


def cut(
    numbers: np.ndarray,
    snapshots_A: Sequence[np.ndarray],
    top_A: float,
    bottom_A: float,
    thickness_A: float,
    grid: Grid,
) -> list[Slice]:
    """Cut atoms between two heights into slices; slices without atoms are left out.

    A slice acts on its middle plane. Atoms that their thermal displacement carries beyond the layer stay in its
    first or last slice.

    Args:
        numbers: atomic numbers [n].
        snapshots_A: positions [n, 3] of each thermal snapshot; they go side by side into one batch.
        top_A, bottom_A: heights between which the layer lies, ``thickness_A`` dividing their distance.
        thickness_A: thickness of the slices.
        grid: the grid.
    """
    count = round((bottom_A - top_A) / thickness_A)
    if count == 0 or len(numbers) == 0:
        return []
    positions = np.stack(snapshots_A)  # [phonon, atom, axis]
    where = np.clip(((positions[..., 2] - top_A) // thickness_A).astype(int), 0, count - 1)
    phonon = np.broadcast_to(np.arange(len(positions))[:, None], where.shape)
    species = np.broadcast_to(numbers, where.shape)
    order = np.lexsort((species.ravel(), where.ravel()))
    where_sorted, species_sorted = where.ravel()[order], species.ravel()[order]
    pixels, weights = _spread(positions.reshape(-1, 3)[order, :2], phonon.ravel()[order], grid)

    slices = []
    edges = np.flatnonzero(np.diff(where_sorted * 1000 + species_sorted)) + 1
    groups: dict[int, list[tuple[int, torch.Tensor, torch.Tensor]]] = {}
    for start, stop in zip([0, *edges], [*edges, len(order)], strict=True):
        entry = (int(species_sorted[start]), pixels[start:stop].reshape(-1), weights[start:stop].reshape(-1))
        groups.setdefault(int(where_sorted[start]), []).append(entry)
    for index, entries in sorted(groups.items()):
        slices.append(Slice(top_A + (index + 0.5) * thickness_A, tuple(entries)))
    return slices


def _spread(xy_A: np.ndarray, phonon: np.ndarray, grid: Grid) -> tuple[torch.Tensor, torch.Tensor]:
    """Flat pixel indices and whole-number weights [atom, 16] of cubic B-splines (Unser, IEEE SPM 16, 22 (1999))."""
    scaled = torch.as_tensor(xy_A / grid.sampling_A, device=grid.device, dtype=torch.float64)
    base = torch.floor(scaled)
    t = (scaled - base).unsqueeze(-1)  # [atom, axis, 1]
    powers = torch.cat([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], dim=-1) / 6
    index = (base.long().unsqueeze(-1) + torch.arange(-1, 3, device=grid.device)) % grid.n  # [atom, axis, 4]
    weights = torch.round(powers[:, 1, :, None] * powers[:, 0, None, :] * _UNIT).to(torch.int32)
    offset = torch.as_tensor(phonon, device=grid.device)[:, None, None] * grid.n**2
    pixels = offset + index[:, 1, :, None] * grid.n + index[:, 0, None, :]
    return pixels.reshape(len(xy_A), -1), weights.reshape(len(xy_A), -1)


class PhaseGratings:
    """Turns slices into their phases sigma V(x, y) in radian, band-limited, [phonon, y, x]."""

    def __init__(self, grid: Grid, elements: Sequence[int], batch: int) -> None:
        """Prepare for atomic numbers ``elements`` and ``batch`` phonons side by side."""
        self.grid = grid
        self.batch = batch
        k = grid.frequencies()
        # Only the half plane kx >= 0 of a real function's transform, up to the band limit.
        self.columns = int(np.count_nonzero((k >= 0) & (k < grid.cutoff_per_A)))
        kx, ky = k[: self.columns], k
        k2 = ky[:, None] ** 2 + kx[None, :] ** 2
        spline = np.sinc(ky * grid.sampling_A)[:, None] ** _SPLINE * np.sinc(kx * grid.sampling_A)[None, :] ** _SPLINE
        sigma = interaction_rad_per_VA(grid.energy_keV)
        band = k2 < grid.cutoff_per_A**2
        self.factors = {}
        for number in elements:
            array = sigma * projected_potential_VA3(chemical_symbols[number], k2) * band / spline
            array /= grid.sampling_A**2 * _UNIT
            self.factors[number] = torch.as_tensor(array, device=grid.device).to(grid.dtype)
        self._sum = torch.zeros(batch * grid.n**2, dtype=torch.int32, device=grid.device)

    def phase(self, part: Slice) -> torch.Tensor:
        """Phase of one slice in radian, [phonon, y, x]."""
        n = self.grid.n
        total: torch.Tensor | None = None
        for number, pixels, weights in part.entries:
            self._sum.zero_()
            self._sum.index_add_(0, pixels, weights)
            density = self._sum.view(self.batch, n, n).to(self.grid.dtype)
            spectrum = torch.fft.rfft(density, dim=-1)[..., : self.columns]
            spectrum = torch.fft.fft(spectrum, dim=-2) * self.factors[number]
            total = spectrum if total is None else total.add_(spectrum)
        if total is None:
            return torch.zeros((self.batch, n, n), dtype=self.grid.dtype, device=self.grid.device)
        return torch.fft.irfft(torch.fft.ifft(total, dim=-2), n=n, dim=-1)
