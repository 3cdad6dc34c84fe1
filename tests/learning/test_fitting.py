import math
import shutil

import pytest
import torch

from hrtem_transfer.learning import fitting, losses, unet
from hrtem_transfer.learning.fitting import Fit
from hrtem_transfer.learning.resident_images import ResidentImages
from hrtem_transfer.study import seeds
from hrtem_transfer.study.config.schema import Network

ENCODER, DECODER = ("encoder.",), ("decoder.", "segmentation_head.")


def make_fit(learning, freeze="none", seed=5, images=6, micro_batch=None, **training) -> Fit:
    model = unet.build(learning.NETWORK, 3)
    px = learning.PX
    train, validation = learning.resident_set(images, 0, px), learning.resident_set(4, 1, px)
    return Fit(model, learning.training(**training), 3e-3, freeze, train, validation, seed, micro_batch=micro_batch)


def run(fit: Fit) -> fitting.State:
    return fit.run(lambda _: None)


@pytest.mark.parametrize(("part", "frozen"), [("encoder", ENCODER), ("decoder", DECODER)])
def test_frozen_tensors_and_statistics_are_bit_equal_after_training(learning, part, frozen):
    fit = make_fit(learning, part, epochs=3)
    before = {name: tensor.clone() for name, tensor in fit.model.state_dict().items()}
    run(fit)
    changed = {name for name, tensor in fit.model.state_dict().items() if not torch.equal(tensor, before[name])}
    assert changed == {name for name in before if not name.startswith(frozen)}


def test_the_same_seed_gives_the_same_weights_and_another_one_does_not(learning):
    first, again, other = (run(make_fit(learning, seed=seed)) for seed in (5, 5, 6))
    assert all(torch.equal(first.best[name], again.best[name]) for name in first.best)
    assert [e.train_loss for e in first.history] == [e.train_loss for e in again.history]
    assert any(not torch.equal(first.best[name], other.best[name]) for name in first.best)


@pytest.mark.parametrize("loss", sorted(losses.LOSSES))
def test_a_perfect_predictor_has_loss_zero(learning, loss):
    class Oracle(torch.nn.Module):
        """Knows that these images are their labels, as 1 and -1."""

        def __init__(self) -> None:
            super().__init__()
            self.gain = torch.nn.Parameter(torch.tensor(200.0))

        def forward(self, images):
            return torch.cat([-self.gain * images, self.gain * images], 1)

    labels = (torch.arange(64).reshape(1, 8, 8) % 2).to(torch.uint8).repeat(4, 1, 1)
    ones = torch.ones(4, 1, 1)
    images = ResidentImages(2 * labels, labels, ones, ones)
    state = run(Fit(Oracle(), learning.training(loss=loss, epochs=1), 1e-3, "none", images, images, 0))
    assert state.history[0].train_loss == 0
    assert state.history[0].validation_loss == 0


def test_an_encoder_that_drops_units_at_random_does_so_by_the_networks_seed(learning, monkeypatch):
    dropping = Network(encoder="efficientnet-b0", encoder_depth=3, decoder_channels=[8, 8, 8])
    monkeypatch.setattr(learning, "NETWORK", dropping)
    results = []
    for seed, other in ((5, 1), (5, 2), (6, 1)):
        torch.manual_seed(other)
        fit = make_fit(learning, seed=seed, epochs=1)
        before = torch.get_rng_state()
        results.append(run(fit))
        assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(tensor, results[1].best[name]) for name, tensor in results[0].best.items())
    assert results[0].history[0].train_loss != results[2].history[0].train_loss


@pytest.mark.parametrize(("encoder", "depth"), [("mit_b0", 5), ("mobilenet_v2", 4), ("tu-convnext_atto", 4)])
def test_other_encoders_train_and_keep_their_frozen_part(learning, monkeypatch, encoder, depth):
    monkeypatch.setattr(
        learning, "NETWORK", Network(encoder=encoder, encoder_depth=depth, decoder_channels=[8] * depth)
    )
    monkeypatch.setattr(learning, "PX", 64)
    for part, frozen in (("encoder", ENCODER), ("decoder", DECODER)):
        fit = make_fit(learning, part, images=1)
        before = {name: tensor.clone() for name, tensor in fit.model.state_dict().items()}
        run(fit)
        changed = {name for name, tensor in fit.model.state_dict().items() if not torch.equal(tensor, before[name])}
        assert changed
        assert not any(name.startswith(frozen) for name in changed)


def test_bfloat16_trains_with_weights_in_float32(learning):
    state = run(make_fit(learning, precision="bfloat16", epochs=4, images=8))
    assert state.history[-1].train_loss < 0.7 * state.history[0].train_loss
    assert {tensor.dtype for tensor in state.best.values()} == {torch.float32, torch.int64}


