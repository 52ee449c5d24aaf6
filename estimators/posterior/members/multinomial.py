"""What fits of class probabilities to log-odds have in common; arrays have classes first."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Self

import numpy as np
from scipy.optimize import minimize

from pid._types import Codes, Floats
from pid.estimators.neural.arrays import MEMORY, Array, Arrays, arrays_on, if_room

ITERATIONS = 150
PRECISION = 1e-7  # of the loss, relative: 1e-7 nats are nothing to a calibration
REMEMBERED = 20  # steps that the Hessian is approximated from


class Rows(NamedTuple):
    """Rows that are fitted to, where sums over them are made.

    Attributes:
        X: columns, in an order that the fit chooses.
        hit: weights of rows at their class, see ``hits``.
        mass: weights of rows, shape (rows,).
        arrays: where they are.
    """

    X: Array
    hit: Array
    mass: Array
    arrays: Arrays

    @classmethod
    def of(cls, X: Floats, hit: Floats, arrays: Arrays) -> Self:
        """Of arrays of numpy."""
        return cls(arrays.put(X), arrays.put(hit), arrays.put(hit.sum(axis=0)), arrays)


def on_device(device: str, fit: Callable[[Arrays], Floats]) -> Floats:
    """A fit whose sums over rows are made on a device; on the CPU if this has no room for them.

    Numbers are of 64 bits, which MPS has not.
    """
    if not device.startswith("mps"):
        arrays = arrays_on(device)
        with arrays.lane():
            found = if_room(device, fit, arrays)
        if found is not None:
            return found
    return fit(MEMORY)


def hits(y: Codes, weights: Floats | None, classes: int) -> Floats:
    """Weight of each row at its class, shape (classes, rows), 0 elsewhere."""
    found = np.zeros((classes, len(y)))
    found[y, np.arange(len(y))] = 1 if weights is None else weights
    return found


def cross_entropy(logits: Array, rows: Rows) -> tuple[float, Array]:
    """Sum of -log p(y), in nats, and its slope in the logits, of shape (classes, rows)."""
    xp = rows.arrays.module
    top = xp.amax(logits, axis=0)
    odds = xp.exp(logits - top)
    total = odds.sum(axis=0)
    value = rows.mass @ (xp.log(total) + top) - (logits * rows.hit).sum()
    return float(value), odds * (rows.mass / total) - rows.hit


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
        options={"maxiter": ITERATIONS, "maxcor": REMEMBERED, "ftol": PRECISION},
    )
    return np.asarray(found.x)
