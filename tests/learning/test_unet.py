import subprocess
import sys

import pytest
import torch

from hrtem_transfer.learning import unet
from hrtem_transfer.study.config.schema import Network

SMALL = Network(encoder="tu-test_resnet", encoder_depth=3, decoder_channels=[8, 8, 8])


def test_images_become_two_logits_per_pixel():
    assert unet.build(SMALL, 0)(torch.zeros(2, 1, 32, 32)).shape == (2, 2, 32, 32)


def test_weights_depend_on_the_seed_only():
    torch.manual_seed(5)
    first = unet.build(SMALL, 1).state_dict()
    torch.manual_seed(6)
    again, other = unet.build(SMALL, 1).state_dict(), unet.build(SMALL, 2).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_the_global_generator_is_left_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    unet.build(SMALL, 1)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_papers_network_has_its_size():
    model = unet.build(Network(encoder="resnet18"), 0)
    weights = sum(p.numel() for p in model.parameters())
    encoder = sum(p.numel() for p in model.encoder.parameters())
    assert weights == pytest.approx(14.32e6, rel=1e-3)
    assert encoder / weights == pytest.approx(0.78, abs=1e-3)


def test_an_unknown_encoder_is_named_with_its_nearest_ones():
    with pytest.raises(ValueError, match=r"network\.encoder: 'resnet81'.*resnet18"):
        unet.build(Network(encoder="resnet81"), 0)


def test_channels_that_do_not_fit_the_depth_are_refused():
    with pytest.raises(ValueError, match=r"decoder_channels has 2 entries, encoder_depth is 3"):
        unet.build(Network(encoder="tu-test_resnet", encoder_depth=3, decoder_channels=[8, 8]), 0)


def test_torchvision_without_its_compiled_part_is_no_obstacle():
    code = (
        "from hrtem_transfer.learning import unet\n"
        "unet._segmentation_models(); unet._segmentation_models()\n"
        "import torchvision\n"
        "print('built')"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "built\n"
