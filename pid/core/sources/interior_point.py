"""The interior-point method for k sources whose cells all fit in a list."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pid._types import Codes, Floats
from pid.core.solver.interior_point import CERTIFY_BELOW, PATIENCE, REACHABLE, STALLED
from pid.core.solver.point import FIRST_SLACK
from pid.core.solver.problem import MOST_NEGLIGIBLE, NEGLIGIBLE, Array
from pid.core.solver.step import Settings
from pid.core.sources.bounds import Evidence, lower, upper
from pid.core.sources.cells import Cells, System
from pid.core.sources.numbers import Proved
from pid.core.sources.path import Problem, start, step

METHOD = "interior-point"
OFF = 10.0  # residuals, by the tolerance, above which no interval is within it


@np.errstate(all="ignore")
def solve(marginals: Sequence[Floats], tol: float, settings: Settings) -> Proved:
    """The best interval for min F found, by following the path until it is no wider than ``tol``.

    Args:
        marginals: p(x_i, y) of every source, shapes (n_i, K), without empty symbols; one p(y).
        tol: width in nats.
        settings: how to step.
    """
    kept = without_negligible(marginals, NEGLIGIBLE * min(tol, MOST_NEGLIGIBLE))
    problem = build([m.astype(settings.dtype) for m in kept], every_cell(kept))
    point = start(problem)
    best = Proved(-math.inf, math.inf, METHOD)
    if point.mu - FIRST_SLACK < tol:  # independence given y may be the answer
        best = certified(problem, point.lam + _first_slack(problem), point.q, marginals)
        if best.upper - best.lower <= tol:
            return best
    system = System(problem.cells, kept[0].shape[1], point.q.dtype)
    short = steps = 0
    while steps < settings.max_iterations:
        steps += 1
        point, length = step(problem, point, system, tol, settings)
        short = short + 1 if length < STALLED else 0
        over = short >= PATIENCE or not math.isfinite(point.merit)
        near = max(tol, REACHABLE)
        if over or (point.mu < CERTIFY_BELOW * near and point.merit < OFF * near):
            best = better(best, certified(problem, point.lam, point.q, marginals))
        if over or best.upper - best.lower <= tol:
            break
    if math.isinf(best.upper - best.lower):  # an interval, however wide
        best = certified(problem, point.lam, point.q, marginals)
    return best._replace(steps=steps)


def every_cell(marginals: Sequence[Floats]) -> Codes:
    """The cells (N, k) whose symbols share a class."""
    there = np.ones(marginals[0].shape[1], dtype=bool)
    for m in marginals:
        there = there[..., None, :] & (m > 0)
    return np.argwhere(there.any(axis=-1))


def build(marginals: Sequence[Array], x: Codes, *, few: bool = False) -> Problem:
    """Listed cells with the weights of their path.

    Of all cells these are the geometric mean of the mass a cell has under conditional independence
    and the most it can have, see ``pid.core.solver.problem``. What few cells have of the first says
    nothing; then the roots of the second do.
    """
    p_y = np.add.reduce(marginals[0], 0)
    rows = [m[column] for m, column in zip(marginals, x.T, strict=True)]
    largest = np.minimum.reduce(rows).sum(axis=1)
    cells = Cells(x, [len(m) for m in marginals])
    if few:
        weights = np.sqrt(largest)
        return Problem(cells, np.concatenate(marginals), weights / weights.sum())
    independent = np.multiply.reduce(rows[1:]) / np.where(p_y > 0, p_y, 1) ** (len(rows) - 1)
    weights = np.sqrt((rows[0] * independent).sum(axis=1) * largest)
    return Problem(cells, np.concatenate(marginals), weights / weights.sum())


def certified(problem: Problem, lam: Array, q: Array, marginals: Sequence[Floats]) -> Proved:
    """The interval for min F that an iterate proves for the marginals as given."""
    parts = [np.asarray(part, dtype=np.float64) for part in problem.cells.split(lam)]
    low, multipliers = lower(parts, marginals)
    high, masses = upper(problem.cells.x, np.asarray(q, dtype=np.float64), marginals)
    if not (math.isfinite(low) and math.isfinite(high)):
        return Proved(-math.inf, math.inf, METHOD)
    return Proved(low, high, METHOD, 0, Evidence(multipliers, problem.cells.x, masses))


def better(first: Proved, second: Proved) -> Proved:
    """The narrower of two intervals."""
    return second if second.upper - second.lower < first.upper - first.lower else first


def without_negligible(marginals: Sequence[Floats], budget: float) -> list[Floats]:
    """Set the smallest masses of each source to 0, ``budget`` at most, and keep one p(y)."""
    if not any(((m > 0) & (m <= budget)).any() for m in marginals):
        return list(marginals)
    cut = []
    for m in marginals:
        ordered = np.sort(m, axis=None)
        most = ordered[np.cumsum(ordered) <= budget].max(initial=0)
        cut.append(np.where(m > most, m, 0))
    sums = np.array([m.sum(axis=0) for m in cut])
    p_y = sums.min(axis=0)
    return [m * (p_y / np.where(s > 0, s, 1)) for m, s in zip(cut, sums, strict=True)]


def _first_slack(problem: Problem) -> Floats:
    """What the start has taken from the first source, to be given back."""
    raised = np.zeros((problem.cells.symbols, 1))
    raised[: problem.cells.ends[1]] = FIRST_SLACK
    return raised
