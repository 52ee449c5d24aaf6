"""K-means of the rows of a source: clusters that stand for it as symbols."""

from __future__ import annotations

import warnings

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from pid._types import Codes, Floats
from pid.discretization.resolution import Resolution

REACH = 3.0  # deviations from the median at which a value is cut off


def clustered(matrix: Floats, size: int, how: Resolution) -> Codes:
    """Cluster of each row, by k-means.

    Args:
        matrix: shape (samples, columns), without constant columns.
        size: at most this many; fewer where rows coincide.
        how: whether columns are scaled (see ``features``), projected, and how k-means starts.
    """
    if not matrix.size:
        return np.zeros(len(matrix), dtype=np.intp)
    data = features(matrix) if how.scale else matrix / np.abs(matrix).max()  # no overflow
    seed = how.random_state
    if how.n_components is not None and how.n_components < min(data.shape):
        data = PCA(how.n_components, random_state=seed).fit_transform(data)
    k_means = KMeans(min(size, len(data)), n_init=how.n_init, random_state=seed)
    # One thread: the same order of sums gives the same bits, and threads that wait for each other
    # take a hundred times longer where other processes keep the cores busy.
    with threadpool_limits(1, user_api="openmp"), warnings.catch_warnings():
        # rows that coincide after rounding: fewer clusters, which is fine
        warnings.simplefilter("ignore", ConvergenceWarning)
        return np.asarray(k_means.fit_predict(data), dtype=np.intp)


def features(matrix: Floats) -> Floats:
    """Where a value lies, in two ways, both of mean 0 and variance 1; shape (samples, 2 columns).

    Its rank, which neither outliers nor monotone maps of the column move, but from which gaps
    between groups are gone; and its distance from the median, cut off where it is large, which
    shows the gaps. docs/quantify.md has what either is worth alone.
    """
    both = np.hstack([normal_scores(matrix), cut_off(matrix)])
    return np.asarray((both - both.mean(axis=0)) / both.std(axis=0))


def normal_scores(matrix: Floats) -> Floats:
    """Each column's ranks as quantiles of the normal distribution; ties share a score."""
    return np.asarray(ndtri(rankdata(matrix, axis=0) / (len(matrix) + 1)))


def cut_off(matrix: Floats) -> Floats:
    """Distances from the median in units that are 1 for a normal column, within -REACH ... REACH.

    The unit is that of the quartiles, or the standard deviation where these coincide.
    """
    scaled = matrix / np.abs(matrix).max(axis=0)  # so that no square overflows
    low, middle, high = np.quantile(scaled, [0.25, 0.5, 0.75], axis=0)
    unit = (high - low) / (ndtri(0.75) - ndtri(0.25))
    unit = np.where(unit > 0, unit, scaled.std(axis=0))
    return np.asarray(np.clip((scaled - middle) / unit, -REACH, REACH))
