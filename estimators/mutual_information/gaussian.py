"""Information of Gaussian vectors, and its exact bias; in nats.

Of n rows of a Gaussian vector of d columns, the log-determinant of the covariance is expected to be
off by sum_i psi((n - i) / 2) + const, i = 1 ... d (Wishart; e.g. Misra, Singh & Demchuk, Journal of
Multivariate Analysis 92, 2005). The constants of three log-determinants cancel, which leaves what
``wishart_bias`` has. On normal scores this is the Gaussian copula (Ince et al., Human Brain Mapping
38, 2017).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import psi

from pid._types import Floats
from pid.errors import InvalidInput

RIDGE = 1e-9  # on a diagonal of ones, so that a factor exists
DRAWS = 24  # of covariances, that the spread of an estimate is from
NEARLY = 1e-10  # of the least eigenvalue of a correlation matrix: less is rounding


def log_det(matrix: Floats) -> float:
    """Of a positive definite matrix, or of one without rows: 0."""
    return float(np.linalg.slogdet(matrix)[1]) if len(matrix) else 0.0


def correlations(rows: Floats) -> Floats:
    """Correlation matrix of columns, shape (d, d)."""
    return np.atleast_2d(np.corrcoef(rows, rowvar=False))


def wishart_bias(n: float, first: int, second: int) -> float:
    """What the plug-in information of two Gaussian vectors of so many columns is too large by."""

    def expected(d: int) -> float:
        return float(psi((n - np.arange(1, d + 1)) / 2).sum())

    return (expected(first) + expected(second) - expected(first + second)) / 2


def of_correlations(matrix: Floats, first: int) -> float:
    """I of the first columns and all others, of Gaussian vectors with these correlations."""
    both = log_det(matrix[:first, :first]) + log_det(matrix[first:, first:])
    return (both - log_det(matrix)) / 2


def given_correlations(matrix: Floats, first: int, second: int) -> float:
    """I(x; y | z) of Gaussian vectors: x the first columns, y the next ones, z all others."""
    x, z = np.arange(first), np.arange(first + second, len(matrix))
    x_and_z = matrix[np.ix_(np.r_[x, z], np.r_[x, z])]
    return of_correlations(matrix, first) - of_correlations(x_and_z, first)


def of_rows(x: Floats, y: Floats, counted: float | None = None) -> float:
    """I(x; y) as if rows were Gaussian, unbiased where they are, or count as so many that are."""
    matrix = correlations(np.hstack([x, y]))
    bias = wishart_bias(counted or len(x), x.shape[1], y.shape[1])
    return of_correlations(matrix, x.shape[1]) - bias


def of_rows_given(x: Floats, y: Floats, z: Floats, counted: float | None = None) -> float:
    """I(x; y | z) = I(x; y, z) - I(x; z) as if rows were Gaussian, unbiased where they are."""
    return of_rows(x, np.hstack([y, z]), counted) - of_rows(x, z, counted)


def wishart(matrix: Floats, n: float, rng: np.random.Generator) -> Iterator[Floats]:
    """Covariances of ``DRAWS`` samples of n rows, times n - 1, drawn without drawing the rows.

    Bartlett's decomposition: of white rows, the factor has chi-distributed numbers on its diagonal
    and normal ones below (Bartlett, Proceedings of the Royal Society of Edinburgh 53, 1934).
    """
    root, d = factor(matrix), len(matrix)
    for _ in range(DRAWS):
        white = np.tril(rng.standard_normal((d, d)), -1)
        np.fill_diagonal(white, np.sqrt(rng.chisquare(n - 1 - np.arange(d))))
        drawn = root @ white
        yield drawn @ drawn.T


def spread(matrix: Floats, sizes: tuple[int, ...], n: float, rng: np.random.Generator) -> float:
    """Standard deviation of the plug-in information of n rows.

    Args:
        matrix: correlations.
        sizes: columns of x and y, or of x, y and z, which is then given.
        n: rows.
        rng: of the draws.
    """
    of = given_correlations if len(sizes) == 3 else lambda drawn, a, _: of_correlations(drawn, a)
    return float(np.std([of(drawn, *sizes[:2]) for drawn in wishart(matrix, n, rng)], ddof=1))


def check_regular(matrix: Floats) -> None:
    """Raise InvalidInput where columns of different variables determine each other."""
    if float(np.linalg.eigvalsh(matrix)[0]) < NEARLY:
        raise InvalidInput(
            "a column is a linear combination of columns of other variables, up to monotone maps, "
            "so that information is infinite or undefined; leave it out"
        )


def factor(matrix: Floats) -> Floats:
    """A with A A^T = ``matrix``, nearly, for simulation."""
    return np.asarray(np.linalg.cholesky(matrix + RIDGE * np.eye(len(matrix))))
