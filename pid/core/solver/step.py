"""One predictor-corrector step of the interior-point method, see interior_point.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pid.core.solver.newton import System, system_for
from pid.core.solver.point import Point
from pid.core.solver.problem import Array, Problem

LEAST_SIGMA = 1e-4  # of mu that a step aims at
OFF_CENTRE = 1e-3  # s is kept above this share of its central value
REFINE_BELOW = 1e-4  # mu below which steps are refined: the system is then ill-conditioned
BACKTRACKS = 12

_sum = np.add.reduce  # cheaper to call than the method of arrays, which small tables feel


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
    system: Callable[[Array, Array], System] = system_for


class Step(NamedTuple):
    """A Newton direction."""

    alpha: Array
    beta: Array
    s: Array
    t: Array
    longest: Array  # largest change of an exponent alpha + beta, (B,)


def step(
    problem: Problem, point: Point, system: System, tol: float, settings: Settings
) -> tuple[Point, Array]:
    """One predictor-corrector step; also its length, (B,)."""
    c = point.s / point.t - point.s
    system.factorise(point.q, point.P, c)
    cP = c * point.P
    st = point.s * point.t

    affine = _direction(point, system, cP, -st, refine=False)
    length_s, length_t = _lengths(point, affine, settings)
    after = (point.s + length_s * affine.s) * (point.t + length_t * affine.t)
    sigma = (_sum(after, (0, 1)) / point.mu) ** 3
    outside = point.merit > settings.neighbourhood * point.mu
    least = np.maximum(0.1 * tol / point.mu, np.where(outside, settings.centring, LEAST_SIGMA))
    sigma = np.minimum(np.maximum(sigma, least), 1)

    cut = np.minimum(length_s, length_t) < settings.damp_below
    second_order = affine.s * affine.t * np.where(cut, length_s * length_t, 1)
    target = sigma * point.mu * problem.weights - st - second_order
    refine = bool(point.mu.min() < REFINE_BELOW)
    direction = _direction(point, system, cP, target, refine=refine)
    length_s, length_t = _lengths(point, direction, settings)
    return _backtrack(problem, point, direction, length_s, length_t, tol, settings)


def _direction(point: Point, system: System, cP: Array, target: Array, *, refine: bool) -> Step:
    """Newton direction towards s t = s t + target with all residuals 0."""
    P, s, t = point.P, point.s, point.t
    weighted = P * ((target + s * point.r_f) / t)
    r_a = point.r_a - _sum(weighted, 2)
    r_b = point.r_b - _sum(weighted, 1)
    d_a, d_b = system.solve(r_a, r_b)
    dx = d_a[:, :, None] + d_b[:, None]
    u = _sum(P * dx, 0)
    if refine:
        W_dx = point.q * dx + cP * u
        e_a, e_b = system.solve(r_a - _sum(W_dx, 2), r_b - _sum(W_dx, 1))
        d_a, d_b = d_a + e_a, d_b + e_b
        dx = d_a[:, :, None] + d_b[:, None]
        u = _sum(P * dx, 0)
    d_t = -(point.r_f + u)
    d_s = (target - s * d_t) / t
    # Where a symbol never occurs with y, the other side's step moves nothing.
    longest = (np.abs(dx) * (P > 0)).max(axis=(0, 1, 2))
    return Step(d_a, d_b, d_s, d_t, longest)


def _lengths(point: Point, direction: Step, settings: Settings) -> tuple[Array, Array]:
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
