"""Which side of focus a configured defocus lies on, read from images as the study makes them.

The film lies behind the particles, so that at positive defocus (overfocus) it is nearer to focus than at negative:
its power spectrum then has fewer rings (zeros of the contrast transfer). Atoms are bright at overfocus.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hrtem_transfer.simulation.imaging import Microscope
from hrtem_transfer.simulation.render import render
from hrtem_transfer.simulation.simulate import simulate
from hrtem_transfer.simulation.structures import Specimen
from hrtem_transfer.storage.exit_wave_files import Structure
from hrtem_transfer.study.config.optics import wavelength_A
from tests.simulation_helpers import domain, recipe

CPU = torch.device("cpu")
CELL_NM, PX, SAMPLING_A = 6.4, 320, 0.2
SET = recipe("CdSe", (1.0, 1.0), thickness_nm=(2.0, 2.0), cell_nm=CELL_NM, frozen_phonons=1)


@pytest.fixture(scope="module")
def made() -> tuple[Specimen, Structure]:
    return simulate(SET, "train", 0, CPU)[:2]


def image(structure: Structure, defocus_nm: float) -> np.ndarray:
    """Counts over their mean, at a dose without visible noise, of the whole cell."""
    wanted = domain(SET, PX, defocus_nm=defocus_nm, defocus_jitter_nm=0.0, dose_e_per_A2=1e7)
    microscope = Microscope(PX, SAMPLING_A, 300.0, wanted.condition, CPU)
    counts, found_nm = render(wanted, "train", structure, microscope)
    assert found_nm == defocus_nm
    return counts / counts.mean()


def film_only(picture: np.ndarray, specimen: Specimen) -> np.ndarray:
    """The part of the periodic cell that is farthest from the particle, 4.4 nm wide."""
    x_A, y_A, _ = specimen.centres_A[0]
    corner = np.roll(picture, (-round(y_A / SAMPLING_A), -round(x_A / SAMPLING_A)), axis=(0, 1))
    edge = 220
    first = (PX - edge) // 2
    return corner[first : first + edge, first : first + edge]


def rings(film: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies in 1/A and the mean power on rings of them, of a windowed image."""
    n = len(film)
    window = np.hanning(n)[:, None] * np.hanning(n)
    power = np.abs(np.fft.fft2((film - film.mean()) * window)) ** 2
    k = np.fft.fftfreq(n, SAMPLING_A)
    ring = np.round(np.hypot(k[:, None], k) * n * SAMPLING_A).astype(int).ravel()
    mean = np.bincount(ring, power.ravel()) / np.bincount(ring)
    frequency = np.arange(len(mean)) / (n * SAMPLING_A)
    seen = (frequency > 0.25) & (frequency < 1.2)
    return frequency[seen], mean[seen]


def distance_from_focus_A(film: np.ndarray) -> float:
    """Modulus of the defocus whose rings sin^2(pi lambda k^2 C10) fit best, on a smooth fall of the logarithm."""
    k, power = rings(film)
    smooth = np.polynomial.legendre.legvander(np.interp(k, (k[0], k[-1]), (-1, 1)), 3)
    tried = np.arange(20.0, 250.0, 1.0)
    left = []
    for c10_A in tried:
        ring = np.log(np.sin(np.pi * wavelength_A(300.0) * k**2 * c10_A) ** 2 + 0.05)
        model = np.column_stack([smooth, ring])
        solution = np.linalg.lstsq(model, np.log(power), rcond=None)[0]
        left.append(np.sum((np.log(power) - model @ solution) ** 2) if solution[-1] > 0 else np.inf)
    return float(tried[int(np.argmin(left))])


@pytest.mark.parametrize("defocus_nm", [-10.0, 10.0])
def test_rings_of_the_film_tell_its_place_behind_the_particles(
    made: tuple[Specimen, Structure], defocus_nm: float
) -> None:
    specimen, structure = made
    middle_A = float(specimen.positions_A[specimen.n_particle_atoms :, 2].mean()) - specimen.surface_A
    expected_A = abs(10 * defocus_nm + structure.zero_focus_A - middle_A)
    assert distance_from_focus_A(film_only(image(structure, defocus_nm), specimen)) == pytest.approx(
        expected_A, rel=0.1
    )


def test_the_film_is_nearer_to_focus_at_positive_defocus(made: tuple[Specimen, Structure]) -> None:
    specimen, structure = made
    over, under = (distance_from_focus_A(film_only(image(structure, nm), specimen)) for nm in (10.0, -10.0))
    assert over < under - 20


def test_atoms_are_bright_at_positive_defocus_and_dark_at_negative(made: tuple[Specimen, Structure]) -> None:
    specimen, structure = made
    at_atoms = []
    for defocus_nm in (4.0, -4.0):
        picture = image(structure, defocus_nm)
        yx = np.round(specimen.positions_A[: specimen.n_particle_atoms, 1::-1] / SAMPLING_A).astype(int) % PX
        at_atoms.append(picture[yx[:, 0], yx[:, 1]].mean())
    assert at_atoms[0] > 1.02
    assert at_atoms[1] < 0.98
