"""Whether rows come in an order that makes them tell less than as many independent ones.

Where neighbours are alike in a source and in the target, an hour of a recording, say, rows repeat
each other: intervals from single rows are too narrow, and what is out of fold was seen beside.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.stats import rankdata

from pid._types import Codes, Column, Floats

FEWEST = 50  # rows from which on anything is said
ALIKE = 0.1  # product of both correlations from which on rows tell less
SURE = 5.0  # standard errors of either
LARGEST = 100_000  # rows that are looked at, the first
MOST_COLUMNS = 200


def dependent_neighbours(sources: Mapping[str, Column], y: Codes) -> tuple[str, ...]:
    """A reason to doubt, where the columns and the target change slowly from row to row.

    Args:
        sources: columns by name: numbers, or the codes of symbols.
        y: classes 0, 1, ... of the rows, in their order.

    Examples:
        >>> slow = np.repeat(np.arange(10) % 3, 20) + np.arange(200) / 1e6
        >>> len(dependent_neighbours({"x": slow}, np.repeat(np.arange(10) % 2, 20)))
        1
        >>> dependent_neighbours({"x": np.arange(200) % 7}, np.arange(200) % 2)
        ()
    """
    y = y[:LARGEST]
    n = len(y)
    if n < FEWEST:
        return ()
    of_y = _kept(y)
    sure = SURE / np.sqrt(n)
    if of_y < sure:
        return ()
    some = list(sources.items())[:MOST_COLUMNS]
    found = {name: _correlation(column[:n], y) for name, column in some}
    slow = {name: value for name, value in found.items() if value > sure}
    worst = max(slow, key=slow.__getitem__, default=None)
    if worst is None or slow[worst] * of_y < ALIKE:
        return ()
    rho = min(slow[worst], 0.99)
    block = 10 * int(np.ceil(0.2 * (1 + rho) / (1 - rho)))
    return (
        f"neighbouring rows are alike (from row to row, {worst} correlates by {slow[worst]:.2f} "
        f"within classes of y, and y by {of_y:.2f}): they tell less than as many independent rows, "
        f"and intervals are too narrow; give groups, or blocks of {block} rows or more",
    )


def _kept(codes: Codes) -> float:
    """How much more often than by chance a row has the class of the row before: kappa."""
    share = np.bincount(codes) / len(codes)
    chance = float((share**2).sum())
    same = float((codes[1:] == codes[:-1]).mean())
    return (same - chance) / (1 - chance) if chance < 1 else 0.0


def _correlation(column: Column, y: Codes) -> float:
    """Of the ranks of a column with those of the row before, apart from what y tells of them."""
    ranks = rankdata(column)
    counts = np.bincount(y)
    away: Floats = ranks - (np.bincount(y, ranks) / np.maximum(counts, 1))[y]
    spread = float((away**2).sum())
    return float((away[1:] * away[:-1]).sum()) / spread if spread > 0 else 0.0


def few_units(count: int, fewest: int = 20) -> tuple[str, ...]:
    """A reason to doubt intervals from few independent groups or blocks."""
    if count >= fewest:
        return ()
    return (
        f"there are only {count} independent groups or blocks; corrections, intervals and p-values "
        f"from fewer than {fewest} are rough",
    )
