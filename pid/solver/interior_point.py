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

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid.solver.certificate import Certified, Solution, certify, no_answer, record
from pid.solver.newton import System, factorise
from pid.solver.problem import Array, Problem, build


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One rung of the ladder: how boldly to step, and in which precision."""

    neighbourhood: float = 100.0  # residuals may reach this multiple of mu
    fraction: float = 0.999  # of the way to the boundary
    centring: float = 0.1  # least sigma while the residuals are outside the neighbourhood
    damp_below: float = 0.1  # predictor length below which its second-order term is scaled down
    cap: float = 8.0  # longest step of a multiplier, in nats
    max_iterations: int = 80
    dtype: type[np.floating] = np.float64
    factorise: Callable[[Array, Array, Array], System] = factorise


LEAST_SIGMA = 1e-4  # of mu that a step aims at
NO_PAIR = math.exp(-1.0)  # value of exp(f) that leaves no residual where t = 1
FIRST_SLACK = 0.1  # slack of the tightest constraint at the start, in nats
OFF_CENTRE = 1e-3  # s is kept above this share of its central value
REFINE_BELOW = 1e-4  # mu below which steps are refined: the system is then ill-conditioned
CERTIFY_BELOW = 3.0  # certificates are computed once mu is below this multiple of tol ...
REACHABLE = 1e-9  # ... or of this, should tol be out of reach
BACKTRACKS = 12
STALLED = 1e-3  # a step shorter than this ...
SHRINK = 0.7  # finished problems leave the batch once no more than this share is left
WARMTH = 1e-3  # how far a warm start is moved towards the usual one
PATIENCE = 3  # ... so many times in a row ends the attempt


class Point:
    """An iterate and everything that follows from it: residuals, gap, merit."""

    __slots__ = ("P", "alpha", "beta", "merit", "mu", "q", "r_a", "r_b", "r_f", "s", "t")

    def __init__(self, problem: Problem, alpha: Array, beta: Array, s: Array, t: Array) -> None:
        self.alpha, self.beta, self.s, self.t = alpha, beta, s, t
        e = np.exp(alpha[:, :, None] + beta[:, None])
        z = _sum(e, 0)
        if problem.pairs is not None:  # s = w = 0 and t = 1 there: nothing ever moves
            z = np.where(problem.pairs, z, NO_PAIR)
        self.P = e / z
        self.q = s * self.P
        self.r_a = problem.a - _sum(self.q, 2)
        self.r_b = problem.b - _sum(self.q, 1)
        self.r_f = np.log(z) + t
        self.mu = _sum(s * t, (0, 1))
        self.merit = (
            _sum(np.abs(self.r_a), (0, 1))
            + _sum(np.abs(self.r_b), (0, 1))
            + _sum(s * np.abs(self.r_f), (0, 1))
        )

    def take(self, problem: Problem, keep: NDArray[np.intp]) -> Point:
        """The iterates of the problems ``keep``; ``problem`` has only those."""
        parts = (self.alpha, self.beta, self.s, self.t)
        return Point(problem, *(part[..., keep] for part in parts))


class Step(NamedTuple):
    """A Newton direction."""

    alpha: Array
    beta: Array
    s: Array
    t: Array
    longest: Array  # largest change of an exponent alpha + beta, (B,)


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
    solution = no_answer(a, b)
    with np.errstate(all="ignore"):
        point = _first_point(problem, start)
        done = np.flatnonzero(point.mu - FIRST_SLACK < tol)  # the gap before the slack was added
        if len(done) and start is None:
            _certify(solution, point, done, done, a, b, raise_by=FIRST_SLACK)
        alive = np.arange(problem.batch)
        short = np.zeros(problem.batch, dtype=int)
        near = CERTIFY_BELOW * max(tol, REACHABLE)
        for iteration in range(settings.max_iterations + 1):
            if point.mu.min() < near:
                ready = np.flatnonzero(point.mu < near)
                _certify(solution, point, ready, alive[ready], a, b)
            solution.iterations[alive] = iteration
            going = (solution.gap[alive] > tol) & (short < PATIENCE) & np.isfinite(point.merit)
            going &= iteration < settings.max_iterations
            leaving = np.flatnonzero(~going & np.isinf(solution.gap[alive]))
            if len(leaving):  # whatever they reached is worth an interval
                _certify(solution, point, leaving, alive[leaving], a, b)
            left = np.count_nonzero(going)
            if left == 0:
                break
            if left <= SHRINK * len(alive):
                keep = np.flatnonzero(going)
                alive, short, problem = alive[keep], short[keep], problem.take(keep)
                point = point.take(problem, keep)
            point, length = step(problem, point, tol, settings)
            short = np.where(length < STALLED, short + 1, 0)
    return solution


def _certify(
    solution: Solution,
    point: Point,
    ready: NDArray[np.intp],
    rows: NDArray[np.intp],
    a: Array,
    b: Array,
    raise_by: float = 0.0,
) -> None:
    """Certify the problems ``ready`` of the iterate, which are ``rows`` of the batch."""
    alpha = point.alpha[..., ready] + raise_by
    found = certify(point.q[..., ready], alpha, point.beta[..., ready], a[..., rows], b[..., rows])
    record(solution, found, rows)


def _first_point(problem: Problem, start: Certified | None) -> Point:
    point = conditionally_independent(problem)
    if start is None:
        return point
    return _pulled_inside(problem, point, start)


def _pulled_inside(problem: Problem, centre: Point, start: Certified) -> Point:
    """A point near the answer to a similar problem, moved a little towards the usual start.

    f is convex, so that the mixture of multipliers stays feasible; s and t are then of order 1 and
    WARMTH, or WARMTH and 1, where they were positive and 0, near the path at mu = WARMTH.
    """
    known_a, known_b = np.isfinite(start.alpha), np.isfinite(start.beta)
    alpha = np.where(known_a, (1 - WARMTH) * start.alpha + WARMTH * centre.alpha, centre.alpha)
    beta = np.where(known_b, (1 - WARMTH) * start.beta + WARMTH * centre.beta, centre.beta)
    s = (1 - WARMTH) * start.q.sum(axis=0) + WARMTH * centre.s
    f = np.log(np.exp(alpha[:, :, None] + beta[:, None]).sum(axis=0))
    t = np.maximum(-f, WARMTH * FIRST_SLACK)
    if problem.pairs is not None:
        s, t = np.where(problem.pairs, s, 0), np.where(problem.pairs, t, 1)
    return Point(problem, alpha, beta, s, t)


def conditionally_independent(problem: Problem) -> Point:
    """Start at p(x1|y) p(x2|y) p(y): feasible, and nearly on the weighted path."""
    a, b = problem.a, problem.b
    s = problem.independent.sum(axis=0)
    with np.errstate(divide="ignore"):
        alpha = np.log(a) - np.log(_or_one(a.sum(axis=0)))
        beta = np.log(b) - np.log(_or_one(problem.p_y))[:, None] - np.log(_or_one(b.sum(axis=0)))
        f = np.log(np.exp(alpha[:, :, None] + beta[:, None]).sum(axis=0))
    tightest = f.max(axis=1)
    alpha = alpha - (np.where(np.isfinite(tightest), tightest, 0) + FIRST_SLACK)
    t = -(f - tightest[:, None] - FIRST_SLACK)
    if problem.pairs is not None:
        t = np.where(problem.pairs, t, 1)
    return Point(problem, alpha, beta, s, t)


def step(problem: Problem, point: Point, tol: float, settings: Settings) -> tuple[Point, Array]:
    """One predictor-corrector step; also its length, (B,)."""
    c = point.s / point.t - point.s
    system = settings.factorise(point.q, point.P, c)
    cP = c * point.P
    st = point.s * point.t

    affine = _direction(point, system, cP, -st)
    length_s, length_t = _lengths(problem, point, affine, settings)
    after = (point.s + length_s * affine.s) * (point.t + length_t * affine.t)
    sigma = (_sum(after, (0, 1)) / point.mu) ** 3
    outside = point.merit > settings.neighbourhood * point.mu
    least = np.maximum(0.1 * tol / point.mu, np.where(outside, settings.centring, LEAST_SIGMA))
    sigma = np.minimum(np.maximum(sigma, least), 1)

    cut = np.minimum(length_s, length_t) < settings.damp_below
    second_order = affine.s * affine.t * np.where(cut, length_s * length_t, 1)
    target = sigma * point.mu * problem.weights - st - second_order
    direction = _direction(point, system, cP, target)
    length_s, length_t = _lengths(problem, point, direction, settings)
    return _backtrack(problem, point, direction, length_s, length_t, tol, settings)


def _direction(point: Point, system: System, cP: Array, target: Array) -> Step:
    """Newton direction towards s t = s t + target with all residuals 0."""
    P, s, t = point.P, point.s, point.t
    weighted = P * ((target + s * point.r_f) / t)
    r_a = point.r_a - _sum(weighted, 2)
    r_b = point.r_b - _sum(weighted, 1)
    d_a, d_b = system.solve(r_a, r_b)
    dx = d_a[:, :, None] + d_b[:, None]
    u = _sum(P * dx, 0)
    if point.mu.min() < REFINE_BELOW:
        W_dx = point.q * dx + cP * u
        e_a, e_b = system.solve(r_a - _sum(W_dx, 2), r_b - _sum(W_dx, 1))
        d_a, d_b = d_a + e_a, d_b + e_b
        dx = d_a[:, :, None] + d_b[:, None]
        u = _sum(P * dx, 0)
    d_t = -(point.r_f + u)
    d_s = (target - s * d_t) / t
    return Step(d_a, d_b, d_s, d_t, np.abs(dx).max(axis=(0, 1, 2)))


def _lengths(
    problem: Problem, point: Point, direction: Step, settings: Settings
) -> tuple[Array, Array]:
    """Longest steps of s, and of (alpha, beta, t), that stay inside."""
    length_s = _to_boundary(direction.s / point.s, settings.fraction)
    length_t = _to_boundary(direction.t / point.t, settings.fraction)
    return length_s, np.minimum(length_t, settings.cap / np.maximum(direction.longest, 1e-300))


def _to_boundary(relative: Array, fraction: float) -> Array:
    worst = np.fmin.reduce(relative, axis=(0, 1))  # NaN, 0 / 0, where a pair does not exist
    return np.asarray(fraction / np.maximum(-worst, fraction))


def _backtrack(
    problem: Problem,
    point: Point,
    direction: Step,
    length_s: Array,
    length_t: Array,
    tol: float,
    settings: Settings,
) -> tuple[Point, Array]:
    """Shorten the step until the residuals fall or stay in the neighbourhood of the path."""
    separate = np.ones(len(length_s), dtype=bool)
    for _ in range(BACKTRACKS):
        trial = Point(
            problem,
            point.alpha + length_t * direction.alpha,
            point.beta + length_t * direction.beta,
            point.s + length_s * direction.s,
            point.t + length_t * direction.t,
        )
        common = np.minimum(length_s, length_t)
        allowed = np.maximum(point.merit * (1 - 0.05 * common), settings.neighbourhood * trial.mu)
        good = trial.merit <= np.maximum(allowed, 1e-3 * tol)
        if good.all():
            break
        shorter = np.where(separate, common, common / 2)
        length_s = np.where(good, length_s, shorter)
        length_t = np.where(good, length_t, shorter)
        separate &= good
    return _towards_centre(problem, trial), np.minimum(length_s, length_t)


def _towards_centre(problem: Problem, point: Point) -> Point:
    """Keep s from being far below what the path gives it."""
    central = OFF_CENTRE * point.mu * problem.weights
    if not (point.s * point.t < central).any():
        return point
    s = np.maximum(point.s, central / point.t)
    return Point(problem, point.alpha, point.beta, s, point.t)


_sum = np.add.reduce  # the method of arrays costs as much again in calls, which small tables feel


def _or_one(x: Array) -> Array:
    return np.where(x > 0, x, 1)
