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

import math

import numpy as np
from numpy.typing import NDArray

from pid._types import Floats
from pid.inference.atoms import solve, with_sums
from pid.inference.intervals import Bounds, percentile
from pid.inference.units import OF_STRATA
from pid.parallel.work import HERE, Work

FEW = 30  # rows of a class from which on its tables vary enough
POPULATIONS = 400
FEWEST = 100  # of which quantiles can be had
SECONDS = 10.0  # that they may take
CHUNK = 100  # that one random generator draws
OF_CLASS = 1.0  # rows that are added to a class
OF_PAIRS = 2.0  # rows that are added to a class, spread over pairs


def widened(
    bounds: Bounds, table: Floats, level: float, random_state: int | None, work: Work = HERE
) -> Bounds:
    """The hull of an interval and of the quantiles of populations, where a class is rare.

    Args:
        bounds: of the atoms and their sums, or of the first of these rows, in nats.
        table: independent rows that the samples are worth in each cell, (n1, n2, k); or, given z,
            (nz, n1, n2, k), where the classes of a stratum are those that occur in it.
        level: nominal coverage.
        random_state: seed.
        work: where populations are solved.
    """
    number = affordable(table.shape)
    if not has_rare_classes(table) or not number:
        return bounds
    seed = None if random_state is None else another(random_state)
    drawn = work.draw("populations", _solved, (table,), number, CHUNK, seed, of=(4,))
    rows = with_sums(drawn)[: len(bounds.low)]
    possible = percentile(rows, (1 + level) / 2)  # half: the prior is a guess
    return Bounds(np.minimum(bounds.low, possible.low), np.maximum(bounds.high, possible.high))


def affordable(shape: tuple[int, ...]) -> int:
    """How many populations are drawn: fewer where tables take long to solve; none, if too few.

    Populations have no empty cells, so that they take longer than the samples.
    """
    *strata, n1, n2, k = shape
    if k <= 2:  # in closed form
        return POPULATIONS
    seconds = math.prod(strata) * (5e-7 * n1 * n2 * k**2 + 1e-10 * (min(n1, n2) * k) ** 3)
    number = min(POPULATIONS, int(SECONDS / seconds))
    return number if number >= FEWEST else 0


def has_rare_classes(table: NDArray[np.generic], worth: float = 1.0) -> bool:
    """Whether a class has few rows; of one that does not occur in a stratum it is not asked.

    Args:
        table: rows of each cell, (n1, n2, k) or (nz, n1, n2, k).
        worth: how many independent ones each of them is.
    """
    of_class = table.sum(axis=(-3, -2)) * worth
    if table.ndim == OF_STRATA:
        of_class = of_class[of_class > 0]
    return bool(of_class.min() < FEW)


def another(random_state: int) -> int:
    """A seed of other numbers than those that replicates are drawn with."""
    return int(np.random.SeedSequence([random_state, FEW]).generate_state(1)[0])


def _solved(table: Floats, size: int, seed: np.random.SeedSequence) -> Floats:
    return solve(populations(table, size, np.random.default_rng(seed)))


def populations(table: Floats, size: int, rng: np.random.Generator) -> Floats:
    """Tables of probabilities (size, *shape) that may have given these counts."""
    if table.ndim == OF_STRATA:
        return _of_strata(table, size, rng)
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


def _of_strata(table: Floats, size: int, rng: np.random.Generator) -> Floats:
    """Of each stratum by itself, with the share that it has and the classes that it shows."""
    found = np.zeros((size, *table.shape))
    for z, of_z in enumerate(table):
        there = of_z.any(axis=(0, 1))
        if there.any():
            found[:, z][..., there] = populations(of_z[..., there], size, rng) * of_z.sum()
    return np.asarray(found / table.sum())
