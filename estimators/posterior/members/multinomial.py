"""What fits of class probabilities to log-odds have in common; arrays have classes first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from pid._types import Codes, Floats

ITERATIONS = 150
PRECISION = 1e-7  # of the loss, relative: 1e-7 nats are nothing to a calibration
MEMORY = 20  # steps that the Hessian is approximated from


def hits(y: Codes, weights: Floats | None, classes: int) -> Floats:
    """Weight of each row at its class, shape (classes, rows), 0 elsewhere."""
    found = np.zeros((classes, len(y)))
    found[y, np.arange(len(y))] = 1 if weights is None else weights
    return found


def cross_entropy(logits: Floats, hit: Floats, mass: Floats) -> tuple[float, Floats]:
    """Sum of -log p(y), in nats, and its slope in the logits.

    Args:
        logits: shape (classes, rows).
        hit: weights of rows at their class, see ``hits``.
        mass: weights of rows, shape (rows,).
    """
    top = logits.max(axis=0)
    odds = np.exp(logits - top)
    total = odds.sum(axis=0)
    value = mass @ (np.log(total) + top) - np.vdot(logits, hit)
    return float(value), odds * (mass / total) - hit


def probabilities(logits: Floats) -> Floats:
    """Of the classes, shape (rows, classes), from logits of shape (classes, rows)."""
    odds = np.exp(logits - logits.max(axis=0))
    return np.asarray((odds / odds.sum(axis=0)).T)


def lowest(loss: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """Parameters of the least loss that L-BFGS finds from a start."""
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": ITERATIONS, "maxcor": MEMORY, "ftol": PRECISION},
    )
    return np.asarray(found.x)
