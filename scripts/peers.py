"""Other ways to solve the same convex program, as functions of a table.

Each peer takes p, shape (n1, n2, k), axes (x1, x2, y), and returns either its optimal joint q or,
where it hides q, the union information min_q I_q(Y; X1, X2) in nats. Nothing is corrected on the
way: what a peer gets wrong shows up in the benchmark.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import xlogy

Array = NDArray[np.float64]
Peer = Callable[[Array], "Array | float"]


def union_information(answer: Array | float) -> float:
    """I_q(Y; X1, X2) in nats of a peer's joint, negative cells counted as 0; a value stays."""
    if not isinstance(answer, np.ndarray):
        return float(answer)
    q = np.maximum(answer, 0.0)
    q = q / q.sum()
    return float(
        xlogy(q, q).sum() - xlogy(s := q.sum(2), s).sum() - xlogy(y := q.sum((0, 1)), y).sum()
    )


def marginal_error(answer: Array | float, p: Array) -> float:
    """Largest error of q(x1, y) and q(x2, y); NaN for a peer that returns no joint."""
    if not isinstance(answer, np.ndarray):
        return float("nan")
    return float(max(np.abs((answer - p).sum(axis)).max() for axis in (0, 1)))


class _Support(NamedTuple):
    """The cells (i, j, y) where q may be positive, in that order, and which sums they belong to."""

    cells: tuple[NDArray[np.intp], ...]
    group: NDArray[np.intp]  # cell -> number of its pair (i, j), counted from 0
    margins: NDArray[np.intp]  # cell -> number of its sum q(x1, y), of its sum q(x2, y), (2, cells)
    targets: Array

    @property
    def size(self) -> int:
        return len(self.group)


def _support(p: Array) -> _Support:
    a, b = p.sum(1), p.sum(0)
    on1, on2 = a > 0, b > 0
    i, j, y = cells = (on1[:, None, :] & on2).nonzero()
    number = np.concatenate([on1, on2]).cumsum().reshape(-1, p.shape[2]) - 1
    pair = i * p.shape[1] + j
    starts = np.ones(len(pair), dtype=np.intp)
    np.not_equal(pair[1:], pair[:-1], out=starts[1:], casting="unsafe")
    margins = np.stack([number[i, y], number[p.shape[0] + j, y]])
    return _Support(cells, starts.cumsum() - 1, margins, np.concatenate([a[on1], b[on2]]))


def clarabel(p: Array) -> Array:
    """cvxpy with Clarabel, written with whole arrays: one sparse constraint, on the support."""
    import cvxpy as cp

    on = _support(p)
    cell, ones = np.arange(on.size), np.ones(2 * on.size)
    pairs = sparse.csr_array((ones[: on.size], (on.group, cell)))
    margins = sparse.csr_array((ones, (on.margins.ravel(), np.tile(cell, 2))))
    q = cp.Variable(on.size)
    objective = cp.sum(cp.rel_entr(q, (pairs.T @ pairs) @ q))
    problem = cp.Problem(cp.Minimize(objective), [margins @ q == on.targets])
    _quietly(problem, solver=cp.CLARABEL)
    return _filled(p, on, q.value)


def ecos(p: Array) -> Array:
    """The exponential-cone program of Makkeh, Theis & Vicente (2018), given to ECOS directly.

    Per cell of the support three variables in one cone, r <= -q log(q / s), with s tied to the sum
    of q over y by an equation; maximise the sum of r. Entropy 20(4):271, section 3.
    """
    import ecos as solver

    on = _support(p)
    n = on.size
    variables = 3 * n  # in the order of ECOS's cone: r = 3 cell, s = 3 cell + 1, q = 3 cell + 2
    cost = np.zeros(variables)
    cost[::3] = -1.0
    every = np.arange(variables + 1)
    found = solver.solve(
        cost,
        sparse.csc_matrix((np.full(variables, -1.0), every[:-1], every)),
        np.zeros(variables),
        {"l": 0, "q": [], "e": n},
        _equations(on),
        np.concatenate([np.zeros(n), on.targets]),
        verbose=False,
    )
    return _filled(p, on, found["x"][2::3])


