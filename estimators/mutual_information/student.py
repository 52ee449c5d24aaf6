"""The t copula: Gaussian dependence, and large values that come together; in nats.

With correlations K and nu degrees of freedom, I = I_Gauss(K) + c(nu), where c depends on nu and
the numbers of columns alone (Guerrero-Cusumano, Information Sciences 92, 1996). Both are those of
the largest likelihood of the ranks (Genest, Ghoudi & Rivest, Biometrika 82, 1995): K by weights
that rows far out have less of (Kent, Tyler & Vardi, Communications in Statistics - Simulation and
Computation 23, 1994), which is right of columns that nearly combine, too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, ndtri, psi, stdtrit
from scipy.stats import rankdata

from pid._types import Codes, Floats
from pid.estimators.mutual_information.dependent import design_effect
from pid.estimators.mutual_information.gaussian import (
    check_regular,
    correlations,
    given_correlations,
    log_det,
)

DEGREES = (25.0, 14.0, 9.0, 6.0, 4.0, 3.0, 2.0, 1.5, 1.0)  # of freedom that are tried
GAUSSIAN = np.inf
GAIN = 6.0  # nats of likelihood of all rows that a t copula must have more than the Gaussian
NEAR = 0.1  # of the logarithm of degrees: what is looked at around the top
STEPS, SETTLED = 50, 1e-6  # at most, towards correlations, and a change that is none


class Copula(NamedTuple):
    """A Gaussian copula, or a t copula where ``degrees`` are finite."""

    correlations: Floats
    degrees: float

    @property
    def is_student(self) -> bool:
        """Whether the tails depend on each other."""
        return bool(np.isfinite(self.degrees))

    @property
    def inflation(self) -> float:
        """The variance of its correlations, as a multiple of that of Gaussian ones."""
        d = len(self.correlations)
        return (self.degrees + d + 2) / (self.degrees + d) if self.is_student else 1.0

    def draw(self, n: int, rng: np.random.Generator, root: Floats) -> Floats:
        """Rows; ``root`` is a factor of the correlations."""
        rows = rng.standard_normal((n, len(root))) @ root.T
        if not self.is_student:
            return rows
        return np.asarray(rows / np.sqrt(rng.chisquare(self.degrees, (n, 1)) / self.degrees))


class Fit(NamedTuple):
    """A copula, and its likelihood, in nats of all rows."""

    likelihood: float
    copula: Copula


class Ranks(NamedTuple):
    """Rows by their ranks: the levels that occur, and the place of each number among these."""

    levels: Floats
    place: Codes

    def scores(self, degrees: float) -> Floats:
        """Quantiles of Student's t, or of the normal distribution."""
        of_levels = stdtrit(degrees, self.levels) if np.isfinite(degrees) else ndtri(self.levels)
        return np.asarray(of_levels[self.place])


def gain(degrees: float, first: int, second: int) -> float:
    """What vectors of so many columns share beyond their correlations: c(nu)."""
    if not np.isfinite(degrees):
        return 0.0

    def part(d: float) -> float:
        half = (degrees + d) / 2
        return float(gammaln(half) - half * psi(half))

    return part(0) + part(first + second) - part(first) - part(second)


def told(copula: Copula, sizes: tuple[int, ...]) -> float:
    """I(x; y) of so many columns, or I(x; y | z), which is I(x; y, z) - I(x; z)."""
    a, b, c = (*sizes, 0)[:3]
    tails = gain(copula.degrees, a, b + c) - gain(copula.degrees, a, c)
    return given_correlations(copula.correlations, a, b) + tails


def fitted(rows: Floats) -> Copula:
    """The copula of rows: t where its likelihood is clearly larger, else Gaussian."""
    ranks = ranks_of(rows)
    gaussian = Copula(correlations(rows), GAUSSIAN)
    check_regular(gaussian.correlations)
    usual = float(log_density(ranks.scores(GAUSSIAN), gaussian).sum())
    tried: list[Fit] = []
    for degrees in DEGREES:
        tried.append(_with_degrees(ranks, degrees, tried[-1].copula if tried else gaussian))
        if len(tried) > 1 and tried[-1].likelihood < tried[-2].likelihood:
            break
    best = _best(tried)
    if best.likelihood < usual + GAIN:
        return gaussian
    if best is tried[0] or best is tried[-1]:
        return best.copula
    return _near(ranks, _at_top(ranks, tried[-3:]).copula)


def refitted(rows: Floats, copula: Copula) -> Copula:
    """A t copula of rows that were drawn from one, or from the like."""
    return _near(ranks_of(rows), copula)


