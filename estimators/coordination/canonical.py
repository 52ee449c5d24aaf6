"""Canonical correlation analysis of two arrays: exact, by whitening and one SVD."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Floats
from pid.io.columns import varying

RANK = 1e-10  # of the largest variance: directions with less are none


class Directions(NamedTuple):
    """Where pairs of components lie.

    Attributes:
        centre1, centre2: means, shapes (d1,) and (d2,).
        weights1, weights2: shapes (d1, k) and (d2, k).
        correlations: of the rows they were found in, in falling order, shape (k,).
    """

    centre1: Floats
    centre2: Floats
    weights1: Floats
    weights2: Floats
    correlations: Floats

    def first(self, X: Floats) -> Floats:
        """Components of the first source, shape (rows, k)."""
        return np.asarray((X - self.centre1) @ self.weights1)

    def second(self, X: Floats) -> Floats:
        """Components of the second source, shape (rows, k)."""
        return np.asarray((X - self.centre2) @ self.weights2)


def canonical(X1: Floats, X2: Floats, components: int, ridge: float) -> Directions:
    """Pairs of directions with the largest correlations (Hotelling, Biometrika 1936).

    Maximises tr(W1' C12 W2) subject to Wi' (Cii + ri I) Wi = I (Vinod, J. Econometrics 1976), with
    Cii the covariance within a source. Without a ridge, directions of no variance are left out.

    Args:
        X1, X2: the same rows, shapes (n, d1) and (n, d2).
        components: at most so many, and at most the smaller rank.
        ridge: in units of the mean variance of a column of each source.
    """
    centre1, centre2 = X1.mean(axis=0), X2.mean(axis=0)
    A, B = X1 - centre1, X2 - centre2
    white1, white2 = _whitening(A, ridge), _whitening(B, ridge)
    across = (A @ white1).T @ (B @ white2) / (len(A) - 1)
    U, correlations, Vt = np.linalg.svd(across, full_matrices=False)
    weights1, weights2 = white1 @ U[:, :components], white2 @ Vt[:components].T
    # an SVD leaves the sign of each pair open: the largest weight is positive
    largest = np.abs(weights1).argmax(axis=0)
    signs = np.where(weights1[largest, np.arange(weights1.shape[1])] < 0, -1.0, 1.0)
    return Directions(
        centre1, centre2, weights1 * signs, weights2 * signs, correlations[:components]
    )


def paired_correlations(Z1: Floats, Z2: Floats) -> Floats:
    """Pearson's correlation of each column with its partner, shape (k,); 0 for a constant one."""
    A, B = _of_length_one(Z1), _of_length_one(Z2)
    return np.asarray((A * B).sum(axis=0))


def _of_length_one(Z: Floats) -> Floats:
    """Columns without their means, of length 1; what varies by rounding alone is 0."""
    Z = Z / np.maximum(np.abs(Z).max(axis=0), np.finfo(float).tiny)  # no square overflows
    varies = varying(Z.min(axis=0), Z.max(axis=0))
    A = np.where(varies, Z - Z.mean(axis=0), 0.0)
    return np.asarray(A / np.where(varies, np.linalg.norm(A, axis=0), 1.0))


def _whitening(A: Floats, ridge: float) -> Floats:
    """W with W' (C + r I) W = I, shape (d, rank)."""
    n, d = A.shape
    if d > n:  # all variance lies in the span of the rows
        _, singular, Vt = np.linalg.svd(A, full_matrices=False)
        variances, vectors = singular**2 / (n - 1), Vt.T
    else:
        variances, vectors = np.linalg.eigh(A.T @ A / (n - 1))
    kept = variances > RANK * variances.max()
    added = ridge * variances[kept].sum() / d
    return np.asarray(vectors[:, kept] / np.sqrt(variances[kept] + added))
