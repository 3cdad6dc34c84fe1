import pytest
import torch

from hrtem_transfer.learning import feature_cache, fitting, unet


def fit(learning, *, use_cache: bool, precision: str = "float32", images: int = 5) -> fitting.Fit:
    """A decoder's training over three epochs, the last batch of each being smaller."""
    model = unet.build(learning.NETWORK, 3)
    return fitting.Fit(
        model,
        learning.training(epochs=3, batch_size=7, precision=precision),
        1e-2,
        "encoder",
        learning.resident_set(images, 0),
        learning.resident_set(4, 1),
        seed=5,
        use_cache=use_cache,
    )


def test_weights_and_losses_are_the_same_bits_with_and_without_the_cache(learning):
    cached, plain = fit(learning, use_cache=True), fit(learning, use_cache=False)
    assert cached.caches["train"].active
    assert not plain.caches
    with_cache, without = cached.run(lambda _: None), plain.run(lambda _: None)
    assert [e.train_loss for e in with_cache.history] == [e.train_loss for e in without.history]
    assert [e.validation_loss for e in with_cache.history] == [e.validation_loss for e in without.history]
    assert with_cache.best.keys() == without.best.keys()
    assert all(torch.equal(with_cache.best[name], without.best[name]) for name in without.best)


def test_the_encoder_runs_once_per_image_and_symmetry(learning):
    cached = fit(learning, use_cache=True)
    seen = []
    cached.model.encoder.register_forward_pre_hook(lambda _, inputs: seen.append(len(inputs[0])))
    cached.run(lambda _: None)
    assert sum(seen) == 5 * 8 + 4


def test_beyond_its_limit_nothing_is_kept_and_training_goes_on(learning, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feature_cache, "CPU_LIMIT_BYTES", 1000)
    cached = fit(learning, use_cache=True)
    assert not cached.caches["train"].active
    assert len(cached.run(lambda _: None).history) == 3


@pytest.mark.parametrize("freeze", ["none", "decoder"])
def test_there_is_no_cache_for_an_encoder_that_learns(learning, freeze):
    model = unet.build(learning.NETWORK, 3)
    images = learning.resident_set(2, 0)
    assert not fitting.Fit(model, learning.training(), 1e-3, freeze, images, images, 0).caches
