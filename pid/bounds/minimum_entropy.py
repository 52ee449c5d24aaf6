"""The least entropy of non-negative numbers whose sums over groups are given, by branch and bound.

    minimise H(x) = sum -x log x   over low <= x <= high with sum of x over each group = its total

A family is a set of groups of one size that has every cell once: the pairs (x1, y), (x2, y) and
(x1, x2) of a joint, or the rows and the columns of a coupling. H is concave, so its minimum is at a
vertex, and finding it is NP-hard (Kovacevic et al., Inf. Comput. 240, 2015).

For one group alone the minimum is easy: a vertex of {low <= x <= high, sum x = total} has at most
one cell that is neither low nor high. So a point x is an average of such vertices, for each group,
and H(x) is at least the average of H: the convex envelope over the group, which is far above the
chords of single cells. The relaxation is the linear program that averages vertices of all groups
of all families so that families agree about x; the largest of the families' sums bounds H(x).
Splitting the range of the cell where the bound is worst gives smaller groups of vertices.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pid._types import Codes, Floats
from pid.bounds.programs import INFEASIBLE, solved
from pid.core.information import xlogx

MOST_VERTICES = 100_000  # of a family, to be listed; up to n 2^(n-1) of each group of n cells
ROUNDING = 1e-12
NARROW = 0.1  # a range is not split nearer than this share to its ends


class Family(NamedTuple):
    """Groups of cells, and what the cells of each group sum to."""

    cells: Codes  # (groups, size)
    totals: Floats  # (groups,)


class MinimumEntropy(NamedTuple):
    """``bound`` <= minimum <= ``entropy`` of ``point``, in nats."""

    bound: float
    entropy: float
    point: Floats
    nodes: int


class Box(NamedTuple):
    """Ends of the range of every cell."""

    low: Floats
    high: Floats


class Relaxed(NamedTuple):
    """A lower bound of the entropy in a box, and the point where the relaxation has it."""

    bound: float
    point: Floats


def minimum_entropy(
    families: Sequence[Family],
    most: Floats,
    start: Floats,
    *,
    tol: float = 1e-7,
    time_limit: float = 20.0,
) -> MinimumEntropy:
    """Branch and bound, best bound first.

    Args:
        families: each has every cell in one of its groups.
        most: upper ends of the cells, flat; lower ends are 0.
        start: some point with these sums.
        tol: gap in nats at which to stop.
        time_limit: seconds after which to stop with the gap that is left.
    """
    end = time.monotonic() + time_limit
    whole = tightened(families, np.zeros_like(most), most)
    assert whole is not None, "there are such numbers: start"
    search = Search(families, most, start, end)
    found = relaxed(families, *whole, seconds=time_limit / 2)
    if found is None or found.bound == -np.inf:  # too large a program for the time
        search.look_near(start)
        return MinimumEntropy(-np.inf, search.entropy, search.point, 0)
    search.look_near(found.point)
    heap = [(found.bound, 0, whole, found.point)]
    pruned, nodes = np.inf, 1  # the least bound of the boxes that were left aside
    while heap and heap[0][0] < search.entropy - tol and time.monotonic() < end:
        bound, _, box, point = heapq.heappop(heap)
        for part in halves(families, box, point):
            inside = relaxed(families, *part, seconds=end - time.monotonic())
            nodes += 1
            if inside is None:
                if holds(part, search.point):  # HiGHS is wrong: there is something in this box
                    pruned = min(pruned, bound)
                continue
            if inside.bound >= search.entropy - tol:
                pruned = min(pruned, inside.bound)
                continue
            if nodes % search.PERIOD == 0:
                search.look_near(inside.point)
            heapq.heappush(heap, (max(bound, inside.bound), nodes, part, inside.point))
    bound = min(pruned, heap[0][0]) if heap else pruned
    return MinimumEntropy(bound, search.entropy, search.point, nodes)


class Search:
    """The best vertex so far: each linear program goes downhill from where the last one ended."""

    PERIOD = 5  # nodes from one look to the next

    def __init__(
        self, families: Sequence[Family], most: Floats, start: Floats, end: float = np.inf
    ) -> None:
        sums, totals = sums_of(families)
        rows = _inverse(totals)
        self.most, self.end = most, end
        self.sums = (sums * rows[:, None] * most).tocsr()  # all of like size: masses may be tiny
        self.totals = totals * rows
        self.entropy, self.point = -float(xlogx(start).sum()), start

    def look_near(self, point: Floats) -> None:
        """Frank-Wolfe steps of full length, from vertex to vertex while entropy falls."""
        before = np.inf
        while True:
            slope = -np.log(np.maximum(point, ROUNDING))
            left = self.end - time.monotonic()
            point = solved(slope * self.most, left, A_eq=self.sums, b_eq=self.totals).x
            if point is None:
                return
            point = np.maximum(point, 0) * self.most
            entropy = -float(xlogx(point).sum())
            if entropy < self.entropy:
                self.entropy, self.point = entropy, point
            if entropy >= before - ROUNDING:
                return
            before = entropy


def sums_of(families: Sequence[Family]) -> tuple[csr_array, Floats]:
    """What sums cells over all groups, and the totals."""
    size = families[0].cells.size
    groups = [group for family in families for group in family.cells]
    rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    matrix = csr_array((np.ones(len(rows)), (rows, np.concatenate(groups))), (len(groups), size))
    return matrix, np.concatenate([family.totals for family in families])


def tightened(families: Sequence[Family], low: Floats, high: Floats) -> Box | None:
    """Ranges without what the sums of groups rule out; None if nothing is left.

    What is less than rounding is not ruled out: where cells are determined, errors would grow by
    the size of a group each time, until the ends cross.
    """
    low, high = low.copy(), high.copy()
    for _ in range(3):
        for cells, totals in families:
            L, U = low[cells], high[cells]
            below, above = L.sum(axis=1, keepdims=True), U.sum(axis=1, keepdims=True)
            least, most = totals[:, None] - (above - U), totals[:, None] - (below - L)
            low[cells] = np.where(least > L + ROUNDING * above, least, L)
            high[cells] = np.where(most < U - ROUNDING * above, most, U)
    return Box(low, np.maximum(low, high)) if (low <= high + ROUNDING).all() else None


def holds(box: Box, point: Floats) -> bool:
    """Whether a point is in the box, but for rounding."""
    return bool((box.low <= point + ROUNDING).all() and (point <= box.high + ROUNDING).all())


def halves(families: Sequence[Family], box: Box, point: Floats) -> Iterator[Box]:
    """The box in two parts, at the cell where entropy is furthest above its chord."""
    worst = int((-xlogx(point) - _chord(*box, point)).argmax())
    reach = NARROW * (box.high[worst] - box.low[worst])
    at = min(max(point[worst], box.low[worst] + reach), box.high[worst] - reach)
    for side in range(2):
        ends = [box.low.copy(), box.high.copy()]
        ends[side][worst] = at
        part = tightened(families, *ends)
        if part is not None:
            yield part


def _chord(low: Floats, high: Floats, point: Floats) -> Floats:
    width = high - low
    slope = np.divide(
        xlogx(low) - xlogx(high), width, out=np.zeros_like(width), where=width > ROUNDING
    )
    return np.asarray(-xlogx(low) + slope * (point - low))


class Vertices(NamedTuple):
    """Vertices of all groups of a family, where no more than one cell is inside its range."""

    group: Codes  # (vertices,)
    points: Floats  # (vertices, size)


def vertices_of(family: Family, low: Floats, high: Floats) -> Vertices:
    """All of them; a few stand there twice."""
    L, U = low[family.cells], high[family.cells]
    size = L.shape[1]
    at_high, inside = _patterns(size)
    narrow = (U - L <= 0)[:, None]
    wanted = ~(narrow & at_high).any(axis=2)  # a cell without range is at its lower end
    points = np.where(at_high, U[:, None], L[:, None])
    rest = family.totals[:, None] - points.sum(axis=2) + points[:, np.arange(len(inside)), inside]
    within = (rest >= L[:, inside] - ROUNDING) & (rest <= U[:, inside] + ROUNDING)
    group, pattern = np.nonzero(wanted & within)
    points = points[group, pattern]
    cell = inside[pattern]
    points[np.arange(len(points)), cell] = np.clip(
        rest[group, pattern], L[group, cell], U[group, cell]
    )
    return Vertices(group, points)


@lru_cache
def _patterns(size: int) -> tuple[NDArray[np.bool_], Codes]:
    """Which cells are at their upper end, and which one is inside."""
    ends = (np.arange(2 ** (size - 1))[:, None] >> np.arange(size - 1)) & 1 == 1
    patterns = [np.insert(ends, cell, False, axis=1) for cell in range(size)]
    return np.concatenate(patterns), np.repeat(np.arange(size), len(ends))


class Part(NamedTuple):
    """Entries of a sparse matrix."""

    rows: Codes
    columns: Codes
    values: Floats


class Listed:
    """Envelope of a family by the vertices of its groups: a weight for each is unknown."""

    def __init__(self, family: Family, low: Floats, high: Floats) -> None:
        group, points = vertices_of(family, low, high)
        self.family = family
        self.cost = -xlogx(points).sum(axis=1)
        self.vertices = Vertices(group, points * _inverse(high)[family.cells[group]])
        self.constant = 0.0
        self.unknowns = len(self.cost)
        groups = len(family.totals)
        self.right = np.concatenate([np.ones(groups), np.zeros(family.cells.size)])
        self.links = groups + np.arange(family.cells.size).reshape(family.cells.shape)

    def equations(self, first: int) -> list[Part]:
        """Weights of a group are shares, and average to the cells (columns 1, 2, ...)."""
        group, points = self.vertices
        cells = self.family.cells
        weights = first + np.arange(self.unknowns)
        return [
            Part(group, weights, np.ones(self.unknowns)),
            Part(self.links.ravel(), 1 + cells.ravel(), -np.ones(cells.size)),
            Part(self.links[group].ravel(), np.repeat(weights, cells.shape[1]), points.ravel()),
        ]

    def value(self, first: int) -> tuple[Codes, Floats]:
        """Unknowns that the envelope's value is linear in, and how."""
        return first + np.arange(self.unknowns), self.cost

    def lagrangian(self, share: float, multipliers: Floats, slope: Floats) -> float:
        """The least over vertices of each group; adds to the slope in the cells."""
        group, points = self.vertices
        links = multipliers[self.links]
        values = share * self.cost - (links[group] * points).sum(axis=1)
        least = np.full(len(self.family.totals), np.inf)
        np.minimum.at(least, group, values)
        slope[self.family.cells] += links
        return float(least.sum())


