"""Both bounds on the union information of k sources, from any multipliers and any masses of cells.

Below: multipliers with f_x = log sum_y exp(sum_i lam_i(x_i, y)) <= 0 for *every* cell x, listed or
not (``halves`` finds the largest f).

Above: F(q) = sum q log(q(x, y) / q(x)) is convex and homogeneous, so F(q + r) <= F(q) + F(r), and
F(r) is at most 0. Masses that are nowhere above the marginals therefore prove F(q) without being
completed: whatever coupling has the rest, it can only lower the value.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.information import TINY, xlogx
from pid.core.solver.certificate import LEFT_OUT
from pid.core.solver.problem import Array
from pid.core.sources.halves import TOP, Halves, finite

MOST_LISTED = 2**20  # violated cells that are charged to symbols one by one


class Evidence(NamedTuple):
    """What proves an interval: multipliers (n_i, K) of every source, and masses of some cells."""

    multipliers: tuple[Array, ...]
    cells: Codes  # (N, k)
    masses: Floats  # (N, K)


def upper(cells: Codes, q: Array, marginals: Sequence[Floats]) -> tuple[float, Floats]:
    """F of masses (N, K) made no larger than the marginals, and these masses; nats."""
    q = np.maximum(np.asarray(q, dtype=np.float64), 0)
    for x, m in zip(cells.T, marginals, strict=True):
        has = np.stack([np.bincount(x, column, len(m)) for column in q.T], axis=1)
        q = q * np.minimum(1, m / (has + TINY))[x]
    made: Floats = np.asarray(q, dtype=np.float64)
    return value(made), made


def value(q: Floats) -> float:
    """F(q) = sum q log(q(x, y) / q(x)) of masses (N, K)."""
    return float(xlogx(q).sum() - xlogx(q.sum(axis=1)).sum())


def lower(
    multipliers: Sequence[Array], marginals: Sequence[Array]
) -> tuple[float, tuple[Array, ...]]:
    """The bound on F of multipliers shifted until they are feasible, and these multipliers.

    What a cell violates is taken from its rarest symbol, which costs least.
    """
    lam = _filled(multipliers, marginals)
    worst, listed = violated(lam)
    if listed is None:
        lam[0] = lam[0] - worst
    elif len(listed):
        f = heights(lam, listed)
        mass = [m.sum(axis=1)[x] for m, x in zip(marginals, listed.T, strict=True)]
        rarest = np.argmin(mass, axis=0)
        for i in range(len(lam)):
            mine = rarest == i
            shift = np.zeros(len(lam[i]))
            np.maximum.at(shift, listed[mine, i], f[mine])
            lam[i] = lam[i] - shift[:, None]
    return dual(lam, marginals), tuple(lam)


def evenly(
    multipliers: Sequence[Array], marginals: Sequence[Array], worst: float
) -> tuple[float, tuple[Array, ...]]:
    """As ``lower``, where the largest f of all cells is known: it is taken from one source."""
    lam = _filled(multipliers, marginals)
    lam[0] = lam[0] - max(worst, 0.0)
    return dual(lam, marginals), tuple(lam)


def dual(multipliers: Sequence[Array], marginals: Sequence[Array]) -> float:
    """sum_i <p_i, lam_i>; where there is no mass, a multiplier counts for nothing."""
    terms = (m * np.where(m > 0, lam, 0) for m, lam in zip(marginals, multipliers, strict=True))
    return float(sum(term.sum() for term in terms))


def heights(multipliers: Sequence[Array], cells: Codes) -> Floats:
    """f of listed cells (N, k)."""
    x = sum(lam[column] for lam, column in zip(multipliers, cells.T, strict=True))
    top = np.max(x, axis=1)
    top = np.where(top > -np.inf, top, 0)
    with np.errstate(divide="ignore"):
        f = top + np.log(np.exp(x - top[:, None]).sum(axis=1))
    return np.asarray(f, dtype=np.float64)


def highest(multipliers: Sequence[Array]) -> float:
    """The largest f of all cells; infinite where it is not found."""
    return _highest(Halves(multipliers))


def _highest(halves: Halves) -> float:
    if halves.top > TOP or not halves.exact:
        return math.inf
    worst = max(float(block.max()) for _, block in halves.blocks())
    return math.log(max(worst, TINY))


def violated(multipliers: Sequence[Array]) -> tuple[float, Codes | None]:
    """The largest f of all cells, and the cells above 0; None if there are too many to list."""
    halves = Halves(multipliers)
    if halves.top > TOP or not halves.whole:
        return _highest(halves), None
    worst, found, count = -np.inf, [], 0
    for start, block in halves.blocks():
        worst = max(worst, float(block.max()))
        rows, columns = np.nonzero(block > 1)
        count += len(rows)
        if count <= MOST_LISTED:
            found.append((rows + start, columns))
    worst = math.log(worst) if worst > 0 else -np.inf
    if count > MOST_LISTED:
        return worst, None
    rows, columns = (np.concatenate(part) for part in zip(*found, strict=True))
    return worst, halves.cells(rows, columns)


def _filled(multipliers: Sequence[Array], marginals: Sequence[Array]) -> list[Array]:
    """Finite wherever there is mass, low enough to matter nowhere where they were not."""
    tops = [finite(np.where(np.isfinite(lam), lam, -np.inf).max(axis=0)) for lam in multipliers]
    every = np.sum(tops, axis=0)
    return [
        np.where(m > 0, np.where(np.isfinite(lam), lam, top - every - LEFT_OUT), -np.inf)
        for m, lam, top in zip(marginals, multipliers, tops, strict=True)
    ]
