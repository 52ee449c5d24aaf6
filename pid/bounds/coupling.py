"""Couplings of small entropy: joints with given marginals that have few and large masses.

Finding the one of least entropy is NP-hard (Kovacevic et al., Inf. Comput. 240, 2015), so there are
two fast ways with a guarantee, and one that takes its time and proves its answer.
"""

from __future__ import annotations

import heapq
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Codes, Floats
from pid.bounds.coupling_bounds import majorization_bound, marginals_of, profile_bound
from pid.bounds.minimum_entropy import Family, minimum_entropy
from pid.checks import SECONDS, TOL, UNIT, checked
from pid.core.information import Unit, nats_per, xlogx
from pid.errors import InvalidInput

MOST_CELLS = 10_000  # of a coupling that is searched
ROUNDING = 1e-14  # a piece of less mass is a rounding error


class Coupling(NamedTuple):
    """A joint of several variables by its masses that are not 0.

    Attributes:
        symbols: of every mass, one column per variable, (masses, variables).
        masses: (masses,); they sum to 1.
    """

    symbols: Codes
    masses: Floats

    @checked(unit=UNIT)
    def entropy(self, unit: Unit = "bit") -> float:
        """Entropy of the joint."""
        return -float(xlogx(self.masses).sum()) / nats_per(unit)

    def table(self) -> Floats:
        """All cells, one axis per variable, up to the last symbol that has mass."""
        cells = np.zeros(self.symbols.max(axis=0) + 1)
        np.add.at(cells, tuple(self.symbols.T), self.masses)
        return cells


class SearchedCoupling(NamedTuple):
    """The best coupling that was found, and an entropy that none is below."""

    coupling: Coupling
    bound: float


def greedy_coupling(*marginals: ArrayLike) -> Coupling:
    """Couple the largest masses that are left, again and again.

    Its entropy exceeds the least one by at most log2(e) / e = 0.53 bit for two marginals, and by
    (1 + log2 e) / 2 = 1.22 bit for any number (Compton et al., AISTATS 2023). n log n.

    Args:
        marginals: probabilities or counts of two or more variables.

    Raises:
        InvalidDistribution: not such.

    Examples:
        >>> greedy_coupling([0.5, 0.5], [0.6, 0.4]).table().round(6).tolist()
        [[0.5, 0.0], [0.1, 0.4]]
    """
    heaps = []
    for p in marginals_of(marginals):
        heap = [(-mass, symbol) for symbol, mass in enumerate(p.tolist()) if mass > 0]
        heapq.heapify(heap)
        heaps.append(heap)
    symbols: list[tuple[int, ...]] = []
    masses: list[float] = []
    while all(heaps):
        tops = [heap[0] for heap in heaps]
        largest = max(tops)[0]  # of negative masses: the least of the tops
        masses.append(-largest)
        symbols.append(tuple(symbol for _, symbol in tops))
        for heap, (mass, symbol) in zip(heaps, tops, strict=True):
            left = mass - largest
            if left < -ROUNDING:
                heapq.heapreplace(heap, (left, symbol))
            else:
                heapq.heappop(heap)
    return _normalised(np.array(symbols), np.array(masses))


