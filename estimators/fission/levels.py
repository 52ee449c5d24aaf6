"""Two levels of sizes: what is there, and what is not."""

from __future__ import annotations

import numpy as np

from pid._types import Floats

ROUNDS = 100
NEGLIGIBLE = 1e-6  # of the largest, so that zeros have a logarithm


def threshold(sizes: Floats, *, gap: float = 0.0, floor: float = NEGLIGIBLE) -> float:
    """Half way, in logarithms, between the means of what is large and of what is small.

    Args:
        sizes: not negative, any shape.
        gap: of the two means, in logarithms; less is one level only, and nothing is above.
        floor: of the largest; all that is smaller counts as equal.

    Examples:
        >>> round(threshold(np.array([1.0, 1.0, 9.0, 9.0])), 3)
        3.0
        >>> threshold(np.array([1.0, 1.1, 0.9]), gap=1.0)
        inf
    """
    most = float(sizes.max(initial=0.0))
    if most <= 0:
        return np.inf
    x = np.log(np.maximum(sizes, floor * most))
    low, high = float(x.min()), float(x.max())
    for _ in range(ROUNDS):
        upper = x > (low + high) / 2
        if upper.all() or not upper.any():
            break
        means = float(x[~upper].mean()), float(x[upper].mean())
        if means == (low, high):
            break
        low, high = means
    return float(np.exp((low + high) / 2)) if high > low and high - low >= gap else np.inf
