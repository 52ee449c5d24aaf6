"""Proof of an answer that needs no trust in the solver: a feasible q above, a dual bound below.

Any q with the right marginals gives an upper bound F(q). Any multipliers with
f_ij = log sum_y exp(alpha_iy + beta_jy) <= 0 give the lower bound sum a alpha + sum b beta, because
sum q [log(q/s) - alpha - beta] = sum_ij s_ij KL(q_ij/s_ij || exp(alpha_i + beta_j)) >= 0.

Axes are (y, i, j, batch), as in problem.py; alpha is (k, n1, B), beta (k, n2, B); nats.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes
from pid.core.information import TINY, xlogx
from pid.core.solver.problem import Array

# Where the solver left a symbol out (-inf multiplier, yet some mass), this many nats below the
# level at which it would matter is low enough to keep every f_ij <= 0 and costs its negligible
# mass only.
LEFT_OUT = 60.0

_sum = np.add.reduce  # cheaper to call than the method of arrays, which small tables feel


class Certified(NamedTuple):
    """Rounded coupling, shifted multipliers and the two bounds on min F that they prove."""

    q: Array  # (k, n1, n2, B), exactly in Delta_p
    alpha: Array  # (k, n1, B)
    beta: Array  # (k, n2, B)
    primal: Array  # F(q), (B,)
    dual: Array  # (B,)


class Solution(NamedTuple):
    """Best certified answer of every problem of a batch; where there is none, gap is infinite."""

    best: Certified
    gap: Array  # (B,)
    iterations: Codes  # (B,)


def no_answer(a: Array, b: Array) -> Solution:
    """A solution to be filled by ``record``."""
    k, n1, batch = a.shape
    nothing = Certified(
        np.zeros((k, n1, b.shape[1], batch)),
        np.zeros(a.shape),
        np.zeros(b.shape),
        np.full(batch, np.inf),
        np.full(batch, -np.inf),
    )
    return Solution(nothing, np.full(batch, np.inf), np.zeros(batch, dtype=np.intp))


def record(solution: Solution, found: Certified, rows: Codes) -> Codes:
    """Keep what was found for ``rows`` of the batch where it is better; return those rows."""
    gap = found.primal - found.dual
    better = np.flatnonzero(gap < solution.gap[rows])
    kept = rows[better]
    for old, new in zip(solution.best, found, strict=True):
        old[..., kept] = new[..., better]
    solution.gap[kept] = gap[better]
    return kept


@np.errstate(over="ignore", under="ignore")  # of masses near the smallest number there is
def certify(q: Array, alpha: Array, beta: Array, a: Array, b: Array) -> Certified:
    """Round ``q`` into the feasible set, shift the multipliers into theirs, and evaluate both."""
    rounded = round_to_marginals(np.asarray(q, dtype=np.float64), a, b)
    alpha, beta = feasible_multipliers(
        np.asarray(alpha, dtype=np.float64), np.asarray(beta, dtype=np.float64), a, b
    )
    return Certified(rounded, alpha, beta, objective(rounded), dual_value(alpha, beta, a, b))


def at_independence(a: Array, b: Array) -> Certified:
    """The answer that takes no solver: x1 and x2 independent given y, and the bound from it."""
    given_y = _ratio(b, a.sum(axis=1)[:, None])
    with np.errstate(divide="ignore"):
        alpha = np.log(_ratio(a, a.sum(axis=0)))
        beta = np.log(_ratio(given_y, b.sum(axis=0)))
    return certify(a[:, :, None] * given_y[:, None], alpha, beta, a, b)


def objective(q: Array) -> Array:
    """F(q) = sum q log(q / s) = -H_q(Y | X1, X2)."""
    s = _sum(q, 0)
    return np.asarray(_sum(xlogx(q), (0, 1, 2)) - _sum(xlogx(s), (0, 1)))


def round_to_marginals(q: Array, a: Array, b: Array) -> Array:
    """Nearest-by-construction coupling with marginals ``a`` and ``b``, separately for each y.

    Scale rows down to at most a, columns down to at most b, then spread what is missing as a
    product (Altschuler, Weed & Rigollet, NeurIPS 2017, algorithm 2).
    """
    rows = _sum(q, 2)
    q = q * np.minimum(1, _ratio(a, rows))[:, :, None]
    columns = _sum(q, 1)
    q = q * np.minimum(1, _ratio(b, columns))[:, None]
    missing_a = np.maximum(a - _sum(q, 2), 0)
    missing_b = np.maximum(b - _sum(q, 1), 0)
    share = _ratio(missing_b, _sum(missing_b, 1)[:, None])
    return np.asarray(q + missing_a[:, :, None] * share[:, None])


def marginal_error(q: Array, a: Array, b: Array) -> Array:
    """Largest absolute difference between a marginal of ``q`` and the one it should have."""
    error_a = np.abs(_sum(q, 2) - a).max(axis=(0, 1))
    return np.asarray(np.maximum(error_a, np.abs(_sum(q, 1) - b).max(axis=(0, 1))))


def dual_value(alpha: Array, beta: Array, a: Array, b: Array) -> Array:
    """sum a alpha + sum b beta, where symbols that never occur (-inf) count as 0."""
    return np.asarray(_inner(a, alpha) + _inner(b, beta))


def feasible_multipliers(alpha: Array, beta: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """Shift any multipliers so that f_ij <= 0 everywhere; -inf exactly where the mass is 0.

    What pair (i, j) violates is taken from the rarer of the two symbols, which costs least.
    """
    alpha = _fill_left_out(alpha, beta, a)
    beta = _fill_left_out(beta, alpha, b)
    f = log_partition(alpha, beta)
    rarer_j = _sum(b, 0)[None] < _sum(a, 0)[:, None]
    shift_b = np.where(rarer_j, f, 0).max(axis=0, initial=0)
    shift_a = (f - shift_b[None]).max(axis=1, initial=0)
    return alpha - shift_a[None], beta - shift_b[None]


def log_partition(alpha: Array, beta: Array) -> Array:
    """f_ij = log sum_y exp(alpha_iy + beta_jy), (n1, n2, B); -inf where i and j share no y."""
    x = alpha[:, :, None] + beta[:, None]
    top = x.max(axis=0)
    top = np.where(top > -np.inf, top, 0)
    with np.errstate(divide="ignore"):
        return np.asarray(top + np.log(_sum(np.exp(x - top), 0)))


def _fill_left_out(mine: Array, other: Array, mass: Array) -> Array:
    """Multipliers with a finite value wherever there is mass, -inf elsewhere."""
    finite = np.isfinite(mine)
    if bool((finite == (mass > 0)).all()):
        return mine
    highest = np.where(np.isfinite(other), other, -np.inf).max(axis=1)
    low = -np.where(np.isfinite(highest), highest, 0) - LEFT_OUT
    return np.where(mass > 0, np.where(finite, mine, low[:, None]), -np.inf)


def _inner(mass: Array, multiplier: Array) -> NDArray[np.floating]:
    return np.asarray(_sum(mass * np.where(mass > 0, multiplier, 0), (0, 1)))


def _ratio(x: Array, y: Array) -> Array:
    """x / y, and 0 / 0 = 0."""
    return np.asarray(x / (y + TINY))
