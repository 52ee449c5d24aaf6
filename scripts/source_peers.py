"""Other ways to the union information of several sources, as functions of a table (n1, ..., nk, K).

Each returns min I_q(Y; X1, ..., Xk) in nats, or what it takes for it: nothing is corrected.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]
Peer = Callable[[Array], float]


class Support:
    """The cells where q may be positive, grouped by their x, and the sums of q that are given."""

    def __init__(self, p: Array) -> None:
        k = p.ndim - 1
        sums = [p.sum(axis=tuple(j for j in range(k) if j != i)) for i in range(k)]
        allowed = np.ones(p.shape, dtype=bool)
        for i, m in enumerate(sums):
            allowed &= np.expand_dims(m > 0, tuple(j for j in range(k) if j != i))
        cells = np.argwhere(allowed)
        self.size = len(cells)
        x = np.ravel_multi_index(cells[:, :-1].T, p.shape[:-1])
        _, self.group = np.unique(x, return_inverse=True)
        rows, self.targets, first = [], [], 0
        for i, m in enumerate(sums):
            places, row = np.unique(cells[:, i] * p.shape[-1] + cells[:, -1], return_inverse=True)
            rows.append(first + row)
            self.targets.append(m.ravel()[places])
            first += len(places)
        self.rows = np.stack(rows)
        self.sums = np.concatenate(self.targets)
        p_y = p.sum(axis=tuple(range(k)))
        self.entropy = -float((p_y[p_y > 0] * np.log(p_y[p_y > 0])).sum())


def clarabel(p: Array) -> float:
    """cvxpy with Clarabel, written with whole arrays: one sparse constraint, on the support."""
    import cvxpy as cp

    on = Support(p)
    cell, ones = np.arange(on.size), np.ones(on.rows.size)
    groups = sparse.csr_array((ones[: on.size], (on.group, cell)))
    margins = sparse.csr_array((ones, (on.rows.ravel(), np.tile(cell, len(on.rows)))))
    q = cp.Variable(on.size)
    objective = cp.sum(cp.rel_entr(q, (groups.T @ groups) @ q))
    problem = cp.Problem(cp.Minimize(objective), [margins @ q == on.sums])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "may be inaccurate": measured instead
        problem.solve(solver=cp.CLARABEL)
    return on.entropy + float(problem.value)


def ecos(p: Array, tol: float = 1e-8) -> float:
    """The exponential-cone program of MAXENT3D_PID (Makkeh et al., Entropy 21(9) 862) for ECOS.

    Per cell three variables in one cone, r <= -q log(q / s), s tied to the sum of q over y by an
    equation; maximise the sum of r. Written here anew for any number of sources; ``tol`` is by
    default that of ECOS.
    """
    import ecos as solver

    on = Support(p)
    n = on.size
    variables = 3 * n  # in the order of ECOS's cone: r = 3 cell, s = 3 cell + 1, q = 3 cell + 2
    cost = np.zeros(variables)
    cost[::3] = -1.0
    every = np.arange(variables + 1)
    cell = np.arange(n)
    same = sparse.csr_array((np.ones(n), (cell, on.group))).tocsc()
    row, column = (same @ same.T).nonzero()
    rows = np.concatenate([row, cell, *(n + on.rows)])
    columns = np.concatenate([3 * column + 2, 3 * cell + 1, *[3 * cell + 2] * len(on.rows)])
    values = np.ones(len(rows))
    values[len(row) : len(row) + n] = -1.0
    found = solver.solve(
        cost,
        sparse.csc_matrix((np.full(variables, -1.0), every[:-1], every)),
        np.zeros(variables),
        {"l": 0, "q": [], "e": n},
        sparse.csc_matrix((values, (rows, columns)), shape=(n + len(on.sums), variables)),
        np.concatenate([np.zeros(n), on.sums]),
        verbose=False,
        abstol=tol,
        reltol=tol,
        feastol=tol,
    )
    return on.entropy + float(found["info"]["pcost"])


def maxent3d(p: Array) -> float:
    """All four programs of MAXENT3D_PID for three sources: of all, and of each pair."""
    values = [ecos(p)]
    for i, j in itertools.combinations(range(3), 2):
        values.append(ecos(p.sum(axis=3 - i - j)))
    return values[0]


def dit(p: Array) -> float:
    """``PID_BROJA`` of dit with its default settings: all of its lattice; the union of single ones.

    dit has no name for the union; this is the sum of the atoms below {0}, {1} and {2}, of which
    some are not numbers.
    """
    from dit import Distribution
    from dit.pid import PID_BROJA

    cells = [tuple(map(int, cell)) for cell in np.argwhere(p > 0)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        atoms = PID_BROJA(Distribution(cells, [float(p[cell]) for cell in cells]))
        nodes = atoms._lattice
        below = [node for node in nodes if any(len(source) == 1 for source in node)]
        return float(sum(atoms.get_pi(node) for node in below) * np.log(2.0))
