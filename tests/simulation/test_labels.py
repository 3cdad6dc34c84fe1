import math

import numpy as np
import pytest
import torch

from hrtem_transfer.simulation.labels import mask, mean_phase
from hrtem_transfer.study.recipes import LabelRecipe


def labels(**changes) -> LabelRecipe:
    values = {"phase_threshold_rad": math.pi / 16, "order": "threshold_then_smooth", "cut": 0.5, "smooth_A": 1.6}
    return LabelRecipe.model_validate(values | changes)


def disc(radius: float, centre: tuple[float, float] = (64, 64), height: float = 1.0) -> np.ndarray:
    y, x = np.mgrid[:128, :128]
    return np.where(np.hypot(y - centre[0], x - centre[1]) <= radius, height, 0.0)


@pytest.mark.parametrize("order", ["threshold_then_smooth", "smooth_then_threshold"])
def test_a_disc_is_found_again(order: str) -> None:
    found = mask(disc(30, height=0.4), 0.2, labels(order=order))
    assert found.dtype == np.uint8
    assert set(np.unique(found)) == {0, 1}
    assert (found <= disc(31)).all()
    # Smoothing by sigma draws the half-height contour of a disc in by sigma^2 / 2 R.
    assert math.sqrt(found.sum() / math.pi) == pytest.approx(30 - 8**2 / 60, abs=0.4)


def test_lower_cut_gives_larger_masks() -> None:
    sizes = [mask(disc(40), 0.2, labels(cut=cut)).sum() for cut in (0.7, 0.5, 0.3, 0.1)]
    assert sizes == sorted(sizes)
    # A straight edge smoothed by sigma has the level 0.1 at 1.28 sigma beyond it; less the disc's sigma^2 / 2 R.
    assert math.sqrt(sizes[-1] / math.pi) == pytest.approx(40 + 1.28 * 8 - 8**2 / 80, abs=0.5)


def test_threshold() -> None:
    assert mask(disc(20, height=0.19), 0.2, labels()).sum() == 0
    assert mask(disc(20, height=0.20), 0.2, labels()).sum() > 0
    assert mask(disc(20, height=0.19), 0.2, labels(order="smooth_then_threshold")).sum() == 0


def test_masks_are_periodic_like_the_cell() -> None:
    middle = mask(disc(20), 0.2, labels(cut=0.1))
    shifted = mask(np.roll(disc(20), (64, 64), axis=(0, 1)), 0.2, labels(cut=0.1))
    assert np.array_equal(np.roll(middle, (64, 64), axis=(0, 1)), shifted)


def test_mean_phase_undoes_free_propagation_and_averages_waves() -> None:
    from hrtem_transfer.simulation.multislice.grid import Grid
    from hrtem_transfer.simulation.multislice.propagation import wave_at

    y, x = np.mgrid[:128, :128] / 128
    phase = 0.3 * np.sin(4 * np.pi * x) * np.cos(6 * np.pi * y)
    wave = torch.as_tensor(np.exp(1j * phase))[None]
    grid = Grid(25.6, 128, 300.0, dtype=torch.float64)
    downstream = wave_at(torch.fft.fft2(wave), 30.0, grid, 128)
    assert np.allclose(mean_phase(downstream, -30.0, 0.2, 300.0), phase, atol=1e-6)
    both = torch.cat([wave, wave.conj()])
    assert np.allclose(mean_phase(both, 0.0, 0.2, 300.0), 0.0, atol=1e-6)