class Chords:
    """Envelope of a family of long groups: the chord of each cell, and the sums of groups."""

    unknowns = 0

    def __init__(self, family: Family, low: Floats, high: Floats) -> None:
        self.family = family
        at_zero = _chord(low, high, np.zeros_like(low))
        self.cost = high * (_chord(low, high, np.ones_like(low)) - at_zero)
        self.constant = float(at_zero.sum())
        self.right = family.totals * _inverse(family.totals)
        self.shares = high[family.cells] * _inverse(family.totals)[:, None]

    def equations(self, first: int) -> list[Part]:
        """Groups sum to their totals."""
        groups, size = self.family.cells.shape
        rows = np.repeat(np.arange(groups), size)
        return [Part(rows, 1 + self.family.cells.ravel(), self.shares.ravel())]

    def value(self, first: int) -> tuple[Codes, Floats]:
        """Unknowns that the envelope's value is linear in, and how."""
        return 1 + np.arange(len(self.cost)), self.cost

    def lagrangian(self, share: float, multipliers: Floats, slope: Floats) -> float:
        """Nothing is minimised here: all goes to the slope in the cells."""
        slope += share * self.cost
        slope[self.family.cells] -= multipliers[:, None] * self.shares
        return share * self.constant + float(multipliers @ self.right)


