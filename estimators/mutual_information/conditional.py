"""I(x; y | z) of numbers: the chain rule of a copula, and what neighbours see beyond; in nats."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.discretization.kmeans import normal_scores
from pid.estimators.mutual_information import gaussian, student
from pid.estimators.mutual_information.curved import curvature, mean_given
from pid.estimators.mutual_information.dependent import thinned
from pid.estimators.mutual_information.found import Found
from pid.estimators.mutual_information.neighbours import Seen, look
from pid.estimators.mutual_information.numbers import (
    BENT,
    CLEARLY,
    CONFIRMED,
    FEW_COLUMNS,
    SIMULATED,
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
    groups: Codes | None = None

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Columns of each."""
        return self.x.shape[1], self.y.shape[1], self.z.shape[1]

    @property
    def rows(self) -> Floats:
        """All columns."""
        return np.hstack([self.x, self.y, self.z])

    def thinned(self, counted: float) -> Three:
        """Rows whose neighbours are looked at."""
        kept = thinned(self.groups, len(self.x), len(self.x) / counted)
        groups = None if self.groups is None else self.groups[kept]
        return Three(self.x[kept], self.y[kept], self.z[kept], groups)

    def alike(self, rows: Floats) -> Three:
        """Other rows, parted in the same way."""
        a, b, _ = self.sizes
        return Three(rows[:, :a], rows[:, a : a + b], rows[:, a + b :])

    def look(self) -> Seen:
        """What neighbours say."""
        return look(self.x, self.y, self.z, groups=self.groups)

    def counted(self, copula: student.Copula) -> float:
        """How many independent rows these count as."""
        return student.counted(self.rows, copula, self.sizes, self.groups)


def of_numbers_given(x: View, y: View, z: View, rng: np.random.Generator) -> Found:
    """Conditional information of views of numbers.

    Where x or y bends over what is given, its mean given that is taken off by kernel ridge: given
    z, x and x less a function of z are as good as each other, and a copula sees straight lines.
    What is given has its values as they repeat: noise in them would hide a part.
    """
    a, b = (_straight(z.tied, part.rows, rng, z.groups) for part in (x, y))
    three = Three(a, b, z.tied, z.groups)
    in_part = max(curvature(z.tied, part, z.groups) for part in (three.x, three.y)) > BENT
    found = _of_straight(three, rng, in_part=in_part)
    return found._replace(flags=(*found.flags, *("condition in part",) * in_part))


def _straight(z: Floats, x: Floats, rng: np.random.Generator, groups: Codes | None) -> Floats:
    """x, or what its mean given z leaves of it, in normal scores."""
    if curvature(z, x, groups) < BENT:
        return x
    left = normal_scores(x - mean_given(z, x, rng, groups))
    return np.asarray(left - left.mean(axis=0))


def _of_straight(three: Three, rng: np.random.Generator, *, in_part: bool) -> Found:
    copula = student.Copula(gaussian.correlations(three.rows), student.GAUSSIAN)
    few = sum(three.sizes) <= FEW_COLUMNS
    if few:
        copula = student.shared(three.rows, three.sizes)
    return _of_few(three, copula, rng, in_part=in_part) if few else _of_many(three, copula, rng)


def _bias(n: float, sizes: tuple[int, int, int]) -> float:
    a, b, c = sizes
    return gaussian.wishart_bias(n, a, b + c) - gaussian.wishart_bias(n, a, c)


def _of_few(
    three: Three, copula: student.Copula, rng: np.random.Generator, *, in_part: bool
) -> Found:
    """The copula, or neighbours where they clearly differ from it.

    Where what is given was taken off in part, the rest of it may be what grows.
    """
    n, root = len(three.x), gaussian.factor(copula.correlations)
    drawn = [normal_scores(copula.draw(n, rng, root)) for _ in range(SIMULATED)]
    counted = three.counted(copula)
    some = three.thinned(counted)
    seen, truth, left = some.look(), student.told(copula, three.sizes), len(some.x)
    more = beyond(seen, (three.alike(rows[:left]).look() for rows in drawn))
    if in_few_draws(more, n):
        others = (normal_scores(copula.draw(left, rng, root)) for _ in range(CONFIRMED))
        more = beyond(seen, (three.alike(rows).look() for rows in others), in_doubt=False)
    if more.deviations < CLEARLY:
        spread = _spread(copula, three.sizes, drawn, counted, rng)
        spread = max(spread, 0.5 * seen.error if copula.is_student else 0.003)
        return _of_copula(truth - copula.inflation * _bias(counted, three.sizes), copula, spread)
    value = truth + more.value
    growing = seen.to_go * max(seen.growth - more.growth, 0.0)
    error = math.hypot(seen.error, seen.to_go * seen.growth_error if growing else 0.0)
    flags = ("still growing",) if growing > max(GROWING * value, NOTHING) else ()
    high = value + 2 * growing + 2 * error + 0.014
    value, low = value + growing * (not in_part), value - 2 * error
    return Found(value, low, high, "neighbours", flags)


def _spread(
    copula: student.Copula,
    sizes: tuple[int, int, int],
    drawn: list[Floats],
    counted: float,
    rng: np.random.Generator,
) -> float:
    """Of what the copula says of so many independent rows, fitted anew."""
    if copula.is_student:
        again = [student.told(student.refitted(rows, copula), sizes) for rows in drawn]
        return float(np.std(again, ddof=1)) * math.sqrt(len(drawn[0]) / counted)
    return gaussian.spread(copula.correlations, sizes, counted, rng)


def _of_copula(value: float, copula: student.Copula, spread: float) -> Found:
    reach = REACH * spread + 0.004
    route = "t copula" if copula.is_student else "gaussian copula"
    return Found(value, value - reach, value + reach, route)


def _of_many(three: Three, copula: student.Copula, rng: np.random.Generator) -> Found:
    """The Gaussian copula; where something bends, it is said."""
    counted = three.counted(copula)
    value = gaussian.of_rows_given(three.x, three.y, three.z, counted)
    spread = gaussian.spread(copula.correlations, three.sizes, counted, rng)
    reach = REACH * max(spread, 0.003) + 0.004
    both = np.hstack([three.x, three.z]), np.hstack([three.y, three.z])
    sides = (both[0], three.y), (both[1], three.x)
    bent = max(curvature(*pair, three.groups) for pair in sides) > BENT
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
