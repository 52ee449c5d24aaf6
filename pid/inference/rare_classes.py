"""Intervals where a class has few rows: what the population may be, and not only what was drawn.

A class of a few rows that were all seen with the same symbols varies in no table that is drawn from
the sample, and one without a row does not occur in any: their intervals are far too narrow, or a
point. So the interval also has what populations would give that make such a sample likely: class
shares drawn from a Dirichlet law of one row more each, and p(x1, x2 | y) from one of two rows more,
spread evenly over the pairs that occur. A prior that favours common pairs will not do: a class of
one row would then be known to be like the others. Rows and tails were chosen by what the intervals
cover, see docs/statistics.md.
"""

from __future__ import annotations

import numpy as np

from pid._types import Floats
from pid.inference.atoms import solve, with_total
from pid.inference.intervals import Bounds, percentile
from pid.inference.units import Units

FEW = 30  # rows of a class from which on its tables vary enough
POPULATIONS = 400
OF_CLASS = 1.0  # rows that are added to a class
OF_PAIRS = 2.0  # rows that are added to a class, spread over pairs


def widened(bounds: Bounds, units: Units, level: float, rng: np.random.Generator) -> Bounds:
    """The hull of an interval and of the quantiles of populations, where a class is rare."""
    table = units.table * (units.effective_rows / units.table.sum())
    if table.sum(axis=(0, 1)).min() >= FEW:
        return bounds
    drawn = with_total(solve(populations(table, POPULATIONS, rng)))
    possible = percentile(drawn, (1 + level) / 2)  # half of the tails, as the prior is a guess
    return Bounds(np.minimum(bounds.low, possible.low), np.maximum(bounds.high, possible.high))


def populations(table: Floats, size: int, rng: np.random.Generator) -> Floats:
    """Tables of probabilities (size, n1, n2, k) that may have given these counts."""
    n1, n2, k = table.shape
    pairs = table.reshape(-1, k)
    occupied = pairs.sum(axis=1) > 0
    of_y = rng.dirichlet(pairs.sum(axis=0) + OF_CLASS, size=size)
    weight = pairs[occupied] + OF_PAIRS / occupied.sum()
    drawn = rng.standard_gamma(weight, size=(size, *weight.shape))
    drawn /= drawn.sum(axis=1, keepdims=True)
    tables = np.zeros((size, n1 * n2, k))
    tables[:, occupied] = drawn * of_y[:, None]
    return tables.reshape(size, n1, n2, k)
