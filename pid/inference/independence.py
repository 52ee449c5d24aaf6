"""Tests of (conditional) independence of many tables at once, without resampling.

Pearson's X^2 of a table with fixed margins has a mean and a variance that are known exactly,
whatever the counts; a gamma distribution with these two moments stands for its law. In sparse
tables, where the usual chi-squared law of the G statistic is far off, this one still holds.

    E X^2 = (r - 1)(c - 1) n / (n - 1)                                     (Haldane 1940)
    V X^2 = 2n / (n - 3) (v1 - w1)(v2 - w2) + n^2 / (n - 1) w1 w2          (Dawson 1954)

with v1 = (r - 1)(n - r) / (n - 1), w1 = (n sum_i 1 / n_i - r^2) / (n - 2) for the r rows with sums
n_i, and v2, w2 likewise for the c columns.

References: Haldane, Biometrika 31, 1940; Dawson, Biometrika 41, 1954.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import gamma

from pid._types import Floats

FEWEST = 4  # rows of a table below which the variance has no formula, and which say nothing


class Moments(NamedTuple):
    """X^2 with its mean and variance under independence."""

    value: Floats
    mean: Floats
    variance: Floats


def p_value(found: Moments, design_effect: Floats | float = 1.0) -> Floats:
    """Chance of so large an X^2 under independence, by a gamma law with its moments.

    Args:
        found: of any shape; where there is no variance, nothing could vary, and p is 1.
        design_effect: of dependent rows, by which X^2 is divided (Rao & Scott 1984).
    """
    some = found.variance > 0
    variance = np.where(some, found.variance, 1.0)
    mean = np.where(some, found.mean, 1.0)
    scale = variance / mean
    p = gamma.sf(found.value / design_effect, mean / scale, scale=scale)
    return np.where(some, p, 1.0)


def independence(tables: Floats) -> Moments:
    """Of the rows and columns of tables of counts, shape (..., r, c).

    Examples:
        >>> found = independence(np.array([[30.0, 20.0], [20.0, 30.0]]))
        >>> round(float(found.value), 2), round(float(found.mean), 2)
        (4.0, 1.01)
        >>> round(float(p_value(found)), 2)
        0.05
    """
    rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
    n = rows.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = rows[..., :, None] * columns[..., None, :]
        ratio = np.divide(tables**2, expected, out=np.zeros_like(tables), where=expected > 0)
        value = n * (ratio.sum(axis=(-2, -1)) - 1)
        r, v1, w1 = _margin(rows, n)
        c, v2, w2 = _margin(columns, n)
        mean = (r - 1) * (c - 1) * n / (n - 1)
        variance = 2 * n / (n - 3) * (v1 - w1) * (v2 - w2) + n**2 / (n - 1) * w1 * w2
    none = (n < FEWEST) | (r < 2) | (c < 2)
    value, mean, variance = (np.where(none, 0.0, x) for x in (value, mean, variance))
    return Moments(value, mean, variance)


def conditional_independence(tables: Floats) -> Moments:
    """Of rows and columns within each stratum: sums over strata of tables (..., strata, r, c)."""
    within = independence(tables)
    return Moments(*(x.sum(axis=-1) for x in within))


def _margin(sums: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Occupied symbols, and Dawson's v and w, of one margin (..., symbols)."""
    occupied = (sums > 0).sum(axis=-1)
    inverse = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0).sum(axis=-1)
    v = (occupied - 1) * (n - occupied) / (n - 1)
    w = (n * inverse - occupied**2) / (n - 2)
    return occupied, v, w
