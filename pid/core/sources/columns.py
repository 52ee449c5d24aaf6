"""More cells than fit in a list: an interior point on few of them, the others priced by products.

The optimum has mass in few cells. So the path is followed on a list that begins with couplings of
ordered symbols, and at each stage the cells that the multipliers violate most, found by
``halves`` among all, join the list, with a little mass, where the path is: it is not begun
anew. The bound holds at any time, for all cells.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pid._types import Codes, Floats
from pid.core.solver.interior_point import PATIENCE, STALLED
from pid.core.solver.ladder import BOLD, CAREFUL, CAUTIOUS
from pid.core.solver.point import FIRST_SLACK
from pid.core.solver.problem import MOST_NEGLIGIBLE, NEGLIGIBLE
from pid.core.solver.step import Settings
from pid.core.sources.bounds import Evidence, dual, evenly, heights, lower, upper
from pid.core.sources.cells import System
from pid.core.sources.halves import TOP, Halves
from pid.core.sources.interior_point import build, without_negligible
from pid.core.sources.numbers import Proved
from pid.core.sources.path import Point, Problem, step

METHOD = "priced cells"
DIRECTIONS = 2  # random orders of symbols at the start, by classes
NEAR = 0.3  # slack of new cells, by the root of mu
ADDED, GROWTH = 400, 0.25  # cells at a time, or such a share of the list, ...
CANDIDATES = 2048  # ... of at least so many groups
FIRST_STAGE, STAGE = 0.1, 0.2  # of mu, from one stage to the next
LAST = 0.05  # of the tolerance, the last stage
MOST_STEPS = 200
MOST_VAGUE = 15  # looks at cells that do not find the largest f
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
    search = Search(marginals, kept, build(kept, cells, few=True), tol)
    for settings in (BOLD, CAREFUL, CAUTIOUS):
        search.follow(masses, settings)
        if search.best.upper - search.best.lower <= tol or search.vague > MOST_VAGUE:
            break
        masses = search.begun_anew()
    return search.best._replace(steps=search.steps)


class Search:
    """A list of cells that grows along the path, and the best interval on the way."""

    def __init__(
        self, marginals: Sequence[Floats], kept: Sequence[Floats], problem: Problem, tol: float
    ) -> None:
        self.marginals, self.kept, self.problem, self.tol = marginals, kept, problem, tol
        self.best = Proved(-math.inf, math.inf, METHOD)
        self.steps = self.vague = 0

    def follow(self, masses: Floats, settings: Settings) -> None:
        """The path from cells of these masses, until the interval is narrow or steps are short."""
        point = at_mean(self.problem, masses)
        system = self._system()
        stage, short, tol = FIRST_STAGE, 0, self.tol
        for _ in range(MOST_STEPS):
            if point.mu < stage and point.merit < SETTLED * max(point.mu, tol):
                worst, exact, new = priced(self.problem, point)
                self.vague += not exact
                if math.isinf(worst) or self.vague > MOST_VAGUE:
                    break
                self._certify(point, worst if exact else math.inf)
                if self.best.upper - self.best.lower <= tol:
                    break
                if len(new):
                    self.problem, point = joined(self.problem, point, self.kept, new)
                    system = self._system()
                if worst < max(point.mu, 0.1 * tol):
                    stage = max(min(stage, point.mu) * STAGE, LAST * tol)
            point, length = step(self.problem, point, system, 0.1 * tol, settings)
            self.steps += 1
            short = short + 1 if length < STALLED else 0
            if short >= PATIENCE or not math.isfinite(point.merit):
                break

    def begun_anew(self) -> Floats:
        """Masses of all cells that were found, to begin with."""
        return np.asarray(self.problem.weights, dtype=np.float64)

    def _system(self) -> System:
        return System(self.problem.cells, self.kept[0].shape[1], self.problem.masses.dtype)

    def _certify(self, point: Point, worst: float) -> None:
        """Keep better bounds; multipliers are shifted symbol by symbol near the end."""
        best, lam = self.best, self.problem.cells.split(point.lam)
        high, masses = upper(self.problem.cells.x, point.q, self.marginals)
        proofs = best.evidence
        if proofs is None or high < best.upper:
            multipliers = tuple(lam) if proofs is None else proofs.multipliers
            proofs = Evidence(multipliers, self.problem.cells.x, masses)
            best = best._replace(upper=high, evidence=proofs)
        if dual(lam, self.kept) - max(worst, 0.0) > best.lower:
            if point.mu < CLOSE * self.tol:
                low, shifted = lower(lam, self.marginals)
            else:
                low, shifted = evenly(lam, self.marginals, worst)
            best = best._replace(lower=low, evidence=proofs._replace(multipliers=shifted))
        self.best = best


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


def at_mean(problem: Problem, masses: Floats) -> Point:
    """Multipliers (1/k) log p(y | x_i): feasible by Hoelder's inequality, and nowhere far below."""
    k = problem.cells.x.shape[1]
    shares = problem.masses / problem.masses.sum(axis=1, keepdims=True)
    lam = np.log(shares) / k
    f = np.log(np.exp(problem.cells.apply(lam)).sum(axis=1))
    lam[: problem.cells.ends[1]] -= FIRST_SLACK
    return Point(problem, lam, masses, FIRST_SLACK - f)


def priced(problem: Problem, point: Point) -> tuple[float, bool, Codes]:
    """The largest f found, whether it is that of all cells, and violated cells.

    Of each group of cells it is the one most so.
    """
    halves = Halves(problem.cells.split(point.lam))
    width = halves.second.shape[1]
    group = _group(width, len(halves.first) * width)
    values, columns = [], []
    for _, block in halves.blocks() if halves.top <= TOP else ():
        grouped = block.reshape(-1, group)
        columns.append(grouped.argmax(axis=1))
        values.append(grouped[np.arange(len(grouped)), columns[-1]])
    if not values:
        return math.inf, False, problem.cells.x[:0]
    value, column = np.concatenate(values), np.concatenate(columns)
    worst = math.log(value.max())
    above = np.flatnonzero(value > 1 + LEAST * max(worst, point.mu))
    most = max(ADDED, int(GROWTH * len(point.s)))
    chosen = above[np.argsort(-value[above], kind="stable")[:most]]
    rows, columns_of = np.divmod(chosen * group + column[chosen], width)
    return worst, halves.exact, halves.cells(rows, columns_of)


def _group(width: int, cells: int) -> int:
    """How many neighbours of a row are taken as one for variety, where there are many cells."""
    most = min(max(cells // CANDIDATES, 1), width)
    return next(group for group in range(most, 0, -1) if width % group == 0)


def joined(
    problem: Problem, point: Point, marginals: Sequence[Floats], new: Codes
) -> tuple[Problem, Point]:
    """The list with more cells, at the same multipliers."""
    old, sizes = problem.cells.x, problem.cells.sizes
    new = new[~np.isin(np.ravel_multi_index(new.T, sizes), np.ravel_multi_index(old.T, sizes))]
    larger = build(marginals, np.concatenate([old, new]), few=True)
    f = heights(problem.cells.split(point.lam), new)
    t = np.maximum(-f, NEAR * math.sqrt(point.mu))  # else steps would be short
    s = point.mu * larger.weights[len(old) :] / t
    return larger, Point(
        larger, point.lam, np.concatenate([point.s, s]), np.concatenate([point.t, t])
    )
