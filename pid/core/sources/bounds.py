"""Both bounds on the union information of k sources, from any multipliers and any masses of cells.

Below: multipliers with f_x = log sum_y exp(sum_i lam_i(x_i, y)) <= 0 for *every* cell x, listed or
not. The largest f is found by products of two halves of the sources, sum_y A_y B_y, which take no
memory for cells.

Above: F(q) = sum q log(q(x, y) / q(x)) is convex and homogeneous, so F(q + r) <= F(q) + F(r), and
F(r) is at most 0. Masses that are nowhere above the marginals therefore prove F(q) without being
completed: whatever coupling has the rest, it can only lower the value.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.information import TINY, xlogx
from pid.core.solver.certificate import LEFT_OUT
from pid.core.solver.problem import Array

BLOCK = 2**21  # cells looked at together
TOP = 600.0  # of a sum of the largest multipliers, above which nothing is proved
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
    """The largest f of all cells; infinite where exp f would not be a number."""
    halves = Halves(multipliers)
    worst = max(float(block.max()) for _, block in halves.blocks())
    return math.inf if halves.top > TOP else math.log(max(worst, TINY))


def violated(multipliers: Sequence[Array]) -> tuple[float, Codes | None]:
    """The largest f of all cells, and the cells above 0; None if these are too many to list."""
    halves = Halves(multipliers)
    if halves.top > TOP:  # exp f would not be a number
        return math.inf, None
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


class Halves:
    """exp f of all cells, from two halves of the sources, in blocks of rows.

    Classes are scaled so that nothing overflows; what underflows is far below 1.
    """

    def __init__(self, multipliers: Sequence[Array]) -> None:
        self.sizes = [len(lam) for lam in multipliers]
        self.half = _middle(self.sizes)
        parts = multipliers[: self.half], multipliers[self.half :]
        first, second = (_sums(part) for part in parts)
        tops = [_finite(x.max(axis=0)) for x in (first, second)]
        level = tops[0] + tops[1]
        self.top = float(level.max())
        self.first = np.exp(first - tops[0] + level - self.top)
        self.second = np.exp(second - tops[1]).T.copy()

    def blocks(self) -> Iterator[tuple[int, Floats]]:
        """First row and exp f, (rows, cells of the second half)."""
        step = max(1, BLOCK // self.second.shape[1])
        scale = math.exp(min(self.top, TOP))
        for start in range(0, len(self.first), step):
            block: Floats = (self.first[start : start + step] * scale) @ self.second
            yield start, block

    def cells(self, rows: Codes, columns: Codes) -> Codes:
        """The cells (N, k) at these places."""
        first = np.unravel_index(rows, self.sizes[: self.half])
        second = np.unravel_index(columns, self.sizes[self.half :])
        return np.stack([*first, *second], axis=1)


def _sums(multipliers: Sequence[Array]) -> Floats:
    """Sums of one row of each, of all combinations, the last changing fastest."""
    total: Floats = np.asarray(multipliers[0], dtype=np.float64)
    for lam in multipliers[1:]:
        total = (total[:, None] + lam[None]).reshape(-1, lam.shape[1])
    return total


def _middle(sizes: Sequence[int]) -> int:
    """Where to cut the sources so that the halves have about as many cells."""
    ends = itertools.accumulate(map(math.log, sizes))
    whole = sum(map(math.log, sizes))
    apart = [abs(2 * end - whole) for end in ends][:-1]
    return 1 + apart.index(min(apart))


def _filled(multipliers: Sequence[Array], marginals: Sequence[Array]) -> list[Array]:
    """Finite wherever there is mass, low enough to matter nowhere where they were not."""
    tops = [_finite(np.where(np.isfinite(lam), lam, -np.inf).max(axis=0)) for lam in multipliers]
    every = np.sum(tops, axis=0)
    return [
        np.where(m > 0, np.where(np.isfinite(lam), lam, top - every - LEFT_OUT), -np.inf)
        for m, lam, top in zip(marginals, multipliers, tops, strict=True)
    ]


def _finite(x: Floats) -> Floats:
    return np.where(np.isfinite(x), x, 0.0)
