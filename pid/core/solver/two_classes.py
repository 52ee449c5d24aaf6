"""Certified answers for two classes, from the hull of ``hull.py``: a coupling and multipliers.

Each vertex of the hull's experiment Q goes to the symbols of x1 and, independently, to those of x2
(``curtain.py``): q(x1, x2, y) = sum_v q(v, y) q(x1 | v) q(x2 | v), which tells no more than Q.

Multipliers share the thresholds z between the sources,

    alpha(x, 1) = -int dz / z  over those of x1 above the symbol's own,
    alpha(x, 0) = -int dz / (1 - z)  over those below,

and beta likewise: feasible for any share, by Neyman & Pearson's lemma, and best where each source
has the thresholds that it is ahead at. Derived here; ``certify`` proves each answer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.core.solver.certificate import Solution, certify
from pid.core.solver.curtain import channel
from pid.core.solver.hull import CLASSES, Hull, hull, thresholds
from pid.core.solver.problem import Array

NEAR = 1e-13  # thresholds that differ by less are one
ROUNDING = 1e-15  # share of the mass: a bridge of less is one of these


class Shares(NamedTuple):
    """Thresholds shared between the sources: ends of intervals, and whether x1 has each.

    Whoever shares them how, the multipliers are feasible: fitted to some samples, they bound what
    others tell from below (``pid.estimators.posterior.union.held_out_bound``).
    """

    ends: Floats
    ahead: NDArray[np.bool_]

    def multipliers(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Of symbols of x1 and x2 by their thresholds p(y = 1 | x), shapes (2, n1) and (2, n2)."""
        return (
            _multipliers(first, self.ends, self.ahead),
            _multipliers(second, self.ends, ~self.ahead),
        )


def shared(found: Hull) -> Shares:
    """Each threshold to the source that is ahead there: the multipliers that are best."""
    return Shares(*_intervals(found))


def solve(a: Array, b: Array) -> Solution:
    """Certified answers for marginals (2, n1, B) and (2, n2, B)."""
    (_, n1, batch), n2 = a.shape, b.shape[1]
    q = np.empty((CLASSES, n1, n2, batch))
    alpha, beta = np.empty(a.shape), np.empty(b.shape)
    for i in range(batch):
        first, second = (np.asarray(m[..., i], dtype=np.float64) for m in (a, b))
        found = hull(first, second)
        q[..., i] = _coupling(found, first, second)
        alpha[..., i], beta[..., i] = shared(found).multipliers(
            thresholds(first), thresholds(second)
        )
    proved = certify(q, alpha, beta, a, b)
    return Solution(proved, proved.primal - proved.dual, np.zeros(batch, dtype=np.intp))


def _coupling(found: Hull, a: Floats, b: Floats) -> Floats:
    """x1 and x2 as independent garblings of the hull's experiment, (2, n1, n2)."""
    vertices, of_position = _vertices(found)
    of_symbol = np.empty_like(of_position)
    of_symbol[found.order] = of_position
    n1 = a.shape[1]
    first = channel(vertices, a, of_symbol[:n1])
    second = channel(vertices, b, of_symbol[n1:])
    return np.stack([(first * mass) @ second.T for mass in vertices])


def _vertices(found: Hull) -> tuple[Floats, Codes]:
    """Masses (2, V) by rising threshold, and the vertex that each position is a part of, or -1."""
    real = np.abs(found.bridge).max(axis=0) > ROUNDING
    edges = np.stack([found.own, found.bridge * real], axis=2).reshape(CLASSES, -1)
    some = np.flatnonzero(edges.any(axis=0))
    threshold = thresholds(edges[:, some])
    rising = threshold.argsort(kind="stable")
    some, threshold = some[rising], threshold[rising]
    new = np.ones(len(some), dtype=bool)
    new[1:] = np.diff(threshold) > NEAR
    vertex = np.full(edges.shape[1], -1)
    vertex[some] = np.cumsum(new) - 1
    masses = np.add.reduceat(edges[:, some], np.flatnonzero(new), axis=1)
    return np.maximum(masses, 0), vertex[::2]


def _intervals(found: Hull) -> tuple[Floats, NDArray[np.bool_]]:
    """Ends of intervals of thresholds from 0 to 1, and whether x1 is ahead within each."""
    known = np.flatnonzero(~np.isnan(found.threshold))
    t, ahead, bridge = found.threshold[known], found.ahead[known], found.bridge[:, known]
    after = np.append(t[1:], 1.0)
    # up to where the lead changes, if it does, and from there to the next symbol
    meets = np.where(bridge.any(axis=0), thresholds(bridge), after)
    ends = np.stack([t, np.clip(np.nan_to_num(meets, nan=1.0), t, after)], axis=1)
    leads = np.stack([ahead, np.append(ahead[1:], False)], axis=1)
    return np.concatenate([[0.0], ends.ravel(), [1.0]]), np.append(ahead[:1], leads)


def _multipliers(own: Floats, ends: Floats, mine: NDArray[np.bool_]) -> Floats:
    """Of symbols with thresholds ``own``, for the intervals that are ``mine``; (2, n)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ones, zeros = np.diff(np.log(ends)), -np.diff(np.log1p(-ends))
    # intervals of no length, which may be nan, and those of others count for nothing
    there = mine & (ends[1:] > ends[:-1])
    ones, zeros = (np.where(there, length, 0) for length in (ones, zeros))
    above = np.append(ones[::-1].cumsum()[::-1], 0)
    below = np.append(0, zeros.cumsum())
    interval = np.searchsorted(ends, own)  # all before it are below the symbol's own threshold
    return np.stack([-below[interval], -above[interval]])
