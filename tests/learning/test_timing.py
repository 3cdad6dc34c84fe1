"""What is timed is the training loop of the runs, at the study's batch size and precision."""

import pytest
import torch

from hrtem_transfer.learning import fitting, timing

MEASURED = ("training", "validation", "start", "evaluation")


@pytest.fixture
def fits(monkeypatch):
    """The trainings that were timed."""
    made = []
    original = fitting.Fit.run

    def run(fit, after_epoch):
        made.append(fit)
        return original(fit, after_epoch)

    monkeypatch.setattr(fitting.Fit, "run", run)
    return made


def timed(learning, tmp_path, **other):
    world = learning.make_world(tmp_path, "a", images={"train": 1})
    settings = {"images": 6, "validation_images": 3, "device": "cpu", "threads": 1, "seconds": 60.0, **other}
    return timing.times(learning.NETWORK, learning.training(5, 4, precision="bfloat16"), world.images["a"], **settings)


def test_the_real_loop_is_timed_with_the_networks_own_batches_precision_and_images(learning, tmp_path, fits):
    times = timed(learning, tmp_path)
    assert all(getattr(times, name) > 0 for name in MEASURED)
    warm_up, last = fits
    assert len(warm_up.train) == 1  # eight copies of it are two batches
    assert (len(last.train), len(last.validation), last.training.batch_size) == (6, 3, 4)
    assert (last.dtype, last.freeze) == (torch.bfloat16, "none")
    assert len(last.state.history) == 2
    spent = sum(epoch.seconds for epoch in last.state.history)
    assert times.training * 2 * 48 + times.validation * 2 * 3 == pytest.approx(spent)
    assert times.weights_bytes == sum(t.numel() * t.element_size() for t in last.model.state_dict().values())


def test_a_slow_machine_trains_on_fewer_images_and_never_on_less_than_two_batches(learning, tmp_path, fits):
    timed(learning, tmp_path, images=60, validation_images=30, seconds=1e-9)
    assert (len(fits[-1].train), len(fits[-1].validation)) == (1, 1)
