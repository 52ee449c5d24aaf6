"""AdamW for many networks at once: one update of one array."""

from __future__ import annotations

import numpy as np

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
        self._steps, self._step, self._module = steps, 0, arrays.module

    def step(self) -> None:
        """One step along the gradient."""
        self._step += 1
        (keep, hold), room, xp = MEMORIES, self._room, self._module
        self._mean *= keep
        self._mean += xp.multiply(self.gradient, 1 - keep, out=room)
        self._square *= hold
        xp.multiply(self.gradient, self.gradient, out=room)
        room *= 1 - hold
        self._square += room
        xp.multiply(self._square, 1 / (1 - hold**self._step), out=room)
        xp.sqrt(room, out=room)
        room += EPSILON
        xp.divide(self._mean, room, out=room)
        rate = self._rate()
        room *= rate / (1 - keep**self._step)
        self.numbers *= 1 - rate * DECAY
        self.numbers -= room

    def _rate(self) -> float:
        """Up in a fifth of the steps, and down in the rest, both by half a cosine."""
        done = self._step / self._steps
        if done < WARM_UP:
            return RATE * (FIRST + (1 - FIRST) * _half(1 - done / WARM_UP))
        return RATE * _half((done - WARM_UP) / (1 - WARM_UP))


def _half(done: float) -> float:
    """Of a cosine, from 1 to 0."""
    return float(1 + np.cos(np.pi * done)) / 2
