import numpy as np

from hrtem_transfer.simulation.multislice.abtem_engine import multislice, waves_of_snapshot
from tests.simulation_helpers import simulation, specimen


def test_far_from_an_atom_the_wave_is_the_incident_one() -> None:
    wave = multislice(np.array([6]), np.array([[5.0, 5.0, 4.0]]), 32.0, 8.0, 160, simulation())
    assert wave.shape == (160, 160)
    assert abs(np.abs(wave[100:, 100:]).mean() - 1) < 1e-2


def test_orientation_of_the_array_is_y_x() -> None:
    wave = multislice(np.array([47]), np.array([[6.0, 20.0, 1.0]]), 32.0, 2.0, 160, simulation())
    row, column = np.unravel_index(np.abs(np.angle(wave)).argmax(), wave.shape)
    assert (row, column) == (100, 30)


def test_waves_are_referred_to_the_plane_of_rest() -> None:
    # The same atom in a deeper cell: more free propagation, which the reference plane takes back.
    shallow = specimen([47], [[16.0, 16.0, 3.0]], 32.0, 4.0, depth_A=4.0)
    deep = specimen([47], [[16.0, 16.0, 3.0]], 32.0, 4.0, depth_A=40.0)
    waves = [waves_of_snapshot(atom, atom.positions_A, simulation())[0] for atom in (shallow, deep)]
    # Compared inside the band: abTEM's band limit has a soft edge, which acts once per slice.
    k = np.fft.fftfreq(160, 0.2)
    inside = np.hypot(k[:, None], k[None]) < 1.3
    shallow_k, deep_k = (np.fft.fft2(wave - 1) * inside for wave in waves)
    assert np.linalg.norm(shallow_k - deep_k) < 1e-3 * np.linalg.norm(shallow_k)


def test_results_do_not_change_from_call_to_call() -> None:
    atom = specimen([47, 6], [[16.0, 16.0, 3.0], [9.0, 9.0, 1.0]], 32.0, 4.0)
    first, second = (waves_of_snapshot(atom, atom.positions_A, simulation())[0] for _ in range(2))
    assert np.array_equal(first, second)