def shared(rows: Floats, sizes: tuple[int, ...]) -> Copula:
    """The same of views side by side, and t only where tails of one come with those of another.

    Each view may have tails of its own, which make t more likely for all columns together, and tell
    nothing of the other. So what counts is the ratio of what is likely together and apart.

    Args:
        rows: columns of x and y, or of x, y and z, which is then given.
        sizes: how many these are.
    """
    copula = fitted(rows)
    if not copula.is_student:
        return copula
    ranks, gaussian = ranks_of(rows), Copula(correlations(rows), GAUSSIAN)
    more = log_ratio(ranks, copula, sizes) - log_ratio(ranks, gaussian, sizes)
    return copula if more.sum() > GAIN else gaussian


def counted(rows: Floats, copula: Copula, sizes: tuple[int, ...], groups: Codes | None) -> float:
    """How many independent rows these count as, by what their groups say of each other."""
    n, least = float(len(rows)), 2.0 * rows.shape[1]
    if groups is None:
        return n
    effect = design_effect(log_ratio(ranks_of(rows), copula, sizes), groups)
    return float(max(n / effect, least))


def ranks_of(rows: Floats) -> Ranks:
    """Ranks of each column, as shares of the rows."""
    levels, place = np.unique(rankdata(rows, axis=0) / (len(rows) + 1), return_inverse=True)
    return Ranks(levels, place.reshape(rows.shape))


def log_ratio(ranks: Ranks, copula: Copula, sizes: tuple[int, ...]) -> Floats:
    """Of each row log p(x, y | z) / (p(x | z) p(y | z)), whose mean is an information."""
    scores, every = ranks.scores(copula.degrees), np.arange(sum(sizes))
    x, y, *z = np.split(every, np.cumsum(sizes)[:-1])
    given = z[0] if z else every[:0]

    def of(some: Codes) -> Floats:
        part = Copula(copula.correlations[np.ix_(some, some)], copula.degrees)
        return log_density(scores[:, some], part)

    together, alone = of(np.r_[x, y, given]), of(np.r_[x, given]) + of(np.r_[y, given])
    return together - alone + (of(given) if z else 0.0)


def log_density(scores: Floats, copula: Copula) -> Floats:
    """Of each row, of the copula, at scores of its kind."""
    inverse = np.asarray(np.linalg.inv(copula.correlations))
    known, d, nu = log_det(copula.correlations), scores.shape[1], copula.degrees
    squares = _squares(scores, inverse)
    if not copula.is_student:
        return np.asarray(((scores**2).sum(axis=1) - squares - known) / 2)
    constant = gammaln((nu + d) / 2) + (d - 1) * gammaln(nu / 2) - d * gammaln((nu + 1) / 2)
    joint = (nu + d) / 2 * np.log1p(squares / nu)
    single = (nu + 1) / 2 * np.log1p(scores**2 / nu).sum(axis=1)
    return np.asarray(constant - known / 2 - joint + single)


def _with_degrees(ranks: Ranks, degrees: float, start: Copula) -> Fit:
    """The most likely correlations, by steps from others."""
    scores, matrix = ranks.scores(degrees), start.correlations
    for _ in range(STEPS):
        squares = _squares(scores, np.asarray(np.linalg.inv(matrix)))
        weighted = scores / np.sqrt(degrees + squares)[:, None]
        scatter = weighted.T @ weighted
        scale = np.sqrt(np.diag(scatter))
        before, matrix = matrix, scatter / scale / scale[:, None]
        if np.abs(matrix - before).max() < SETTLED:
            break
    copula = Copula(matrix, degrees)
    return Fit(float(log_density(scores, copula).sum()), copula)


def _near(ranks: Ranks, copula: Copula) -> Copula:
    steps = (-NEAR, 0, NEAR)
    fits = [_with_degrees(ranks, copula.degrees * np.exp(step), copula) for step in steps]
    return _at_top(ranks, fits).copula


def _best(fits: list[Fit]) -> Fit:
    return max(fits, key=lambda each: each.likelihood)


def _at_top(ranks: Ranks, fits: list[Fit]) -> Fit:
    """With degrees at the top of a parabola of their logarithms through three fits."""
    best = _best(fits)
    x = np.log([each.copula.degrees / best.copula.degrees for each in fits])
    a, b, _ = np.polyfit(x, [each.likelihood for each in fits], 2)
    if a >= 0:  # of many degrees, where nothing has a top
        return best
    top = float(np.clip(-b / (2 * a), 3 * x.min(), 3 * x.max()))
    return _with_degrees(ranks, best.copula.degrees * np.exp(top), best.copula)


def _squares(rows: Floats, inverse: Floats) -> Floats:
    return np.asarray(((rows @ inverse) * rows).sum(axis=1))
