"""The joint of largest entropy with three given pair marginals, and a proof that it is.

    maximise H(r)   over r >= 0 with the marginals r(x1, y), r(x2, y), r(x1, x2)

The maximum is some r = exp(a(x1, y) + b(x2, y) + c(x1, x2)), or a limit of such. Newton's method on
the dual, whose value at *any* a, b, c is an upper bound of the entropy (Gibbs' inequality):

    H(r) <= log sum exp(a + b + c) - <p(x1, y), a> - <p(x2, y), b> - <p(x1, x2), c>.

What is found has marginals that are a little off p. For *its own* marginals the right side is its
own entropy: of the joints with these, and not of those with p, it is known to have the largest.

Where the marginals force a cell to be empty that none of them shows to be, its exponent has to go
to minus infinity. Newton steps go there by one nat each, so that its mass falls by e each time,
while that of iterative proportional fitting falls as 1 / iterations.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from pid._types import Floats
from pid.bounds.pairs import Pairs, error, pairs_of
from pid.core.information import xlogx

SWEEPS = 10  # of proportional fitting, which are cheap, before the first Newton step
STEPS = 200
MARGINALS = 1e-13  # where to stop
PATIENCE = 30  # steps in a row that do not bring the marginals nearer
RIDGE = 1e-13  # relative: multipliers are determined up to shifts only
BACKTRACKS = 30


class MaximumEntropy(NamedTuple):
    """A joint and its entropy in nats, which no joint with the same pair marginals exceeds."""

    joint: Floats
    entropy: float
    steps: int


@np.errstate(all="ignore")  # of steps that are then shortened
def maximum_entropy(pairs: Pairs, prior: Floats | None = None) -> MaximumEntropy:
    """Solve; if ``joint`` is far from the marginals, no joint has them.

    With a ``prior`` (n1, n2, k), all above 0, the joint is the one nearest to it in the sense of
    Kullback and Leibler, and others may have a larger entropy.
    """
    order = sorted(range(3), key=lambda axis: -pairs.shape[axis])  # the largest pair is eliminated
    turned = _turned(pairs, order)
    weights = np.ones(turned.shape) if prior is None else prior.transpose(order)
    logs = [np.log(p, out=np.full(p.shape, -np.inf), where=p > 0) for p in turned]
    multipliers = _fitted(turned, weights, logs)
    best = _state(turned, weights, multipliers)
    state, worse, steps = best, 0, 0  # of no joint the multipliers go to infinity, and end in NaN
    while best.error > MARGINALS and worse < PATIENCE and steps < STEPS:
        steps += 1
        state = _step(turned, weights, state)
        if not np.isfinite(state.error):
            break
        worse = 0 if state.error < best.error else worse + 1
        best = min(best, state, key=lambda s: s.error)
    mass = best.joint.sum() or 1.0  # pairs that rule out every cell leave nothing
    joint = best.joint.transpose(np.argsort(order)) / mass
    return MaximumEntropy(joint, -float(xlogx(joint).sum()), steps)


class State(NamedTuple):
    """Multipliers of the three pairs, and what follows from them."""

    multipliers: list[Floats]
    joint: Floats
    value: float  # of the dual without the logarithm, which Newton's method minimises
    error: float


def _state(pairs: Pairs, weights: Floats, multipliers: list[Floats]) -> State:
    joint = _joint(weights, multipliers)
    linear = sum(float(p[p > 0] @ m[p > 0]) for p, m in zip(pairs, multipliers, strict=True))
    return State(multipliers, joint, float(joint.sum()) - linear, error(joint, pairs))


def _joint(weights: Floats, multipliers: list[Floats]) -> Floats:
    a, b, c = multipliers
    return np.asarray(weights * np.exp(a[:, None] + b + c[:, :, None]))


def _fitted(pairs: Pairs, weights: Floats, logs: list[Floats]) -> list[Floats]:
    """Iterative proportional fitting, in logarithms."""
    multipliers = [np.where(np.isneginf(log), log, 0) for log in logs]
    for _ in range(SWEEPS):
        for which, given in enumerate(pairs):
            found = pairs_of(_joint(weights, multipliers))[which]
            reached = (given > 0) & (found > 0)
            found = np.where(reached, found, 1)
            shift = np.where(reached, logs[which] - np.log(found), 0)
            multipliers[which] = multipliers[which] + shift
    return multipliers


def _step(pairs: Pairs, weights: Floats, state: State) -> State:
    """One Newton step, shortened until the dual falls."""
    directions, slope = _direction(pairs, state)
    length = 1.0
    for _ in range(BACKTRACKS):
        moved = [m + length * d for m, d in zip(state.multipliers, directions, strict=True)]
        trial = _state(pairs, weights, moved)
        if trial.value <= state.value + 1e-4 * length * slope + 1e-15:
            break
        length /= 2
    return trial


def _direction(pairs: Pairs, state: State) -> tuple[list[Floats], float]:
    """Newton direction, and how the dual changes along it.

    The block of c is diagonal, so c is eliminated; what is left has the size of a and b.
    """
    r = state.joint
    n1, n2, k = r.shape
    found = pairs_of(r)
    g1, g2, g12 = (mine - given for mine, given in zip(found, pairs, strict=True))
    inverse = np.divide(1, found.p12, out=np.zeros_like(found.p12), where=found.p12 > 0)
    share = r * inverse[:, :, None]  # r(y | x1, x2)
    matrix = np.zeros(((n1 + n2) * k, (n1 + n2) * k))
    first = matrix[: n1 * k, : n1 * k].reshape(n1, k, n1, k)
    second = matrix[n1 * k :, n1 * k :].reshape(n2, k, n2, k)
    both = matrix[: n1 * k, n1 * k :].reshape(n1, k, n2, k)
    i, j, y = np.arange(n1), np.arange(n2), np.arange(k)
    first[i, :, i] = -np.einsum("ijy,ijz->iyz", r, share)
    second[j, :, j] = -np.einsum("ijy,ijz->jyz", r, share)
    both[:] = -np.einsum("ijy,ijz->iyjz", r, share)
    both[:, y, :, y] += r.transpose(2, 0, 1)
    matrix[n1 * k :, : n1 * k] = matrix[: n1 * k, n1 * k :].T
    diagonal = np.concatenate([found.p1.ravel(), found.p2.ravel()])
    matrix[np.diag_indices_from(matrix)] += diagonal + RIDGE * diagonal + (diagonal == 0)
    right = np.concatenate(
        [
            (g1 - np.einsum("ijy,ij->iy", share, g12)).ravel(),
            (g2 - np.einsum("ijy,ij->jy", share, g12)).ravel(),
        ]
    )
    d = _solved(matrix, -right)
    d1, d2 = d[: n1 * k].reshape(n1, k), d[n1 * k :].reshape(n2, k)
    d12 = -g12 * inverse - np.einsum("ijy,iy->ij", share, d1) - np.einsum("ijy,jy->ij", share, d2)
    slope = float((g1 * d1).sum() + (g2 * d2).sum() + (g12 * d12).sum())
    return [d1, d2, d12], slope


def _solved(matrix: Floats, right: Floats) -> Floats:
    ridge = 0.0
    for _ in range(20):
        try:
            lifted = matrix + np.diag(ridge * np.diag(matrix)) if ridge else matrix
            factor = cho_factor(lifted, check_finite=False)
            return np.asarray(cho_solve(factor, right, check_finite=False))
        except LinAlgError:
            ridge = max(10 * ridge, RIDGE)
    return right


def _turned(pairs: Pairs, order: list[int]) -> Pairs:
    """The pair marginals of a joint whose axes are put in another order."""
    of = {(0, 2): pairs.p1, (1, 2): pairs.p2, (0, 1): pairs.p12}

    def pair(i: int, j: int) -> Floats:
        a, b = order[i], order[j]
        return of[a, b] if a < b else of[b, a].T

    return Pairs(pair(0, 2), pair(1, 2), pair(0, 1))
