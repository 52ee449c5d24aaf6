"""How fine a table the samples can carry: the rule for the number of clusters, and its bias.

Counting n samples overestimates I(X1, X2; Y). If the pairs (x1, x2) said nothing about y, the
plug-in value would still be, to leading order,

    (K1 K2 - 1)(k - 1) / (2 n)   nats   (Miller 1955; Panzeri & Treves 1996)

with K1 K2 occupied pairs and k classes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Counts
from pid.core.information import entropy
from pid.errors import InvalidInput
from pid.io.columns import Columns

Size = int | Literal["auto"]

FEWEST, MOST = 2, 20  # clusters per modality; 20 is also what Liang et al. (2023) use throughout
MAX_BIAS = 0.05  # largest expected bias as a fraction of H(Y)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How finely sources are cut or clustered; see ``ClusterPID``."""

    n_clusters: Size | Sequence[Size] = "auto"
    max_bias: float = MAX_BIAS
    scale: bool = True
    n_components: int | None = None
    n_init: int = 10
    random_state: int = 0

    def clusters(self, x1: Columns, x2: Columns, class_counts: ArrayLike) -> tuple[int, int]:
        """Clusters of x1 and of x2, as asked for or as many as the samples can carry."""
        most = x1.distinct(), x2.distinct()
        auto = self._auto(x1, x2, class_counts, most)
        first, second = (
            size if k == "auto" else min(k, d)
            for k, size, d in zip(pair(self.n_clusters), auto, most, strict=True)
        )
        return first, second

    def bins(self, x1: Columns, x2: Columns, class_counts: ArrayLike) -> tuple[int, int]:
        """Bins of each column of x1 and of x2: as asked for, or a root of the number of clusters.

        Several columns of one source make as many symbols together as one column would alone.
        """
        auto = self._auto(x1, x2, class_counts, (x1.distinct(), x2.distinct()))
        first, second = (
            max(FEWEST, int(size ** (1 / len(x.columns)) + 1e-9)) if k == "auto" else int(k)
            for x, k, size in zip((x1, x2), pair(self.n_clusters), auto, strict=True)
        )
        return first, second

    def _auto(
        self, x1: Columns, x2: Columns, class_counts: ArrayLike, distinct: tuple[int, int]
    ) -> tuple[int, int]:
        free = not x1.is_symbolic, not x2.is_symbolic
        return auto_clusters(class_counts, distinct, free, max_bias=self.max_bias)


def pair(n_clusters: Size | Sequence[Size]) -> Sequence[Size]:
    """One number of clusters per modality."""
    return n_clusters if isinstance(n_clusters, tuple | list) else (n_clusters, n_clusters)


def check_repeats(class_counts: Counts) -> None:
    """Raise InvalidInput if y has so many classes for its samples that it tells rows apart."""
    n, k = int(class_counts.sum()), len(class_counts)
    if n < 2 * k:
        raise InvalidInput(
            f"y has {k} classes in {n} samples; it needs two samples per class, so merge rare "
            "classes, or check that y is not an identifier"
        )


def auto_clusters(
    class_counts: ArrayLike,
    distinct: tuple[int, int],
    free: tuple[bool, bool] = (True, True),
    *,
    max_bias: float = MAX_BIAS,
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


def null_bias(counts: ArrayLike, rows: float | None = None) -> float:
    """Expected plug-in estimate of I(X1, X2; Y) in nats if the pairs (x1, x2) said nothing about y.

    Leading order in 1 / n, over occupied pairs and classes; at most H(Y).

    Args:
        counts: samples per cell, shape (n1, n2, k).
        rows: how many independent ones these are worth; all of them if left out.

    Examples:
        >>> round(null_bias([[[10, 10], [10, 10]]]), 6)
        0.0125
    """
    table = np.asarray(counts)
    pairs = np.count_nonzero(table.sum(axis=2))
    classes = table.sum(axis=(0, 1))
    rows = float(table.sum()) if rows is None else rows
    leading = (pairs - 1) * (np.count_nonzero(classes) - 1) / (2 * rows)
    return min(float(leading), entropy(classes, unit="nat"))


def _within(size: float) -> int:
    return min(max(math.floor(size), FEWEST), MOST)
