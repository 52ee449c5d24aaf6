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

    def clusters(self, sources: Sequence[Columns], class_counts: ArrayLike) -> tuple[int, ...]:
        """Clusters of each source, as asked for or as many as the samples can carry."""
        most = tuple(x.distinct() for x in sources)
        auto = self._auto(sources, class_counts, most)
        asked = one_each(self.n_clusters, len(sources))
        return tuple(
            size if k == "auto" else min(k, d) for k, size, d in zip(asked, auto, most, strict=True)
        )

    def bins(self, sources: Sequence[Columns], class_counts: ArrayLike) -> tuple[int, ...]:
        """Bins of each column of each source: as asked for, or a root of the number of clusters.

        Several columns of one source make as many symbols together as one column would alone.
        """
        auto = self._auto(sources, class_counts, tuple(x.distinct() for x in sources))
        asked = one_each(self.n_clusters, len(sources))
        return tuple(
            max(FEWEST, int(size ** (1 / len(x.columns)) + 1e-9)) if k == "auto" else int(k)
            for x, k, size in zip(sources, asked, auto, strict=True)
        )

    def _auto(
        self, sources: Sequence[Columns], class_counts: ArrayLike, distinct: tuple[int, ...]
    ) -> tuple[int, ...]:
        free = tuple(not x.is_symbolic for x in sources)
        return auto_clusters(class_counts, distinct, free, max_bias=self.max_bias)


def one_each(n_clusters: Size | Sequence[Size], k: int) -> Sequence[Size]:
    """One size for each of k sources.

    Raises:
        InvalidInput: sizes of another number of sources.
    """
    if not isinstance(n_clusters, tuple | list):
        return (n_clusters,) * k  # type: ignore[return-value]  # one of them
    if len(n_clusters) != k:
        raise InvalidInput(
            f"sizes must be one for all {k} sources, or one for each; got {len(n_clusters)}"
        )
    return n_clusters


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
    distinct: tuple[int, ...],
    free: Sequence[bool] | None = None,
    *,
    max_bias: float = MAX_BIAS,
) -> tuple[int, ...]:
    """Numbers of clusters that keep the expected plug-in bias of I(X1, X2, ...; Y) small.

    The most K1, K2, ... in 2 ... 20 with (K1 K2 ... - 1)(k - 1) / (2 n) <= max_bias * H(Y) in nats;
    they are equal unless a modality has fewer distinct values, which leaves more to the others.

    Args:
        class_counts: samples per class of y.
        distinct: distinct rows of each source, or how many symbols it has.
        free: whether each is clustered, all if left out; the others keep all their symbols.
        max_bias: largest expected bias as a fraction of H(Y).

    Returns:
        The size of each source. With very few samples 2 each, though the bias is then larger.

    Examples:
        >>> auto_clusters([212, 357], distinct=(569, 569))
        (6, 6)
        >>> auto_clusters([212, 357], distinct=(569, 3), free=(True, False))
        (12, 3)
        >>> auto_clusters([2000, 2000, 2000], distinct=(9000, 9000, 2))
        (12, 12, 2)
    """
    counts = np.asarray(class_counts, dtype=np.float64)
    counts = counts[counts > 0]
    budget = max_bias * entropy(counts, unit="nat")
    pairs = 1 + 2 * counts.sum() * budget / max(len(counts) - 1, 1)
    sizes = list(distinct)
    left = list(range(len(sizes)))  # those that take an equal share of what the others leave
    fixed = [] if free is None else [i for i in left if not free[i]]
    fair = _root(pairs, len(left))
    while left and (few := [i for i in left if sizes[i] < fair or i in fixed]):
        left = [i for i in left if i not in few]
        taken = math.prod(sizes[i] for i in range(len(sizes)) if i not in left)
        fair = _root(pairs / taken, len(left))
    for i in left:
        sizes[i] = fair
    return tuple(sizes)


def null_bias(counts: ArrayLike, rows: float | None = None) -> float:
    """Expected plug-in estimate of I(X1, X2, ...; Y) in nats if the sources said nothing about y.

    Leading order in 1 / n, over occupied cells of the sources and classes; at most H(Y).

    Args:
        counts: samples per cell, shape (n1, n2, ..., k).
        rows: how many independent ones these are worth; all of them if left out.

    Examples:
        >>> round(null_bias([[[10, 10], [10, 10]]]), 6)
        0.0125
    """
    table = np.asarray(counts)
    pairs = np.count_nonzero(table.sum(axis=-1))
    classes = table.reshape(-1, table.shape[-1]).sum(axis=0)
    rows = float(table.sum()) if rows is None else rows
    leading = (pairs - 1) * (np.count_nonzero(classes) - 1) / (2 * rows)
    return min(float(leading), entropy(classes, unit="nat"))


def _root(cells: float, sources: int) -> int:
    """The size of each of some sources that make so many cells together."""
    size: float = cells ** (1 / max(sources, 1)) + 1e-9
    return min(max(math.floor(size), FEWEST), MOST)
