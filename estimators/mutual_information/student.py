"""The t copula: Gaussian dependence, and large values that come together; in nats.

With correlations K and nu degrees of freedom, I = I_Gauss(K) + c(nu), where c depends on nu and
the numbers of columns alone (Guerrero-Cusumano, Information Sciences 92, 1996). K is from Kendall's
tau, which heavy tails leave alone, or from normal scores where columns nearly combine; and nu from
the likelihood of the ranks (Genest, Ghoudi & Rivest, Biometrika 82, 1995).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh
from scipy.special import gammaln, ndtri, psi, stdtrit
from scipy.stats import kendalltau, rankdata

from pid._types import Floats
from pid.estimators.mutual_information.gaussian import check_regular, correlations, log_det

DEGREES = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0, 25.0)  # of freedom that are tried
GAUSSIAN = np.inf
GAIN = 6.0  # nats of likelihood of all rows that a t copula must have more than the Gaussian
LOOKED_AT = 2_000  # rows that Kendall's tau is counted from
APART = 3.0  # times as large a variance
LEAST = 1e-4  # eigenvalue of a matrix of Kendall's, which may have negative ones


class Copula(NamedTuple):
    """A Gaussian copula, or a t copula where ``degrees`` are finite."""

    correlations: Floats
    degrees: float

    @property
    def is_student(self) -> bool:
        """Whether the tails depend on each other."""
        return bool(np.isfinite(self.degrees))

    def draw(self, n: int, rng: np.random.Generator, root: Floats) -> Floats:
        """Rows; ``root`` is a factor of the correlations."""
        rows = rng.standard_normal((n, len(root))) @ root.T
        if not self.is_student:
            return rows
        return np.asarray(rows / np.sqrt(rng.chisquare(self.degrees, (n, 1)) / self.degrees))


def gain(degrees: float, first: int, second: int) -> float:
    """What vectors of so many columns share beyond their correlations: c(nu)."""
    if not np.isfinite(degrees):
        return 0.0

    def part(d: float) -> float:
        half = (degrees + d) / 2
        return float(gammaln(half) - half * psi(half))

    return part(0) + part(first + second) - part(first) - part(second)


def fitted(rows: Floats, rng: np.random.Generator) -> Copula:
    """The copula of rows: t where its likelihood is clearly larger, else Gaussian."""
    n = len(rows)
    levels, place = np.unique(rankdata(rows, axis=0) / (n + 1), return_inverse=True)
    place = place.reshape(rows.shape)
    gaussian = Copula(correlations(rows), GAUSSIAN)
    check_regular(gaussian.correlations)
    if _best(levels, place, gaussian.correlations)[0] <= 0:  # which Kendall's tau will not change
        return gaussian
    matrix = _kendall(rows[rng.permutation(n)[:LOOKED_AT]])
    if not _alike(matrix, gaussian.correlations):
        matrix = gaussian.correlations
    better, degrees = _best(levels, place, matrix)
    return Copula(matrix, degrees) if better > GAIN else gaussian


def _alike(matrix: Floats, other: Floats) -> bool:
    """Whether no direction has another variance by far: of columns that are nearly combinations of
    others, single correlations by Kendall's tau add up to variances that are noise."""
    ratios = eigh(matrix, other, eigvals_only=True)
    return bool(ratios.min() > 1 / APART and ratios.max() < APART)


def _best(levels: Floats, place: np.ndarray, matrix: Floats) -> tuple[float, float]:
    """The largest likelihood of t copulas over that of the Gaussian, and its degrees of freedom."""
    inverse, known = np.asarray(np.linalg.inv(matrix), np.float64), log_det(matrix)
    normal = ndtri(levels)[place]
    usual = -known / 2 * len(normal) - (_squares(normal, inverse) - (normal**2).sum(1)).sum() / 2
    found = [
        _log_likelihood(stdtrit(nu, levels)[place], inverse, known, nu) - float(usual)
        for nu in DEGREES
    ]
    return _vertex(np.log(DEGREES), np.array(found))


def _vertex(x: Floats, y: Floats) -> tuple[float, float]:
    """The largest of some values, and exp of where a parabola through it has its top."""
    i = int(y.argmax())
    if not 0 < i < len(x) - 1:
        return float(y[i]), float(np.exp(x[i]))
    a, b, _ = np.polyfit(x[i - 1 : i + 2] - x[i], y[i - 1 : i + 2], 2)
    return float(y[i]), float(np.exp(x[i] - b / (2 * a)))


def _log_likelihood(rows: Floats, inverse: Floats, known: float, nu: float) -> float:
    n, d = rows.shape
    constant = gammaln((nu + d) / 2) + (d - 1) * gammaln(nu / 2) - d * gammaln((nu + 1) / 2)
    joint = (nu + d) / 2 * np.log1p(_squares(rows, inverse) / nu).sum()
    single = (nu + 1) / 2 * np.log1p(rows**2 / nu).sum()
    return float(n * (constant - known / 2) - joint + single)


def _squares(rows: Floats, inverse: Floats) -> Floats:
    return np.asarray(((rows @ inverse) * rows).sum(axis=1))


def _kendall(rows: Floats) -> Floats:
    """Correlations of an elliptical vector, sin(pi tau / 2), made positive definite."""
    d = rows.shape[1]
    matrix = np.eye(d)
    for i in range(d):
        for j in range(i):
            tau = kendalltau(rows[:, i], rows[:, j])[0]
            matrix[i, j] = matrix[j, i] = np.sin(np.pi / 2 * tau)
    values, axes = np.linalg.eigh(matrix)
    matrix = axes @ np.diag(values.clip(LEAST)) @ axes.T
    scale = np.sqrt(np.diag(matrix))
    return np.asarray(matrix / scale / scale[:, None])
