"""Parts of the rows: to learn from, to choose by, and to judge by; copies of a row never part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from pid._types import Codes

FEWEST = 20  # rows that anything is learned from
FOLDS = 5
SHARE, LEAST = 0.1, 10  # of the groups, and how many of them even of few


class Split(NamedTuple):
    """Rows to learn from, to choose an epoch by, and to see how that holds on others.

    The best of many epochs looks good on the rows that it was chosen by, whatever it is.
    """

    training: Codes
    choosing: Codes
    held_out: Codes


def split(groups: Codes, seed: int) -> Split:
    """Two parts of a tenth in an order of a seed, or up to 10 groups of few; copies together."""
    n = int(groups.max()) + 1
    order = np.random.default_rng(seed).permutation(n)
    size = max(min(LEAST, n // 5), round(SHARE * n))
    parts = np.split(order, [size, 2 * size])
    held_out, choosing, training = (np.flatnonzero(np.isin(groups, part)) for part in parts)
    return Split(training, choosing, held_out)


def folds(groups: Codes, rng: np.random.Generator) -> Iterator[tuple[Codes, Codes]]:
    """Rows to learn from and to judge by, five times; copies together."""
    for part in np.array_split(rng.permutation(int(groups.max()) + 1), FOLDS):
        fold = np.isin(groups, part)
        yield np.flatnonzero(~fold), np.flatnonzero(fold)
