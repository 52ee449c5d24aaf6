"""Models that multiply features of both sources: for what shows only together."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pid.estimators.fusion.model import HIDDEN, FusionModel

SMALL, RANK = 12, 8  # features of a source in a full product, and terms of a low-rank one


class Elementwise(FusionModel):
    """h1 * h2, feature by feature."""

    def __init__(self, widths: tuple[int, int], classes: int) -> None:
        super().__init__(widths, classes)
        self.head = nn.Linear(HIDDEN, classes)

    def fuse(self, h1: Tensor, h2: Tensor) -> Tensor:
        """Shape (rows, classes)."""
        return self.head(h1 * h2)  # type: ignore[no-any-return]


class TensorProduct(FusionModel):
    """All products of (h1, 1) and (h2, 1) (Zadeh et al., Tensor Fusion Network, EMNLP 2017)."""

    def __init__(self, widths: tuple[int, int], classes: int) -> None:
        super().__init__(widths, classes)
        self.small1, self.small2 = (nn.Linear(HIDDEN, SMALL) for _ in range(2))
        self.head = nn.Linear((SMALL + 1) ** 2, classes)

    def fuse(self, h1: Tensor, h2: Tensor) -> Tensor:
        """Shape (rows, classes)."""
        first, second = _with_one(self.small1(h1)), _with_one(self.small2(h2))
        return self.head((first[..., :, None] * second[..., None, :]).flatten(-2))  # type: ignore[no-any-return]


class LowRankTensor(FusionModel):
    """A sum of products of projections of (h1, 1) and (h2, 1) (Liu et al., LMF, ACL 2018)."""

    def __init__(self, widths: tuple[int, int], classes: int) -> None:
        super().__init__(widths, classes)
        self.factor1, self.factor2 = (nn.Linear(HIDDEN, RANK * classes) for _ in range(2))
        self.bias = nn.Parameter(torch.zeros(classes))

    def fuse(self, h1: Tensor, h2: Tensor) -> Tensor:
        """Shape (rows, classes)."""
        terms = self.factor1(h1) * self.factor2(h2)
        return terms.unflatten(-1, (RANK, -1)).sum(dim=-2) + self.bias  # type: ignore[no-any-return]


class Multiplicative(FusionModel):
    """h1 W h2 + h1 U + V h2 + b for each class (Jayakumar et al., ICLR 2020)."""

    def __init__(self, widths: tuple[int, int], classes: int) -> None:
        super().__init__(widths, classes)
        self.bilinear = nn.Bilinear(HIDDEN, HIDDEN, classes)
        self.linear1, self.linear2 = (nn.Linear(HIDDEN, classes, bias=False) for _ in range(2))

    def fuse(self, h1: Tensor, h2: Tensor) -> Tensor:
        """Shape (rows, classes)."""
        return self.bilinear(h1, h2) + self.linear1(h1) + self.linear2(h2)  # type: ignore[no-any-return]


def _with_one(h: Tensor) -> Tensor:
    return torch.cat([h, torch.ones_like(h[..., :1])], dim=-1)
