"""I(x; y | z) of numbers: the chain rule of a copula, and what neighbours see beyond; in nats."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.discretization.kmeans import normal_scores
from pid.estimators.mutual_information import gaussian, student
from pid.estimators.mutual_information.curved import curvature, mean_given
from pid.estimators.mutual_information.found import Found
from pid.estimators.mutual_information.neighbours import look
from pid.estimators.mutual_information.numbers import (
    BENT,
    CLEARLY,
    CONFIRMED,
    FEW_COLUMNS,
    SIMULATED,
    Beyond,
    beyond,
    in_few_draws,
)
from pid.estimators.mutual_information.views import View

GROWING, NOTHING = 0.05, 0.01  # of the value, and nats that are none
REACH = 2.4  # standard deviations of the copula's value, drawn anew


class Three(NamedTuple):
    """Three views, x and y and what is given."""

    x: Floats
    y: Floats
    z: Floats

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Columns of each."""
        return self.x.shape[1], self.y.shape[1], self.z.shape[1]

    @property
    def rows(self) -> Floats:
        """All columns."""
        return np.hstack(self)

    def alike(self, rows: Floats) -> Three:
        """Other rows, parted in the same way."""
        a, b, _ = self.sizes
        return Three(rows[:, :a], rows[:, a : a + b], rows[:, a + b :])


def of_numbers_given(x: View, y: View, z: View, rng: np.random.Generator) -> Found:
    """Conditional information of views of numbers.

    Where x or y bends over what is given, its mean given that is taken off by kernel ridge: given
    z, x and x less a function of z are as good as each other, and a copula sees straight lines.
    What is given has its values as they repeat: noise in them would hide a part.
    """
    three = Three(_straight(z.tied, x.rows, rng), _straight(z.tied, y.rows, rng), z.tied)
    found = _of_straight(three, rng)
    bent = max(curvature(z.tied, part) for part in three[:2]) > BENT
    return found._replace(flags=(*found.flags, *("condition in part",) * bent))


def _straight(z: Floats, x: Floats, rng: np.random.Generator) -> Floats:
    """x, or what its mean given z leaves of it, in normal scores."""
    if curvature(z, x) < BENT:
        return x
    left = normal_scores(x - mean_given(z, x, rng))
    return np.asarray(left - left.mean(axis=0))


def _of_straight(three: Three, rng: np.random.Generator) -> Found:
    copula = student.Copula(gaussian.correlations(three.rows), student.GAUSSIAN)
    few = sum(three.sizes) <= FEW_COLUMNS
    if few:
        copula = student.fitted(three.rows, rng)
    return _of_few(three, copula, rng) if few else _of_many(three, copula, rng)


def _truth(copula: student.Copula, sizes: tuple[int, int, int]) -> float:
    """By the chain rule, I(x; y, z) - I(x; z)."""
    a, b, c = sizes
    tails = student.gain(copula.degrees, a, b + c) - student.gain(copula.degrees, a, c)
    return gaussian.given_correlations(copula.correlations, a, b) + tails


def _bias(n: int, sizes: tuple[int, int, int]) -> float:
    a, b, c = sizes
    return gaussian.wishart_bias(n, a, b + c) - gaussian.wishart_bias(n, a, c)


def _of_few(three: Three, copula: student.Copula, rng: np.random.Generator) -> Found:
    n, root = len(three.x), gaussian.factor(copula.correlations)
    seen, truth = look(*three), _truth(copula, three.sizes)

    def against(draws: int, *, in_doubt: bool) -> Beyond:
        rows = [copula.draw(n, rng, root) for _ in range(draws)]
        looks = (look(*three.alike(normal_scores(each))) for each in rows)
        return beyond(seen, looks, in_doubt=in_doubt)

    more = against(SIMULATED, in_doubt=True)
    if in_few_draws(more, n):
        more = against(CONFIRMED, in_doubt=False)
    if more.deviations < CLEARLY:
        return _of_copula(three, copula, truth, seen.error, rng)
    value = truth + more.value
    growing = seen.to_go * max(seen.growth - more.growth, 0.0)
    error = math.hypot(seen.error, seen.to_go * seen.growth_error if growing else 0.0)
    flags = ("still growing",) if growing > max(GROWING * value, NOTHING) else ()
    high = value + 2 * growing + 2 * error + 0.014
    return Found(value + growing, value - 2 * error, high, "neighbours", flags)


def _of_copula(
    three: Three, copula: student.Copula, truth: float, error: float, rng: np.random.Generator
) -> Found:
    n = len(three.x)
    value = truth - _bias(n, three.sizes)
    spread = gaussian.spread(copula.correlations, three.sizes, n, rng)
    spread = max(spread, 0.5 * error if copula.is_student else 0.003)
    reach = REACH * spread + 0.004
    route = "t copula" if copula.is_student else "gaussian copula"
    return Found(value, value - reach, value + reach, route)


def _of_many(three: Three, copula: student.Copula, rng: np.random.Generator) -> Found:
    """The Gaussian copula; where something bends, it is said."""
    value = gaussian.of_rows_given(*three)
    spread = gaussian.spread(copula.correlations, three.sizes, len(three.x), rng)
    reach = REACH * max(spread, 0.003) + 0.004
    both = np.hstack([three.x, three.z]), np.hstack([three.y, three.z])
    bent = max(curvature(both[0], three.y), curvature(both[1], three.x)) > BENT
    flags = ("curved",) if bent else ()
    return Found(value, value - reach, value + reach + 0.014, "gaussian copula", flags)


def in_strata(parts: list[tuple[Codes, Found]]) -> Found:
    """Estimates within each symbol of the condition, weighted by their rows."""
    n = sum(len(rows) for rows, _ in parts)
    weights = np.array([len(rows) / n for rows, _ in parts])
    each = [found for _, found in parts]
    value, low, high = (
        np.array([getattr(found, end) for found in each]) for end in ("value", "low", "high")
    )
    mean = float(weights @ value)
    down = math.sqrt(float(weights**2 @ (value - low) ** 2))
    up = math.sqrt(float(weights**2 @ (high - value) ** 2))
    flags = tuple(dict.fromkeys(flag for found in each for flag in found.flags))
    notes = tuple(dict.fromkeys(note for found in each for note in found.notes))
    return Found(mean, mean - down, mean + up, "strata", flags, notes)
