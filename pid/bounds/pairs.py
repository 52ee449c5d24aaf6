"""Half-labelled data: three pair marginals of a joint that was never seen, if there is one.

Labelled samples of one modality give p(x1, y), of the other p(x2, y), unlabelled pairs p(x1, x2).
The joints with these marginals are a polytope, Delta_{p1,2,12} in Liang et al. (ICLR 2024).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack

from pid._types import Floats
from pid.core.information import xlogx
from pid.core.joint import as_distribution
from pid.errors import InvalidDistribution

AGREE = 1e-10  # what marginals may differ by and still be those of one joint


class Pairs(NamedTuple):
    """Marginals p(x1, y), p(x2, y) and p(x1, x2) that agree with each other where they overlap."""

    p1: Floats  # (n1, k)
    p2: Floats  # (n2, k)
    p12: Floats  # (n1, n2)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the joint: (n1, n2, k)."""
        return (*self.p12.shape, self.p1.shape[1])

    @property
    def most(self) -> Floats:
        """The most that a joint can have in a cell, the least of its three pairs, (n1, n2, k)."""
        return np.minimum(np.minimum(self.p1[:, None], self.p2), self.p12[:, :, None])

    @property
    def independent(self) -> float:
        """H(X1, X2) + H(Y) in nats: I(X1, X2; Y) of a joint is this less its entropy."""
        return -float(xlogx(self.p12).sum() + xlogx(self.p1.sum(axis=0)).sum())


def as_pairs(p_x1y: ArrayLike, p_x2y: ArrayLike, p_x1x2: ArrayLike) -> Pairs:
    """Check and normalise three tables of probabilities or counts.

    Raises:
        InvalidDistribution: not tables with two axes; axes of different length; marginals that
            disagree by more than ``AGREE``. The message says where, by how much, and what to do.
    """
    p1 = named_table(p_x1y, "p_x1y", 2)
    p2 = named_table(p_x2y, "p_x2y", 2)
    p12 = named_table(p_x1x2, "p_x1x2", 2)
    _check_agree("y", p1.sum(axis=0), p2.sum(axis=0), "p_x1y", "p_x2y")
    _check_agree("x1", p1.sum(axis=1), p12.sum(axis=1), "p_x1y", "p_x1x2")
    _check_agree("x2", p2.sum(axis=1), p12.sum(axis=0), "p_x2y", "p_x1x2")
    return Pairs(p1, p2, p12)


def pairs_of(joint: Floats) -> Pairs:
    """The pair marginals of a joint (n1, n2, k)."""
    return Pairs(joint.sum(axis=1), joint.sum(axis=0), joint.sum(axis=2))


def error(joint: Floats, pairs: Pairs) -> float:
    """Largest difference between a pair marginal of a joint and what it should be."""
    return max(
        float(np.abs(mine - given).max())
        for mine, given in zip(pairs_of(joint), pairs, strict=True)
    )


def constraints(shape: tuple[int, int, int]) -> csr_array:
    """What sums a flattened joint to its three pair marginals, one after the other."""
    n1, n2, k = shape
    i, j, y = (axis.ravel() for axis in np.indices(shape))
    rows = np.concatenate([i * k + y, n1 * k + j * k + y, (n1 + n2) * k + i * n2 + j])
    cells = np.tile(np.arange(i.size), 3)
    return csr_array((np.ones(rows.size), (rows, cells)))


def mismatch(pairs: Pairs) -> tuple[float, Floats]:
    """Least mass to be moved in the pair marginals until some joint has them, and that joint.

    Half the sum of all differences, by a linear program.
    """
    sums = constraints(pairs.shape)
    given = np.concatenate([p.ravel() for p in pairs])
    slack = eye_array(len(given), format="csr")
    cost = np.r_[np.zeros(sums.shape[1]), np.full(2 * len(given), 0.5)]
    found = linprog(cost, A_eq=hstack([sums, slack, -slack], format="csr"), b_eq=given)
    joint = np.asarray(found.x)[: sums.shape[1]]
    return float(cost @ found.x), joint.reshape(pairs.shape)


def named_table(p: ArrayLike, name: str, axes: int) -> Floats:
    """Check and normalise a table with this many axes; errors call it by its name."""
    try:
        table = as_distribution(p)
    except InvalidDistribution as err:
        raise InvalidDistribution(f"{name}: {err}") from err
    if table.ndim != axes:
        plural = "axis" if axes == 1 else "axes"
        raise InvalidDistribution(f"{name} must have {axes} {plural}; got shape {table.shape}")
    return table


def _check_agree(axis: str, first: Floats, second: Floats, one: str, other: str) -> None:
    if first.shape != second.shape:
        raise InvalidDistribution(
            f"{one} has {len(first)} symbols of {axis}, and {other} {len(second)}; both need the "
            "same, in one order"
        )
    away = np.abs(first - second)
    worst = int(away.argmax())
    if away[worst] > AGREE:
        raise InvalidDistribution(
            f"{one} and {other} disagree about p({axis} = {worst}): {first[worst]:.10g} and "
            f"{second[worst]:.10g}, {away[worst]:.1g} apart. Give them all digits; from samples, "
            "which never agree, pid.bound_samples reconciles them"
        )
