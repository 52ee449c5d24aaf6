"""How fine a table the samples can carry: the rule for the number of clusters, and its bias.

Counting n samples overestimates I(X1, X2; Y). If the pairs (x1, x2) said nothing about y, the
plug-in value would still be, to leading order,

    (K1 K2 - 1)(k - 1) / (2 n)   nats   (Miller 1955; Panzeri & Treves 1996)

with K1 K2 occupied pairs and k classes.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from pid.core.information import Unit, entropy


class Clustering(Protocol):
    """The options of a ``ClusterPID``."""

    n_clusters: Any
    max_bias: float
    unit: Unit
    tol: float

    def fit(self, X1: object, X2: object, y: object) -> Any:
        """Cluster, count and decompose."""


FEWEST, MOST = 2, 20  # clusters per modality; 20 is also what Liang et al. (2023) use throughout


def auto_clusters(
    class_counts: ArrayLike,
    distinct: tuple[int, int],
    free: tuple[bool, bool] = (True, True),
    *,
    max_bias: float = 0.05,
) -> tuple[int, int]:
    """Numbers of clusters that keep the expected plug-in bias of I(X1, X2; Y) small.

    The most K1, K2 in 2 ... 20 with (K1 K2 - 1)(k - 1) / (2 n) <= max_bias * H(Y) in nats; the two
    are equal unless one modality has fewer distinct values, which leaves more to the other.

    Args:
        class_counts: samples per class of y.
        distinct: distinct rows of x1 and x2, or how many symbols they have.
        free: whether x1 and x2 are clustered; the others keep all their symbols.
        max_bias: largest expected bias as a fraction of H(Y).

    Returns:
        The sizes of x1 and x2. With very few samples 2 each, though the bias is then larger.

    Examples:
        >>> auto_clusters([212, 357], distinct=(569, 569))
        (6, 6)
        >>> auto_clusters([212, 357], distinct=(569, 3), free=(True, False))
        (12, 3)
    """
    counts = np.asarray(class_counts, dtype=np.float64)
    counts = counts[counts > 0]
    budget = max_bias * entropy(counts, unit="nat")
    pairs = 1 + 2 * counts.sum() * budget / max(len(counts) - 1, 1)
    fair = _within(math.sqrt(pairs))
    settled = [d if d < fair or not f else None for d, f in zip(distinct, free, strict=True)]
    match settled:
        case [None, None]:
            return fair, fair
        case [int(size), None]:
            return size, min(distinct[1], _within(pairs / size))
        case [None, int(size)]:
            return min(distinct[0], _within(pairs / size)), size
    return distinct


def null_bias(counts: ArrayLike) -> float:
    """Expected plug-in estimate of I(X1, X2; Y) in nats if the pairs (x1, x2) said nothing about y.

    Leading order in 1 / n, over occupied pairs and classes; at most H(Y).

    Args:
        counts: samples per cell, shape (n1, n2, k).

    Examples:
        >>> round(null_bias([[[10, 10], [10, 10]]]), 6)
        0.0125
    """
    table = np.asarray(counts)
    pairs = np.count_nonzero(table.sum(axis=2))
    classes = table.sum(axis=(0, 1))
    leading = (pairs - 1) * (np.count_nonzero(classes) - 1) / (2 * table.sum())
    return min(float(leading), entropy(classes, unit="nat"))


def _within(size: float) -> int:
    return min(max(math.floor(size), FEWEST), MOST)
