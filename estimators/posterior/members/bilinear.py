"""Log-odds with a bilinear form of few directions of two sources, beside what is linear.

What shows in products of columns of both sources alone, as sign(x1 . x2), is out of reach of a
small sample if every product has a weight of its own. Here few pairs of directions share them:

    logits = A x + b + C ((U' x1) * (V' x2)),    * by elements.

U and V start where products tell most at first sight, at singular vectors of the matrix
sum_n (1[y_n = k] - p_k) x1_n x2_n' of each class k, so that it takes no luck of a start.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.posterior.members.columns import standardised
from pid.estimators.posterior.members.member import PerFold
from pid.estimators.posterior.members.multinomial import (
    cross_entropy,
    hits,
    lowest,
    probabilities,
)

RIDGE = 3.0  # inverse variance of the priors of A, U and V
RIDGE_C = 0.5  # and of C
LENGTH, EFFECT = 0.7, 0.5  # at the start, of directions and in C: felt, and far from certain

Parts = tuple[Floats, Floats, Floats, Floats, Floats]  # A, b, U', V', C


class Bilinear(PerFold):
    """Softmax of a linear form and a bilinear one of few pairs of directions.

    Of two sources, the directions of a pair look at one each. Of more, all look at all columns, and
    start from products of columns of different sources. One source is left to other members: it
    has no such product.

    Args:
        rank: pairs of directions; no more are taken than the products have.
    """

    def __init__(self, rank: int) -> None:
        self.rank = rank
        self.name = f"bilinear {rank}"

    def said(
        self,
        sources: list[Floats],
        y: Codes,
        weights: Floats | None,
        asked: list[Floats],
        classes: int,
        seed: int,
    ) -> Floats:
        """See ``PerFold``."""
        X, Z = standardised(np.hstack(sources), np.hstack(asked), weights)
        widths = tuple(source.shape[1] for source in sources)
        fit = Fit(np.ascontiguousarray(X.T), widths, hits(y, weights, classes))
        first, second = fit.sides
        A, b, U, V, C = fit.unpacked(lowest(fit.loss, start(fit, self.rank)))
        forms = (U @ Z.T[first]) * (V @ Z.T[second])
        return probabilities(A @ Z.T + b + C @ forms)[None]


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class Fit:
    """What is fitted to; in all arrays rows of the data are last.

    Attributes:
        X: columns of the sources one below the other, shape (columns, rows).
        widths: how many columns each source has.
        hit: weights of rows at their class, shape (classes, rows).
    """

    X: Floats
    widths: tuple[int, ...]
    hit: Floats

    @property
    def sides(self) -> tuple[slice, slice]:
        """Columns that U looks at, and V."""
        if len(self.widths) == 2:
            return slice(self.widths[0]), slice(self.widths[0], None)
        return slice(None), slice(None)

    def unpacked(self, parameters: Floats) -> Parts:
        """A, b, U', V' and C: (classes, columns), (classes, 1), (rank, columns) twice, C'."""
        first, second = self.sides
        all_columns = np.arange(len(self.X))
        left, right = len(all_columns[first]), len(all_columns[second])
        linear = len(self.hit) * (len(self.X) + 1)
        both = parameters[:linear].reshape(len(self.hit), -1)
        rank = (len(parameters) - linear) // (left + right + len(self.hit))
        U, V, C = np.split(parameters[linear:], [rank * left, rank * (left + right)])
        return (
            both[:, :-1],
            both[:, -1:],
            U.reshape(rank, left),
            V.reshape(rank, right),
            C.reshape(len(self.hit), rank),
        )

    def loss(self, parameters: Floats) -> tuple[float, Floats]:
        """Cross-entropy in nats with the ridges, and the gradient."""
        A, b, U, V, C = self.unpacked(parameters)
        X1, X2 = (self.X[side] for side in self.sides)
        P1, P2 = U @ X1, V @ X2
        forms = P1 * P2
        value, slope = cross_entropy(A @ self.X + b + C @ forms, self.hit, self.hit.sum(axis=0))
        of_forms = C.T @ slope
        gradients = (
            np.hstack([slope @ self.X.T + RIDGE * A, slope.sum(axis=1, keepdims=True)]),
            (of_forms * P2) @ X1.T + RIDGE * U,
            (of_forms * P1) @ X2.T + RIDGE * V,
            slope @ forms.T + RIDGE_C * C,
        )
        size = RIDGE * sum(float(np.vdot(W, W)) for W in (A, U, V)) + RIDGE_C * np.vdot(C, C)
        return value + float(size) / 2, np.concatenate([g.ravel() for g in gradients])


def start(fit: Fit, rank: int) -> Floats:
    """Parameters to start at: nothing linear, and the products that tell most of each class.

    The first pair of every class comes before the second of any, that of the class of which
    products tell most before others, so that it does not matter which class has which number.
    """
    classes = len(fit.hit)
    shares = fit.hit.sum(axis=1) / fit.hit.sum()
    pairs = [
        (i, -s[i], k, u[:, i], vt[i])
        for k in range(classes if classes > 2 else 1)  # of two classes, the other says the same
        for u, s, vt in [np.linalg.svd(told_by_products(fit, k), full_matrices=False)]
        for i in range(min(rank, len(s)))
    ]
    taken = sorted(pairs, key=lambda pair: pair[:3])[:rank]
    C = np.full((classes, len(taken)), -EFFECT / (classes - 1))
    C[[k for _, _, k, _, _ in taken], np.arange(len(taken))] = EFFECT
    linear = np.hstack([np.zeros((classes, len(fit.X))), np.log(shares)[:, None]])
    U, V = (LENGTH * np.array([pair[side] for pair in taken]) for side in (3, 4))
    return np.concatenate([part.ravel() for part in (linear, U, V, C)])


def told_by_products(fit: Fit, k: int) -> Floats:
    """sum_n (1[y_n = k] - p_k) x1_n x2_n', of columns of different sources; 0 for others."""
    mass = fit.hit.sum(axis=0)
    residual = fit.hit[k] - mass * (fit.hit[k].sum() / mass.sum())
    first, second = fit.sides
    found = (fit.X[first] * residual) @ fit.X[second].T
    if len(fit.widths) != 2:  # each product once, as twice makes pairs of equal singular values
        source = np.repeat(np.arange(len(fit.widths)), fit.widths)
        found[source[:, None] >= source] = 0
    return np.asarray(found)
