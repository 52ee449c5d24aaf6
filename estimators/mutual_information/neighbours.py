"""Information by distances to nearest neighbours, one term for each row; in nats.

Kraskov, Stögbauer & Grassberger, Physical Review E 69, 066138 (2004), equation 8, and, given z,
Frenzel & Pompe, Physical Review Letters 99, 204101 (2007), equation 5. Distances are maxima over
columns. Where the space has few columns trees find neighbours, else all pairs are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist, pdist, squareform
from scipy.special import psi

from pid._types import Codes, Floats
from pid.estimators.mutual_information.dependent import apart, design_effect, partners

NEIGHBOURS = 3
BY_TREES, OF_FEW_ROWS = 6, 4  # columns in all; of few rows all pairs are looked at as fast
FEW_ROWS = 2_000
TOGETHER = 2**19  # pairs that are looked at together: 4 MB
AT_ONCE = 2**21  # pairs, up to which all are looked at together
TIES = 1e-10  # noise that tells equal rows apart, in standard deviations
ROUNDING = 1e-14  # of the largest number: neighbours that are nearer than others only by so much
MOST_QUERIES = 4_000  # rows whose neighbours are looked for among all, where all pairs are

Counted = NDArray[np.intp]


class Seen(NamedTuple):
    """What neighbours of some rows say.

    Attributes:
        terms: with k neighbours; the estimate is their mean.
        wider: with 2 k.
        dimension: of the space that rows fill, by how far 2 k neighbours are beyond k (Levina &
            Bickel, NeurIPS 2004).
        groups: of the rows, where they depend on each other.
    """

    terms: Floats
    wider: Floats
    dimension: float
    groups: Codes | None = None

    @property
    def value(self) -> float:
        """The estimate."""
        return float(self.terms.mean())

    @property
    def error(self) -> float:
        """Its standard error."""
        return self._error_of(self.terms)

    @property
    def growth(self) -> float:
        """What k neighbours say more than 2 k: as much as all rows say more than half of them."""
        return float((self.terms - self.wider).mean())

    @property
    def growth_error(self) -> float:
        """Its standard error."""
        return self._error_of(self.terms - self.wider)

    @property
    def effect(self) -> float:
        """How many rows count as one, by their groups."""
        return design_effect(self.terms, self.groups)

    def _error_of(self, terms: Floats) -> float:
        rows = len(terms) / design_effect(terms, self.groups)
        return float(terms.std() / math.sqrt(rows))

    @property
    def to_go(self) -> float:
        """How many times its growth an estimate is from the end.

        The density is averaged over a volume of k / n, which costs (k / n)^(2 / d) where it is
        smooth: twice the volume costs 2^(2 / d) as much.
        """
        return 1 / (2 ** (2 / self.dimension) - 1)


def look(
    x: Floats,
    y: Floats,
    z: Floats | None = None,
    *,
    k: int = NEIGHBOURS,
    groups: Codes | None = None,
) -> Seen:
    """Terms whose mean is I(x; y), or I(x; y | z).

    Where all pairs would be looked at, and rows are many, only some of them have terms. Rows of one
    group are not neighbours: they may be near for no other reason.

    Args:
        x, y, z: shape (n, columns), of one scale.
        k: neighbours; fewer than half of the rows.
        groups: of the rows, where they depend on each other; none has more than half of them.
    """
    parts = [_apart(part, seed) for seed, part in enumerate((x, y, z)) if part is not None]
    width = sum(part.shape[1] for part in parts)
    if z is None and groups is None and width <= (OF_FEW_ROWS if len(x) <= FEW_ROWS else BY_TREES):
        return _by_trees(parts[0], parts[1], k)
    n = len(x)
    rows = np.arange(n)
    if n > MOST_QUERIES:
        rows = np.random.default_rng(n).permutation(n)[:MOST_QUERIES]
    found = [
        _looked(near, k, apart(groups, some, n)) for some, near in _distances(parts, rows, groups)
    ]
    terms, wider, stretch = np.concatenate(found, axis=1)
    return Seen(terms, wider, _dimension(stretch, k), None if groups is None else groups[rows])


def _dimension(stretch: Floats, k: int) -> float:
    """Of logarithms of distances to 2 k neighbours over those to k; at least 1."""
    mean = float(stretch.mean())
    return max(1.0, float(psi(2 * k) - psi(k)) / mean) if mean > 0 else 1.0


def _apart(rows: Floats, seed: int) -> Floats:
    return rows + TIES * np.random.default_rng(seed).standard_normal(rows.shape)


def _by_trees(x: Floats, y: Floats, k: int) -> Seen:
    rows = np.hstack([x, y])
    far = np.transpose(cKDTree(rows).query(rows, [k + 1, 2 * k + 1], p=np.inf)[0])
    terms, wider = (
        psi(len(x)) + psi(of) - psi(within(x, reach)) - psi(within(y, reach))
        for of, reach in zip((k, 2 * k), np.nextafter(far, 0), strict=True)
    )
    return Seen(terms, wider, _dimension(np.log(far[1] / far[0]), k))


def within(rows: Floats, reach: Floats) -> Counted:
    """Of each row, how many are at most so far away, itself included."""
    if rows.shape[1] > 1:
        tree = cKDTree(rows)
        return np.asarray(tree.query_ball_point(rows, reach, p=np.inf, return_length=True))
    column = rows[:, 0]
    ordered = np.sort(column)
    reach = np.maximum(reach - ROUNDING * np.abs(column).max(), 0)  # sums are rounded, too
    upper = np.searchsorted(ordered, column + reach, side="right")
    return np.asarray(upper - np.searchsorted(ordered, column - reach, side="left"))


def _distances(
    parts: list[Floats], rows: Codes, groups: Codes | None
) -> Iterator[tuple[Codes, list[Floats]]]:
    """Some rows at a time, and their distances to all rows in each part; without end in groups."""
    n = len(parts[0])
    if len(rows) == n and n * n <= AT_ONCE:  # of two rows one distance does, which is faster
        steps = [rows]
        near = [squareform(pdist(part, "chebyshev"), checks=False) for part in parts]
    else:
        step = max(1, TOGETHER // n)
        steps = [rows[start : start + step] for start in range(0, len(rows), step)]
        near = []
    for some in steps:
        found = near or [cdist(part[some], part, "chebyshev") for part in parts]
        if groups is not None:
            together = partners(groups, some, np.arange(n))
            for part in found:
                part[together] = np.inf
        yield some, found


def _looked(near: list[Floats], k: int, n: Codes) -> Floats:
    """Terms with k and with 2 k neighbours, and how much farther these are, shape (3, rows).

    Args:
        near: distances of each row to all, in each part.
        k: neighbours.
        n: rows among which each looks for them.
    """
    nearest = np.partition(np.maximum.reduce(near), 2 * k, axis=1)[:, : 2 * k + 1]
    far = np.sort(nearest, axis=1)[:, [k, 2 * k]]  # faster than a partition at both
    terms, wider = (_of_reach(near, far[:, [i]], (1 + i) * k, n) for i in (0, 1))
    return np.array([terms, wider, np.log(far[:, 1] / far[:, 0])])


def _of_reach(near: list[Floats], reach: Floats, k: int, n: Codes) -> Floats:
    x, y = (part < reach for part in near[:2])
    if len(near) == 2:
        return np.asarray(psi(n) + psi(k) - _psi_count(x) - _psi_count(y))
    z = near[2] < reach
    return np.asarray(psi(k) - _psi_count(x & z) - _psi_count(y & z) + _psi_count(z))


def _psi_count(are_near: NDArray[np.bool_]) -> Floats:
    return np.asarray(psi(np.count_nonzero(are_near, axis=1)))
