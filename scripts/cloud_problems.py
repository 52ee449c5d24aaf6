"""Two clouds, and what a table does to columns that atoms should not notice, with the truth.

Truth is the decomposition of a fine grid. See ``hard_problems``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from scipy.special import expit
from scipy.stats import cauchy, norm

from pid._types import Floats
from pid.datasets._densities import Mixture, grid
from scripts.populations import Drawn, Population, beside, by_table, of_chance

BINS = 240  # of a source of two clouds, for the truth
OUTLIER, SENTINEL = 1e6, -99_999.0


def two_clouds(n: int, rng: np.random.Generator) -> Drawn:
    """Two classes, normal with means 0 and 2 in x1, 0 and 1 in x2, one column each."""
    y = rng.integers(0, 2, n)
    x1, x2 = rng.normal(size=n) + 2 * y, rng.normal(size=n) + y
    chances = (expit(log) for log in (2 * x1 - 2, x2 - 0.5, 2 * x1 + x2 - 2.5))
    first, second, both = (of_chance(p) for p in chances)
    return Drawn(x1[:, None], x2[:, None], y, (first, second, both))


def unchanged(x: Floats) -> Floats:
    """The column as it is."""
    return x


@cache
def _table_of_clouds() -> Floats:
    ends = [[Mixture(((1.0, mean, 1.0),)) for mean in (0.0, shift)] for shift in (2.0, 1.0)]
    return grid(ends[0], ends[1], (0.5, 0.5), (0.0, 0.0), BINS)


def clouds(change: Callable[[Floats], Floats], share: float = 0.0) -> Population:
    """The two clouds, with both columns put through ``change``; truth by a fine grid.

    With a ``share``, that part of x1 is lost, which is one more bin.
    """

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        plain = two_clouds(n, rng)
        X1, posteriors = plain.X1.copy(), plain.posteriors
        X1, X2 = change(X1), change(plain.X2)
        if share:
            assert posteriors is not None
            lost = slice(round(n * share))
            X1[lost] = SENTINEL
            posteriors[0][lost], posteriors[2][lost] = 0.5, posteriors[1][lost]
        return Drawn(X1, X2, plain.y, posteriors)

    def table() -> Floats:
        whole = _table_of_clouds()
        if not share:
            return whole
        return np.concatenate([(1 - share) * whole, share * whole.sum(axis=0, keepdims=True)])

    return by_table(draw, table)


def with_outlier() -> Population:
    """The two clouds, the first value of x1 replaced; the population is that of the clouds."""
    plain = clouds(unchanged)

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        drawn = plain.draw(n, rng)
        drawn.X1[0] = OUTLIER
        return drawn

    return Population(draw, plain.truth)


def as_cauchy(x: Floats) -> Floats:
    """The value that as much lies below of a Cauchy distribution as of a standard normal one."""
    return np.asarray(
        np.where(x < 0, cauchy.ppf(norm.cdf(-np.abs(x))), cauchy.isf(norm.sf(np.abs(x))))
    )


def few() -> Population:
    """The two clouds, each among five columns of nuisance: for small samples. By a fine grid."""
    plain = clouds(unchanged)

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        drawn = plain.draw(n, rng)
        return drawn._replace(X1=beside(drawn.X1, 5, rng), X2=beside(drawn.X2, 5, rng))

    return Population(draw, plain.truth)


# of the clouds, by which no atom should change, but for what is lost
CHANGES: Mapping[str, Callable[[], Population]] = MappingProxyType(
    {
        "exp": lambda: clouds(lambda x: np.exp(3 * x)),
        "cube": lambda: clouds(lambda x: x**3),
        "outlier": with_outlier,
        "sentinel": lambda: clouds(unchanged, 0.02),
        "cauchy": lambda: clouds(as_cauchy),
    }
)
