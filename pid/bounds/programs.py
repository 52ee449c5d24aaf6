"""Linear programs, by HiGHS."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

INFEASIBLE = 2  # the status of linprog
LARGE = 5000  # unknowns from which interior points and a crossover take less time than the simplex


def solved(cost: NDArray[np.float64], seconds: float, **program: Any) -> Any:
    """The answer of linprog; if it finds no point, once more without its presolve.

    Presolve calls programs infeasible whose numbers differ by many orders of magnitude.
    """
    options: Any = {"time_limit": max(seconds, 1e-3)}
    program["method"] = "highs-ipm" if len(cost) > LARGE else "highs-ds"
    found = linprog(cost, **program, options=options)
    if found.status != INFEASIBLE:
        return found
    return linprog(cost, **program, options=options | {"presolve": False})
