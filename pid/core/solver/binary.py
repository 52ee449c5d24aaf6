"""Two binary sources: the whole program is one equation in one unknown.

With n1 = n2 = 2, each y has one free cell. Setting the derivatives of F to 0 says that the odds
ratio q_00 q_11 / (q_01 q_10) is the same given every y, and the same again in s = sum_y q:

    theta = OR(q_y) for every y,     theta = OR(sum_y q_y).

For given theta each q_y follows from its margins by a quadratic, and since F is convex

    phi(lam) = lam - log OR(sum_y q_y(exp lam))

changes sign once. If it never does, a pair (i, j) loses all its mass at the optimum and lam is
infinite; taking FAR instead leaves less mass there than matters. Derived here; the certificate
proves each answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pid.core.information import TINY
from pid.core.solver.certificate import Solution, certify
from pid.core.solver.problem import Array

FAR = 64.0  # log odds ratio that leaves exp(-FAR / 2) of the mass in a pair that should have none
ROUNDS = 100
EXACT = 1e-12  # error of phi that is far below what a gap of 1e-9 nats allows


class Arithmetic(NamedTuple):
    """What floats and arrays do differently; one problem alone is far faster in floats."""

    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]
    where: Callable[[Any, Any, Any], Any]
    all: Callable[[Any], Any]


FLOATS = Arithmetic(math.exp, math.log, lambda chosen, x, y: x if chosen else y, bool)
ARRAYS = Arithmetic(np.exp, np.log, np.where, np.all)


class Stratum(NamedTuple):
    """The 2 x 2 table of one y by its margins; floats, or arrays over the batch.

    Columns are ordered so that the odds ratio is at least 1. Then the smaller off-diagonal cell is
    e, the other e + excess, and the diagonal ones least_0 - e and least_1 - e.
    """

    least_0: Any  # min of the first row's and the first column's mass
    least_1: Any  # the same for the second
    excess: Any  # by which first row and first column differ
    upper: Any  # 1.0 where the first row has more than the first column: then e is cell (1, 0)
    first: Any  # 1.0 where least_0 >= least_1


class Cells(NamedTuple):
    """The cells of a 2 x 2 table."""

    q00: Any
    q01: Any
    q10: Any
    q11: Any


def solve(a: Array, b: Array) -> Solution:
    """Certified answers for marginals (k, 2, B) and (k, 2, B)."""
    alone = a.shape[-1] == 1
    on = FLOATS if alone else ARRAYS
    labels = list(zip(*(x[..., 0].tolist() if alone else x for x in (a, b)), strict=True))
    flip = _flips(labels)
    strata = [_stratum(a_y, b_y, flip, on) for a_y, b_y in labels]
    theta = on.exp(_root(strata, on))
    cells = np.array([_cells(theta, y) for y in strata]).reshape(len(a), 2, 2, -1)
    q = _flipped(cells, np.atleast_1d(flip), 2)
    found = certify(q, *_multipliers(q, a, b), a, b)
    return Solution(found, found.primal - found.dual, np.zeros(a.shape[-1], dtype=np.intp))


def _flips(labels: list[tuple[Any, Any]]) -> Any:
    """Whether x1 and x2, independent given y, have an odds ratio below 1 in the margin."""
    s00 = s01 = s10 = s11 = 0.0
    for (a0, a1), (b0, b1) in labels:
        p_y = a0 + a1 + TINY
        s00, s01 = s00 + a0 * b0 / p_y, s01 + a0 * b1 / p_y
        s10, s11 = s10 + a1 * b0 / p_y, s11 + a1 * b1 / p_y
    return s00 * s11 < s01 * s10


def _flipped(x: Array, which: Array, axis: int) -> Array:
    """``x`` with the two entries of ``axis`` exchanged in the problems ``which``."""
    if not which.any():
        return x
    turned = x[:, ::-1] if axis == 1 else x[:, :, ::-1]
    return turned if which.all() else np.where(which, turned, x)


def _stratum(a: Any, b: Any, flip: Any, on: Arithmetic) -> Stratum:
    b0, b1 = on.where(flip, b[1], b[0]), on.where(flip, b[0], b[1])
    least_0, least_1 = on.where(a[0] <= b0, a[0], b0), on.where(a[1] <= b1, a[1], b1)
    upper, first = (a[0] >= b0) * 1.0, (least_0 >= least_1) * 1.0
    return Stratum(least_0, least_1, abs(a[0] - b0), upper, first)


def _cells(theta: Any, y: Stratum) -> Cells:
    """The table with odds ratio ``theta`` >= 1, every cell to full relative accuracy."""
    least_0, least_1, excess, upper, first = y
    product = least_0 * least_1
    half = theta * excess + least_0 + least_1
    e = 2 * product / (half + (half * half + 4 * (theta - 1) * product) ** 0.5 + TINY)
    beside = e + excess
    # The larger diagonal cell by subtraction, the other one from the ratio.
    large = first * least_0 + (1 - first) * least_1 - e
    small = theta * e * beside / (large + TINY)
    second, upper = 1 - first, upper * excess
    return Cells(
        first * large + second * small,
        e + upper,
        e + (excess - upper),
        first * small + second * large,
    )


def _root(strata: list[Stratum], on: Arithmetic) -> Any:
    """The root of phi in [0, FAR], or FAR, by Newton's method kept inside a bracket."""
    zero = 0 * strata[0].excess
    nowhere = _phi_and_slope(zero + FAR, strata, on)[0] <= 0  # phi has no root
    low, high = on.where(nowhere, FAR, zero), zero + FAR
    lam = on.where(nowhere, FAR, zero + 1)
    for _ in range(ROUNDS):
        phi, slope = _phi_and_slope(lam, strata, on)
        there = (abs(phi) <= EXACT) | nowhere
        if on.all(there):
            break
        low, high = on.where(phi <= 0, lam, low), on.where(phi > 0, lam, high)
        newton = lam - phi / on.where(slope > 0, slope, math.inf)
        inside = (newton > low) & (newton < high)
        after = on.where(inside, newton, (low + high) / 2)
        lam = on.where(there, lam, after)
    return lam