def _equations(on: _Support) -> sparse.csc_matrix:
    """Sum of q over the cells of the pair - s = 0, one row per cell; then the margins."""
    n = on.size
    cell = np.arange(n)
    size = np.bincount(on.group)
    first = size.cumsum() - size
    repeats = size[on.group]  # cells that share (i, j) stand side by side
    row = cell.repeat(repeats)
    column = np.arange(len(row)) - (repeats.cumsum() - repeats - first[on.group]).repeat(repeats)
    rows = np.concatenate([row, cell, *(n + on.margins)])
    columns = np.concatenate([3 * column + 2, 3 * cell + 1, 3 * cell + 2, 3 * cell + 2])
    values = np.ones(len(rows))
    values[len(row) : len(row) + n] = -1.0
    return sparse.csc_matrix((values, (rows, columns)), shape=(n + len(on.targets), 3 * n))


def dit(p: Array, method: str = "auto") -> float:
    """``PID_BROJA`` of dit, by default with its default settings; it returns atoms in bits, not q.

    ``method`` is dit's own choice of solver: "scipy", "admui", "cone", or "auto".
    """
    from dit import Distribution
    from dit.pid import PID_BROJA

    cells = [tuple(map(int, cell)) for cell in np.argwhere(p > 0)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        atoms = PID_BROJA(Distribution(cells, [float(p[cell]) for cell in cells]), method=method)
    union = sum(float(atoms.get_pi(node)) for node in (((0,), (1,)), ((0,),), ((1,),)))
    return union * float(np.log(2.0))


def liang(p: Array) -> Array:
    """The program as published with Liang et al. (NeurIPS 2023): cell by cell, on all cells.

    A matrix Q_y and a copy M_y of the mean over y for each y, minimise sum_y KL(Q_y, M_y), one
    scalar equation for each entry of both marginals. cvxpy chooses the solver, with at most
    10,000 iterations; where that call fails, SCS. Clarabel, the choice of today's cvxpy, knows no
    ``max_iters`` and refuses, so that SCS it is.
    """
    import cvxpy as cp

    n1, n2, k = p.shape
    joints = [cp.Variable((n1, n2), nonneg=True) for _ in range(k)]
    means = [cp.Variable((n1, n2), nonneg=True) for _ in range(k)]
    a, b = p.sum(1), p.sum(0)
    equations = [cp.sum([cp.sum(q) for q in joints]) == 1]
    for y, q in enumerate(joints):
        equations += [cp.sum([q[i, j] for j in range(n2)]) == a[i, y] for i in range(n1)]
        equations += [cp.sum([q[i, j] for i in range(n1)]) == b[j, y] for j in range(n2)]
    equations += [cp.sum(joints) / k == mean for mean in means]
    pairs = zip(joints, means, strict=True)
    objective = cp.sum([cp.sum(cp.rel_entr(q, mean)) for q, mean in pairs])
    problem = cp.Problem(cp.Minimize(objective), equations)
    try:
        _quietly(problem, max_iters=10_000)
    except (TypeError, cp.SolverError):
        _quietly(problem, solver=cp.SCS, max_iters=10_000)
    return np.stack([_point(q.value) for q in joints], axis=2)


PEERS: dict[str, Peer] = {
    "ECOS, exponential cones": ecos,
    "cvxpy + Clarabel": clarabel,
    "Liang et al. (cvxpy)": liang,
    "dit": dit,
}


def _quietly(problem: Any, **options: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "may be inaccurate": measured instead
        problem.solve(**options)


def _filled(p: Array, on: _Support, values: Array | None) -> Array:
    """A whole table from the values on the support."""
    q = np.zeros(p.shape)
    q[on.cells] = _point(values)
    return q


def _point(values: Array | None) -> Array:
    if values is None:
        raise ArithmeticError("the solver returned no point")
    return values
