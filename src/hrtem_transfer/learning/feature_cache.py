"""What a frozen encoder makes of each image, computed once and used again in every epoch."""

from __future__ import annotations

import torch

CPU_LIMIT_BYTES = 1 << 30
GPU_SHARE_OF_FREE_MEMORY = 0.5


class FeatureCache:
    """The outputs of a frozen encoder for a fixed set of inputs, filled as they come by.

    In float32 a network trained with the cache gets the same weights, bit by bit, as one trained without: an
    encoder in evaluation mode treats each image by itself.
    """

    def __init__(self, model: torch.nn.Module, inputs: int, first: torch.Tensor) -> None:
        """Reserve memory for ``inputs`` items shaped like the features of ``first``, [1, 1, y, x].

        Memory is reserved only within a limit (``CPU_LIMIT_BYTES``; on a GPU a share of what is free). Beyond it the
        cache stays empty and ``features`` computes them anew each time.
        """
        self._encoder, self._inputs, self._filled = model.get_submodule("encoder"), inputs, 0
        with torch.no_grad():
            shapes = [(level.shape[1:], level.dtype) for level in self._encoder(first)]
        needed = inputs * sum(shape.numel() * dtype.itemsize for shape, dtype in shapes)
        self.active = needed <= _limit_bytes(first.device)
        self._levels: list[torch.Tensor] = []
        if self.active:
            # Channels last, so that a gathered batch has the memory layout that the encoder would have given it.
            self._levels = [
                torch.empty((inputs, y, x, channels), dtype=dtype, device=first.device)
                for (channels, y, x), dtype in shapes
            ]

    def features(self, which: torch.Tensor, images: torch.Tensor) -> list[torch.Tensor]:
        """The encoder's outputs for ``images``, one tensor [b, channels, y, x] per level.

        Args:
            which: the images' numbers among the inputs, [b]; each number must come by once before any comes twice.
            images: standardised images, [b, 1, y, x].
        """
        if self.active and self._filled == self._inputs:
            return [level[which].permute(0, 3, 1, 2) for level in self._levels]
        with torch.no_grad():
            features = list(self._encoder(images))
        if self.active:
            for level, feature in zip(self._levels, features, strict=True):
                level[which] = feature.permute(0, 2, 3, 1)
            self._filled += len(which)
        return features


def _limit_bytes(device: torch.device) -> int:
    if device.type == "cuda":
        return int(GPU_SHARE_OF_FREE_MEMORY * torch.cuda.mem_get_info(device)[0])
    return CPU_LIMIT_BYTES
