"""One space behind several views, found although some rows of some views are damaged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, Self

import numpy as np
from scipy.stats import median_abs_deviation

from pid._types import Floats
from pid.checks import RANDOM_STATE, integer, number, one_of
from pid.estimators.coordination.base import OfSources

CUT = 3.0  # robust deviations at which numbers are cut off for the first guess
SETTLING = 20  # rounds in which scales follow the residuals
ROW_ROUNDS = 50  # of weights for rows that come later
ROW_TOLERANCE = 1e-8
TO_NORMAL = 1.4826  # deviation of a normal sample, over its median absolute deviation

Views = Sequence[Floats | None]


class IntactSpace(OfSources):
    """A code of each row from which linear maps make every view, but for views that are damaged.

    Minimises sum_v sum_i c_v^2 log(1 + |z_iv - W_v' x_i|^2 / c_v^2) + penalty (|x|^2 + b |W|^2)
    (Xu, Tao & Xu, TPAMI 2015, equation 3), with b such that codes have variance 1, by weights
    1 / (1 + r^2 / c^2), anew in each round: a view of a row that fits badly counts little, and the
    other views say what the row is. Scales c_v^2 are the median squared residual of a view for the
    first 20 rounds, and then fixed, so that the objective falls from there on. It starts from the
    principal components of values that are cut off at 3 robust deviations. Views are linear in the
    code: of bent ones without damage, ``NestedAutoencoder`` finds more.

    Args:
        n_components: of the code; at most the columns of all views.
        loss: "cauchy", or "squares", which no damage should be given.
        penalty: ridge on maps and codes, in robust deviations of the columns.
        max_iter: rounds, at most.
        tol: relative fall of the objective at which it stops.
        random_state: there as everywhere; nothing is random here.

    Attributes:
        weights_: of each training row in each view, shape (rows, views), from 0 to 1. Of a sound
            view about half are above .5, and a damaged row is near 0: sort by them.
        objective_: after each round since the scales are fixed; it never rises.
        n_iter_: rounds.
        notes_, seed_: as of ``CCA``.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> latent = rng.normal(size=(300, 2))
        >>> X1, X2, X3 = (latent @ rng.normal(size=(2, 6)) for _ in range(3))
        >>> X1, X2, X3 = (X + 0.1 * rng.normal(size=X.shape) for X in (X1, X2, X3))
        >>> X2[:30] = 4 * rng.standard_t(2, size=(30, 6))  # damaged
        >>> model = IntactSpace(n_components=2).fit(X1, X2, X3)
        >>> bool(model.weights_[:30, 1].max() < model.weights_[30:, 1].min())
        True
    """

    constraints: ClassVar = {
        "n_components": integer(),
        "loss": one_of("cauchy", "squares"),
        "penalty": number(above=0),
        "max_iter": integer(SETTLING + 1),
        "tol": number(above=0),
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        *,
        n_components: int = 8,
        loss: Literal["cauchy", "squares"] = "cauchy",
        penalty: float = 3e-2,
        max_iter: int = 200,
        tol: float = 1e-7,
        random_state: int | None = 0,
    ) -> None:
        self.n_components = n_components
        self.loss = loss
        self.penalty = penalty
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X1: object, X2: object, *more: object) -> Self:
        """Learn from rows of two views or more.

        Args:
            X1, X2, more: one row per sample each: numbers, or symbols.

        Raises:
            InvalidInput: parameters or data that cannot be used.
        """
        self.check_parameters()
        views = self._read((X1, X2, *more))
        self._robust = [_robust_scale(z) for z in views]
        self._learn([s * (z - m) for z, (m, s) in zip(views, self._robust, strict=True)])
        self._is_fitted = True
        return self

    def transform(self, X1: object, X2: object = None, *more: object) -> Floats:
        """The code of each row, shape (rows, k), from the views that are there.

        Args:
            X1, X2, more: as many views as in training, None for one that is missing.

        Raises:
            InvalidInput: not fitted, no view is there, or columns that are not those of the
                training rows.
        """
        return self._coded(self._views((X1, X2, *more)))[0]

    def weights(self, X1: object, X2: object = None, *more: object) -> Floats:
        """How far each view of each row is believed, shape (rows, views); 0 where it is missing."""
        return self._coded(self._views((X1, X2, *more)))[1].T

    def score(self, X1: object, X2: object, *more: object) -> float:
        """Share of the squares of all views, each by its weight, that the codes make again."""
        views = self._views((X1, X2, *more))
        x, weights = self._coded(views)
        left = whole = 0.0
        for w, z, W in zip(weights, views, self._maps, strict=True):
            if z is not None:
                left += float(w @ ((z - x @ W) ** 2).sum(axis=1))
                whole += float(w @ (z**2).sum(axis=1))
        return 1 - left / whole if whole > 0 else 0.0

    def _minds_tails(self) -> bool:
        return self.loss == "squares"

    def _learn(self, views: list[Floats]) -> None:
        n = len(views[0])
        cut = [z.clip(-CUT, CUT) for z in views]
        U, _, _ = np.linalg.svd(np.hstack(cut), full_matrices=False)
        k = min(self.n_components, U.shape[1])
        if k < self.n_components:
            self.notes_ += (f"{k} components, as all views have no more columns or rows",)
        x = U[:, :k] * n**0.5
        # of codes times a, and maps by a, the penalties are least at a = 1, codes of variance 1:
        # else these shrink to where their penalty says nothing of rows that few views see
        self._map_penalty = self.penalty * n * k / sum(z.shape[1] for z in views)
        self._maps = [np.linalg.lstsq(x, z, rcond=None)[0] for z in cut]
        self.objective_: list[float] = []
        for rounds in range(1, self.max_iter + 1):
            self.n_iter_ = rounds
            residuals = self._residuals(views, x)
            if rounds <= SETTLING:
                self._scales = np.maximum(np.median(residuals, axis=1), 1e-12)
            weights = self._weights(residuals)
            x = self._codes(views, weights)
            self._maps = [self._map(x, z, w) for z, w in zip(views, weights, strict=True)]
            if rounds >= SETTLING:
                self.objective_.append(self._objective(self._residuals(views, x), x))
                if self._is_settled():
                    break
        else:
            self.notes_ += (
                f"the objective still fell after {self.max_iter} rounds; take a larger max_iter",
            )
        self.weights_ = self._weights(self._residuals(views, x)).T

    def _is_settled(self) -> bool:
        if len(self.objective_) < 2:
            return False
        before, now = self.objective_[-2:]
        return before - now <= self.tol * abs(before)

    def _map(self, x: Floats, z: Floats, weights: Floats) -> Floats:
        """Weighted ridge regression of a view on the codes, shape (k, columns)."""
        weighted = x * weights[:, None]
        A = weighted.T @ x + self._map_penalty * np.eye(x.shape[1])
        return np.asarray(np.linalg.solve(A, weighted.T @ z))

    def _codes(self, views: Views, weights: Floats) -> Floats:
        """Weighted ridge regression of all views of a row on the maps, shape (rows, k)."""
        k, n = len(self._maps[0]), weights.shape[1]
        A = np.tile(self.penalty * np.eye(k), (n, 1, 1))
        b = np.zeros((n, k))
        for w, z, W in zip(weights, views, self._maps, strict=True):
            if z is not None:
                A += w[:, None, None] * (W @ W.T)
                b += w[:, None] * (z @ W.T)
        return np.asarray(np.linalg.solve(A, b[..., None])[..., 0])

    def _residuals(self, views: Views, x: Floats) -> Floats:
        """Squared lengths, shape (views, rows); infinite where a view is missing."""
        return np.stack(
            [
                np.full(len(x), np.inf) if z is None else ((z - x @ W) ** 2).sum(axis=1)
                for z, W in zip(views, self._maps, strict=True)
            ]
        )

    def _weights(self, residuals: Floats) -> Floats:
        if self.loss == "squares":
            return np.where(np.isfinite(residuals), 1.0, 0.0)
        return np.asarray(1 / (1 + residuals / self._scales[:, None]))

    def _objective(self, residuals: Floats, x: Floats) -> float:
        scales = self._scales[:, None]
        each = residuals if self.loss == "squares" else scales * np.log1p(residuals / scales)
        maps = sum(float((W**2).sum()) for W in self._maps)
        codes = float((x**2).sum())
        map_penalty = float(self._map_penalty)
        return float(each.sum()) + map_penalty * maps + self.penalty * codes

    def _views(self, sources: tuple[object, ...]) -> Views:
        given = self._given(sources + (None,) * (len(getattr(self, "scales_", ())) - len(sources)))
        return [
            None if z is None else s * (z - m)
            for z, (m, s) in zip(given, self._robust, strict=True)
        ]

    def _coded(self, views: Views) -> tuple[Floats, Floats]:
        """Codes and weights of rows that come later, each row by itself."""
        n = next(len(z) for z in views if z is not None)
        # a view far out is not believed at first, or it would decide what the others are
        weights = np.stack(
            [
                np.zeros(n)
                if z is None
                else np.minimum(1, 4 * z.shape[1] / np.maximum((z**2).sum(axis=1), 1e-12))
                for z in views
            ]
        )
        x = self._codes(views, weights)
        for _ in range(ROW_ROUNDS):
            before = x
            residuals = self._residuals(views, x)
            weights = np.where(np.isfinite(residuals), self._weights(residuals), 0.0)
            x = self._codes(views, weights)
            if np.abs(x - before).max() <= ROW_TOLERANCE:
                break
        return x, weights


def _robust_scale(z: Floats) -> tuple[Floats, Floats]:
    """Median of each column, and what makes its median absolute deviation that of a normal one."""
    deviation = np.asarray(TO_NORMAL * median_abs_deviation(z, axis=0))
    deviation = np.where(deviation > 0, deviation, z.std(axis=0))
    varies = deviation > 0
    return np.median(z, axis=0), np.where(varies, 1 / np.where(varies, deviation, 1.0), 0.0)
