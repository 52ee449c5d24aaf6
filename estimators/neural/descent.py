"""AdamW for many networks at once: one update of one array."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pid.estimators.neural.arrays import Array, Arrays

RATE, DECAY = 2e-2, 1e-2  # the rate at its highest, after a fifth of the steps
WARM_UP, FIRST = 0.2, 0.04  # of the steps; and the rate that they begin with, as a share
MEMORIES = 0.9, 0.999  # of Adam (Kingma & Ba, 2015), with decay apart (Loshchilov & Hutter, 2019)
EPSILON = 1e-8


class Descent:
    """AdamW on the numbers of all networks, its rates one cycle."""

    def __init__(self, numbers: Array, steps: int, arrays: Arrays) -> None:
        self.numbers = numbers
        self.gradient, self._mean, self._square = (numbers * 0 for _ in range(3))
        self._room = numbers * 0
        # where the numbers are, so that a step is the same work each time, and can be recorded
        self._scales = arrays.put(scales(steps))
        self._step, self._module = arrays.put(np.zeros(1, dtype=np.intp)), arrays.module

    def step(self) -> None:
        """One step along the gradient."""
        (keep, hold), room, xp = MEMORIES, self._room, self._module
        now = self._scales[self._step]
        self._mean *= keep
        self._mean += xp.multiply(self.gradient, 1 - keep, out=room)
        self._square *= hold
        xp.multiply(self.gradient, self.gradient, out=room)
        room *= 1 - hold
        self._square += room
        xp.multiply(self._square, now[:, 0:1], out=room)
        xp.sqrt(room, out=room)
        room += EPSILON
        xp.divide(self._mean, room, out=room)
        room *= now[:, 1:2]
        self.numbers *= now[:, 2:3]
        self.numbers -= room
        self._step += 1


def scales(steps: int) -> NDArray[np.float32]:
    """Of the squares, of the update, and of the numbers, for each step; shape (steps, 3)."""
    keep, hold = MEMORIES
    found = [
        (1 / (1 - hold**step), rate / (1 - keep**step), 1 - rate * DECAY)
        for step in range(1, steps + 1)
        for rate in [rate_of(step / steps)]
    ]
    return np.array(found, dtype=np.float32).reshape(steps, 3)


def rate_of(done: float) -> float:
    """Up in a fifth of the steps, and down in the rest, both by half a cosine."""
    if done < WARM_UP:
        return RATE * (FIRST + (1 - FIRST) * _half(1 - done / WARM_UP))
    return RATE * _half((done - WARM_UP) / (1 - WARM_UP))


def _half(done: float) -> float:
    """Of a cosine, from 1 to 0."""
    return float(1 + np.cos(np.pi * done)) / 2
