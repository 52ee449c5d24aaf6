"""I(x; y) of numbers: a copula, corrected by what nearest neighbours see beyond it; in nats.

A copula has next to no variance and no bias where it is right; neighbours are never wrong, and
biased. So neighbours say only the difference: I = I_copula + KSG(data) - E KSG(data drawn from the
copula), where their bias cancels, and they do so only where it is clearly not 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.discretization.kmeans import normal_scores
from pid.estimators.mutual_information import gaussian, student
from pid.estimators.mutual_information.curved import curvature, mean_given
from pid.estimators.mutual_information.dependent import thinned
from pid.estimators.mutual_information.found import Found
from pid.estimators.mutual_information.neighbours import Seen, look
from pid.estimators.mutual_information.ratio import gaussian_ratio
from pid.estimators.mutual_information.views import View

FEW_COLUMNS = 12  # in all, that neighbours are looked for in without a look at the ratio
SIMULATED, SIMULATED_OF_MANY, MANY = (
    6,
    4,
    5_000,
)  # data sets, and rows from which on there are fewer
FIRST = 3  # draws that may show that there is no difference
CLEARLY = 3.5  # standard deviations that neighbours must differ from the copula by
CONFIRMED = 18  # draws that confirm a difference of few deviations
FLOOR = 0.3  # of a standard error: few draws may be alike by chance
BENT = 2.0  # of curvature: a straight copula shows no more in a hundred data sets
BENT_COLUMNS = 4  # from which on neighbours do not find what bends, and ridge is tried
GROWING, NOTHING = 0.05, 0.01  # of the value, from half of the rows to all; nats that are none
EDGES = 1.4  # times its growth that an estimate may be low by where densities have edges


class Both(NamedTuple):
    """Two views, and where randomness is from."""

    x: View
    y: View
    rng: np.random.Generator

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.x.rows)

    @property
    def columns(self) -> int:
        """Of both."""
        return sum(self.sizes)

    @property
    def sizes(self) -> tuple[int, int]:
        """Columns of each."""
        return self.x.rows.shape[1], self.y.rows.shape[1]

    @property
    def groups(self) -> Codes | None:
        """Of the rows, where they depend on each other."""
        return self.x.groups

    def thinned(self, counted: float) -> tuple[Floats, Floats, Codes | None]:
        """Rows of both whose neighbours are looked at, and their groups."""
        kept, groups = thinned(self.groups, self.n, self.n / counted), self.groups
        return self.x.rows[kept], self.y.rows[kept], None if groups is None else groups[kept]

    def counted(self, copula: student.Copula) -> float:
        """How many independent rows these count as."""
        return student.counted(
            np.hstack([self.x.rows, self.y.rows]), copula, self.sizes, self.groups
        )


def of_numbers(x: View, y: View, rng: np.random.Generator) -> Found:
    """Information of two views of numbers."""
    found = _of_spread(Both(x, y, rng))
    return _with_ties(found, x, y, rng) if x.has_ties or y.has_ties else found


def _with_ties(found: Found, x: View, y: View, rng: np.random.Generator) -> Found:
    """The estimate, or a copula of one view whose values repeat, where that tells more.

    Noise in ranks hides what a straight line through repeating values tells. Where the other view
    is normal, the line's residuals have at most the entropy of normal ones: it shows no more than
    there is.
    """
    for a, b in ((x.tied, y.rows), (x.rows, y.tied)):
        rows, sizes = np.hstack([a, b]), (a.shape[1], b.shape[1])
        matrix = gaussian.correlations(rows)
        copula = student.Copula(matrix, student.GAUSSIAN)
        counted = student.counted(rows, copula, sizes, x.groups)
        value = gaussian.of_rows(a, b, counted)
        reach = 2.2 * max(gaussian.spread(matrix, sizes, counted, rng), 0.007)
        if value > found.value + reach:
            high = max(found.high, value + reach + 0.014)
            route = "gaussian copula"
            found = found._replace(value=value, low=value - reach, high=high, route=route)
    return found


def _of_spread(both: Both) -> Found:
    """Of values that are all different, by noise at the least."""
    x, y, rng = both
    if max(x.scores.shape[1], y.scores.shape[1], both.columns) <= FEW_COLUMNS:
        return _of_few(both)
    if both.columns < both.n / 3 and gaussian_ratio(x.rows, y.rows, rng, both.groups).is_one:
        return _of_many(both)
    return _on_manifolds(both)


class Simulated(NamedTuple):
    """What is said of data sets drawn from the copula.

    Attributes:
        truth: information of the copula.
        scores: normal scores of each data set.
        rank_bias: what log-determinants of scores of ranks say beyond those of the rows.
        spread: of what the copula says.
    """

    truth: float
    scores: list[Floats]
    rank_bias: float
    spread: float


class Beyond(NamedTuple):
    """What neighbours see of the data beyond what they see of draws from a copula.

    Attributes:
        value: the difference.
        deviations: how many of its standard deviations that is.
        growth: of what is seen of draws, by more rows.
    """

    value: float
    deviations: float
    growth: float


def beyond(seen: Seen, draws: Iterator[Seen], *, in_doubt: bool = True) -> Beyond:
    """Compare with draws: with all of them, or, in doubt, with a few that show no difference."""
    looks: list[Seen] = []
    found = Beyond(0.0, 0.0, 0.0)
    for each in draws:
        looks.append(each)
        if len(looks) < FIRST:
            continue
        values = np.array([look.value for look in looks])
        value = seen.value - float(values.mean())
        spread = float(values.std(ddof=1)) * math.sqrt(seen.effect)
        spread = max(spread, 0.003, FLOOR * seen.error)
        deviations = abs(value) / (spread * math.sqrt(1 + 1 / len(looks)))
        found = Beyond(value, deviations, float(np.mean([look.growth for look in looks])))
        if in_doubt and deviations < CLEARLY / 2:
            break
    return found


def in_few_draws(more: Beyond, n: int) -> bool:
    """Whether a difference is of so few deviations that draws may only be alike by chance."""
    return n < MANY and CLEARLY < more.deviations < 2 * CLEARLY


def simulated(both: Both, copula: student.Copula) -> Simulated:
    """Draw data sets from the copula, and see what it says of them when it is fitted anew."""
    m, n, sizes = both.x.rows.shape[1], both.n, both.sizes
    root, counted = gaussian.factor(copula.correlations), both.counted(copula)
    drawn, of_ranks = [], []
    for _ in range(SIMULATED if n < MANY else SIMULATED_OF_MANY):
        rows = copula.draw(n, both.rng, root)
        scores = normal_scores(rows)
        drawn.append(scores)
        straight, of_rows = (gaussian.of_rows(part[:, :m], part[:, m:]) for part in (scores, rows))
        of_ranks.append(straight - of_rows)
    if copula.is_student:
        again = [student.told(student.refitted(scores, copula), sizes) for scores in drawn]
        rank_bias, spread = 0.0, float(np.std(again, ddof=1)) * math.sqrt(n / counted)
    else:
        rank_bias = float(np.mean(of_ranks))
        spread = gaussian.spread(copula.correlations, sizes, counted, both.rng)
    return Simulated(student.told(copula, sizes), drawn, rank_bias, spread)


def _of_few(both: Both) -> Found:
    """A copula, or neighbours where they clearly differ from it, or ridge where something bends."""
    x, y = both.x.rows, both.y.rows
    copula, m = student.shared(np.hstack([x, y]), both.sizes), x.shape[1]
    drawn, some = simulated(both, copula), both.thinned(both.counted(copula))
    seen, n = look(*some[:2], groups=some[2]), len(some[0])
    bent = curvature(x, y, both.groups) >= BENT
    looks = (look(scores[:n, :m], scores[:n, m:]) for scores in drawn.scores)
    more = beyond(seen, looks, in_doubt=not bent)
    if in_few_draws(more, both.n):
        root = gaussian.factor(copula.correlations)
        others = (normal_scores(copula.draw(n, both.rng, root)) for _ in range(CONFIRMED))
        more = beyond(seen, (look(rows[:, :m], rows[:, m:]) for rows in others), in_doubt=False)
    bias = copula.inflation * gaussian.wishart_bias(both.counted(copula), *both.sizes)
    straight = drawn.truth - bias - drawn.rank_bias
    if more.deviations <= CLEARLY and not bent:
        return _of_copula(straight, copula, drawn.spread, seen.error)
    found = _of_neighbours(straight, more.growth, seen, drawn.truth + more.value)
    return _with_ridge(both, found) if bent and both.columns >= BENT_COLUMNS else found


def _of_copula(value: float, copula: student.Copula, spread: float, error: float) -> Found:
    if copula.is_student:
        spread = max(spread, 0.5 * error)
    reach = 2.2 * max(spread, 0.005) + 0.012 * value + 0.005
    route = "t copula" if copula.is_student else "gaussian copula"
    return Found(value, value - reach, value + reach + 0.005, route)


def _of_neighbours(straight: float, of_draws: float, seen: Seen, value: float) -> Found:
    """What neighbours say, as far beyond all rows as their growth shows, that of draws aside."""
    growing, unsure = (
        seen.to_go * max(seen.growth - of_draws, 0.0),
        seen.to_go * seen.growth_error,
    )
    error = math.hypot(seen.error, unsure if growing else 0.0)
    surely = growing > max(GROWING * value, NOTHING, 3 * unsure)  # as a function without noise is
    doubt = abs(value - straight)  # the more of it neighbours say, the less draws are like the data
    high = value + 2 * growing + 2 * error + EDGES * max(seen.growth, 0.0) + 0.1 * doubt + 0.014
    flags = ("still growing",) * surely
    return Found(value + growing, value - 2 * error - 0.08 * doubt, high, "neighbours", flags)


def _with_ridge(both: Both, found: Found) -> Found:
    """The largest of the estimate and those of one view and the mean of the other given it.

    A mean given x is a function of x, and so tells no more than x: larger is nearer.
    """
    x, y, groups = both.x.rows, both.y.rows, both.groups
    pairs = ((mean_given(x, y, both.rng, groups), y), (x, mean_given(y, x, both.rng, groups)))
    best = max(found.value, *(_difference(a, b, both) for a, b in pairs))
    high = found.high + 1.5 * (best - found.value) + 0.15 * best
    route = found.route if best == found.value else "ridge"
    return Found(best, found.low, high, route, (*found.flags, "curved"))


def _difference(x: Floats, y: Floats, both: Both) -> float:
    """A Gaussian copula, and what neighbours see beyond it."""
    x, y = normal_scores(x), normal_scores(y)
    m, matrix = x.shape[1], gaussian.correlations(np.hstack([x, y]))
    root, copula = gaussian.factor(matrix), student.Copula(matrix, student.GAUSSIAN)
    seen = Both(View(x, x, x, both.groups), View(y, y, y, both.groups), both.rng)
    x, y, groups = seen.thinned(seen.counted(copula))
    rows = both.rng.standard_normal((len(x), len(root))) @ root.T
    drawn = look(rows[:, :m], rows[:, m:]).value
    found = look(x, y, groups=groups).value
    return float(gaussian.of_correlations(matrix, m) + found - drawn)


def _of_many(both: Both) -> Found:
    """The Gaussian copula, its ratio being one, or with the mean by ridge where something bends."""
    x, y = both.x.rows, both.y.rows
    matrix = gaussian.correlations(np.hstack([x, y]))
    counted = both.counted(student.Copula(matrix, student.GAUSSIAN))
    value = gaussian.of_rows(x, y, counted)
    honest = 0.98 * matrix + 0.02 * np.eye(
        len(matrix)
    )  # in many columns correlations are too large
    reach = 2.2 * max(gaussian.spread(honest, both.sizes, counted, both.rng), 0.007)
    if curvature(x, y, both.groups) < BENT:
        return Found(value, value - reach, value + reach + 0.014, "gaussian copula")
    others = [
        gaussian.of_rows(normal_scores(mean_given(x, y, both.rng, both.groups)), y, counted),
        gaussian.of_rows(x, normal_scores(mean_given(y, x, both.rng, both.groups)), counted),
    ]
    best = max(value, *others)
    high = best + reach + 0.014 + 2 * (best - value)
    route = "gaussian copula" if best == value else "ridge"
    return Found(best, value - reach, high, route, ("curved",))


def _on_manifolds(both: Both) -> Found:
    """Neighbours on principal components, as far beyond all rows as these are beyond half."""
    straight = gaussian.correlations(np.hstack([both.x.rows, both.y.rows]))
    x, y, groups = both.thinned(both.counted(student.Copula(straight, student.GAUSSIAN)))
    seen = look(x, y, groups=groups)
    raw, error = seen.value, math.hypot(seen.error, seen.to_go * seen.growth_error)
    growing = max(seen.growth, 0.0)
    value = raw + seen.to_go * growing
    flags = ("still growing",) if growing > max(GROWING * value, NOTHING) else ()
    high = value + 2 * error + growing + 0.014
    return Found(value, raw - 2 * error, high, "manifold", flags)
