"""The same program for a general conic solver, cvxpy with Clarabel: reference and last resort.

One relative-entropy cone per cell of the support, all built at once. Whatever comes back, accurate
or not, is rounded and certified like every other answer, so a poor one can only mean a wide
interval.
"""

from __future__ import annotations

import warnings

import numpy as np

from pid.core.solver.certificate import Certified, Solution, certify, no_answer, record
from pid.core.solver.problem import Array


def solve(a: Array, b: Array) -> Solution:
    """Certified answers of the cone program for every table of the batch."""
    solution = no_answer(a, b)
    for row in range(a.shape[-1]):
        one = slice(row, row + 1)
        found, iterations = _solve_one(a[..., one], b[..., one])
        solution.iterations[row] = iterations
        if found is not None:
            record(solution, found, np.array([row]))
    return solution


def _solve_one(a: Array, b: Array) -> tuple[Certified | None, int]:
    import cvxpy as cp
    import scipy.sparse as sp

    y, i, j = np.nonzero((a[:, :, None, 0] > 0) & (b[:, None, :, 0] > 0))
    n1, n2, cells = a.shape[1], b.shape[1], len(y)
    ones, column = np.ones(cells), np.arange(cells)
    rows_a, positions_a = _sums(y * n1 + i)
    rows_b, positions_b = _sums(y * n2 + j)
    _, pair = np.unique(i * n2 + j, return_inverse=True)
    to_pair = sp.csr_array((ones, (pair, column)))
    q = cp.Variable(cells, nonneg=True)
    to_a = sp.csr_array((ones, (rows_a, column))) @ q == a.reshape(-1)[positions_a]
    to_b = sp.csr_array((ones, (rows_b, column))) @ q == b.reshape(-1)[positions_b]
    of_pair = to_pair.T @ (to_pair @ q)
    program = cp.Problem(cp.Minimize(cp.sum(cp.rel_entr(q, of_pair))), [to_a, to_b])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "may be inaccurate": the certificate says how much
            program.solve(solver=cp.CLARABEL)
    except cp.SolverError:
        return None, 0
    if q.value is None or to_a.dual_value is None or to_b.dual_value is None:
        return None, 0
    joint = np.zeros((a.shape[0], n1, n2, 1))
    joint[y, i, j, 0] = np.maximum(q.value, 0)
    alpha, beta = np.full(a.shape, -np.inf), np.full(b.shape, -np.inf)
    alpha.reshape(-1)[positions_a] = -to_a.dual_value  # cvxpy's Lagrangian adds the multipliers
    beta.reshape(-1)[positions_b] = -to_b.dual_value
    stats = program.solver_stats
    return certify(joint, alpha, beta, a, b), int(stats.num_iters or 0) if stats else 0


def _sums(flat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Constraint number of every cell, and the flat position of every constraint."""
    positions, rows = np.unique(flat, return_inverse=True)
    return rows, positions
