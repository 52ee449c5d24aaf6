"""More cells than fit in a list: an interior point on few of them, the others priced by products.

The optimum has mass in few cells. So the path is followed on a list that begins with couplings of
ordered symbols, and at each stage the cells that the multipliers violate most, found by
``bounds.Halves`` among all, join the list, with a little mass, where the path is: it is not begun
anew. The bound holds at any time, for all cells.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pid._types import Codes, Floats
from pid.core.solver.interior_point import PATIENCE, STALLED
from pid.core.solver.ladder import CAREFUL
from pid.core.solver.problem import MOST_NEGLIGIBLE, NEGLIGIBLE
from pid.core.sources.bounds import TOP, Evidence, Halves, dual, evenly, heights, lower, upper
from pid.core.sources.cells import System
from pid.core.sources.interior_point import build, without_negligible
from pid.core.sources.numbers import Proved
from pid.core.sources.path import Point, Problem, start, step

METHOD = "priced cells"
DIRECTIONS = 2  # random orders of symbols at the start, by classes
ADDED, GROWTH = 400, 0.25  # cells at a time, or such a share of the list, ...
CANDIDATES = 2048  # ... of at least so many groups
STAGE = 0.2  # of mu, from one stage to the next
LAST = 0.05  # of the tolerance, the last stage
MOST_STEPS = 200
CLOSE = 10.0  # of the tolerance: mu below which multipliers are shifted symbol by symbol
LEAST = 0.01  # of the largest violation and of mu, below which a cell may wait
SETTLED = 30.0  # residuals, by mu, at which prices mean something


@np.errstate(all="ignore")
def solve(marginals: Sequence[Floats], tol: float) -> Proved:
    """An interval for min F, no wider than ``tol`` if the path gets there.

    Args:
        marginals: p(x_i, y) of every source, shapes (n_i, K), without empty symbols; one p(y).
        tol: width in nats.
    """
    kept = without_negligible(marginals, NEGLIGIBLE * min(tol, MOST_NEGLIGIBLE))
    cells, masses = first_cells(kept)
    problem = build(kept, cells, few=True)
    point = start(problem)
    point = Point(problem, point.lam, masses, point.t)
    system = _system(problem)
    best = Proved(-math.inf, math.inf, METHOD)
    stage, short, steps = 0.1, 0, 0
    while steps < MOST_STEPS:
        if point.mu < stage and point.merit < SETTLED * max(point.mu, tol):
            worst, new = priced(problem, point)
            best = _better(best, problem, point, worst, kept, marginals, tol)
            if best.upper - best.lower <= tol:
                break
            if len(new):
                problem, point = joined(problem, point, kept, new)
                system = _system(problem)
            if worst < max(point.mu, 0.1 * tol):
                stage = max(min(stage, point.mu) * STAGE, LAST * tol)
        point, length = step(problem, point, system, 0.1 * tol, CAREFUL)
        steps += 1
        short = short + 1 if length < STALLED else 0
        if short >= PATIENCE or not math.isfinite(point.merit):
            break
    return best._replace(steps=steps)


def first_cells(marginals: Sequence[Floats]) -> tuple[Codes, Floats]:
    """Cells (N, k) of couplings that order symbols by their posteriors, and their mean masses.

    They have room for every class's marginals.
    """
    sizes, classes = [len(m) for m in marginals], marginals[0].shape[1]
    rng = np.random.default_rng(0)
    directions = [*np.eye(classes), *rng.normal(size=(DIRECTIONS * classes, classes))]
    cells, masses = [], []
    for direction in directions:
        orders = [np.argsort(m @ direction / m.sum(axis=1), kind="stable") for m in marginals]
        for y in range(classes):
            ends = [m[order, y].cumsum() for m, order in zip(marginals, orders, strict=True)]
            at = np.unique(np.minimum(np.concatenate([[0.0], *ends]), ends[0][-1]))
            middle = (at[:-1] + at[1:]) / 2
            symbols = [
                order[np.minimum(np.searchsorted(end, middle), len(end) - 1)]
                for order, end in zip(orders, ends, strict=True)
            ]
            cells.append(np.ravel_multi_index(symbols, sizes))
            masses.append(np.diff(at) / len(directions))
    found, place = np.unique(np.concatenate(cells), return_inverse=True)
    x = np.stack(np.unravel_index(found, sizes), axis=1)
    s = np.bincount(place, np.concatenate(masses))
    shared = np.logical_and.reduce([m[c] > 0 for m, c in zip(marginals, x.T, strict=True)])
    there = shared.any(axis=1) & (s > 0)
    return x[there], s[there]


def priced(problem: Problem, point: Point) -> tuple[float, Codes]:
    """The largest f of all cells, and violated ones, of each group of cells the one most so."""
    halves = Halves(problem.cells.split(point.lam))
    width = halves.second.shape[1]
    group = _group(problem.cells.sizes[halves.half :], len(halves.first) * width)
    values, columns = [], []
    for _, block in halves.blocks():
        grouped = block.reshape(-1, group)
        columns.append(grouped.argmax(axis=1))
        values.append(grouped[np.arange(len(grouped)), columns[-1]])
    value, column = np.concatenate(values), np.concatenate(columns)
    worst = math.log(value.max()) if halves.top <= TOP else math.inf
    above = np.flatnonzero(value > 1 + LEAST * max(worst, point.mu))
    most = max(ADDED, int(GROWTH * len(point.s)))
    chosen = above[np.argsort(-value[above], kind="stable")[:most]]
    rows, columns_of = np.divmod(chosen * group + column[chosen], width)
    return worst, halves.cells(rows, columns_of)


def _group(sizes: Sequence[int], cells: int) -> int:
    """How many cells, which differ in the last sources only, are taken as one for variety."""
    group = 1
    for size in reversed(sizes):
        if cells <= CANDIDATES * group * size:
            break
        group *= size
    return group


def joined(
    problem: Problem, point: Point, marginals: Sequence[Floats], new: Codes
) -> tuple[Problem, Point]:
    """The list with more cells, at the same multipliers."""
    old, sizes = problem.cells.x, problem.cells.sizes
    new = new[~np.isin(np.ravel_multi_index(new.T, sizes), np.ravel_multi_index(old.T, sizes))]
    larger = build(marginals, np.concatenate([old, new]), few=True)
    f = heights(problem.cells.split(point.lam), new)
    t = np.maximum(-f, 0.1)
    s = point.mu * larger.weights[len(old) :] / t
    return larger, Point(
        larger, point.lam, np.concatenate([point.s, s]), np.concatenate([point.t, t])
    )


def _system(problem: Problem) -> System:
    return System(problem.cells, problem.masses.shape[1], problem.masses.dtype)


def _better(
    best: Proved,
    problem: Problem,
    point: Point,
    worst: float,
    kept: Sequence[Floats],
    marginals: Sequence[Floats],
    tol: float,
) -> Proved:
    """The best bounds so far; multipliers are shifted symbol by symbol near the end."""
    lam = problem.cells.split(point.lam)
    high, masses = upper(problem.cells.x, point.q, marginals)
    proofs = best.evidence
    if proofs is None or high < best.upper:
        multipliers = lam if proofs is None else proofs.multipliers
        proofs = Evidence(tuple(multipliers), problem.cells.x, masses)
        best = best._replace(upper=high, evidence=proofs)
    low = dual(lam, kept) - max(worst, 0.0)
    if low > best.lower:
        if point.mu < CLOSE * tol:
            low, multipliers = lower(lam, marginals)
        else:
            low, multipliers = evenly(lam, marginals, worst)
        best = best._replace(lower=low, evidence=proofs._replace(multipliers=multipliers))
    return best
