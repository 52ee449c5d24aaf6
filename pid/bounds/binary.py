"""Two symbols each: joints with given pair marginals are a segment, r + t (-1)^(x1 + x2 + y).

Entropy is concave along it: the least is at an end, the largest where its slope is 0. For stacks of
tables (B, 2, 2, 2), all at once.
"""

from __future__ import annotations

import numpy as np

from pid._types import Floats
from pid.core.information import xlogx

HALVINGS = 60
_SIGN = (-1.0) ** np.indices((2, 2, 2)).sum(axis=0)


def ends(tables: Floats) -> tuple[Floats, Floats]:
    """How far each table can be moved, downwards and upwards, (B,) each."""
    return -tables[:, _SIGN > 0].min(axis=1), tables[:, _SIGN < 0].min(axis=1)


def moved(tables: Floats, steps: Floats) -> Floats:
    """Tables further along their segments, (B, 2, 2, 2)."""
    return np.asarray(np.maximum(tables + steps[:, None, None, None] * _SIGN, 0))


def least_entropy(tables: Floats) -> Floats:
    """The joints of least entropy with the same pair marginals."""
    first, second = (moved(tables, step) for step in ends(tables))
    better = entropies(first) <= entropies(second)
    return np.where(better[:, None, None, None], first, second)


def largest_entropy(tables: Floats) -> Floats:
    """The joints of largest entropy with the same pair marginals, by bisection of the slope."""
    low, high = ends(tables)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        cells = moved(tables, middle)
        falls = np.prod(cells[:, _SIGN > 0], axis=1) > np.prod(cells[:, _SIGN < 0], axis=1)
        low, high = np.where(falls, low, middle), np.where(falls, middle, high)
    return moved(tables, (low + high) / 2)


def entropies(tables: Floats) -> Floats:
    """In nats, (B,)."""
    return np.asarray(-xlogx(tables).sum(axis=(1, 2, 3)))
