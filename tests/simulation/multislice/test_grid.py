import numpy as np
import pytest
import torch

from hrtem_transfer.simulation.multislice.grid import Grid, crop_frequencies, whole_pixels


def test_whole_pixels() -> None:
    assert whole_pixels(128.0, 0.2) == 640
    assert whole_pixels(128.0, 0.13333) == 960
    with pytest.raises(ValueError, match=r"sampling of 0.19 A divides a cell of 128 A into 673.684 pixels.*0.189911 A"):
        whole_pixels(128.0, 0.19)


def test_band_limit_is_two_thirds_of_nyquist() -> None:
    grid = Grid(20.0, 120, 300.0)
    assert grid.cutoff_per_A == pytest.approx(2.0)
    inside = grid.propagator(3.0).abs() > 0
    assert np.array_equal(inside.numpy(), grid.band())
    # Half of the square's points lie in the circle of two thirds: pi (1/3)^2.
    assert grid.band().mean() == pytest.approx(np.pi / 9, rel=0.02)


def test_propagation_there_and_back_is_nothing() -> None:
    grid = Grid(20.0, 64, 300.0, dtype=torch.float64)
    product = grid.propagator(7.0) * grid.propagator(-7.0)
    assert torch.allclose(product.real, torch.as_tensor(grid.band(), dtype=torch.float64))
    assert torch.allclose(grid.propagator(3.0) * grid.propagator(4.0), grid.propagator(7.0))


@pytest.mark.parametrize(("old", "new"), [(48, 32), (48, 31), (47, 32), (45, 45), (64, 30)])
def test_cropping_samples_the_same_function(old: int, new: int) -> None:
    rng = np.random.default_rng(0)
    modes = [(int(u), int(v), rng.normal() + 1j * rng.normal()) for u, v in rng.integers(-9, 10, (12, 2))]

    def sampled(n: int) -> torch.Tensor:
        y, x = np.meshgrid(np.arange(n) / n, np.arange(n) / n, indexing="ij")
        return torch.as_tensor(sum(a * np.exp(2j * np.pi * (u * y + v * x)) for u, v, a in modes))

    cropped = torch.fft.ifft2(crop_frequencies(torch.fft.fft2(sampled(old)), new))
    assert torch.allclose(cropped, sampled(new))


def test_cropping_refuses_to_enlarge() -> None:
    with pytest.raises(ValueError, match="32 pixels cannot be cropped to 48"):
        crop_frequencies(torch.zeros(32, 32), 48)


def test_coarse_propagator_is_round() -> None:
    grid = Grid(20.0, 120, 300.0)
    kept = grid.coarse_propagator(0.0, 50).abs().numpy() > 0
    k = np.fft.fftfreq(50, 0.4)
    assert np.array_equal(kept, np.hypot(k[:, None], k[None]) < 1.25)
