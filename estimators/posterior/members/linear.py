"""Log-odds that are linear in the columns: multinomial logistic regression with a ridge."""

from __future__ import annotations

from functools import partial
from itertools import combinations

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
from pid.estimators.posterior.newton import newton

VARIANCE = 0.3  # prior, of the weight of a column of deviation 1
FEW = 64  # weights that are free, for which steps that know all curvatures are worth their time
HELD = 1e-6
PRECISION = 1e-4  # of the loss, in nats of all rows


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
        of_rows = {"X": X, "hit": hit, "mass": mass}
        if (classes - 1) * X.shape[1] > FEW:
            found = lowest(partial(loss, **of_rows), start.ravel())
        else:
            found = newton(
                partial(loss, **of_rows), partial(slopes, **of_rows), start.ravel(), PRECISION
            )
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


def slopes(
    parameters: Floats, gradient: Floats, X: Floats, hit: Floats, mass: Floats
) -> tuple[Floats, Floats]:
    """The gradient, which came with the loss, and the Hessian, for ``newton``.

    Blocks of two classes are -sum_n m_n p_k p_j z_n z_n', and all of a class add up to 0. As it
    changes nothing that all biases rise by the same, they are held by a little.
    """
    A, b = unpacked(parameters, len(hit))
    p = probabilities(A @ X.T + b).T
    Z = np.hstack([X, np.ones((len(X), 1))])
    classes, width = len(hit), Z.shape[1]
    blocks = np.zeros((classes, classes, width, width))
    for k, j in combinations(range(classes), 2):
        block = (Z.T * (mass * p[k] * p[j])) @ Z
        blocks[k, j], blocks[j, k] = -block, -block
        blocks[k, k] += block
        blocks[j, j] += block
    curvature = blocks.swapaxes(1, 2).reshape(classes * width, classes * width)
    ridge = np.full((classes, width), 1 / VARIANCE)
    ridge[:, -1] = HELD
    curvature[np.diag_indices_from(curvature)] += ridge.ravel()
    return gradient, curvature


def unpacked(parameters: Floats, classes: int) -> tuple[Floats, Floats]:
    """Weights A, shape (classes, columns), and biases b, shape (classes, 1)."""
    both = parameters.reshape(classes, -1)
    return both[:, :-1], both[:, -1:]
