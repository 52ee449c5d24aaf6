"""A bound for many classes, by trees of two at a time: no cells, whatever the number of sources.

Ask which of two groups y is in, then which part of that group, and so on. At each node the union of
two classes is a closed form, and the multipliers of a node's two groups, added along the way to
each class, are feasible: within a node exp(lam) sums to 1 at most. So

    f >= sum over the nodes of any binary tree of p(node) f_node,

and the best tree of few classes is found by the best splits of all sets of them.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from pid._types import Floats
from pid.core.information import xlogx
from pid.core.sources import curves
from pid.core.sources.bounds import Evidence, dual
from pid.core.sources.numbers import Proved

METHOD = "trees of classes"
ALL_SPLITS = 8  # classes up to which every tree is looked at

Classes = tuple[int, ...]
Tree = tuple["Classes", "Classes"]


def solve(marginals: Sequence[Floats], tol: float) -> Proved:
    """An interval for min F: from the best tree to 0; ``tol`` does not matter."""
    lam = multipliers(marginals, best_tree(marginals))
    lam = [np.where(m > 0, x, -np.inf) for m, x in zip(marginals, lam, strict=True)]
    classes = marginals[0].shape[1]
    nothing = np.zeros((0, len(marginals)), dtype=np.intp), np.zeros((0, classes))
    return Proved(dual(lam, marginals), 0.0, METHOD, 0, Evidence(tuple(lam), *nothing))


def multipliers(
    marginals: Sequence[Floats], tree: Sequence[Tree], at: Sequence[Floats] | None = None
) -> list[Floats]:
    """Feasible multipliers (n_i, K) of every source, by the thresholds of a tree's nodes.

    Args:
        marginals: p(x_i, y) of every source, shapes (n_i, K), with one p(y).
        tree: its nodes, as of ``best_tree``.
        at: masses of other symbols of the sources, whose multipliers are then found. Those that
            are surer than any of ``marginals`` count as the surest of these.
    """
    asked = marginals if at is None else at
    lam = [np.zeros_like(m) for m in asked]
    for left, right in tree:
        hull = _hull(_grouped(marginals, left, right))
        for source, m in enumerate(_grouped(asked, left, right)):
            masses = m if at is None else _within(hull, m)
            found = curves.multipliers(hull, source, masses)
            lam[source][:, left] += found[:, :1]
            lam[source][:, right] += found[:, 1:]
    return lam


def told(marginals: Sequence[Floats], tree: Sequence[Tree]) -> float:
    """What a tree proves of the union information, in nats."""
    return sum(_told(marginals, left, right) for left, right in tree)


def splits(classes: int) -> int:
    """How many splits are looked at for so many classes."""
    return int(3**classes / 2) if classes <= ALL_SPLITS else 2 * int(3**ALL_SPLITS / 2)


def best_tree(marginals: Sequence[Floats]) -> list[Tree]:
    """The nodes of the tree that proves most: of all, for few classes."""
    value = functools.cache(lambda left, right: _told(marginals, left, right))

    @functools.cache
    def best(classes: Classes) -> tuple[float, list[Tree]]:
        if len(classes) == 1:
            return 0.0, []
        found: tuple[float, list[Tree]] = (-np.inf, [])
        for left, right in _splits(classes):
            below = best(left), best(right)
            total = value(left, right) + below[0][0] + below[1][0]
            if total >= found[0]:
                found = total, [(left, right), *below[0][1], *below[1][1]]
        return found

    return best(tuple(range(marginals[0].shape[1])))[1]


def _splits(classes: Classes) -> Iterator[Tree]:
    """Ways to cut a set of classes in two; where there are too many, in the middle."""
    first, rest = classes[0], classes[1:]
    if len(classes) > ALL_SPLITS:
        middle = len(classes) // 2
        yield classes[:middle], classes[middle:]
        return
    for size in range(len(rest)):
        for chosen in itertools.combinations(rest, size):
            yield (first, *chosen), tuple(c for c in rest if c not in chosen)


def _told(marginals: Sequence[Floats], left: Classes, right: Classes) -> float:
    """p(node) f_node, from masses that sum to p(node)."""
    hull = _hull(_grouped(marginals, left, right))
    edges = np.maximum(np.diff(hull.vertices, axis=0), 0)
    told = xlogx(edges).sum() - xlogx(edges.sum(axis=1)).sum()
    ends = hull.vertices[-1]
    return float(told - xlogx(ends).sum() + xlogx(ends.sum()))


def _within(hull: curves.Hull, masses: Floats) -> Floats:
    """Masses (n, 2) whose share of the second group is one that the curves of the hull have."""
    edges = np.maximum(np.diff(hull.vertices, axis=0), 0)
    shares = edges[:, 1] / edges.sum(axis=1)
    whole = masses.sum(axis=1)
    share = np.clip(masses[:, 1] / whole, shares.min(), shares.max())
    return np.stack([(1 - share) * whole, share * whole], axis=1)


def _hull(two: Sequence[Floats]) -> curves.Hull:
    p_y = two[0].sum(axis=0)
    return curves.join([curves.curve(m, p_y) for m in two])


def _grouped(marginals: Sequence[Floats], left: Classes, right: Classes) -> list[Floats]:
    """Masses (n_i, 2) of two groups of classes."""
    return [np.stack([m[:, left].sum(axis=1), m[:, right].sum(axis=1)], axis=1) for m in marginals]
