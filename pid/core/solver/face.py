"""One pair of multipliers where many prove the same: the least-squares point of the optimal face.

Multipliers are optimal where alpha(x1, y) + beta(x2, y) = log q*(y | x1, x2) wherever q* has mass,
and log sum_y exp(alpha + beta) <= 0 elsewhere. For each y, draw an edge between x1 and x2 where
q*(x1, x2) has mass: within a connected part multipliers are tied, and a whole part may be lifted,
alpha by t and beta by -t. Its masses of x1 and x2 are equal, so that no mean changes. Where each y
has one part the sum alpha + beta is unique.

Of all optimal ones, those are taken that minimise sum r (alpha + beta)^2, r = p(x1, y) p(x2, y) /
p(y). The weights are positive, so that the point is unique: every symmetry of the marginals leaves
it as it is, be it names of symbols, the order of the sources, or a symbol that is split into
several that say the same. It is additive over independent problems, too: r is a product there, r
and q* have the same masses of every part, and so multipliers of the constraints of one problem,
times q* of the other, prove that the sum of both points is the least. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from pid._types import Codes, Floats
from pid.core.solver.certificate import dual_value, feasible_multipliers, log_partition

ROUNDING = 1e-9  # share of the rarer symbol: a pair of less mass has none; likewise of a part
FEASIBLE = 1e-12  # nats that a constraint may be exceeded by, before all are met
MOST_LIFTS = 2_000  # parts that can be lifted; a matrix of their square is factorised
ROUNDS, STEPS = 30, 60  # of multipliers, and of Newton's method in each


class Lifts(NamedTuple):
    """What may be lifted: the number of the part of each symbol with each y, -1 for none.

    One part of each y stays where it is and has -1, as have symbols that never occur with y.
    """

    first: Codes  # (n1, k)
    second: Codes  # (n2, k)
    number: int


def least_squares(q: Floats, alpha: Floats, beta: Floats) -> tuple[Floats, Floats]:
    """The least-squares pair among all multipliers that are as good as ``alpha`` and ``beta``.

    Args:
        q: the optimal coupling, shape (n1, n2, k).
        alpha, beta: multipliers that prove it, shapes (n1, k) and (n2, k), in nats.

    Returns:
        Multipliers likewise, feasible, and no worse; the same where those are the only ones.
    """
    a, b = q.sum(axis=1), q.sum(axis=0)
    lifts = _lifts(q, alpha, beta)
    if not 0 < lifts.number <= MOST_LIFTS:
        return alpha, beta
    height = np.append(_heights(lifts, alpha, beta, a, b), 0.0)
    lifted = alpha + height[lifts.first], beta - height[lifts.second]
    margins = a.T[..., None], b.T[..., None]
    before = alpha.T[..., None], beta.T[..., None]
    after = feasible_multipliers(lifted[0].T[..., None], lifted[1].T[..., None], *margins)
    lost = float(dual_value(*before, *margins)[0] - dual_value(*after, *margins)[0])
    if lost > 10 * FEASIBLE:  # what was found is not on the face
        return alpha, beta
    first, second = (np.asarray(m[..., 0].T, dtype=np.float64) for m in after)
    return first, second


def _lifts(q: Floats, alpha: Floats, beta: Floats) -> Lifts:
    """Connected parts for each y, where more than one of them has as much of x1 as of x2."""
    n1, n2, k = q.shape
    slack = -log_partition(alpha.T[..., None], beta.T[..., None])[..., 0]
    pairs = q.sum(axis=2)
    rarer = np.minimum(pairs.sum(axis=1)[:, None], pairs.sum(axis=0))
    # of mass and slack one is 0 at the optimum
    edges = (pairs > slack) & (pairs > ROUNDING * rarer)
    of_symbol, count = np.full((n1 + n2, k), -1), 0
    for y in range(k):
        a, b = q[:, :, y].sum(axis=1), q[:, :, y].sum(axis=0)
        i, j = np.nonzero(edges & (a > 0)[:, None] & (b > 0))
        graph = csr_array((np.ones(len(i)), (i, n1 + j)), shape=(n1 + n2, n1 + n2))
        component = connected_components(graph, directed=False)[1]
        masses = np.append(a, np.zeros(n2)), np.append(np.zeros(n1), b)
        there = np.append(a, b) > 0
        parts, label = np.unique(component[there], return_inverse=True)
        of_x1, of_x2 = (np.bincount(label, m[there]) for m in masses)
        if len(parts) > 1 and (np.abs(of_x1 - of_x2) <= ROUNDING * of_x1).all():
            of_symbol[there, y] = np.where(label > 0, count + label - 1, -1)
            count += len(parts) - 1
    return Lifts(of_symbol[:n1], of_symbol[n1:], count)


def _heights(lifts: Lifts, alpha: Floats, beta: Floats, a: Floats, b: Floats) -> Floats:
    """How far each part is lifted, shape (count,)."""
    pairs = np.argwhere(_is_free(lifts, a, b).any(axis=2))
    i, j = pairs.T
    v = alpha[i] + beta[j]  # (pairs, k)
    rows, y = np.nonzero(np.isfinite(v))
    moved = _by_lift(lifts.first[i[rows], y], lifts.number)
    moved = moved - _by_lift(lifts.second[j[rows], y], lifts.number)  # (cells, count)
    start = v[rows, y]
    weight = (a / np.where(a.sum(axis=0), a.sum(axis=0), 1))[i[rows], y] * b[j[rows], y]
    curvature = (moved.T @ (moved * weight[:, None])).toarray()
    pull = moved.T @ (weight * start)
    height = -np.linalg.solve(curvature, pull)
    return _within(height, Face(start, rows, moved, len(pairs)), curvature, pull)


def _is_free(lifts: Lifts, a: Floats, b: Floats) -> NDArray[np.bool_]:
    """Cells whose multipliers are lifted by different parts, shape (n1, n2, k)."""
    there = (a > 0)[:, None] & (b > 0)
    return np.asarray(there & (lifts.first[:, None] != lifts.second))


def _by_lift(part: Codes, count: int) -> csr_array:
    """One row a cell, with 1 at the part that lifts it."""
    some = np.flatnonzero(part >= 0)
    return csr_array((np.ones(len(some)), (some, part[some])), shape=(len(part), count))


class Face(NamedTuple):
    """The constraints: log sum exp of each pair's cells, as parts are lifted."""

    start: Floats  # alpha + beta of cells, (cells,)
    pair: Codes  # (cells,)
    moved: csr_array  # (cells, count)
    pairs: int

    def excess(self, height: Floats) -> tuple[Floats, Floats]:
        """Of each pair, and the share of each cell in it."""
        v = self.start + self.moved @ height
        top = np.full(self.pairs, -np.inf)
        np.maximum.at(top, self.pair, v)
        mass = np.exp(v - top[self.pair])
        whole = np.bincount(self.pair, mass, self.pairs)
        return top + np.log(whole), mass / whole[self.pair]

    def slopes(self, share: Floats) -> csr_array:
        """Of the excess of each pair in the heights, (pairs, count)."""
        cells = np.arange(len(share))
        by_pair = csr_array((share, (self.pair, cells)), shape=(self.pairs, len(share)))
        return csr_array(by_pair @ self.moved)


