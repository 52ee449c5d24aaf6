"""Linear and mixed-integer programs, by HiGHS."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from scipy.optimize import linprog, milp

from pid._types import Floats

INFEASIBLE = 2  # the status of linprog
LARGE = 5000  # unknowns from which interior points and a crossover take less time than the simplex


def solved(cost: Floats, seconds: float, **program: Any) -> Any:
    """The answer of linprog; if it finds no point, once more without its presolve.

    Presolve calls programs infeasible whose numbers differ by many orders of magnitude.
    """
    options: Any = {"time_limit": max(seconds, 1e-3)}
    program["method"] = "highs-ipm" if len(cost) > LARGE else "highs-ds"
    found = linprog(cost, **program, options=options)
    if found.status != INFEASIBLE:
        return found
    return linprog(cost, **program, options=options | {"presolve": False})


def solved_whole(cost: Floats, seconds: float, **program: Any) -> Any:
    """The answer of milp, likewise."""
    for presolve in (True, False):
        options: Any = {"time_limit": max(seconds, 1e-2), "presolve": presolve}
        with _off_stdout():
            found = milp(cost, **program, options=options | {"mip_rel_gap": 1e-7})
        if found.status != INFEASIBLE:
            break
    return found


@contextmanager
def _off_stdout() -> Iterator[None]:
    """What is printed in C goes to stderr: HiGHS says what it repairs, whatever it is told.

    Stdout is the result's alone, and what a caller reads as JSON. C keeps its own buffer, which is
    emptied before and after, where there is a way to it.
    """
    try:
        kept = os.dup(1)
    except OSError:  # there is no stdout
        yield
        return
    try:
        _empty_buffers()
        os.dup2(2, 1)
        yield
    finally:
        _empty_buffers()
        os.dup2(kept, 1)
        os.close(kept)


def _empty_buffers() -> None:
    with suppress(OSError, TypeError, AttributeError):  # not on Windows
        ctypes.CDLL(None).fflush(None)
