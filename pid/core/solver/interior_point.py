"""Primal-dual interior-point method on the dual program, for a batch of problems at once.

    maximise   sum_iy a_iy alpha_iy + sum_jy b_jy beta_jy
    subject to f_ij = log sum_y exp(alpha_iy + beta_jy) <= 0   for every pair (i, j)

Unknowns are alpha, beta, the slacks t_ij > 0 (f + t = 0) and their multipliers s_ij > 0, which are
the masses q(x1=i, x2=j): with P_ijy = exp(alpha_iy + beta_jy - f_ij) the coupling is q = s P. The
path s t = mu w is weighted (see problem.py), so that mu is the duality gap. Mehrotra's predictor-
corrector (SIAM J. Optim. 2(4), 1992) with a neighbourhood: a step may not leave residuals above a
multiple of mu.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes
from pid.core.solver.certificate import Certified, Solution, certify, no_answer, record
from pid.core.solver.newton import System
from pid.core.solver.point import FIRST_SLACK, Point, conditionally_independent, pulled_inside
from pid.core.solver.problem import Array, Problem, build
from pid.core.solver.step import Settings, step

CERTIFY_BELOW = 3.0  # certificates are computed once mu is below this multiple of tol ...
REACHABLE = 1e-9  # ... or of this, should tol be out of reach
STALLED = 1e-3  # a step shorter than this ...
PATIENCE = 3  # ... so many times in a row ends the attempt
SHRINK = 0.7  # finished problems leave the batch once no more than this share is left

Which = NDArray[np.bool_]  # of the problems side by side


def solve(
    a: Array, b: Array, tol: float, settings: Settings, start: Certified | None = None
) -> Solution:
    """Follow the path until every problem is certified to ``tol``, or gives up.

    Args:
        a, b: marginals (k, n1, B) and (k, n2, B) of one shape.
        tol: duality gap in nats.
        settings: how to step.
        start: answer to a similar problem of the same shape, to start near.
    """
    problem = build(a, b, tol, settings.dtype)
    with np.errstate(all="ignore"):
        batch = Batch(problem, a, b, tol, settings, start)
        if start is None:
            batch.certify(_solved_at_start(batch.point, tol), raise_by=FIRST_SLACK)
        for iteration in range(settings.max_iterations + 1):
            if _near(batch.point.mu.min(), tol):
                batch.certify(_near(batch.point.mu, tol))
            batch.solution.iterations[batch.rows] = iteration
            going = _unfinished(batch.gap, tol) & ~(_stalled(batch.short) | _diverged(batch.point))
            if iteration == settings.max_iterations:
                going[:] = False
            batch.certify(_unanswered(batch.gap) & ~going)  # an interval, however wide
            if not np.count_nonzero(going):
                break
            batch.narrow(going)
            batch.step()
    return batch.solution


def _solved_at_start(point: Point, tol: float) -> Which:
    """Whether independence given y is the answer: by the gap before the slack was added."""
    return np.asarray(point.mu - FIRST_SLACK < tol)


def _near(mu: Array | np.floating, tol: float) -> Which:
    """Whether a certificate may be within the tolerance."""
    return np.asarray(mu < CERTIFY_BELOW * max(tol, REACHABLE))


def _unfinished(gap: Array, tol: float) -> Which:
    return np.asarray(gap > tol)


def _unanswered(gap: Array) -> Which:
    return np.isinf(gap)


def _stalled(short: Codes) -> Which:
    return np.asarray(short >= PATIENCE)


def _diverged(point: Point) -> Which:
    return np.asarray(~np.isfinite(point.merit))


class Batch:
    """Problems that are solved side by side, narrowed to those that are not finished."""

    def __init__(
        self,
        problem: Problem,
        a: Array,
        b: Array,
        tol: float,
        settings: Settings,
        start: Certified | None,
    ) -> None:
        self.problem, self.tol, self.settings = problem, tol, settings
        self.system: System | None = None  # whose memory a table solved at the start does without
        self.point = conditionally_independent(problem)
        if start is not None:
            self.point = pulled_inside(problem, self.point, start)
        self.short = np.zeros(problem.batch, dtype=int)  # steps in a row that were too short
        self.a, self.b, self.solution = a, b, no_answer(a, b)  # of all problems
        self.rows = np.arange(problem.batch)  # of these, the ones that are left

    @property
    def gap(self) -> Array:
        """Certified so far."""
        return self.solution.gap[self.rows]

    def certify(self, which: Which, raise_by: float = 0.0) -> None:
        """Certify these iterates for the marginals as given, alpha raised so much."""
        if not np.count_nonzero(which):
            return
        chosen = np.flatnonzero(which)
        rows, point = self.rows[chosen], self.point
        q, alpha, beta = (part[..., chosen] for part in (point.q, point.alpha, point.beta))
        found = certify(q, alpha + raise_by, beta, self.a[..., rows], self.b[..., rows])
        record(self.solution, found, rows)

    def narrow(self, going: Which) -> None:
        """Go on with these alone, if they are so few that copying them pays."""
        if np.count_nonzero(going) > SHRINK * len(going):
            return
        keep = np.flatnonzero(going)
        self.rows, self.short = self.rows[keep], self.short[keep]
        self.problem = self.problem.take(keep)
        self.point = self.point.take(self.problem, keep)
        self.system = None

    def step(self) -> None:
        """Take one step with all that are left."""
        if self.system is None:
            self.system = self.settings.system(self.problem.a, self.problem.b)
        self.point, length = step(self.problem, self.point, self.system, self.tol, self.settings)
        self.short = np.where(length < STALLED, self.short + 1, 0)
