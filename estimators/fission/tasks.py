"""What unique codes are for: to tell the class of a row, or what an augmentation of it keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from pid.estimators.coordination.encoders import mlp

WIDTH = 64  # of hidden layers


class Heads(NamedTuple):
    """Codes of some rows."""

    shared1: Tensor
    shared2: Tensor
    unique1: Tensor
    unique2: Tensor


class Task(nn.Module, ABC):
    """Nats that the heads of some rows leave to be said."""

    @abstractmethod
    def forward(self, heads: Heads, rows: Tensor) -> Tensor:
        """Of rows by their numbers, on average."""

    @property
    @abstractmethod
    def targets(self) -> tuple[Tensor, ...]:
        """What is told, of all rows."""


class Classes(Task):
    """-log p(y | all heads)."""

    def __init__(self, y: Tensor, classes: int, columns: int) -> None:
        super().__init__()
        self.y = y
        self.net = mlp(columns, classes, WIDTH)

    def forward(self, heads: Heads, rows: Tensor) -> Tensor:
        """See ``Task``."""
        return functional.cross_entropy(self.net(torch.cat(heads, dim=1)), self.y[rows])

    @property
    def targets(self) -> tuple[Tensor, ...]:
        """See ``Task``."""
        return (self.y,)


class Views(Task):
    """-log p(view of a source | its unique code, both shared codes), of unit variance.

    The mean of an augmented row given the row is what the augmentation keeps of it. Shared codes of
    both sources are there, so that what the other source tells costs a unique code and earns
    nothing.
    """

    def __init__(self, views: tuple[Tensor, Tensor], columns: int) -> None:
        super().__init__()
        self.views = views
        self.nets = nn.ModuleList(mlp(columns, view.shape[1]) for view in views)

    def forward(self, heads: Heads, rows: Tensor) -> Tensor:
        """See ``Task``."""
        shared = torch.cat(heads[:2], dim=1)
        errors = [
            net(torch.cat([shared, unique], dim=1)) - view[rows]
            for net, unique, view in zip(self.nets, heads[2:], self.views, strict=True)
        ]
        return torch.cat([error**2 for error in errors], dim=1).sum(dim=1).mean() / 2

    @property
    def targets(self) -> tuple[Tensor, ...]:
        """See ``Task``."""
        return self.views
