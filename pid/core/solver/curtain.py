"""A source as a garbling of an experiment that tells all it does, of two classes.

The symbols of the source take what they need of the experiment's vertices, from the lowest
threshold up, and each a window of what is left, between two quantiles, that has its mass and its
mean threshold: the left-curtain coupling (Beiglboeck & Juillet, Annals of Probability 44, 2016).
"""

from __future__ import annotations

import numpy as np

from pid._types import Codes, Floats
from pid.core.information import TINY


def channel(vertices: Floats, source: Floats, of_symbol: Codes) -> Floats:
    """Shares (n, V) of each vertex that go to each symbol, so that they have the source's masses.

    Args:
        vertices: masses (2, V) of the experiment, by rising threshold.
        source: masses (2, n), of which the experiment tells all that they tell.
        of_symbol: the vertex of each symbol that is a part of one, or -1.
    """
    mass, symbols = vertices[0] + vertices[1] + TINY, source[0] + source[1]
    shares = np.zeros((len(symbols), len(mass)))
    whole = np.flatnonzero(of_symbol >= 0)
    shares[whole, of_symbol[whole]] = np.minimum(symbols[whole] / mass[of_symbol[whole]], 1)
    left = np.maximum(mass - shares.sum(axis=0) * mass, 0)
    threshold = vertices[1] / mass
    others = np.flatnonzero((of_symbol < 0) & (symbols > 0))
    for x in others[(source[1, others] / symbols[others]).argsort(kind="stable")]:
        taken = _window(left, threshold, symbols[x], source[1, x])
        shares[x] = taken / mass
        left = np.maximum(left - taken, 0)
    return shares


def _window(left: Floats, threshold: Floats, mass: float, moment: float) -> Floats:
    """What of each vertex lies between two quantiles that enclose ``mass`` with this moment."""
    below = np.concatenate([[0.0], np.cumsum(left)])
    moments = np.concatenate([[0.0], np.cumsum(left * threshold)])
    if mass >= below[-1]:
        return left
    # the moment from lo to lo + mass rises with lo, in straight lines between these
    ends = np.sort(np.clip(np.concatenate([below, below - mass]), 0, below[-1] - mass))
    rising = np.interp(ends + mass, below, moments) - np.interp(ends, below, moments)
    low = np.interp(moment, np.maximum.accumulate(rising), ends)
    taken = np.minimum(below[1:], low + mass) - np.maximum(below[:-1], low)
    return np.asarray(np.maximum(taken, 0))
