"""Canonical correlation analysis, of columns or of kernels."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Literal

import numpy as np

from pid._types import Floats
from pid.checks import AUTO, FUNCTION, NONE, RANDOM_STATE, either, integer, number, one_of
from pid.errors import InvalidInput
from pid.estimators.coordination.base import Coordination
from pid.estimators.coordination.canonical import canonical, paired_correlations
from pid.estimators.coordination.parts import folds
from pid.estimators.coordination.similarity import (
    Similarity,
    median_distance,
    polynomial,
    rbf,
)

LANDMARKS = 500  # rows, at most, that others are compared with where none are asked for


class CCA(Coordination):
    """Linear or kernel maps of both sources that correlate most, pair by pair.

    Regularised canonical correlation analysis (Hotelling, 1936; Vinod, 1976), exact: whitening by
    eigenvectors and one SVD. With a kernel, each source is first seen as its similarities to some
    rows, the landmarks, as coordinates of their span (Bach & Jordan, JMLR 2002; Williams & Seeger,
    NIPS 2000): with all rows as landmarks that is kernel CCA itself.

    Args:
        n_components: pairs of components, or fewer where a source has fewer dimensions.
        regularization: ridge, in units of the mean variance of a column. Kernels need more.
        kernel: None (the columns as they are, standardised), "rbf", whose width is 1.5 times the
            median distance of the landmarks, "poly" of degree 2 in units of the mean squared
            length, or a function of two arrays, shapes (n, d) and (m, d), that gives (n, m).
        landmarks: how many rows; "auto" takes all up to 500, and 500 beyond.
        random_state: seed of folds and landmarks; None takes another one each time.

    Attributes:
        correlations_: of each pair on rows that were held out, in five folds, shape (k,).
        training_correlations_: on the training rows, which always look better.
        n_components_: pairs that there are.
        notes_: what was done to the data, in words.
        seed_: the seed, also where none was given.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> shared = rng.normal(size=500)
        >>> X1 = np.column_stack([shared + rng.normal(size=500), rng.normal(size=500)])
        >>> X2 = np.column_stack([rng.normal(size=500), shared + rng.normal(size=500)])
        >>> float(CCA(n_components=2).fit(X1, X2).correlations_[0].round(1))
        0.5
    """

    constraints: ClassVar = {
        "n_components": integer(),
        "regularization": number(least=0),
        "kernel": either(NONE, one_of("rbf", "poly"), FUNCTION),
        "landmarks": either(AUTO, integer(2)),
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        *,
        n_components: int = 8,
        regularization: float = 1e-4,
        kernel: Literal["rbf", "poly"] | Similarity | None = None,
        landmarks: int | Literal["auto"] = "auto",
        random_state: int | None = 0,
    ) -> None:
        self.n_components = n_components
        self.regularization = regularization
        self.kernel = kernel
        self.landmarks = landmarks
        self.random_state = random_state

    def _learn(self, X1: Floats, X2: Floats) -> None:
        rng = np.random.default_rng(self.seed_)
        self._views = (self._view(X1, rng, "x1"), self._view(X2, rng, "x2"))
        A, B = (view(X) for view, X in zip(self._views, (X1, X2), strict=True))
        if self.regularization == 0 and len(A) <= A.shape[1] + B.shape[1]:
            raise InvalidInput(
                f"{len(A)} rows in {A.shape[1]} and {B.shape[1]} dimensions correlate perfectly "
                "whatever they are, without regularization; give regularization above 0, more "
                "rows or fewer columns"
            )
        self._directions = canonical(A, B, self.n_components, self.regularization)
        self.training_correlations_ = paired_correlations(
            self._directions.first(A), self._directions.second(B)
        )
        self.n_components_ = len(self.training_correlations_)
        if self.n_components_ < self.n_components:
            self.notes_ += (
                f"{self.n_components_} components, as the smaller source has no more dimensions",
            )
        self.correlations_ = self._held_out(A, B, rng)

    def _encode(self, source: int, X: Floats) -> Floats:
        seen = self._views[source](X)
        return self._directions.second(seen) if source else self._directions.first(seen)

    def _held_out(self, A: Floats, B: Floats, rng: np.random.Generator) -> Floats:
        """Correlations of rows that the directions were not found in, mean of the folds."""
        found = []
        for rest, fold in folds(self._groups, rng):
            there = canonical(A[rest], B[rest], self.n_components_, self.regularization)
            pairs = paired_correlations(there.first(A[fold]), there.second(B[fold]))
            found.append(np.pad(pairs, (0, self.n_components_ - len(pairs))))
        return np.asarray(np.mean(found, axis=0))

    def _view(self, X: Floats, rng: np.random.Generator, role: str) -> View:
        """What a source is seen as: itself, or similarities to landmarks."""
        if self.kernel is None:
            if self.landmarks != "auto" and role == "x1":
                self.notes_ += ("landmarks are of kernels, and there is none",)
            return View(None, None, None)
        most = LANDMARKS if self.landmarks == "auto" else self.landmarks
        rows = np.arange(len(X))
        if len(X) > most:
            rows = np.sort(rng.choice(len(X), most, replace=False))
            self.notes_ += (f"{role}: seen by {most} landmarks of {len(X):,} rows",)
        there = np.unique(X[rows], axis=0)  # of copies one is enough
        kernel = self._kernel(there)
        return View(kernel, there, _inverse_root(_checked(kernel(there, there), len(there))))

    def _kernel(self, landmarks: Floats) -> Similarity:
        if self.kernel == "rbf":
            return partial(rbf, width=1.5 * median_distance(landmarks))
        if self.kernel == "poly":
            return partial(_of_unit_size, size=float((landmarks**2).sum(axis=1).mean()) or 1.0)
        assert callable(self.kernel)
        return self.kernel


class View:
    """A source as it is, or as coordinates in the span of its landmarks."""

    def __init__(
        self, kernel: Similarity | None, landmarks: Floats | None, root: Floats | None
    ) -> None:
        self.kernel, self.landmarks, self.root = kernel, landmarks, root

    def __call__(self, X: Floats) -> Floats:
        """Shape (rows, dimensions)."""
        if self.kernel is None or self.landmarks is None or self.root is None:
            return X
        K = np.asarray(self.kernel(X, self.landmarks), dtype=np.float64)
        return np.asarray(K @ self.root)


def _of_unit_size(A: Floats, B: Floats, size: float) -> Floats:
    return np.asarray(polynomial(A / size**0.5, B / size**0.5))


def _inverse_root(K: Floats) -> Floats:
    """R with R' K R = I, on the directions that K has."""
    values, vectors = np.linalg.eigh((K + K.T) / 2)
    kept = values > 1e-10 * values.max()
    return np.asarray(vectors[:, kept] / np.sqrt(values[kept]))


def _checked(K: object, n: int) -> Floats:
    """Similarities that a function of the user's gave."""
    try:
        found = np.asarray(K, dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise InvalidInput(f"kernel must give numbers: {err}") from err
    if found.shape != (n, n) or not np.isfinite(found).all() or found.max() <= 0:
        raise InvalidInput(
            f"kernel must give finite similarities of shape ({n}, {n}) for {n} rows; got shape "
            f"{found.shape}" + ("" if found.shape != (n, n) else " with other values")
        )
    return found
