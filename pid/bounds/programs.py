"""Linear and mixed-integer programs, by HiGHS."""

from __future__ import annotations

import ctypes
import os
import threading
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


class _Stdout:
    """Where stdout leads, as long as some thread needs it elsewhere: it is one for all of them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.threads = 0
        self.kept: int | None = None  # what stdout was; None where there is none

    def leave(self) -> None:
        """For the first thread that asks, lead it to stderr."""
        with self.lock:
            self.threads += 1
            if self.threads == 1:
                with suppress(OSError):  # there is no stdout, or no stderr
                    self.kept = os.dup(1)
                    _empty_buffers()
                    os.dup2(2, 1)

    def come_back(self) -> None:
        """When the last of them is done, lead it back."""
        with self.lock:
            self.threads -= 1
            if self.threads == 0 and self.kept is not None:
                _empty_buffers()
                os.dup2(self.kept, 1)
                os.close(self.kept)
                self.kept = None


_STDOUT = _Stdout()


@contextmanager
def _off_stdout() -> Iterator[None]:
    """What is printed in C goes to stderr: HiGHS says what it repairs, whatever it is told.

    Stdout is the result's alone, and what a caller reads as JSON. C keeps its own buffer, which is
    emptied before and after, where there is a way to it.
    """
    _STDOUT.leave()
    try:
        yield
    finally:
        _STDOUT.come_back()


def _empty_buffers() -> None:
    with suppress(OSError, TypeError, AttributeError):  # not on Windows
        ctypes.CDLL(None).fflush(None)
