"""Steps along the central path of k sources: ``pid.core.solver.step`` for cells in a list.

    maximise   sum_i <p_i, lam_i>
    subject to f_x = log sum_y exp(sum_i lam_i(x_i, y)) <= 0   for every listed cell x

with slacks t (f + t = 0) and masses s of the cells, s t = mu w, and q = s P with
P_xy = exp(sum_i lam_i(x_i, y) - f_x). Axes are (cell, class); nats.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid.core.solver.point import FIRST_SLACK
from pid.core.solver.problem import Array
from pid.core.solver.step import BACKTRACKS, LEAST_SIGMA, OFF_CENTRE, REFINE_BELOW, Settings
from pid.core.sources.cells import Cells, System


class Problem(NamedTuple):
    """Listed cells, what their masses are to sum to, the weights of the path, and, where symbols do
    not say it, which classes a cell can have."""

    cells: Cells
    masses: Array  # p(x_i, y) of all sources one below the other, (symbols, K)
    weights: Array  # (N,), of sum 1
    allowed: NDArray[np.bool_] | None = None  # (N, K)


class Point:
    """An iterate and everything that follows from it: residuals, gap, merit."""

    __slots__ = ("P", "dense", "f", "lam", "merit", "mu", "q", "r", "r_f", "s", "t")

    def __init__(self, problem: Problem, lam: Array, s: Array, t: Array) -> None:
        self.lam, self.s, self.t = lam, s, t
        e = np.exp(problem.cells.apply(lam))
        if problem.allowed is not None:
            e = np.where(problem.allowed, e, 0)
        z = _over_classes(e)
        self.P = e / z[:, None]
        self.dense = bool(self.P.all())
        self.q = s[:, None] * self.P
        self.r = problem.masses - problem.cells.adjoint(self.q)
        self.f = np.log(z)
        self.r_f = self.f + t
        self.mu = float(s @ t)
        self.merit = float(np.abs(self.r).sum() + s @ np.abs(self.r_f))


def _over_classes(x: Array) -> Array:
    """Sums (N,) of (N, K): of few classes a product with ones is the fastest."""
    return np.asarray(x @ np.ones(x.shape[1], dtype=x.dtype))


class Step(NamedTuple):
    """A Newton direction."""

    lam: Array
    s: Array
    t: Array
    longest: float  # largest change of an exponent


def start(problem: Problem) -> Point:
    """At independence given y: feasible, and nearly on the weighted path."""
    cells, masses = problem.cells, problem.masses
    parts = cells.split(masses)
    p_y = parts[0].sum(axis=0)
    with np.errstate(divide="ignore"):
        lam = np.log(masses) - np.log(np.where(masses.any(axis=1), masses.sum(axis=1), 1))[:, None]
        log_y = np.log(np.where(p_y > 0, p_y, 1))
        lam[cells.ends[1] :] -= log_y
        shares = np.log(masses) - log_y
        s = np.exp(cells.apply(shares) + log_y).sum(axis=1)
        f = np.log(np.exp(cells.apply(lam)).sum(axis=1))
    raised = float(f.max()) + FIRST_SLACK
    lam[: cells.ends[1]] -= raised
    return Point(problem, lam, np.maximum(s, 1e-250), raised - f)


def step(
    problem: Problem, point: Point, system: System, tol: float, settings: Settings
) -> tuple[Point, float]:
    """One predictor-corrector step; also its length."""
    c = point.s / point.t - point.s
    system.factorise(point.q, point.P, c)
    cP = c[:, None] * point.P
    st = point.s * point.t
    affine = _direction(problem, point, system, cP, -st)
    length_s, length_t = _lengths(point, affine, settings)
    after = float((point.s + length_s * affine.s) @ (point.t + length_t * affine.t))
    outside = point.merit > settings.neighbourhood * point.mu
    least = max(0.1 * tol / point.mu, settings.centring if outside else LEAST_SIGMA)
    sigma = min(max((after / point.mu) ** 3, least), 1.0)
    cut = length_s * length_t if min(length_s, length_t) < settings.damp_below else 1.0
    target = sigma * point.mu * problem.weights - st - cut * affine.s * affine.t
    refine = point.mu < REFINE_BELOW
    direction = _direction(problem, point, system, cP, target, refine=refine)
    return _backtrack(problem, point, direction, tol, settings)


def _direction(
    problem: Problem, point: Point, system: System, cP: Array, target: Array, refine: bool = False
) -> Step:
    """Newton direction towards s t = s t + target with all residuals 0."""
    cells, P, s, t = problem.cells, point.P, point.s, point.t
    right = point.r - cells.adjoint(P * ((target + s * point.r_f) / t)[:, None])
    lam = system.solve(right)
    moved = cells.apply(lam)
    u = np.einsum("xy,xy->x", P, moved)
    if refine:
        left = cells.adjoint(point.q * moved + cP * u[:, None])
        lam = lam + system.solve(right - left)
        moved = cells.apply(lam)
        u = np.einsum("xy,xy->x", P, moved)
    d_t = -(point.r_f + u)
    moves = np.abs(moved) if point.dense else np.abs(moved) * (P > 0)
    return Step(lam, (target - s * d_t) / t, d_t, float(moves.max()))


def _lengths(point: Point, direction: Step, settings: Settings) -> tuple[float, float]:
    """Longest steps of s, and of (lam, t), that stay inside."""
    fraction = settings.fraction
    length_s = fraction / max(float((-direction.s / point.s).max()), fraction)
    length_t = fraction / max(float((-direction.t / point.t).max()), fraction)
    return length_s, min(length_t, settings.cap / max(direction.longest, 1e-300))


def _backtrack(
    problem: Problem, point: Point, direction: Step, tol: float, settings: Settings
) -> tuple[Point, float]:
    """Shorten the step until the residuals fall or stay in the neighbourhood of the path."""
    length_s, length_t = _lengths(point, direction, settings)
    separate = True
    for _ in range(BACKTRACKS):
        trial = Point(
            problem,
            point.lam + length_t * direction.lam,
            point.s + length_s * direction.s,
            point.t + length_t * direction.t,
        )
        common = min(length_s, length_t)
        allowed = max(point.merit * (1 - 0.05 * common), settings.neighbourhood * trial.mu)
        if trial.merit <= max(allowed, 1e-3 * tol):
            break
        length_s = length_t = common if separate else common / 2
        separate = False
    central = OFF_CENTRE * trial.mu * problem.weights
    if (trial.s * trial.t < central).any():
        trial = Point(problem, trial.lam, np.maximum(trial.s, central / trial.t), trial.t)
    return trial, min(length_s, length_t)