def _phi_and_slope(lam: Any, strata: list[Stratum], on: Arithmetic) -> tuple[Any, Any]:
    theta = on.exp(lam)
    tables = [_cells(theta, y) for y in strata]
    s = _margin(tables)
    ratio = on.log((s[0] + TINY) / (s[1] + TINY)) + on.log((s[3] + TINY) / (s[2] + TINY))
    conductance = 0.0
    for q in tables:
        conductance += 1 / _resistance(q)
    return lam - ratio, 1 - conductance * _resistance(s)


def _margin(tables: list[Cells]) -> Cells:
    """s = sum_y q."""
    total = tables[0]
    for q in tables[1:]:
        total = Cells(total[0] + q[0], total[1] + q[1], total[2] + q[2], total[3] + q[3])
    return total


def _resistance(q: Cells) -> Any:
    """Sum of 1 / q: the inverse of d q_00 / d log odds ratio at fixed margins."""
    return 1 / (q[0] + TINY) + 1 / (q[1] + TINY) + 1 / (q[2] + TINY) + 1 / (q[3] + TINY)


def _multipliers(q: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """alpha + beta = log(q / s) in three pairs; where all four have mass they agree on the fourth.

    The pair left out is the one with the least mass, whose logarithm is the least certain.
    """
    s = np.add.reduce(q, axis=0)
    rarest = s.reshape(4, -1).argmin(axis=0)
    flip_i, flip_j = rarest < 2, rarest % 2 == 0  # then the rarest pair becomes (1, 1)
    x = _flipped(_flipped(np.log(q / (s + TINY) + TINY), flip_i, 1), flip_j, 2)
    has_a, has_b = _flipped(a, flip_i, 1) > 0, _flipped(b, flip_j, 1) > 0
    lone = ~has_a[:, 0]  # only the second row occurs with this y
    beta = np.where(lone[:, None], x[:, 1], x[:, 0])
    column = np.where(has_b[:, 0], x[:, 1, 0] - x[:, 0, 0], x[:, 1, 1] - x[:, 0, 1])
    alpha, beta = np.full(a.shape, -np.inf), np.where(has_b, beta, -np.inf)
    alpha[:, 0][has_a[:, 0]] = 0
    alpha[:, 1] = np.where(has_a[:, 1], np.where(lone, 0, column), -np.inf)
    return _flipped(alpha, flip_i, 1), _flipped(beta, flip_j, 1)
