"""Log-odds that are linear in the columns: multinomial logistic regression with a ridge."""

from __future__ import annotations

from functools import partial
from itertools import combinations

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.neural.arrays import CPU, Array, Arrays
from pid.estimators.posterior.members.columns import standardised
from pid.estimators.posterior.members.member import PerFold
from pid.estimators.posterior.members.multinomial import (
    Rows,
    cross_entropy,
    hits,
    lowest,
    on_device,
    probabilities,
)
from pid.estimators.posterior.newton import newton

VARIANCE = 0.3  # prior, of the weight of a column of deviation 1
FEW = 64  # weights that are free, for which steps that know all curvatures are worth their time
HELD = 1e-6
PRECISION = 1e-4  # of the loss, in nats of all rows


class Linear(PerFold):
    """Softmax of A x + b, with A normal around 0 and b free.

    Args:
        device: where sums over rows are made.
    """

    name = "linear"

    def __init__(self, device: str = CPU) -> None:
        self.device = device

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
        start = np.zeros((classes, X.shape[1] + 1))
        start[:, -1] = np.log(hit.sum(axis=1) / hit.sum())

        def fit(arrays: Arrays) -> Floats:
            rows = Rows.of(X, hit, arrays)
            lost = partial(loss, rows=rows)
            if (classes - 1) * X.shape[1] > FEW:
                return lowest(lost, start.ravel())
            return newton(lost, partial(slopes, rows=rows), start.ravel(), PRECISION)

        A, b = unpacked(on_device(self.device, fit), classes)
        return probabilities(A @ Z.T + b)[None]


def loss(parameters: Floats, rows: Rows) -> tuple[float, Floats]:
    """Cross-entropy in nats and |A|^2 / (2 VARIANCE), and the gradient.

    Args:
        parameters: A and b side by side, shape (classes * (columns + 1),).
        rows: with X of shape (rows, columns).
    """
    A, b = unpacked(rows.arrays.put(parameters), len(rows.hit))
    value, slope = cross_entropy(A @ rows.X.T + b, rows)
    parts = slope @ rows.X + A / VARIANCE, slope.sum(axis=1, keepdims=True)
    gradient = rows.arrays.get(rows.arrays.module.hstack(parts)).ravel()
    return value + float((A * A).sum()) / (2 * VARIANCE), gradient


def slopes(parameters: Floats, gradient: Floats, rows: Rows) -> tuple[Floats, Floats]:
    """The gradient, which came with the loss, and the Hessian, for ``newton``.

    Blocks of two classes are -sum_n m_n p_k p_j z_n z_n', and all of a class add up to 0. As it
    changes nothing that all biases rise by the same, they are held by a little.
    """
    arrays, xp = rows.arrays, rows.arrays.module
    A, b = unpacked(arrays.put(parameters), len(rows.hit))
    logits = A @ rows.X.T + b
    odds = xp.exp(logits - xp.amax(logits, axis=0))
    p = odds / odds.sum(axis=0)
    Z = xp.hstack((rows.X, xp.ones_like(rows.X[:, :1])))
    classes, width = len(rows.hit), Z.shape[1]
    blocks = np.zeros((classes, classes, width, width))
    for k, j in combinations(range(classes), 2):
        block = arrays.get((Z.T * (rows.mass * p[k] * p[j])) @ Z)
        blocks[k, j], blocks[j, k] = -block, -block
        blocks[k, k] += block
        blocks[j, j] += block
    curvature = blocks.swapaxes(1, 2).reshape(classes * width, classes * width)
    ridge = np.full((classes, width), 1 / VARIANCE)
    ridge[:, -1] = HELD
    curvature[np.diag_indices_from(curvature)] += ridge.ravel()
    return gradient, curvature


def unpacked(parameters: Array, classes: int) -> tuple[Array, Array]:
    """Weights A, shape (classes, columns), and biases b, shape (classes, 1)."""
    both = parameters.reshape(classes, -1)
    return both[:, :-1], both[:, -1:]
