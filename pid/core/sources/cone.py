"""The same program as cones of relative entropy, for cvxpy with Clarabel: the last resort.

As ``pid.core.solver.cone``: whatever comes back is made feasible and certified.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np

from pid._types import Floats
from pid.core.sources.bounds import Evidence, lower, upper
from pid.core.sources.interior_point import every_cell
from pid.core.sources.numbers import Proved

METHOD = "cone"


@np.errstate(all="ignore")
def solve(marginals: Sequence[Floats], tol: float) -> Proved:
    """The interval for min F that a solution proves; ``tol`` is the solver's own."""
    import cvxpy as cp
    import scipy.sparse as sp

    x = every_cell(marginals)
    rows = [m[column] for m, column in zip(marginals, x.T, strict=True)]
    of, y = np.nonzero(np.minimum.reduce(rows) > 0)
    cell, ones = np.arange(len(of)), np.ones(len(of))
    q = cp.Variable(len(of), nonneg=True)
    equations, places = [], []
    for m, column in zip(marginals, x.T, strict=True):
        where, row = np.unique(column[of] * m.shape[1] + y, return_inverse=True)
        sums = sp.csr_array((ones, (row, cell)), shape=(len(where), len(of)))
        equations.append(sums @ q == m.reshape(-1)[where])
        places.append(where)
    to_cell = sp.csr_array((ones, (of, cell)))
    program = cp.Problem(cp.Minimize(cp.sum(cp.rel_entr(q, to_cell.T @ (to_cell @ q)))), equations)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "may be inaccurate": the interval says how much
            program.solve(solver=cp.CLARABEL)
    except cp.SolverError:
        return Proved(-math.inf, math.inf, METHOD)
    if q.value is None or any(e.dual_value is None for e in equations):
        return Proved(-math.inf, math.inf, METHOD)
    masses = np.zeros((len(x), marginals[0].shape[1]))
    masses[of, y] = q.value
    multipliers = []
    for m, where, equation in zip(marginals, places, equations, strict=True):
        lam = np.full(m.size, -np.inf)
        lam[where] = -equation.dual_value  # cvxpy's Lagrangian adds the multipliers
        multipliers.append(lam.reshape(m.shape))
    low, proof = lower(multipliers, marginals)
    high, masses = upper(x, masses, marginals)
    stats = program.solver_stats
    steps = int(stats.num_iters or 0) if stats else 0
    return Proved(low, high, METHOD, steps, Evidence(proof, x, masses))
