import pytest
import torch

from hrtem_transfer.jobs import epoch_checkpoint
from hrtem_transfer.learning import unet
from hrtem_transfer.learning.fitting import Fit


class Killed(Exception):  # noqa: N818
    pass


def make_fit(learning, freeze: str, micro_batch: int | None = None) -> Fit:
    train, validation = learning.resident_set(5, 0), learning.resident_set(4, 1)
    model = unet.build(learning.NETWORK, 3)
    return Fit(model, learning.training(epochs=4), 3e-3, freeze, train, validation, 5, micro_batch=micro_batch)


def killed_after(epoch: int, path, learning, freeze: str) -> None:
    def after_epoch(fit: Fit) -> None:
        epoch_checkpoint.save(path, fit, "settings")
        if len(fit.state.history) == epoch:
            raise Killed

    with pytest.raises(Killed):
        make_fit(learning, freeze).run(after_epoch)


@pytest.mark.parametrize("freeze", ["none", "encoder", "decoder"])
@pytest.mark.parametrize("epoch", [1, 3])
def test_a_resumed_training_equals_an_undisturbed_one_bit_by_bit(learning, tmp_path, freeze, epoch):
    undisturbed = make_fit(learning, freeze)
    expected = undisturbed.run(lambda _: None)
    path = tmp_path / "unfinished.safetensors"
    killed_after(epoch, path, learning, freeze)
    resumed = make_fit(learning, freeze)
    assert epoch_checkpoint.restore(path, resumed, "settings", learning.quiet)
    assert len(resumed.state.history) == epoch
    state = resumed.run(lambda _: None)
    assert state.best_epoch == expected.best_epoch
    assert [e.train_loss for e in state.history] == [e.train_loss for e in expected.history]
    assert [e.validation_loss for e in state.history] == [e.validation_loss for e in expected.history]
    assert all(torch.equal(state.best[name], expected.best[name]) for name in expected.best)
    final = undisturbed.model.state_dict()
    assert all(torch.equal(tensor, final[name]) for name, tensor in resumed.model.state_dict().items())


def test_without_a_file_training_starts_at_the_beginning(learning, tmp_path):
    fit = make_fit(learning, "none")
    assert not epoch_checkpoint.restore(tmp_path / "x.safetensors", fit, "settings", learning.quiet)
    assert not fit.state.history


@pytest.mark.parametrize("damage", ["cut off", "flipped", "settings"])
def test_a_file_that_cannot_be_used_is_removed_with_a_notice(learning, tmp_path, damage):
    path, lines = tmp_path / "unfinished.safetensors", []
    killed_after(1, path, learning, "none")
    whole = bytearray(path.read_bytes())
    if damage == "cut off":
        path.write_bytes(whole[: len(whole) // 2])
    if damage == "flipped":
        whole[-1] ^= 1
        path.write_bytes(whole)
    fit = make_fit(learning, "none")
    before = {name: tensor.clone() for name, tensor in fit.model.state_dict().items()}
    assert not epoch_checkpoint.restore(path, fit, "other" if damage == "settings" else "settings", lines.append)
    assert not path.exists()
    assert str(path) in lines[0]
    assert "starts from its first epoch" in lines[0]
    assert all(torch.equal(tensor, before[name]) for name, tensor in fit.model.state_dict().items())


def test_a_training_with_another_micro_batch_does_not_go_on_from_it(learning, tmp_path):
    path = tmp_path / "unfinished.safetensors"
    killed_after(1, path, learning, "none")
    assert not epoch_checkpoint.restore(path, make_fit(learning, "none", 4), "settings", learning.quiet)
    assert not path.exists()
