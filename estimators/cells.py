"""Cells of a posterior: what a source says about y, as a table that the solver takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]

STARTS = 3  # of k-means


def soft_table(posterior: Floats, p_y: Floats, cells: int, random_state: int) -> Floats:
    """p(cell, y) of cells of alike posteriors, with exactly the margin ``p_y``.

    min_q I_q depends on a source through p(y | x) alone, so that samples with like posteriors can
    share a cell. Cells are those of k-means on square roots of probabilities, where distance is
    that of Hellinger; a cell's mass of each class is the sum of its posteriors, not a count, so
    that no noise of labels gets in.

    Args:
        posterior: p(y | x) of each sample, shape (samples, classes).
        p_y: shares of the classes.
        cells: at most this many.
        random_state: seed of k-means.

    Returns:
        Shape (cells, classes), summing to 1.

    Example:
        >>> posterior = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.2, 0.8]])
        >>> soft_table(posterior, np.array([0.55, 0.45]), 2, 0).round(3).tolist()
        [[0.45, 0.05], [0.1, 0.4]]
    """
    roots = np.sqrt(posterior)
    cells = min(cells, len(np.unique(roots.round(12), axis=0)))
    k_means = KMeans(cells, n_init=STARTS, random_state=random_state)
    with threadpool_limits(1, user_api="openmp"):  # the same bits whatever the number of cores
        labels = k_means.fit_predict(roots)
    table = np.zeros((cells, posterior.shape[1]))
    np.add.at(table, labels, posterior / len(posterior))
    order = np.argsort(-table[:, 0] / table.sum(axis=1), kind="stable")
    return np.asarray(table[order] * (p_y / table.sum(axis=0)))
