"""K-means of the columns of a source: clusters that stand for it as symbols."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Literal

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from pid._types import Codes, Floats
from pid.discretization.resolution import MOST
from pid.errors import InvalidInput
from pid.io.columns import (
    Column,
    Variable,
    check_target,
)

MAX_CELLS = 2 * 10**7  # of 8 bytes each; beyond it the solver's memory would not fit a laptop


Size = int | Literal["auto"]


def cluster(
    matrix: Floats,
    n_clusters: int,
    *,
    scale: bool = True,
    n_components: int | None = None,
    n_init: int = 10,
    random_state: int = 0,
) -> Codes:
    """Cluster of each row, by k-means on standardised and optionally projected columns.

    Args:
        matrix: shape (samples, columns), without constant columns.
        n_clusters: at most this many; fewer where rows coincide.
        scale: give every column variance 1.
        n_components: keep this many principal components, or all columns if there are fewer.
        n_init: random starts of k-means.
        random_state: seed of PCA and k-means.
    """
    data = matrix / np.abs(matrix).max(axis=0 if scale else None)  # so that no square overflows
    data -= data.mean(axis=0)
    if scale:
        data /= data.std(axis=0)
    if n_components is not None and n_components < min(data.shape):
        data = PCA(n_components, random_state=random_state).fit_transform(data)
    k_means = KMeans(n_clusters, n_init=n_init, random_state=random_state)
    # One thread: the same order of sums gives the same bits, and threads that wait for each other
    # take a hundred times longer where other processes keep the cores busy.
    with threadpool_limits(1, user_api="openmp"), warnings.catch_warnings():
        # rows that coincide after rounding: fewer clusters, which is fine
        warnings.simplefilter("ignore", ConvergenceWarning)
        return np.asarray(k_means.fit_predict(data), dtype=np.intp)


def check_classes(y: Variable) -> Codes:
    """Samples per class; raises InvalidInput where y is no set of classes."""
    counts = np.array(list(Counter(check_target(y).tolist()).values()), dtype=np.intp)
    if y.is_continuous:
        raise InvalidInput(
            f"y is continuous: {len(counts)} distinct numbers in {len(y)} samples; bin it first, "
            "for example with pandas.qcut, or call pid.quantify, which does"
        )
    if len(y) < 2 * len(counts):
        raise InvalidInput(
            f"y has {len(counts)} classes in {len(y)} samples; it needs two samples per class, "
            "so merge rare classes, or check that y is not an identifier"
        )
    return counts


def count_distinct(values: Column) -> int:
    """Number of distinct symbols; of rows of a matrix, counted up to the most clusters in use."""
    if values.ndim == 1:
        return len(set(values.tolist()))
    seen: set[bytes] = set()
    for row in values + 0.0:  # + 0.0: -0.0 has other bytes than 0.0
        seen.add(row.tobytes())
        if len(seen) > MOST:
            return len(values)
    return len(seen)


def pair(n_clusters: Size | Sequence[Size]) -> Sequence[Size]:
    """One number of clusters per modality."""
    return n_clusters if isinstance(n_clusters, tuple | list) else (n_clusters, n_clusters)
