"""What sources leave of y by a covariance matrix, and how many digits of that are known.

Entries of a matrix of doubles are off by rounding, here by up to ``noise`` of standardised columns.
With B the regression of y on x and K = Cov(y) - B^T Cov(x) B what is left, K is the least over all
B, so that an error E of the matrix moves it by G^T E G to first order, where G = (-B; 1); and

    log det K   by   tr(A^T E A) <= noise sum_k |A_k|_1^2,   A = G K^(-1/2),

and by at most |E| sum_k |A_k|^2, where the norm of d x d errors with no common sign is at most
about 2 sqrt(d) noise, as of a random matrix (Wigner 1955); the smaller one counts.

Directions whose variance is below rounding are left out, of x and of y by one rule. What is lost
with one of them is known from what it covaries with: a squared correlation of at most c^2 / v, with
v its variance. As in rows, columns are the same where they differ by less than ``SAME`` standard
deviations; so v is at least ``SAME``^2, or there is nothing to lose.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.errors import InvalidInput

SYMMETRY_TOL = 1e-8
SAME = 1e-10  # standard deviations, relative
SAFE = 8.0  # entries are sums and quotients, and eigenvectors are rounded, too
KNOWN = 450.0  # a variance below this many roundings, per column, has no digit
REAL = 16.0  # covariances of this many times all that rounding can be are no rounding
WORST = 1e-2  # nats; an answer that may be off by more is refused
ADVICE = (
    "Give the rows to pid.estimators.GaussianPID, which squares nothing and has twice the digits"
)


class Left(NamedTuple):
    """A factor F of what is left of a whitened y, F F^T, and the dimensions of x that vary.

    ``error`` bounds what rounding may have moved log det F F^T / 2 by, in nats, and ``lost`` what
    directions without a digit may have taken off it besides.
    """

    factor: Floats
    rank: int
    error: float
    lost: float


class Spread(NamedTuple):
    """Directions of some columns: those that vary, and those that do not as far as is known."""

    varying: Floats  # (columns, rank), scaled to variance 1
    constant: Floats  # (columns, columns - rank), unit vectors
    variance: float  # that the latter have at least, or columns would be the same in rows


class Standardised(NamedTuple):
    """A symmetric matrix with a diagonal of 1, and what its entries may be off by."""

    matrix: Floats
    noise: float

    @property
    def least(self) -> float:
        """Variance below which nothing is known of a direction."""
        return KNOWN * self.noise * len(self.matrix)


def what_is_left(
    covariance: ArrayLike, sizes: tuple[int, int, int]
) -> tuple[tuple[Left, Left, Left], tuple[float, float]]:
    """What x1, x2 and both leave of y, and what the union information may be off by, in nats.

    Its derivatives are between 0 and those of the informations of x1 and x2, so that it is off by
    at most the sum of their errors; redundancy and what is unique by as much, and synergy by the
    error of both together in addition. No atom is off by more than the sum of what comes back: how
    far the union information may be below what is computed, and how far above.

    Raises:
        InvalidInput: no covariance matrix of these sizes; a y that does not vary or that the
            sources determine; too few digits.
    """
    given = standardised(covariance, sizes)
    d1, d2, _ = sizes
    y = slice(d1 + d2, None)
    target = _spread(given.matrix[y, y], given.least)
    if not given.matrix[y, y].any():
        raise InvalidInput("y does not vary")
    if not target.varying.shape[1]:
        raise InvalidInput(f"the covariance has too few digits: it has none of y. {ADVICE}")
    sources = slice(d1), slice(d1, d1 + d2), slice(d1 + d2)
    first, second, both = (_left(given, source, y, target) for source in sources)
    known = _moved(target.varying, given.noise)
    union = first.error + second.error
    below = max(union + known, (union + both.error) / 2)
    above = below + max(first.lost + second.lost, both.lost)
    if not below + above <= WORST:
        raise InvalidInput(
            f"the covariance has too few digits: by rounding alone the atoms may be off by "
            f"{below + above:.1g} nats, as columns of x1, x2 or y are nearly combinations of "
            f"others. {ADVICE}"
        )
    return (first, second, both), (below, above)


def standardised(covariance: ArrayLike, sizes: tuple[int, int, int]) -> Standardised:
    """Check a covariance matrix, and divide by standard deviations.

    Asymmetry and negative eigenvalues tell of errors that are larger than those of doubles.
    """
    matrix, rounding = _matrix(covariance, sizes)
    deviation = np.sqrt(np.abs(np.diag(matrix)))
    smallest = deviation[deviation > 0].min(initial=1.0)
    deviation[deviation == 0] = 1
    scaled = np.asarray(matrix / deviation / deviation[:, None])
    asymmetry = float(np.abs(scaled - scaled.T).max())
    if asymmetry > SYMMETRY_TOL:
        raise InvalidInput("covariance is not symmetric")
    scaled = (scaled + scaled.T) / 2
    values = np.linalg.eigvalsh(scaled)
    if values[0] < -SYMMETRY_TOL * values[-1]:
        raise InvalidInput(
            f"covariance is not positive semidefinite: of the correlations, the smallest "
            f"eigenvalue is {values[0]:.3g}"
        )
    absolute = float(np.finfo(np.float64).smallest_subnormal) / smallest / smallest
    visible = max(asymmetry, -float(values[0]) / len(scaled))
    return Standardised(scaled, max(rounding, absolute, visible))


def _matrix(covariance: ArrayLike, sizes: tuple[int, int, int]) -> tuple[Floats, float]:
    """The matrix in doubles, and the rounding of the type it came in."""
    try:
        given = np.asarray(covariance)
        matrix = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise InvalidInput(f"covariance must be an array of numbers: {err}") from err
    if matrix.shape != (sum(sizes), sum(sizes)):
        raise InvalidInput(
            f"covariance must be a square matrix of order {sum(sizes)}, the sum of the sizes; got "
            f"shape {matrix.shape} and sizes {tuple(sizes)}"
        )
    if not np.isfinite(matrix).all():
        raise InvalidInput("covariance has entries that are not finite")
    rounding = float(np.finfo(np.float64).eps)
    if given.dtype.kind == "f":
        rounding = max(rounding, float(np.finfo(given.dtype).eps))
    return matrix, rounding


def _spread(part: Floats, least: float) -> Spread:
    values, vectors = np.linalg.eigh(part)
    varies = values > least
    return Spread(
        vectors[:, varies] / np.sqrt(values[varies]),
        vectors[:, ~varies],
        SAME**2 * max(1.0, float(values[-1])),
    )


def _left(given: Standardised, x: slice, y: slice, target: Spread) -> Left:
    source = _spread(given.matrix[x, x], given.least)
    cross = given.matrix[x, y]
    shared = source.varying.T @ cross @ target.varying
    rest = np.eye(shared.shape[1]) - shared.T @ shared
    values, vectors = np.linalg.eigh(rest)
    if values[0] <= given.least:
        raise InvalidInput(
            "x1 and x2 determine a direction of y without noise, so that its information is "
            "infinite, or leave so little that the covariance has no digit of it; is y a "
            f"combination of their columns, or are there too few samples? If not: {ADVICE}"
        )
    against = np.vstack([-source.varying @ shared, target.varying]) @ (vectors / np.sqrt(values))
    error = _moved(against, given.noise)
    y_given_x = against[len(cross) :]
    x_given_y = source.varying @ _inverse_root(np.eye(len(shared)) - shared @ shared.T)
    lost = _lost(source, cross, y_given_x, given.noise)
    lost += _lost(target, cross.T, x_given_y, given.noise)
    factor: Floats = np.asarray(np.linalg.cholesky(rest))
    return Left(factor, source.varying.shape[1], error, lost)


def _inverse_root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray(vectors / np.sqrt(values))


def _lost(of: Spread, cross: Floats, others: Floats, noise: float) -> float:
    """Information in nats that constant directions have of others, given what is not, at most.

    What they covary by is known to within rounding, whose parts seldom all have one sign.
    """
    seen = np.abs(of.constant.T @ cross @ others)
    rounding = noise * np.outer(np.abs(of.constant).sum(axis=0), np.abs(others).sum(axis=0))
    if (seen > REAL * rounding).any():
        raise InvalidInput(
            "the covariance has too few digits: columns that are the same, as far as it shows, "
            f"are not the same to the others. {ADVICE}"
        )
    unseen = noise / 2 * np.linalg.norm(others, axis=0)  # entries are rounded to the nearest
    most = np.where(seen > rounding, seen, 0) ** 2 + unseen**2
    return float(most.sum()) / (2 * of.variance)


def _moved(columns: Floats, noise: float) -> float:
    """What rounding moves half a log det by, at most, where it moves it by these columns."""
    one_sign = float((np.abs(columns).sum(axis=0) ** 2).sum())
    any_sign = 2 * float(np.sqrt(len(columns)) * (columns**2).sum())
    return SAFE * noise * min(one_sign, any_sign) / 2
