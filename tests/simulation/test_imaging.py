"""Contrast transfer against abTEM and against formulas, focal spread, counts."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
import torch
from scipy.stats import chisquare, poisson

from hrtem_transfer.simulation.imaging import (
    Microscope,
    counts,
    focal_nodes,
    middle,
    temporal_envelope,
    wave_plane_c10_A,
)
from hrtem_transfer.study.config.imaging import Imaging
from hrtem_transfer.study.config.optics import focal_nodes_needed, wavelength_A

CPU = torch.device("cpu")
N, SAMPLING = 128, 0.2


def imaging(**changes) -> Imaging:
    spread = {} if "focal_spread_std_A" in changes else {"focal_spread_A": 0.0}
    return Imaging.model_validate({"defocus_jitter_nm": 0.0} | spread | changes)


def microscope(**changes) -> Microscope:
    return Microscope(N, SAMPLING, 300.0, imaging(**changes), CPU)


def abtem_ctf(**parameters) -> np.ndarray:
    import abtem

    with abtem.config.set({"precision": "float64"}), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ctf = abtem.CTF(energy=300e3, **parameters)
        ctf.grid.match(abtem.PlaneWave(energy=300e3, gpts=N, sampling=SAMPLING))
        k = np.fft.fftfreq(N, SAMPLING)
        alpha = np.hypot(k[:, None], k[None, :]) * wavelength_A(300.0)
        phi = np.broadcast_to(np.arctan2(k[:, None], k[None, :]), alpha.shape)
        return np.asarray(ctf._evaluate_from_angular_grid(alpha, phi)).reshape(N, N)


@pytest.mark.parametrize(
    ("ours", "theirs", "c10_A"),
    [
        ({}, {"defocus": 100.0}, -100.0),
        ({}, {"C10": 250.0}, 250.0),
        ({"spherical_aberration_mm": 0.05}, {"defocus": 120.0, "Cs": 5e5}, -120.0),
        (
            {"astigmatism_nm": 5.0, "astigmatism_angle_deg": 30.0},
            {"C10": 100.0, "C12": 50.0, "phi12": math.radians(30.0)},
            100.0,
        ),
        ({"focal_spread_A": 10.0, "focal_spread_nodes": 0}, {"C10": 100.0, "focal_spread": 10.0}, 100.0),
        ({"focal_spread_std_A": 10.0, "focal_spread_nodes": 0}, {"focal_spread": 10.0 * math.sqrt(2)}, 0.0),
    ],
)
def test_transfer_function_is_abtems(ours: dict, theirs: dict, c10_A: float) -> None:
    found = microscope(**ours).transfer_function(c10_A)
    assert np.abs(found - abtem_ctf(**theirs)).max() < 1e-5


def test_zeros_of_the_phase_contrast() -> None:
    # sin chi vanishes where lambda k^2 C10 is a whole number (no spherical aberration).
    c10_A = 1000.0
    k = np.fft.fftfreq(N, SAMPLING)[: N // 2]
    contrast = -microscope().transfer_function(c10_A)[0, : N // 2].imag
    crossings = np.flatnonzero(np.diff(np.sign(contrast[1:20]))) + 1
    for found, order in zip(crossings, range(1, 4), strict=False):
        zero = math.sqrt(order / (wavelength_A(300.0) * c10_A))
        assert k[found] <= zero <= k[found + 1]
    assert len(crossings) >= 3


def test_scherzer_focus() -> None:
    # At Scherzer underfocus sqrt(4/3 Cs lambda) the phase has its flat part, chi = -2 pi / 3, at its least value.
    cs_A, wavelength = 1.2e7, wavelength_A(300.0)
    scherzer_A = math.sqrt(4 / 3 * cs_A * wavelength)
    ctf = microscope(spherical_aberration_mm=1.2).transfer_function(-scherzer_A)
    chi = -np.unwrap(np.angle(ctf[0, :14]))  # up to 0.5 / A; beyond, it turns faster than the grid follows
    assert chi.min() == pytest.approx(-2 * math.pi / 3, rel=0.03)


def test_aperture_lets_through_a_disc() -> None:
    passed = np.abs(microscope(aperture_mrad=20.0).transfer_function(0.0)) > 0
    k = np.fft.fftfreq(N, SAMPLING)
    assert np.array_equal(passed, 1e3 * np.hypot(k[:, None], k[None]) * wavelength_A(300.0) <= 20.0)


def weak_object(seed: int = 0, strength: float = 0.01) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    k = np.fft.fftfreq(N, SAMPLING)
    smooth = np.exp(-((np.hypot(k[:, None], k[None]) / 0.8) ** 2))
    phase = np.fft.ifft2(np.fft.fft2(rng.normal(size=(N, N))) * smooth).real
    return torch.as_tensor(np.exp(1j * strength * phase / phase.std())).to(torch.complex64)[None]


def test_weak_object_has_contrast_2_sin_chi() -> None:
    # psi = 1 + i phi, CTF = exp(-i chi): the image is 1 + 2 phi sin chi in Fourier space, sin chi = -Im CTF.
    wave = weak_object()
    phase = torch.angle(wave[0]).numpy()
    image = microscope().intensity(wave, 80.0).numpy() - 1
    linear = 2 * np.fft.ifft2(np.fft.fft2(phase) * -microscope().transfer_function(80.0).imag).real
    assert np.linalg.norm(image - linear) < 0.05 * np.linalg.norm(linear)


def test_quasi_coherent_and_explicit_series_agree_for_weak_objects_only() -> None:
    def difference(strength: float) -> float:
        wave = weak_object(strength=strength)
        series, envelope = (
            microscope(focal_spread_std_A=10.0, focal_spread_nodes=nodes).intensity(wave, 80.0) for nodes in (15, 0)
        )
        return float(torch.linalg.norm(series - envelope) / torch.linalg.norm(series - series.mean()))

    assert difference(0.01) < 0.02
    assert difference(1.0) > 5 * difference(0.01)


def test_explicit_series_is_the_mean_over_focus() -> None:
    wave = weak_object(strength=0.5)
    reference = torch.zeros(N, N)
    offsets = np.linspace(-50, 50, 101)
    weights = np.exp(-0.5 * (offsets / 10.0) ** 2)
    for offset, weight in zip(offsets, weights / weights.sum(), strict=True):
        reference += float(weight) * microscope().intensity(wave, 80.0 + offset)
    contrast = torch.linalg.norm(reference - reference.mean())
    for nodes, tolerance in ((5, 0.02), (7, 0.005), (31, 1e-4)):
        found = microscope(focal_spread_std_A=10.0, focal_spread_nodes=nodes).intensity(wave, 80.0)
        assert torch.linalg.norm(found - reference) < tolerance * contrast


BAND_PER_A = 2.5


@pytest.mark.parametrize("spread_std_A", [0.0, 1.0, 7.07, 20.0, 60.0, 100.0])
def test_the_nodes_of_a_spread_carry_its_envelope_over_the_whole_band(spread_std_A: float) -> None:
    k = np.linspace(0.0, BAND_PER_A, 400)
    nodes = focal_nodes_needed(spread_std_A, wavelength_A(300.0), BAND_PER_A)
    offsets, weights = focal_nodes(spread_std_A, nodes, wavelength_A(300.0), BAND_PER_A)
    series = np.cos(math.pi * wavelength_A(300.0) * offsets * k[:, None] ** 2) @ weights
    # 1 % of a Gaussian lies beyond 2.5 standard deviations, and its first copy stays as far beyond the band.
    assert np.abs(series - temporal_envelope(k, spread_std_A, 300.0)).max() < 0.05


@pytest.mark.parametrize("spread_std_A", [1.0, 7.07, 30.0, 100.0])
@pytest.mark.parametrize("aperture_mrad", [None, 20.0])
def test_as_many_nodes_as_the_spread_needs(spread_std_A: float, aperture_mrad: float | None) -> None:
    # Against a series that is finer than any band asks for: below 0.2 % of an image with a specimen's contrast (a
    # fifth), with hardly a node too many.
    wave = weak_object(strength=0.15)
    settings = {"focal_spread_std_A": spread_std_A, "aperture_mrad": aperture_mrad}
    automatic, fine = (microscope(**settings, focal_spread_nodes=n).intensity(wave, 80.0) for n in (None, 99))
    error = torch.linalg.norm(automatic - fine)
    assert error < 2e-3 * torch.linalg.norm(fine)
    used = len(microscope(**settings).weights)
    assert used <= 34
    too_few = microscope(**settings, focal_spread_nodes=max(2, used // 2)).intensity(wave, 80.0)
    assert torch.linalg.norm(too_few - fine) > 2 * error


def test_an_aperture_spares_nodes() -> None:
    numbers = [len(microscope(focal_spread_A=60.0, aperture_mrad=mrad).weights) for mrad in (None, 20.0, 10.0)]
    assert numbers[0] > numbers[1] > numbers[2] > 1


def test_nodes_carry_the_moments_of_a_gaussian() -> None:
    offsets, weights = focal_nodes(10.0, 15, wavelength_A(300.0), BAND_PER_A)
    assert weights.sum() == pytest.approx(1)
    assert (weights * offsets).sum() == pytest.approx(0, abs=1e-9)
    assert (weights * offsets**2).sum() == pytest.approx(100, rel=0.01)
    assert (weights * offsets**4).sum() == pytest.approx(3e4, rel=0.03)
    assert focal_nodes(0.0, 7, wavelength_A(300.0), BAND_PER_A)[0].tolist() == [0.0]


def test_both_conventions_of_the_focal_spread_meet() -> None:
    wave = weak_object(strength=0.5)
    width, deviation, other = (
        microscope(**spread).intensity(wave, 80.0)
        for spread in (
            {"focal_spread_A": 10.0},
            {"focal_spread_std_A": 10.0 / math.sqrt(2)},
            {"focal_spread_std_A": 10.0},
        )
    )
    assert torch.allclose(width, deviation, atol=1e-6)
    assert other.std() < width.std()


def test_configured_defocus_counts_from_zero_focus() -> None:
    assert wave_plane_c10_A(-10.0, -23.4) == pytest.approx(-123.4)
    assert wave_plane_c10_A(10.0, -23.4) == pytest.approx(76.6)


def test_snapshots_add_up_incoherently() -> None:
    waves = torch.cat([weak_object(1, 0.5), weak_object(2, 0.5)])
    both = microscope().intensity(waves, 50.0)
    single = [microscope().intensity(waves[i : i + 1], 50.0) for i in (0, 1)]
    assert torch.allclose(both, (single[0] + single[1]) / 2, atol=1e-6)


@pytest.mark.parametrize("dose", [30.0, 400.0])
def test_counts_are_poisson(dose: float) -> None:
    drawn = counts(np.full((400, 400), 0.9), dose, 0.2, np.random.default_rng(0))
    mean = 0.9 * dose * 0.04
    assert drawn.mean() == pytest.approx(mean, rel=0.01)
    assert drawn.var() == pytest.approx(mean, rel=0.02)
    edge = int(mean + 3 * math.sqrt(mean)) + 1
    observed = np.bincount(np.minimum(drawn.ravel(), edge), minlength=edge + 1)
    expected = drawn.size * np.append(poisson.pmf(np.arange(edge), mean), poisson.sf(edge - 1, mean))
    used = expected > 20
    assert chisquare(observed[used], expected[used] * observed[used].sum() / expected[used].sum()).pvalue > 1e-4


def test_middle() -> None:
    image = np.arange(49).reshape(7, 7)
    assert middle(image, 3).tolist() == [[16, 17, 18], [23, 24, 25], [30, 31, 32]]
    with pytest.raises(ValueError, match="images of 9 pixels cannot be cut from 7 x 7"):
        middle(image, 9)
