"""Iterates of the interior-point method: what follows from one, and where to start."""

from __future__ import annotations

import math

import numpy as np

from pid._types import Codes
from pid.core.solver.certificate import Certified
from pid.core.solver.problem import Array, Problem

NO_PAIR = math.exp(-1.0)  # value of exp(f) that leaves no residual where t = 1
FIRST_SLACK = 0.1  # slack of the tightest constraint at the start, in nats
WARMTH = 1e-3  # how far a warm start is moved towards the usual one

_sum = np.add.reduce  # cheaper to call than the method of arrays, which small tables feel


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

    def take(self, problem: Problem, keep: Codes) -> Point:
        """The iterates of the problems ``keep``; ``problem`` has only those."""
        parts = (self.alpha, self.beta, self.s, self.t)
        return Point(problem, *(part[..., keep] for part in parts))


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


def pulled_inside(problem: Problem, centre: Point, start: Certified) -> Point:
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


def _or_one(x: Array) -> Array:
    return np.where(x > 0, x, 1)
