"""How often the best rule of a sample's cells is right in other samples.

The rule names the likeliest class of each cell. On the rows that made it, it is right too often: of
noise, and of every cell with few rows, it knows the noise. So the rule of one half of the units is
judged on the other half, which it has not seen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Floats
from pid.inference.units import Units

SPLITS = 100
SAME = 1e-9  # of a sum of weights, what is rounding


class Halves(NamedTuple):
    """What rules of halves are worth on other halves: of both sources, x1 and x2, (3,) each.

    Attributes:
        accuracy: mean over splits.
        rows: that are independent of each other and tell as much about it; see ``effective_rows``.
    """

    accuracy: Floats
    rows: Floats


def views(tables: Floats) -> tuple[Floats, Floats, Floats]:
    """What both sources, x1 and x2 show, of tables (B, n1, n2, k): (B, cells, k) each."""
    return tables.reshape(len(tables), -1, tables.shape[3]), tables.sum(axis=2), tables.sum(axis=1)


def best_rule(cells: Floats) -> Floats:
    """The share in which the best rule of (B, cells, k) names each class; likewise (B, cells, k).

    Classes that are equally frequent in a cell, as all of them are in an empty one, go by their
    frequency in the table; if that is the same, too, each is named equally often.
    """
    total = cells.sum(axis=1, keepdims=True)
    rounding = SAME * total.max(axis=2, keepdims=True)
    first = cells >= cells.max(axis=2, keepdims=True) - rounding
    rank = np.where(first, total, -np.inf)
    named = rank >= rank.max(axis=2, keepdims=True) - rounding
    return np.asarray(named / named.sum(axis=2, keepdims=True))


def halves(units: Units, rng: np.random.Generator, splits: int = SPLITS) -> Halves:
    """Rules of half of the units, drawn without replacement, on the others: mean over splits."""
    half = units.draw_fewer(units.count // 2, splits, rng)
    rest = units.table - half
    n1, n2, k = units.shape
    right, rows = np.empty(3), np.empty(3)
    shapes = ((n1, n2, k), (n1, 1, k), (1, n2, k))
    for i, (learned, judged) in enumerate(zip(views(half), views(rest), strict=True)):
        rule = best_rule(learned)
        right[i] = (rule * judged).sum() / judged.sum()
        mean = np.broadcast_to(rule.mean(axis=0).reshape(shapes[i]), units.shape)
        rows[i] = effective_rows(units, mean.ravel())
    return Halves(right, rows)


def effective_rows(units: Units, right: Floats) -> float:
    """How many independent rows say as much about how often a rule is right.

    The rows, by the variance of their mean if they were independent relative to that by units: no
    more than there are, and no fewer than units of one size would be (Kish 1965).

    Args:
        units: of the data.
        right: how often the rule is right in each cell of the flattened table.

    Examples:
        >>> cells, groups = np.repeat([0, 1], [6, 3]), np.arange(9) // 3
        >>> units = Units.from_rows(cells, (1, 1, 2), groups=groups)
        >>> effective_rows(units, np.array([1.0, 0.0]))
        3.0
    """
    table = units.table.ravel()
    rows = float(table.sum())
    away = right - table @ right / rows
    alone = float(table @ away**2)
    if alone <= SAME * rows:  # right nearly always, which says nothing of how units differ
        return units.alike
    together = units.times @ (units.tables @ away) ** 2 * units.count / (units.count - 1)
    return float(np.clip(rows * alone / max(alone, together), units.alike, rows))


def wilson(share: Floats, rows: Floats, reach: float) -> tuple[Floats, Floats]:
    """The shares that lie within ``reach`` standard errors, their own, of one of ``rows`` (Wilson
    1927).

    Examples:
        >>> low, high = wilson(np.array([0.0]), np.array([10.0]), 2.0)
        >>> low.round(3).tolist(), high.round(3).tolist()
        ([0.0], [0.286])
    """
    share = np.clip(share, 0.0, 1.0)
    over = reach**2 / rows
    centre = (share + over / 2) / (1 + over)
    half = np.sqrt(over * share * (1 - share) + over**2 / 4) / (1 + over)
    return centre - half, centre + half
