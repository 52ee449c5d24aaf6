"""Quantile bins of numbers, by edges that are values of the data.

An edge is an order statistic, so that whoever counts (this module, a database, workers that hold a
part each) finds the same edges to the bit, and the same bins.
"""

from __future__ import annotations

import numpy as np

from pid._types import Codes, Floats


def ranks(n: int, bins: int) -> Codes:
    """Positions in n sorted values, from 0, of the edges of ``bins`` bins of equal share.

    Examples:
        >>> ranks(8, 4).tolist()
        [2, 4, 6]
    """
    return np.array([-(-i * (n - 1) // bins) for i in range(1, bins)], dtype=np.intp)


def edges_from(at_ranks: Floats, least: float) -> Floats:
    """Edges from the values at ``ranks`` and the smallest value of all.

    A value equal to an edge belongs to the bin above it, so that edges which coincide, or which
    have nothing below them, make no bin.
    """
    edges = np.unique(at_ranks)
    return np.asarray(edges[edges > least])


def quantile_edges(values: Floats, bins: int) -> Floats:
    """Inner edges of at most ``bins`` bins that hold equal shares of the values.

    Args:
        values: finite numbers, shape (samples,).
        bins: at least 1.

    Returns:
        Ascending edges, one less than there are bins; fewer where values repeat.

    Examples:
        >>> quantile_edges(np.array([4.0, 1.0, 3.0, 2.0]), 2).tolist()
        [3.0]
    """
    where = ranks(len(values), bins)
    return edges_from(np.partition(values, where)[where], float(values.min()))


def assign(values: Floats, edges: Floats) -> Codes:
    """Bin of each value: the number of edges that are not above it.

    Examples:
        >>> assign(np.array([4.0, 1.0, 3.0, 2.0]), np.array([3.0])).tolist()
        [1, 0, 1, 0]
    """
    return np.searchsorted(edges, values, side="right").astype(np.intp)