def relaxed(
    families: Sequence[Family], low: Floats, high: Floats, seconds: float = np.inf
) -> Relaxed | None:
    """The linear program of a box; None if no point is in it, no bound if it was not solved.

    Unknowns: the bound, the cells as shares of their upper ends, and the weights of vertices. The
    bound is recomputed from the multipliers, so that it holds whatever the program's accuracy.
    """
    envelopes = [
        (Listed if _is_short(family) else Chords)(family, low, high) for family in families
    ]
    equations, values = [], []
    row, column = 0, 1 + len(low)
    for e, envelope in enumerate(envelopes):
        equations += [part._replace(rows=row + part.rows) for part in envelope.equations(column)]
        unknowns, cost = envelope.value(column)
        values.append(Part(np.full(1 + len(cost), e), np.r_[0, unknowns], np.r_[-1.0, cost]))
        row, column = row + len(envelope.right), column + envelope.unknowns
    ranges = np.column_stack([np.zeros(column), np.full(column, np.inf)])
    ranges[0, 0] = -np.inf
    ranges[1 : 1 + len(low)] = np.column_stack([low, high]) * _inverse(high)[:, None]
    found = solved(
        np.eye(1, column)[0],
        seconds,
        A_ub=_matrix(values, len(envelopes), column),
        b_ub=[-envelope.constant for envelope in envelopes],
        A_eq=_matrix(equations, row, column),
        b_eq=np.concatenate([envelope.right for envelope in envelopes]),
        bounds=ranges,
    )
    if found.status == INFEASIBLE:
        return None
    if found.x is None:  # no time, or numbers that HiGHS cannot handle
        return Relaxed(-np.inf, (low + high) / 2)
    bound = lagrangian(
        envelopes, -found.ineqlin.marginals, found.eqlin.marginals, *ranges[1 : 1 + len(low)].T
    )
    return Relaxed(bound, np.clip(found.x[1 : 1 + len(low)] * high, low, high))


def _is_short(family: Family) -> bool:
    groups, size = family.cells.shape
    return bool(size < 20 and groups * size * 2 ** (size - 1) <= MOST_VERTICES)


def lagrangian(
    envelopes: Sequence[Listed | Chords],
    shares: Floats,
    multipliers: Floats,
    low: Floats,
    high: Floats,
) -> float:
    """Lower bound of the entropy in a box, for any shares of the envelopes and any multipliers."""
    shares = np.maximum(shares, 0)
    slope = np.zeros(len(low))
    bound, row = 0.0, 0
    for envelope, share in zip(envelopes, shares / shares.sum(), strict=True):
        mine = multipliers[row : row + len(envelope.right)]
        bound += envelope.lagrangian(float(share), mine, slope)
        row += len(envelope.right)
    return bound + float(np.minimum(slope * low, slope * high).sum())


def _inverse(values: Floats) -> Floats:
    """1 / values, and 1 where they are 0."""
    return np.divide(1, values, out=np.ones_like(values), where=values > 0)


def _matrix(parts: list[Part], rows: int, columns: int) -> csr_array:
    row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    return csr_array((value, (row, column)), (rows, columns))
