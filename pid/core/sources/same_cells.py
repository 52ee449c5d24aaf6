"""The other reading of "sets of m": one joint of all sources that keeps what each set has with y.

Where sets that overlap are taken as sources of their own, each with its copy of what they share,
they may tell less than in one joint. So the least I_q(X; Y) over joints q with all the (X_A, Y) of
p, A of m sources, is at least the union information of the X_A as sources (``numbers``): an upper
bound on what shows when m are seen together, and an answer to whether the joint follows from tables
of m.

With zeros in p there may be no q with mass everywhere; a linear program per class finds the cells
that can have some (facial reduction), and the path is followed on these.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.core.solver.interior_point import PATIENCE, STALLED
from pid.core.solver.ladder import CAREFUL, CAUTIOUS
from pid.core.solver.point import FIRST_SLACK
from pid.core.solver.step import Settings
from pid.core.sources.bounds import value
from pid.core.sources.cells import Cells, System
from pid.core.sources.numbers import Proved
from pid.core.sources.path import Point, Problem, step
from pid.core.sources.table import entropy, information

METHOD = "same cells"
MOST_CELLS = 20_000  # times classes
MOST_UNKNOWNS = 2_500  # symbols of all sets, times classes
OFF = 1e-13  # that a marginal may be off by
ROUGH = 1e-6  # nats, where it is an upper bound of something else
TIED = 1e-9  # share of the largest singular value that counts as none

Mask = NDArray[np.bool_]


def affordable(sizes: tuple[int, ...], m: int, classes: int) -> bool:
    """Whether the program of sets of m fits, for sources of so many symbols."""
    symbols = sum(math.prod(sizes[i] for i in A) for A in _sets(len(sizes), m))
    cells = math.prod(sizes) * classes
    return cells <= MOST_CELLS and symbols * classes <= MOST_UNKNOWNS


@np.errstate(all="ignore")
def solve(table: Floats, m: int, tol: float) -> Proved:
    """The least I_q in nats of a table of mass 1, (n1, ..., nk, K), that keeps tables of m."""
    p_y = table.sum(axis=tuple(range(table.ndim - 1)))
    whole = information(table.reshape(-1, len(p_y)), p_y)
    cells, masses, allowed = _cells(table, m)
    best = Proved(0.0, whole, METHOD)
    if _settled(cells, masses, allowed):
        return best._replace(lower=whole)
    h_y = entropy(p_y)
    problem = _problem(cells, masses, allowed)
    for settings in (CAREFUL, CAUTIOUS):
        found = _follow(problem, masses, tol, settings)
        lower = max(best.lower, found.lower + h_y)
        upper = max(min(best.upper, found.upper + h_y), 0.0)
        best = Proved(min(lower, upper), upper, METHOD, best.steps + found.steps)
        if best.upper - best.lower <= tol:
            break
    return best


def _sets(k: int, m: int) -> list[tuple[int, ...]]:
    return list(itertools.combinations(range(k), m))


def _cells(table: Floats, m: int) -> tuple[Cells, Floats, Mask]:
    """Cells that can have mass, by their symbols of all sets; masses, and which classes can."""
    sizes, classes = table.shape[:-1], table.shape[-1]
    sets = _sets(len(sizes), m)
    allowed = np.ones(table.shape, dtype=bool)
    for A in sets:
        others = tuple(i for i in range(len(sizes)) if i not in A)
        allowed &= table.sum(axis=others, keepdims=True) > 0
    x = np.argwhere(allowed.any(axis=-1))
    masses, mask = table[tuple(x.T)], allowed[tuple(x.T)]
    listed = _by_sets(x, sizes, sets)
    mask = _face(listed, masses, mask)
    there = mask.any(axis=1)
    return _by_sets(x[there], sizes, sets), masses[there].reshape(-1, classes), mask[there]


def _by_sets(x: Codes, sizes: tuple[int, ...], sets: list[tuple[int, ...]]) -> Cells:
    columns, widths = [], []
    for A in sets:
        code = np.ravel_multi_index(x[:, A].T, [sizes[i] for i in A])
        symbols, numbered = np.unique(code, return_inverse=True)
        columns.append(numbered)
        widths.append(len(symbols))
    return Cells(np.stack(columns, axis=1), widths)


def _face(cells: Cells, masses: Floats, mask: Mask) -> Mask:
    """Cells that some joint with these marginals fills: where p has none, by a linear program.

    Along d = q - p, which has marginals 0 and is at least 0 where p is: as many of those as can be
    are raised to 1.
    """
    from scipy.optimize import linprog
    from scipy.sparse import hstack

    found = mask.copy()
    ones = cells.of_symbols().T.tocsc()
    for y in range(mask.shape[1]):
        some = np.flatnonzero(mask[:, y])
        empty = np.flatnonzero(masses[some, y] == 0)
        if not len(empty):
            continue
        moves = ones[:, some]
        bounds: Any = [(None if has else 0, None) for has in masses[some, y] > 0]
        bounds += [(0, 1)] * len(empty)
        equations: Any = hstack([moves, moves[:, empty]])
        program: Any = linprog(
            np.concatenate([np.zeros(len(some)), -np.ones(len(empty))]),
            A_eq=equations,
            b_eq=np.zeros(cells.symbols),
            bounds=bounds,
        )
        if program.x is not None:
            found[some[empty[program.x[len(some) :] < 0.5]], y] = False
    return found


def _settled(cells: Cells, masses: Floats, allowed: Mask) -> bool:
    """Whether p is the only joint: its own cells, and marginals that leave no freedom on them."""
    if (allowed & (masses == 0)).any():
        return False
    ones = cells.of_symbols()
    for y in range(allowed.shape[1]):
        some = np.flatnonzero(allowed[:, y])
        gram = (ones[some] @ ones[some].T).toarray()
        values = np.linalg.eigvalsh(gram)
        if values[0] <= TIED * values[-1]:
            return False
    return True


def _problem(cells: Cells, masses: Floats, allowed: Mask) -> Problem:
    sums = cells.adjoint(masses)
    rows = [part[column] for part, column in zip(cells.split(sums), cells.x.T, strict=True)]
    weights = np.sqrt((np.minimum.reduce(rows) * allowed).sum(axis=1))
    return Problem(cells, sums, weights / weights.sum(), allowed)


def _follow(problem: Problem, masses: Floats, tol: float, settings: Settings) -> Proved:
    """The best interval for min F on the way."""
    point = _start(problem, masses)
    system = System(problem.cells, masses.shape[1], point.q.dtype)
    best, short, steps = Proved(-math.inf, math.inf, METHOD), 0, 0
    while steps < settings.max_iterations and short < PATIENCE and math.isfinite(point.merit):
        point, length = step(problem, point, system, 0.1 * tol, settings)
        short = short + 1 if length < STALLED else 0
        steps += 1
        if point.mu > 10 * tol:
            continue
        finite = np.where(problem.masses > 0, point.lam, 0)
        lower = float((problem.masses * finite).sum()) - max(float(point.f.max()), 0.0)
        waits = point.mu > tol and short < PATIENCE
        upper = math.inf if waits else _attained(problem, point.q)
        best = Proved(max(best.lower, lower), min(best.upper, upper), METHOD, steps)
        if best.upper - best.lower <= tol:
            break
    return best._replace(steps=steps)


def _start(problem: Problem, masses: Floats) -> Point:
    """Half of p, and half of the weights, with y independent of the cell."""
    cells, p_y = problem.cells, masses.sum(axis=0)
    lam = np.where(problem.masses > 0, 0.0, -np.inf)
    lam[: cells.ends[1]] += np.log(p_y) - FIRST_SLACK
    s = (masses.sum(axis=1) + problem.weights) / 2
    point = Point(problem, lam, s, np.ones_like(s))
    return Point(problem, lam, s, np.maximum(-point.f, FIRST_SLACK))


def _attained(problem: Problem, q: Floats) -> float:
    """F of the joint next to q with the marginals: q (1 + sum of one number a symbol), by Newton.

    Infinite if it is not found.
    """
    cells, q = problem.cells, q.copy()
    system = System(cells, 1, q.dtype)
    no_slope = np.zeros(len(q))
    for _ in range(4):
        for y in range(q.shape[1]):
            missing = problem.masses[:, y : y + 1] - cells.adjoint(q[:, y : y + 1])
            system.factorise(q[:, y : y + 1], q[:, y : y + 1], no_slope)
            factor = 1 + cells.apply(system.solve(missing))[:, 0]
            q[:, y] *= np.maximum(factor, 0)
    off = float(np.abs(problem.masses - cells.adjoint(q)).max())
    return value(q) if off <= OFF else math.inf
