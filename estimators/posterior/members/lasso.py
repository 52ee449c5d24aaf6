"""Logistic regression of two classes with an L1 penalty on the weights, and none on the bias."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from pid._types import Floats

ROUNDS = 20  # of adding columns; two to four do
SLACK = 1e-3  # a slope may be so much steeper than the penalty, relative
ITERATIONS = 200
PRECISION = 1e-7  # of the loss, relative: a fit must be so near that others' slopes can be told


def lasso(Z: Floats, hit: Floats, mass: Floats, penalty: float) -> tuple[Floats, float]:
    """Weights w and bias b that minimise sum_n m_n log(1 + exp(-+ (w z_n + b))) + penalty |w|_1.

    Most weights are 0, so only columns that may have another are fitted: those whose slope at the
    last fit is steeper than the penalty join, until there are none.

    Args:
        Z: shape (rows, columns).
        hit: weights of the rows that are in the class, 0 for others; both are there.
        mass: weights of all rows.
        penalty: of a weight of size 1, in nats.

    Returns:
        Weights, shape (columns,), and the bias.
    """
    share = hit.sum() / mass.sum()
    weights, bias = np.zeros(Z.shape[1]), float(np.log(share / (1 - share)))
    fitted = np.zeros(Z.shape[1], dtype=bool)
    for _ in range(ROUNDS):
        used = np.flatnonzero(weights)
        slope = (mass * expit(Z[:, used] @ weights[used] + bias) - hit) @ Z
        steep = (np.abs(slope) > penalty * (1 + SLACK)) & ~fitted
        if not steep.any():
            break
        fitted |= steep
        chosen = np.flatnonzero(fitted)
        weights[chosen], bias = _among(Z[:, chosen], hit, mass, penalty, (weights[chosen], bias))
    return weights, bias


def _among(
    Z: Floats, hit: Floats, mass: Floats, penalty: float, start: tuple[Floats, float]
) -> tuple[Floats, float]:
    """The same with all columns: a weight is the difference of two that are at least 0."""
    weights, bias = start
    begin = np.concatenate([np.maximum(weights, 0), np.maximum(-weights, 0), [bias]])
    bounds = [(0, None)] * (2 * len(weights)) + [(None, None)]
    loss = partial(_loss, Z=Z, hit=hit, mass=mass, penalty=penalty)
    found = minimize(
        loss,
        begin,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": ITERATIONS, "ftol": PRECISION},
    ).x
    return found[: len(weights)] - found[len(weights) : -1], float(found[-1])


def _loss(
    parameters: Floats, Z: Floats, hit: Floats, mass: Floats, penalty: float
) -> tuple[float, Floats]:
    """Of weights that are added, weights that are taken off, and the bias; with the gradient."""
    parts = parameters[:-1].reshape(2, -1)
    logits = Z @ (parts[0] - parts[1]) + parameters[-1]
    value = mass @ np.logaddexp(0, logits) - hit @ logits + penalty * parts.sum()
    residual = mass * expit(logits) - hit
    slope = residual @ Z
    gradient = np.concatenate([slope + penalty, penalty - slope, [residual.sum()]])
    return float(value), gradient
