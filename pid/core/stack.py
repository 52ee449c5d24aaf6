"""Stacks of tables of two sources through the solver, without the symbols that none of them has."""

from __future__ import annotations

import numpy as np

from pid._types import Floats
from pid.core import solver
from pid.core.batch import Solved, of_two_classes, solved
from pid.core.solver.certificate import Certified
from pid.core.solver.hull import CLASSES, planes


def slices(shape: tuple[int, ...]) -> list[slice]:
    """Rows of a stack that are solved side by side, so that memory does not grow with the batch."""
    size = solver.side_by_side(*shape[1:])
    return [slice(start, start + size) for start in range(0, shape[0], size)]


def solve_stack(
    masses: Floats, tol: float, method: str, *, keep: bool, start: Certified | None = None
) -> Solved:
    """Solve tables of one shape, (B, n1, n2, k), without the symbols that none of them has."""
    if method == "auto" and not keep:
        found = _without_couplings(masses, tol)
        if found is not None:
            return found
    stack = masses / masses.sum(axis=(1, 2, 3), keepdims=True)
    a = np.ascontiguousarray(np.add.reduce(stack, axis=2).transpose(2, 1, 0))
    b = np.ascontiguousarray(np.add.reduce(stack, axis=1).transpose(2, 1, 0))
    occurs = [a.any(axis=(0, 2)), b.any(axis=(0, 2)), a.any(axis=(1, 2))]
    used = None
    if not all(axis.all() for axis in occurs):
        i, j, y = used = [np.flatnonzero(axis) for axis in occurs]
        a, b = a[np.ix_(y, i)], b[np.ix_(y, j)]
        if start is not None:
            alpha, beta = start.alpha[np.ix_(y, i)], start.beta[np.ix_(y, j)]
            start = start._replace(q=start.q[np.ix_(y, i, j)], alpha=alpha, beta=beta)
    answers = solver.solve(a, b, tol, method, start)
    return solved(stack, a, b, answers, tol, used, keep=keep)


def _without_couplings(masses: Floats, tol: float) -> Solved | None:
    """Atoms alone, where two classes occur and what rounding may be off by is within ``tol``."""
    if masses.shape[3] != CLASSES:
        there = np.flatnonzero(np.add.reduce(masses.reshape(-1, masses.shape[3])))
        if len(there) != CLASSES:
            return None
        masses = masses[..., there]
    found = of_two_classes(planes(masses), tol)
    return found if float((found.primal - found.dual).max(initial=0)) <= tol else None
