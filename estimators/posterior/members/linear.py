"""Log-odds that are linear in the columns: multinomial logistic regression with a ridge."""

from __future__ import annotations

from functools import partial

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.posterior.members.columns import standardised
from pid.estimators.posterior.members.member import PerFold
from pid.estimators.posterior.members.multinomial import (
    cross_entropy,
    hits,
    lowest,
    probabilities,
)

VARIANCE = 0.3  # prior, of the weight of a column of deviation 1


class Linear(PerFold):
    """Softmax of A x + b, with A normal around 0 and b free."""

    name = "linear"

    def said(
        self,
        sources: list[Floats],
        y: Codes,
        weights: Floats | None,
        asked: list[Floats],
        classes: int,
        seed: int,
    ) -> Floats:
        """See ``PerFold``."""
        X, Z = standardised(np.hstack(sources), np.hstack(asked), weights)
        hit = hits(y, weights, classes)
        mass = hit.sum(axis=0)
        start = np.zeros((classes, X.shape[1] + 1))
        start[:, -1] = np.log(hit.sum(axis=1) / mass.sum())
        found = lowest(partial(loss, X=X, hit=hit, mass=mass), start.ravel())
        A, b = unpacked(found, classes)
        return probabilities(A @ Z.T + b)[None]


def loss(parameters: Floats, X: Floats, hit: Floats, mass: Floats) -> tuple[float, Floats]:
    """Cross-entropy in nats and |A|^2 / (2 VARIANCE), and the gradient.

    Args:
        parameters: A and b side by side, shape (classes * (columns + 1),).
        X: shape (rows, columns).
        hit, mass: see ``cross_entropy``.
    """
    A, b = unpacked(parameters, len(hit))
    value, slope = cross_entropy(A @ X.T + b, hit, mass)
    gradient = np.hstack([slope @ X + A / VARIANCE, slope.sum(axis=1, keepdims=True)])
    return value + float(np.vdot(A, A)) / (2 * VARIANCE), gradient.ravel()


def unpacked(parameters: Floats, classes: int) -> tuple[Floats, Floats]:
    """Weights A, shape (classes, columns), and biases b, shape (classes, 1)."""
    both = parameters.reshape(classes, -1)
    return both[:, :-1], both[:, -1:]
