"""Exit waves: our engine against abTEM, against itself in double precision, and against how the work is cut."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hrtem_transfer.simulation.imaging import Microscope
from hrtem_transfer.simulation.multislice.engine import ExitWaves, exit_waves, torch_engine
from hrtem_transfer.simulation.multislice.grid import Grid
from hrtem_transfer.simulation.structures import build
from hrtem_transfer.simulation.thermal import displaced
from hrtem_transfer.study.config.schema import Thermal
from hrtem_transfer.study.seeds import stream
from tests.simulation_helpers import domain, recipe, simulation, specimen

CPU = torch.device("cpu")


def waves(dtype: torch.dtype = torch.float32, name: str = "CdSe", **changes) -> ExitWaves:
    wanted = recipe(name, **changes)
    return exit_waves(
        build(wanted, "train", 0), wanted.simulation, wanted.thermal, stream(1, "phonons", "test"), CPU, dtype
    )


def image(found: np.ndarray) -> np.ndarray:
    condition = domain(recipe()).condition
    microscope = Microscope(found.shape[-1], 32.0 / found.shape[-1], 300.0, condition, CPU)
    return microscope.intensity(torch.as_tensor(found), 90.0).numpy()


@pytest.mark.parametrize("name", ["CdSe", "Ag"])
def test_images_are_abtems(name: str) -> None:
    settings = {"sampling_A": 0.1, "slice_thickness_A": 1.0, "frozen_phonons": 1}
    ours = waves(name=name, **settings)
    theirs = waves(name=name, engine="abtem", **settings)
    for part in ("specimen", "particles"):
        found, reference = image(getattr(ours, part)), image(getattr(theirs, part))
        # What remains is abTEM's approximate correction for its bilinear deltas, which fades with the pixel size.
        assert np.linalg.norm(found - reference) < 0.01 * np.linalg.norm(reference)


def test_agreement_with_abtem_improves_with_the_pixels() -> None:
    differences = []
    for sampling in (0.2, 0.1, 0.05):
        settings = {"sampling_A": sampling, "slice_thickness_A": 2.0, "frozen_phonons": 1, "cell_nm": 3.2}
        ours, theirs = (image(waves(engine=engine, **settings).particles) for engine in ("torch", "abtem"))
        differences.append(np.linalg.norm(ours - theirs) / np.linalg.norm(theirs - 1))
    assert differences[0] > 2 * differences[1] > 4 * differences[2]
    assert differences[2] < 0.02


def test_single_precision_against_double() -> None:
    single, double = (waves(dtype) for dtype in (torch.float32, torch.float64))
    assert np.linalg.norm(single.specimen - double.specimen) < 1e-5 * np.linalg.norm(double.specimen)


def test_intensity_is_conserved_on_average() -> None:
    found = waves(sampling_A=0.1)
    for part in (found.specimen, found.particles):
        assert (np.abs(part) ** 2).mean() == pytest.approx(1.0, abs=0.005)


def test_same_stream_same_waves_and_first_phonons_do_not_depend_on_their_number() -> None:
    two, again, three = waves(), waves(), waves(frozen_phonons=3)
    assert np.array_equal(two.specimen, again.specimen)
    assert np.array_equal(two.specimen, three.specimen[:2])
    assert not np.array_equal(two.specimen[0], two.specimen[1])


def test_thermal_motion_is_the_recipes() -> None:
    still, moving = (waves(thermal=Thermal(displacement_A=size)).specimen for size in (0.0, 0.1))
    assert np.array_equal(still[0], still[1])
    assert not np.array_equal(moving[0], moving[1])
    by_element = waves(thermal=Thermal(model="debye_waller")).specimen
    assert not np.allclose(by_element, moving, atol=1e-3)


def test_batch_of_phonons_is_the_same_as_one_by_one() -> None:
    wanted = recipe()
    atoms = build(wanted, "train", 0)
    rng = stream(1, "phonons", "test")
    snapshots = [displaced(atoms.numbers, atoms.positions_A, wanted.thermal, rng) for _ in range(2)]
    engine = torch_engine(atoms, wanted.simulation, Grid(atoms.cell_A, 160, 300.0))
    together = engine(snapshots)[0]
    alone = torch.cat([engine([snapshot])[0] for snapshot in snapshots])
    assert torch.allclose(together, alone, atol=2e-6)


def test_particles_wave_does_not_know_the_substrate() -> None:
    wanted = recipe()
    atoms = build(wanted, "train", 0)
    first = atoms.n_particle_atoms
    bare = specimen(list(atoms.numbers[:first]), atoms.positions_A[:first], atoms.cell_A, atoms.surface_A)
    snapshot = displaced(atoms.numbers, atoms.positions_A, wanted.thermal, np.random.default_rng(0))
    settings = wanted.simulation
    full = torch_engine(atoms, settings, Grid(atoms.cell_A, 160, 300.0))([snapshot])
    vacuum = torch_engine(bare, settings, Grid(bare.cell_A, 160, 300.0))([snapshot[:first]])
    assert torch.equal(full[1], vacuum[0])
    assert torch.equal(vacuum[0], vacuum[1])
    assert not torch.allclose(full[0], full[1], atol=1e-2)


def test_an_atom_shifted_by_whole_pixels_shifts_the_wave() -> None:
    settings = simulation(frozen_phonons=1, sampling_A=0.2)
    engine_waves = []
    for x, y in ((10.0, 10.0), (14.0, 12.0)):
        atom = specimen([47], [[x, y, 3.0]], 32.0, 4.0)
        engine = torch_engine(atom, settings, Grid(32.0, 160, 300.0, dtype=torch.float64))
        engine_waves.append(engine([atom.positions_A])[0][0])
    assert torch.allclose(engine_waves[0].roll((10, 20), dims=(0, 1)), engine_waves[1], atol=1e-9)


def test_exit_waves_are_kept_at_their_own_sampling() -> None:
    found = waves(sampling_A=0.1, exit_wave_sampling_A=0.2)
    assert found.specimen.shape == (2, 160, 160)
    assert found.specimen.dtype == np.complex64


def test_sampling_must_divide_the_cell() -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        waves(sampling_A=0.19)