def majorization_coupling(*marginals: ArrayLike) -> Coupling:
    """Split each mass of the largest lower bound in majorization into two at most.

    Of two marginals, so its entropy is at most one bit above ``majorization_bound``. More are
    coupled in pairs, and the couplings in pairs again: ceil(log2 m) bits for m of them (Cicalese,
    Gargano & Vaccaro, IEEE Trans. Inf. Theory 65(6), 2019). n log n.

    Args:
        marginals: probabilities or counts of two or more variables.

    Raises:
        InvalidDistribution: not such.

    Examples:
        >>> majorization_coupling([0.5, 0.5], [0.6, 0.4]).table().round(6).tolist()
        [[0.5, 0.0], [0.1, 0.4]]
    """
    level = [Coupling(np.arange(len(p))[:, None], p) for p in marginals_of(marginals)]
    while len(level) > 1:
        pairs = [_paired(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]
    return level[0]


@checked(unit=UNIT, tol=TOL, time_limit=SECONDS)
def exact_coupling(
    *marginals: ArrayLike, unit: Unit = "bit", tol: float = 1e-7, time_limit: float = 20.0
) -> SearchedCoupling:
    """Search for the coupling of least entropy by branch and bound, from the greedy one.

    Args:
        marginals: probabilities or counts of two or more variables.
        unit: of the bound, "bit" or "nat".
        tol: in nats; the answer is known to be the least when it is this near to its bound.
        time_limit: seconds after which to stop with the gap that is left.

    Raises:
        InvalidDistribution: no such marginals.
        InvalidInput: more than 10,000 cells, or an option that cannot be.

    Examples:
        >>> found = exact_coupling([0.5, 0.5], [0.6, 0.4])
        >>> found.coupling.entropy() - found.bound < 1e-6
        True
    """
    given = marginals_of(marginals)
    occur = [np.flatnonzero(p) for p in given]
    free = [axis for axis, symbols in enumerate(occur) if len(symbols) > 1]
    best = greedy_coupling(*given)
    bound = max(majorization_bound(*given, unit=unit), profile_bound(*given, unit=unit))
    if len(free) < 2:  # one variable with the others' only symbols: all couplings are the same
        return SearchedCoupling(best, bound)
    columns = [np.searchsorted(occur[axis], best.symbols[:, axis]) for axis in free]
    start = Coupling(np.column_stack(columns), best.masses)
    found = _searched([given[axis][occur[axis]] for axis in free], start, tol, time_limit)
    symbols = np.tile(best.symbols[:1], (len(found.coupling.masses), 1))
    for axis, column in zip(free, found.coupling.symbols.T, strict=True):
        symbols[:, axis] = occur[axis][column]
    bound = max(bound, found.bound / nats_per(unit))
    return SearchedCoupling(Coupling(symbols, found.coupling.masses), bound)


def _searched(
    given: list[Floats], start: Coupling, tol: float, time_limit: float
) -> SearchedCoupling:
    """Of variables with two symbols or more, none of them empty; the bound is in nats."""
    shape = tuple(map(len, given))
    if math.prod(shape) > MOST_CELLS:
        raise InvalidInput(
            f"a coupling of {' x '.join(map(str, shape))} symbols has more than {MOST_CELLS:,} "
            "cells; take greedy_coupling"
        )
    most = np.ones(())
    for p in given:
        most = np.minimum(most[..., None], p)
    point = np.zeros(shape)
    np.add.at(point, tuple(start.symbols.T), start.masses)
    found = minimum_entropy(
        slices(given), most.ravel(), point.ravel(), tol=tol, time_limit=time_limit
    )
    table = found.point.reshape(shape)
    cells = np.argwhere(table > ROUNDING)
    return SearchedCoupling(_normalised(cells, table[tuple(cells.T)]), found.bound)


def slices(marginals: list[Floats]) -> list[Family]:
    """The cells of a joint grouped by the symbols of each variable."""
    shape = tuple(map(len, marginals))
    cells = np.arange(math.prod(shape)).reshape(shape)
    return [
        Family(np.moveaxis(cells, axis, 0).reshape(len(p), -1), p)
        for axis, p in enumerate(marginals)
    ]


def _paired(first: Coupling, second: Coupling) -> Coupling:
    """Couple two variables whose symbols are those of couplings."""
    rows, columns, masses = _two_coupled(first.masses, second.masses)
    symbols = np.hstack([first.symbols[rows], second.symbols[columns]])
    return _normalised(symbols, masses)


def _two_coupled(p: Floats, q: Floats) -> tuple[Codes, Codes, Floats]:
    """Rows, columns and masses of the coupling of two marginals.

    From the smallest masses up, one row and one column at a time. What the smaller columns have
    more than the smaller rows is kept in a pool, in pieces that stay whole: a row takes pieces
    until its own column can give the rest, which always fits, as no piece is larger than that
    column. What is left of the column is one piece more. Rows and columns change roles when the
    rows have more.
    """
    orders = np.argsort(-p, kind="stable"), np.argsort(-q, kind="stable")
    longest = max(len(p), len(q))
    values = [
        np.pad(x[order], (0, longest - len(x))).tolist()
        for x, order in zip((p, q), orders, strict=True)
    ]
    pool: list[tuple[int, float]] = []  # (symbol, mass) of the side that has more
    more = 1  # that side: 0 for rows, 1 for columns
    atoms: list[tuple[int, int, float]] = []

    def put(symbol_of_less: int, symbol_of_more: int, mass: float) -> None:
        if mass > ROUNDING:
            pair = (symbol_of_less, symbol_of_more)
            atoms.append((*(pair if more == 1 else pair[::-1]), mass))

    for i in range(longest - 1, -1, -1):
        need, own = values[1 - more][i], values[more][i]
        while pool and need > own:
            symbol, mass = pool.pop()
            put(i, symbol, mass)
            need -= mass
        shared = min(need, own)
        put(i, i, shared)
        if need > own:  # the pool is empty, and this symbol is what is left
            more = 1 - more
            pool = [(i, need - own)]
        elif own - shared > ROUNDING:
            pool.append((i, own - shared))
    rows, columns, masses = zip(*atoms, strict=True)
    return orders[0][list(rows)], orders[1][list(columns)], np.array(masses)


def _normalised(symbols: Codes, masses: Floats) -> Coupling:
    return Coupling(symbols, masses / masses.sum())
