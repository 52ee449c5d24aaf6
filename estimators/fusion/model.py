"""What all fusion models are: an encoder of each source, and a way to put both together."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

HIDDEN, WIDTH = 32, 64  # features of a source, and of the layer before


class FusionModel(nn.Module, ABC):
    """Two encoders of the same form; what differs is ``fuse``.

    Args:
        widths: columns of x1 and x2.
        classes: how many, for the layers of a kind.
    """

    def __init__(self, widths: tuple[int, int], classes: int) -> None:
        super().__init__()
        self.encoder1, self.encoder2 = (
            nn.Sequential(nn.Linear(width, WIDTH), nn.SiLU(), nn.Linear(WIDTH, HIDDEN), nn.SiLU())
            for width in widths
        )

    def forward(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (rows, classes), and what is asked for beside the right answer."""
        h1, h2 = self.encoder1(x1), self.encoder2(x2)
        return self.fuse(h1, h2), self.penalty(h1, h2, x1, x2)

    @abstractmethod
    def fuse(self, h1: Tensor, h2: Tensor) -> Tensor:
        """Logits from the features of both sources."""

    def penalty(self, h1: Tensor, h2: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
        """Nothing, unless a model asks for something."""
        return torch.zeros((), device=x1.device)
