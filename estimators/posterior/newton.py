"""Newton's method for convex losses of few parameters: exact after a handful of steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from pid._types import Floats

STEPS, HALVINGS = 50, 30  # at most: five or six do; and of a step that goes too far

State = TypeVar("State")


def newton(
    loss: Callable[[Floats], tuple[float, State]],
    slopes: Callable[[Floats, State], tuple[Floats, Floats]],
    start: Floats,
    precision: float,
) -> Floats:
    """Parameters of the least loss.

    Args:
        loss: of parameters; and what its slopes are made from.
        slopes: gradient and Hessian, of parameters and of what came with the loss.
        start: where to begin.
        precision: how far above its least the loss may stay.
    """
    now = start
    least, state = loss(now)
    for _ in range(STEPS):
        gradient, curvature = slopes(now, state)
        step = np.linalg.solve(curvature, gradient)
        if gradient @ step < 2 * precision:
            break
        for halving in range(HALVINGS):
            there = now - step / 2**halving
            value, found = loss(there)
            if value < least:
                break
        else:  # rounding: there is nothing left to win
            break
        now, least, state = there, value, found
    return now
