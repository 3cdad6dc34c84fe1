"""Phase gratings of slices: projected potentials of all atoms of a slice, times the interaction constant.

Atoms are laid on the grid with cubic B-splines, one grid per element, transformed, multiplied by the element's form
factor (divided by the spline's own transform) within the band limit, added up and transformed back once: the hybrid
method of W. Van den Broek et al., Ultramicroscopy 158, 89 (2015), with a smoother kernel than its bilinear one.
Weights are whole numbers, so that sums do not depend on the order in which a device adds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from ase.data import chemical_symbols

from hrtem_transfer.simulation.multislice.electrons import interaction_rad_per_VA
from hrtem_transfer.simulation.multislice.form_factors import projected_potential_VA3
from hrtem_transfer.simulation.multislice.grid import Grid

_UNIT = 1 << 22
_SPLINE = 4


@dataclass(frozen=True)
class Slice:
    """Atoms of one slice: the plane on which it acts (z in angstrom) and, by element, where they are.

    ``entries`` holds (atomic number, positions y, x in pixels [n, 2], index of the thermal snapshot [n]).
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
        top_A: height where the layer begins.
        bottom_A: height where it ends; ``thickness_A`` divides the distance.
        thickness_A: thickness of the slices.
        grid: the grid.
    """
    count = round((bottom_A - top_A) / thickness_A)
    if count == 0 or len(numbers) == 0:
        return []
    positions = np.concatenate(snapshots_A)
    where = np.clip((positions[:, 2] - top_A) // thickness_A, 0, count - 1).astype(np.int32)
    key = where * 128 + np.tile(numbers, len(snapshots_A)).astype(np.int32)
    order = np.argsort(key, kind="stable")
    snapshot = torch.as_tensor(order // len(numbers), device=grid.device)
    yx = torch.as_tensor(positions[order, 1::-1] / grid.sampling_A, device=grid.device)
    key = key[order]
    edges = [0, *(np.flatnonzero(np.diff(key)) + 1), len(key)]
    groups: dict[int, list[tuple[int, torch.Tensor, torch.Tensor]]] = {}
    for start, stop in pairwise(edges):
        index, number = divmod(int(key[start]), 128)
        groups.setdefault(index, []).append((number, yx[start:stop], snapshot[start:stop]))
    return [Slice(top_A + (index + 0.5) * thickness_A, tuple(entries)) for index, entries in groups.items()]


def spread(yx: torch.Tensor, snapshot: torch.Tensor, n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Where atoms go on a batch of periodic n by n grids: flat pixel indices and whole-number weights, [atoms * 16].

    The weights are cubic B-splines around each atom (M. Unser, IEEE Signal Processing Magazine 16, 22 (1999)) in
    units of 2^-22.
    """
    base = torch.floor(yx)
    t = (yx - base).unsqueeze(-1)  # [atom, axis, 1]
    weights = torch.cat([(1 - t) ** 3, (3 * t - 6) * t**2 + 4, ((3 - 3 * t) * t + 3) * t + 1, t**3], dim=-1) / 6
    index = (base.long().unsqueeze(-1) + torch.arange(-1, 3, device=yx.device)) % n  # [atom, axis, 4]
    product = weights[:, 0, :, None] * weights[:, 1, None, :] * _UNIT
    rows = snapshot[:, None] * n**2 + index[:, 0] * n
    pixels = rows[:, :, None] + index[:, 1, None, :]
    return pixels.reshape(-1), torch.round(product).to(torch.int32).reshape(-1)


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
        for number, yx, snapshot in part.entries:
            self._sum.zero_()
            self._sum.index_add_(0, *spread(yx, snapshot, n))
            density = self._sum.view(self.batch, n, n).to(self.grid.dtype)
            spectrum = torch.fft.rfft(density, dim=-1)[..., : self.columns]
            spectrum = torch.fft.fft(spectrum, dim=-2).mul_(self.factors[number])
            total = spectrum if total is None else total.add_(spectrum)
        if total is None:
            return torch.zeros((self.batch, n, n), dtype=self.grid.dtype, device=self.grid.device)
        return torch.fft.irfft(torch.fft.ifft(total, dim=-2), n=n, dim=-1)