def test_each_epoch_shows_every_image_once_in_every_symmetry_in_its_own_order(learning, monkeypatch):
    shown: list[list[int]] = [[]]
    original = ResidentImages.batch

    def batch(self, index, symmetry=None):
        if symmetry is not None:
            shown[-1] += (8 * index + symmetry).tolist()
        return original(self, index, symmetry)

    monkeypatch.setattr(ResidentImages, "batch", batch)
    make_fit(learning, images=3).run(lambda _: shown.append([]))
    for epoch in (1, 2):
        assert sorted(shown[epoch - 1]) == list(range(24))
        assert shown[epoch - 1] == seeds.stream(5, "order", "", epoch).permutation(24).tolist()
    assert shown[0] != shown[1]


def test_without_augmentation_each_image_is_shown_once_as_it_is(learning, monkeypatch):
    shown = []
    original = ResidentImages.batch

    def batch(self, index, symmetry=None):
        if symmetry is not None:
            shown.extend(zip(index.tolist(), symmetry.tolist(), strict=True))
        return original(self, index, symmetry)

    monkeypatch.setattr(ResidentImages, "batch", batch)
    run(make_fit(learning, images=5, augmentation="none", batch_size=2, epochs=1))
    assert sorted(shown) == [(i, 0) for i in range(5)]


def test_the_learning_rate_decays_by_its_factor_each_epoch(learning):
    fit, used = make_fit(learning, epochs=3, learning_rate_decay=0.5), []
    state = fit.run(lambda fit: used.append(fit.optimizer.param_groups[0]["lr"]))
    assert [epoch.learning_rate for epoch in state.history] == used == [3e-3, 1.5e-3, 0.75e-3]


def test_the_kept_epoch_has_the_least_validation_loss_and_its_tensors(learning):
    seen = {}

    def remember(fit):
        seen[len(fit.state.history)] = {name: tensor.clone() for name, tensor in fit.model.state_dict().items()}

    state = make_fit(learning, epochs=6, learning_rate_decay=1.0).run(remember)
    assert state.best_epoch == min(state.history, key=lambda epoch: epoch.validation_loss).epoch
    assert all(torch.equal(tensor, seen[state.best_epoch][name]) for name, tensor in state.best.items())


def test_a_later_worse_epoch_does_not_replace_the_kept_one(learning, monkeypatch):
    fit, validation = make_fit(learning, epochs=4), iter([0.3, 0.1, 0.1, 0.2])
    monkeypatch.setattr(fit, "_validation_loss", lambda: next(validation))
    assert run(fit).best_epoch == 2


def test_training_lowers_the_loss(learning):
    history = run(make_fit(learning, epochs=6, images=8)).history
    assert history[-1].train_loss < 0.5 * history[0].train_loss


def test_gradients_of_micro_batches_add_up_to_those_of_the_batch(learning):
    gradients = []
    for micro_batch in (8, 3):
        fit = make_fit(learning, epochs=1, images=1, micro_batch=micro_batch)
        # Batch normalisation alone sees which images go together; in evaluation mode it does not.
        fit.model.train = lambda mode=True, model=fit.model: torch.nn.Module.train(model, False)
        run(fit)
        gradients.append(torch.cat([parameter.grad.flatten() for parameter in fit.model.parameters()]))
    torch.testing.assert_close(gradients[0], gradients[1], rtol=1e-3, atol=1e-6)


def test_a_loss_that_is_not_finite_ends_the_training_with_epoch_and_rate(learning):
    fit = make_fit(learning)
    with torch.no_grad():
        next(fit.model.parameters()).fill_(math.nan)
    with pytest.raises(
        fitting.LossNotFiniteError, match=r"the training loss is nan in epoch 1 \(learning rate 0\.003\)"
    ):
        run(fit)


def test_an_epoch_waits_for_the_device_at_its_end_only(learning, monkeypatch):
    waits = []

    def counted(original):
        return lambda self, *arguments: (waits.append(original.__name__), original(self, *arguments))[1]

    fit = make_fit(learning, images=8, epochs=1)
    # The optimiser's own checks look at numbers on the host.
    monkeypatch.setattr(fit.optimizer, "step", lambda: None)
    for name in ("item", "tolist", "cpu", "numpy", "__float__", "__bool__", "__int__", "__index__"):
        monkeypatch.setattr(torch.Tensor, name, counted(getattr(torch.Tensor, name)))
    run(fit)
    assert waits == ["__float__", "__float__"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a C++ compiler")
@pytest.mark.filterwarnings("ignore")
def test_a_compiled_network_learns_the_same_to_rounding(learning):
    losses_of = []
    for compiled in (False, True):
        train, validation = learning.resident_set(4, 0), learning.resident_set(4, 1)
        model = unet.build(learning.NETWORK, 3)
        fit = Fit(model, learning.training(), 3e-3, "none", train, validation, 5, compiled=compiled)
        losses_of.append([epoch.train_loss for epoch in run(fit).history])
    assert losses_of[1] == pytest.approx(losses_of[0], rel=1e-2)
