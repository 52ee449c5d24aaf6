"""Which looks go with which sounds: presence in the same scenes, with a test."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import hypergeom

from pid._types import Codes, Floats

Presence = NDArray[np.bool_]  # (scenes, looks or sounds)


class Pair(NamedTuple):
    """A look and a sound that are in the same scenes.

    Attributes:
        look, sound: their numbers.
        together: scenes with both.
        phi: correlation of presence.
        p: of Fisher's exact test, one-sided; for a single pair.
    """

    look: int
    sound: int
    together: int
    phi: float
    p: float


def together(first: Presence, second: Presence) -> Codes:
    """Scenes with both, shape (looks, sounds)."""
    return first.T.astype(np.intp) @ second.astype(np.intp)


def phi(first: Presence, second: Presence) -> Floats:
    """Correlations of presence, shape (looks, sounds); 0 of what is everywhere or nowhere.

    Examples:
        >>> there = np.array([[True], [True], [False], [False]])
        >>> phi(there, np.hstack([there, ~there])).tolist()
        [[1.0, -1.0]]
    """
    n = len(first)
    a, b = first.sum(axis=0)[:, None], second.sum(axis=0)[None]
    scale = np.sqrt(a * (n - a) * 1.0) * np.sqrt(b * (n - b) * 1.0)
    excess = n * together(first, second) - a * b
    return np.asarray(np.divide(excess, scale, out=np.zeros(excess.shape), where=scale > 0))


def matched(first: Presence, second: Presence, level: float) -> list[Pair]:
    """Pairs of the assignment with the largest sum of phi (Kuhn 1955) that pass.

    A pair passes whose test is below ``level``, and of which neither goes better with another: what
    is left over once others are taken may go a little with what they have left behind.
    """
    strength = phi(first, second)
    if not strength.size:
        return []
    both = together(first, second)
    n, a, b = len(first), first.sum(axis=0), second.sum(axis=0)
    found = []
    for i, j in zip(*linear_sum_assignment(-strength), strict=True):
        p = float(hypergeom.sf(both[i, j] - 1, n, a[i], b[j]))
        best = strength[i, j] >= max(strength[i].max(), strength[:, j].max())
        if p < level and best and strength[i, j] > 0:
            found.append(Pair(int(i), int(j), int(both[i, j]), float(strength[i, j]), p))
    return sorted(found, key=lambda pair: -pair.phi)
