"""What a transfer may leave as it is: the one place where a value of ``freeze`` is described."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FreezeMode:
    """One value of ``freeze``.

    Attributes:
        part: what is frozen, in words for tables, figures and the explorer.
        modules: names of the network's modules (``torch.nn.Module.get_submodule``) that stay as they are.
        arithmetic: share of the arithmetic of a training step that is left, for ``hrtem-transfer plan``.
        weights: share of the weights that training changes and the store keeps, for ``hrtem-transfer plan``.
    """

    part: str
    modules: tuple[str, ...]
    arithmetic: float
    weights: float = 1.0

    @property
    def words(self) -> str:
        """The mode as a methods section would say it."""
        return f"{self.part} frozen" if self.modules else "all weights trainable"


# For Unet(resnet18). Arithmetic: 102.7 and 87.4 of 126.9 GFLOP per image of 512 px, torch.utils.flop_counter. Weights:
# 78 % are the encoder's.
FREEZE_MODES = {
    "none": FreezeMode("none", (), 1.0, 1.0),
    "encoder": FreezeMode("encoder", ("encoder",), 87.4 / 126.9, 0.22),
    # The segmentation head is the decoder's last layer (an assumption of the study).
    "decoder": FreezeMode("decoder", ("decoder", "segmentation_head"), 102.7 / 126.9, 0.78),
}
