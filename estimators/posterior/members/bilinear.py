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
from pid.estimators.neural.arrays import CPU, MEMORY, Array, Arrays
from pid.estimators.posterior.members.columns import standardised
from pid.estimators.posterior.members.member import PerFold
from pid.estimators.posterior.members.multinomial import (
    Rows,
    cross_entropy,
    hits,
    lowest,
    on_device,
    probabilities,
)

RIDGE = 3.0  # inverse variance of the priors of A, U and V
RIDGE_C = 0.5  # and of C
LENGTH, EFFECT = 0.7, 0.5  # at the start, of directions and in C: felt, and far from certain

Parts = tuple[Array, Array, Array, Array, Array]  # A, b, U', V', C


class Bilinear(PerFold):
    """Softmax of a linear form and a bilinear one of few pairs of directions.

    Of two sources, the directions of a pair look at one each. Of more, all look at all columns, and
    start from products of columns of different sources. One source is left to other members: it
    has no such product.

    Args:
        rank: pairs of directions; no more are taken than the products have.
        device: where sums over rows are made.
    """

    def __init__(self, rank: int, device: str = CPU) -> None:
        self.rank, self.device = rank, device
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
        columns, hit = np.ascontiguousarray(X.T), hits(y, weights, classes)
        here = Fit(Rows.of(columns, hit, MEMORY), widths)
        begin = start(here, self.rank)

        def fit(arrays: Arrays) -> Floats:
            return lowest(Fit(Rows.of(columns, hit, arrays), widths).loss, begin)

        first, second = here.sides
        A, b, U, V, C = here.unpacked(on_device(self.device, fit))
        forms = (U @ Z.T[first]) * (V @ Z.T[second])
        return probabilities(A @ Z.T + b + C @ forms)[None]


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class Fit:
    """What is fitted to; in all arrays rows of the data are last.

    Attributes:
        rows: X has columns of the sources one below the other, shape (columns, rows).
        widths: how many columns each source has.
    """

    rows: Rows
    widths: tuple[int, ...]

    @property
    def sides(self) -> tuple[slice, slice]:
        """Columns that U looks at, and V."""
        if len(self.widths) == 2:
            return slice(self.widths[0]), slice(self.widths[0], None)
        return slice(None), slice(None)

    def unpacked(self, parameters: Array) -> Parts:
        """A, b, U', V' and C: (classes, columns), (classes, 1), (rank, columns) twice, C'."""
        classes, columns = len(self.rows.hit), len(self.rows.X)
        left, right = (len(range(columns)[side]) for side in self.sides)
        linear = classes * (columns + 1)
        both, rest = parameters[:linear].reshape(classes, -1), parameters[linear:]
        rank = len(rest) // (left + right + classes)
        U, V = rest[: rank * left], rest[rank * left : rank * (left + right)]
        return (
            both[:, :-1],
            both[:, -1:],
            U.reshape(rank, left),
            V.reshape(rank, right),
            rest[rank * (left + right) :].reshape(classes, rank),
        )

    def loss(self, parameters: Floats) -> tuple[float, Floats]:
        """Cross-entropy in nats with the ridges, and the gradient."""
        arrays = self.rows.arrays
        A, b, U, V, C = self.unpacked(arrays.put(parameters))
        line, P1, P2 = self.products(A, U, V)
        forms = P1 * P2
        value, slope = cross_entropy(line + b + C @ forms, self.rows)
        of_forms = C.T @ slope
        of_A, of_U, of_V = self.moments(slope, of_forms * P2, of_forms * P1)
        gradients = (
            arrays.module.hstack((of_A + RIDGE * A, slope.sum(axis=1, keepdims=True))),
            of_U + RIDGE * U,
            of_V + RIDGE * V,
            slope @ forms.T + RIDGE_C * C,
        )
        size = RIDGE * sum((W * W).sum() for W in (A, U, V)) + RIDGE_C * (C * C).sum()
        gradient = arrays.module.concatenate([g.ravel() for g in gradients])
        return value + float(size) / 2, arrays.get(gradient)

    def products(self, A: Array, U: Array, V: Array) -> tuple[Array, Array, Array]:
        """A x, U' x1 and V' x2. Columns are read once for all: reading takes most of the time."""
        X, stacked, k = self.rows.X, self.rows.arrays.module.concatenate, len(A)
        if len(self.widths) != 2:
            found = stacked((A, U, V)) @ X
            return found[:k], found[k : k + len(U)], found[k + len(U) :]
        one, other = (
            stacked((A[:, side], D)) @ X[side] for D, side in zip((U, V), self.sides, strict=True)
        )
        return one[:k] + other[:k], one[k:], other[k:]

    def moments(self, slope: Array, of1: Array, of2: Array) -> tuple[Array, Array, Array]:
        """Sums over rows of slopes by columns: of all, of those that U looks at, and V."""
        X, stacked, k = self.rows.X, self.rows.arrays.module.concatenate, len(slope)
        if len(self.widths) != 2:
            found = stacked((slope, of1, of2)) @ X.T
            return found[:k], found[k : k + len(of1)], found[k + len(of1) :]
        one, other = (
            stacked((slope, of)) @ X[side].T
            for of, side in zip((of1, of2), self.sides, strict=True)
        )
        return self.rows.arrays.module.hstack((one[:k], other[:k])), one[k:], other[k:]


def start(fit: Fit, rank: int) -> Floats:
    """Parameters to start at: nothing linear, and the products that tell most of each class.

    The first pair of every class comes before the second of any, that of the class of which
    products tell most before others, so that it does not matter which class has which number.
    """
    classes = len(fit.rows.hit)
    shares = fit.rows.hit.sum(axis=1) / fit.rows.hit.sum()
    pairs = [
        (i, -s[i], k, u[:, i], vt[i])
        for k in range(classes if classes > 2 else 1)  # of two classes, the other says the same
        for u, s, vt in [np.linalg.svd(told_by_products(fit, k), full_matrices=False)]
        for i in range(min(rank, len(s)))
    ]
    taken = sorted(pairs, key=lambda pair: pair[:3])[:rank]
    C = np.full((classes, len(taken)), -EFFECT / (classes - 1))
    C[[k for _, _, k, _, _ in taken], np.arange(len(taken))] = EFFECT
    linear = np.hstack([np.zeros((classes, len(fit.rows.X))), np.log(shares)[:, None]])
    U, V = (LENGTH * np.array([pair[side] for pair in taken]) for side in (3, 4))
    return np.concatenate([part.ravel() for part in (linear, U, V, C)])


def told_by_products(fit: Fit, k: int) -> Floats:
    """sum_n (1[y_n = k] - p_k) x1_n x2_n', of columns of different sources; 0 for others."""
    mass, hit = fit.rows.mass, fit.rows.hit[k]
    residual = hit - mass * (hit.sum() / mass.sum())
    first, second = fit.sides
    found = (fit.rows.X[first] * residual) @ fit.rows.X[second].T
    if len(fit.widths) != 2:  # each product once, as twice makes pairs of equal singular values
        source = np.repeat(np.arange(len(fit.widths)), fit.widths)
        found[source[:, None] >= source] = 0
    return np.asarray(found)
