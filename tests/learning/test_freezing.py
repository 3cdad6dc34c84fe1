import pytest
import torch

from hrtem_transfer.learning import freezing, unet
from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES, FreezeMode
from hrtem_transfer.study.config.schema import Network

ENCODER, DECODER = ("encoder.",), ("decoder.", "segmentation_head.")


def model() -> torch.nn.Module:
    return unet.build(Network(encoder="tu-test_resnet", encoder_depth=3, decoder_channels=[8, 8, 8]), 0)


@pytest.mark.parametrize(("part", "frozen"), [("none", ()), ("encoder", ENCODER), ("decoder", DECODER)])
def test_only_the_frozen_part_has_no_gradient_and_stays_in_evaluation_mode(part, frozen):
    network = model()
    freezing.freeze(network, part)
    network.train()
    for name, parameter in network.named_parameters():
        assert parameter.requires_grad != name.startswith(frozen)
    for name, module in network.named_modules():
        if isinstance(module, torch.nn.modules.batchnorm._NormBase):
            assert module.training != name.startswith(frozen)


@pytest.mark.parametrize(("part", "frozen"), [("encoder", ENCODER), ("decoder", DECODER)])
def test_a_training_step_changes_no_frozen_tensor_or_statistic_by_a_bit(part, frozen):
    network = model()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    freezing.freeze(network, part)
    network.train()
    optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=0.1, weight_decay=0.1)
    network(torch.randn(2, 1, 32, 32)).square().mean().backward()
    optimizer.step()
    after = network.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert not any(name.startswith(frozen) for name in changed)
    assert any(name.endswith("running_mean") for name in changed)


@pytest.mark.parametrize("part", ["none", "encoder", "decoder"])
def test_trained_tensors_are_those_of_the_other_part(part):
    network = model()
    trained = freezing.trained_tensors(network, part)
    frozen = {"none": (), "encoder": ENCODER, "decoder": DECODER}[part]
    assert set(trained) == {name for name in network.state_dict() if not name.startswith(frozen)}


def test_an_unknown_part_is_refused():
    with pytest.raises(ValueError, match=r"'head' is not known\. Allowed: none, encoder, decoder"):
        freezing.freeze(model(), "head")


def test_a_module_that_the_network_lacks_is_named(monkeypatch):
    monkeypatch.setitem(FREEZE_MODES, "neck", FreezeMode("neck", ("neck",), 1.0))
    with pytest.raises(ValueError, match=r"'neck': this network has no module 'neck'"):
        freezing.freeze(model(), "neck")
