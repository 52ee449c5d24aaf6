"""Samples in two halves, each with its share of every class; groups stay together."""

from __future__ import annotations

import numpy as np

from pid._types import Codes


def halves_of(y: Codes, groups: Codes | None, rng: np.random.Generator) -> tuple[Codes, Codes]:
    """Rows of both halves, in rising order.

    Args:
        y: classes 0, 1, ..., of each row.
        groups: numbers of groups, which are dealt out whole, or None.
        rng: deals.

    Examples:
        >>> first, second = halves_of(np.repeat([0, 1], 4), None, np.random.default_rng(0))
        >>> len(first), len(second), int((first < 4).sum())
        (4, 4, 2)
    """
    if groups is None:
        order = rng.permutation(len(y))
        order = order[np.argsort(y[order], kind="stable")]  # by class, at random within it
        return np.sort(order[::2]), np.sort(order[1::2])
    number = int(groups.max()) + 1
    chosen = np.zeros(number, dtype=bool)
    chosen[rng.permutation(number)[::2]] = True
    return np.flatnonzero(chosen[groups]), np.flatnonzero(~chosen[groups])
