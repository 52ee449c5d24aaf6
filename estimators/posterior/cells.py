"""Cells of a posterior: what a source says about y, as a table that the solver takes."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from pid._types import Codes, Floats
from pid.core.decompose import decompose
from pid.core.information import entropy
from pid.core.solver.certificate import dual_value, feasible_multipliers

STARTS = 3  # of k-means
MOST_CLUSTERED = 100_000  # rows that k-means learns its cells from


class Cells(NamedTuple):
    """The cell of each sample, shape (samples,), and p(cell, y), shape (cells, classes)."""

    labels: Codes
    table: Floats


def cells_of(posterior: Floats, p_y: Floats, most: int, random_state: int) -> Cells:
    """Cells of alike posteriors, and their soft table with exactly the margin ``p_y``.

    min_q I_q depends on a source through p(y | x) alone, so that samples with like posteriors can
    share a cell. Cells are those of k-means on square roots of probabilities, where distance is
    that of Hellinger; a cell's mass of each class is the sum of its posteriors, not a count, so
    that no noise of labels gets in.

    Args:
        posterior: p(y | x) of each sample, shape (samples, classes).
        p_y: shares of the classes.
        most: at most this many cells.
        random_state: seed of k-means.

    Examples:
        >>> posterior = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.2, 0.8]])
        >>> cells_of(posterior, np.array([0.55, 0.45]), 2, 0).table.round(3).tolist()
        [[0.45, 0.05], [0.1, 0.4]]
    """
    roots = np.sqrt(posterior)
    rng = np.random.default_rng(random_state)
    many = len(roots) > MOST_CLUSTERED
    some = roots[rng.choice(len(roots), MOST_CLUSTERED, replace=False)] if many else roots
    most = min(most, len(np.unique(some.round(12), axis=0)))
    k_means = KMeans(most, n_init=STARTS, random_state=random_state)
    # the same bits whatever the number of cores; and rows that nearly coincide make fewer cells
    with threadpool_limits(1, user_api="openmp"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        k_means.fit(some)
        labels = np.asarray(k_means.predict(roots), dtype=np.intp)
    _, labels = np.unique(labels, return_inverse=True)
    table = _soft(posterior, labels, labels.max() + 1)
    rank = np.argsort(np.argsort(-table[:, 0] / table.sum(axis=1), kind="stable"))
    labels = rank[labels]
    return Cells(labels, soft_table(posterior, labels, p_y))


def joined(first: Floats, second: Floats, p_y: Floats) -> Floats:
    """A table p(cell1, cell2, y) with the given margins: any will do, as q runs over all."""
    return np.asarray(first[:, None, :] * second[None, :, :] / p_y)


def soft_table(posterior: Floats, labels: Codes, p_y: Floats) -> Floats:
    """p(cell, y), shape (cells, classes): sums of posteriors, with exactly the margin ``p_y``."""
    return _with_margin(_soft(posterior, labels, int(labels.max()) + 1), p_y)


def held_out_union(
    posteriors: tuple[Floats, Floats],
    labels: tuple[Codes, Codes],
    p_y: Floats,
    halves: tuple[Codes, Codes],
    tol: float,
) -> float:
    """min_q I_q of the cells from below, in nats: multipliers of one half, value on the other.

    The minimum is the largest value of feasible multipliers, so that those that were fitted to
    other samples give too little on average, while the optimum of the same samples is too much.
    """
    sizes = [int(each.max()) + 1 for each in labels]
    tables = [
        tuple(
            _with_margin(_soft(posterior[rows], each[rows], size), p_y)
            for posterior, each, size in zip(posteriors, labels, sizes, strict=True)
        )
        for rows in halves
    ]
    values = []
    for (a, b), (other_a, other_b) in (tables, tables[::-1]):
        found = decompose(joined(a, b, p_y), unit="nat", tol=tol)
        assert found.certificate is not None
        assert found.certificate.multipliers is not None
        alpha, beta = (
            _of_all_cells(m, seen, whole).T[..., None]
            for m, seen, whole in zip(
                found.certificate.multipliers, (a, b), (a + other_a, b + other_b), strict=True
            )
        )
        margins = other_a.T[..., None], other_b.T[..., None]
        values.append(float(dual_value(*feasible_multipliers(alpha, beta, *margins), *margins)[0]))
    return entropy(p_y, unit="nat") + float(np.mean(values))


def _of_all_cells(multipliers: Floats, seen: Floats, whole: Floats) -> Floats:
    """Cells that no sample of a half is in take the multipliers of the cell most alike."""
    there = seen.sum(axis=1) > 0
    roots = np.sqrt(whole / whole.sum(axis=1, keepdims=True))
    distance = ((roots[:, None] - roots[None, there]) ** 2).sum(axis=2)
    return np.asarray(multipliers[np.flatnonzero(there)[distance.argmin(axis=1)]])


def _soft(posterior: Floats, labels: Codes, cells: int) -> Floats:
    table = np.zeros((cells, posterior.shape[1]))
    np.add.at(table, labels, posterior / len(posterior))
    return table


def _with_margin(table: Floats, p_y: Floats) -> Floats:
    return np.asarray(table * (p_y / table.sum(axis=0)))