def _within(height: Floats, face: Face, curvature: Floats, pull: Floats) -> Floats:
    """The least of height' curvature height / 2 + pull' height where no pair exceeds 0.

    The method of multipliers (Bertsekas 1982), as the face may have no inner points to start from.
    """
    price, weight = np.zeros(face.pairs), 100.0
    worst = np.inf
    for _ in range(ROUNDS):
        excess, _ = face.excess(height)
        violated = float(np.abs(np.maximum(excess, -price / weight)).max())
        if violated <= FEASIBLE:
            break
        if violated > worst / 4:
            weight *= 10
        worst = violated
        height = _augmented(height, face, curvature, pull, price, weight)
        price = np.maximum(price + weight * face.excess(height)[0], 0)
    return height


def _augmented(
    height: Floats, face: Face, curvature: Floats, pull: Floats, price: Floats, weight: float
) -> Floats:
    """Newton's method for the least of the augmented Lagrangian."""

    def value(at: Floats) -> float:
        charged = np.maximum(price + weight * face.excess(at)[0], 0)
        return float(at @ (curvature @ at) / 2 + pull @ at + charged @ charged / (2 * weight))

    for _ in range(STEPS):
        excess, share = face.excess(height)
        charged = np.maximum(price + weight * excess, 0)
        slopes = face.slopes(share)
        gradient = curvature @ height + pull + slopes.T @ charged
        of_cells = face.moved.T @ (face.moved * (charged[face.pair] * share)[:, None])
        of_pairs = slopes.T @ (slopes * (weight * (charged > 0) - charged)[:, None])
        step = -np.linalg.solve(curvature + (of_cells + of_pairs).toarray(), gradient)
        slope, now, size = float(gradient @ step), value(height), 1.0
        rounding = 1e-14 * (abs(now) + 1)  # or the last steps, which matter, would not be taken
        while value(height + size * step) > now + 1e-4 * size * slope + rounding:
            size /= 2
        height = height + size * step
        if np.abs(step).max() <= FEASIBLE:
            break
    return height
