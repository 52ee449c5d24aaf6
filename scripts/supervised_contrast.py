"""Supervised contrastive codes of two sources, as a baseline of the study of factorised ones."""

from __future__ import annotations

from functools import partial
from typing import Self

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from pid._types import Codes, Floats
from pid.estimators.coordination.encoders import coded, mlp, singles
from pid.estimators.neural.trainer import Course, Losses, Noise, Trainer, seeded

TEMPERATURE = 0.1


class SupervisedContrast:
    """Rows of a class alike, of both sources (Khosla et al., NeurIPS 2020, equation 2).

    Args:
        seed: of weights and batches.
        n_components: columns of a code.
        steps, batch: of training.
    """

    def __init__(self, seed: int, n_components: int, steps: int, batch: int) -> None:
        self.seed, self.n_components = seed, n_components
        self.course = Course(steps=steps, batch=batch)

    def fit(self, X1: Floats, X2: Floats, y: Codes) -> Self:
        """Learn from rows of both."""
        self.scales_ = [(X.mean(axis=0), X.std(axis=0)) for X in (X1, X2)]
        sources = [singles(X, "cpu") for X in self._scaled(X1, X2)]
        self.nets_ = [
            seeded(partial(mlp, X.shape[1], self.n_components), self.seed + i)
            for i, X in enumerate(sources)
        ]
        labels = torch.from_numpy(y.astype(np.int64))

        def loss(picked: Tensor, noise: Noise) -> Losses:
            z = torch.cat([net(x[picked]) for net, x in zip(self.nets_, sources, strict=True)])
            return {"contrast": contrast(functional.normalize(z, dim=1), labels[picked].repeat(2))}

        Trainer(list(self.nets_), self.course, seed=self.seed).fit(loss, len(X1))
        return self

    def transform(self, X1: Floats, X2: Floats) -> tuple[Floats, Floats]:
        """Codes of rows."""
        first, second = (
            coded(net, X, "cpu") for net, X in zip(self.nets_, self._scaled(X1, X2), strict=True)
        )
        return first, second

    def _scaled(self, *sources: Floats) -> list[Floats]:
        return [(X - m) / s for X, (m, s) in zip(sources, self.scales_, strict=True)]


def contrast(z: Tensor, y: Tensor) -> Tensor:
    """Minus the mean log-probability of the others of a row's class among all others."""
    itself = torch.eye(len(z), dtype=torch.bool)
    logs = (z @ z.T / TEMPERATURE).masked_fill(itself, -1e9).log_softmax(dim=1)
    alike = (y[:, None] == y[None]) & ~itself
    each = (logs * alike).sum(dim=1) / alike.sum(dim=1).clamp(min=1)
    return -each.mean()
