"""A network as a person holds it: the module, and how it is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from hrtem_transfer.learning import unet
from hrtem_transfer.study.config.keywords import checked, checked_count
from hrtem_transfer.study.config.problems import ConfigError
from hrtem_transfer.study.config.schema import Network as Architecture
from hrtem_transfer.study.seeds import torch_seed

# Channels of the decoder's last level; each level below has twice as many.
_LAST_CHANNELS = {"tu-test_resnet": 8}


@dataclass(frozen=True)
class Network:
    """A U-Net and how it is built.

    Attributes:
        module: maps images of mean 0 and variance 1, float32 [n, 1, y, x], to logits [n, 2, y, x] (0: background, 1:
            particle); y and x are multiples of ``multiple_px``.
        architecture: what builds the module, as the configuration's section ``network``.
    """

    module: torch.nn.Module = field(repr=False)
    architecture: Architecture

    @property
    def multiple_px(self) -> int:
        """What edges of images are multiples of, so that the encoder can halve them."""
        return 2**self.architecture.encoder_depth

    @property
    def weights(self) -> int:
        """Number of weights."""
        return sum(weight.numel() for weight in self.module.parameters())

    def copy(self) -> Network:
        """The same weights in a module of its own, on the CPU, in training mode, nothing frozen.

        Raises:
            ConfigError: the module is not one that the architecture builds.
        """
        module = unet.build(self.architecture, 0)
        try:
            module.load_state_dict(self.module.state_dict())
        except RuntimeError as error:
            raise ConfigError(
                "network: its module has other tensors than its architecture builds; allowed: a network of "
                "build_network, fit or load"
            ) from error
        return Network(module, self.architecture)


def build_network(
    encoder: str = "tu-test_resnet", *, depth: int = 4, decoder_channels: Sequence[int] | None = None, seed: int = 1
) -> Network:
    """A U-Net with random weights.

    Args:
        encoder: any encoder of segmentation_models_pytorch. The study's is ``resnet18`` with depth 5 (14.3 million
            weights); ``tu-test_resnet`` with depth 4 (0.33 million) learns small images in seconds on a CPU.
        depth: halvings in the encoder, 3 to 5.
        decoder_channels: channels of the decoder, one number per halving; None: down to 16 (8 for ``tu-test_resnet``),
            twice as many a level below.
        seed: of the weights; equal seeds give equal weights.

    Raises:
        ConfigError: a value is not possible, or there is no such encoder; the message names near ones.
    """
    depth = checked_count("depth", depth, 3, 5)
    last = _LAST_CHANNELS.get(encoder, 16) if isinstance(encoder, str) else 16
    channels = [last * 2**level for level in reversed(range(depth))] if decoder_channels is None else decoder_channels
    architecture = checked(Architecture, encoder=encoder, encoder_depth=depth, decoder_channels=tuple(channels))
    try:
        return Network(
            unet.build(architecture, torch_seed(checked_count("seed", seed, 0), "weights", "")), architecture
        )
    except ValueError as error:
        # The keywords' names differ from the configuration's.
        said = str(error).replace("network.", "").replace("encoder_depth", "depth")
        raise ConfigError(said) from error
