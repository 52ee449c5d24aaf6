"""Models in which the sources meet before anything is decided."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from pid.estimators.fusion.model import HIDDEN, WIDTH, FusionModel

TOKENS = 4  # that the features of a source are cut into, to attend to each other


class Early(FusionModel):
    """One network of both sources side by side."""

    def __init__(self, widths: tuple[int, int], classes: int) -> None:
        super().__init__(widths, classes)
        del self.encoder1, self.encoder2
        self.network = nn.Sequential(
            nn.Linear(sum(widths), WIDTH),
            nn.SiLU(),
            nn.Linear(WIDTH, WIDTH),
            nn.SiLU(),
            nn.Linear(WIDTH, classes),
        )

    def forward(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (rows, classes); nothing else is asked for."""
        return self.fuse(x1, x2), torch.zeros((), device=x1.device)

    def fuse(self, h1: Tensor, h2: Tensor) -> Tensor:
        """Shape (rows, classes)."""
        return self.network(torch.cat([h1, h2], dim=-1))  # type: ignore[no-any-return]


class CrossAttention(FusionModel):
    """Parts of each source attend to those of the other (Tsai et al., MulT, ACL 2019)."""

    def __init__(self, widths: tuple[int, int], classes: int) -> None:
        super().__init__(widths, classes)
        size = HIDDEN // TOKENS
        self.ask1, self.ask2 = (nn.Linear(size, 3 * size) for _ in range(2))
        self.place = nn.Parameter(0.1 * torch.randn(2, TOKENS, size))
        self.head = nn.Sequential(
            nn.Linear(4 * HIDDEN, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, classes)
        )

    def fuse(self, h1: Tensor, h2: Tensor) -> Tensor:
        """Shape (rows, classes)."""
        first, second = (
            h.unflatten(-1, (TOKENS, -1)) + place
            for h, place in zip((h1, h2), self.place, strict=True)
        )
        query1, key1, value1 = self.ask1(first).chunk(3, dim=-1)
        query2, key2, value2 = self.ask2(second).chunk(3, dim=-1)
        seen1 = functional.scaled_dot_product_attention(query1, key2, value2)
        seen2 = functional.scaled_dot_product_attention(query2, key1, value1)
        parts = [part.flatten(-2) for part in (first, seen1, second, seen2)]
        return self.head(torch.cat(parts, dim=-1))  # type: ignore[no-any-return]
