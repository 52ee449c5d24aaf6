"""How often the best rule of a sample's cells is right in other samples.

The rule names the likeliest class of each cell. On the rows that made it, it is right too often: of
noise, and of every cell with few rows, it knows the noise. So the rule of one half of the units is
judged on the other half, which it has not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from pid._types import Codes, Floats
from pid.inference.units import Units

SPLITS = 100
SAME = 1e-9  # of a sum of weights, what is rounding


class Halves(NamedTuple):
    """What rules of halves are worth on other halves: of each look, such as both, x1 and x2.

    Attributes:
        accuracy: mean over splits.
        rows: that are independent of each other and tell as much about it; see ``effective_rows``.
    """

    accuracy: Floats
    rows: Floats


def looks(n1: int, n2: int) -> tuple[Codes, Codes, Codes]:
    """Of each pair of symbols, in the order of a table, what both sources, x1 and x2 show."""
    pairs = np.arange(n1 * n2)
    return pairs, pairs // n2, pairs % n2


def seen(tables: Floats, look: Codes) -> Floats:
    """What a look shows of tables (B, n1, n2, k): (B, symbols, k).

    Args:
        tables: whose pairs of symbols are looked at.
        look: number of what is seen of each pair, each number from 0 on.
    """
    size, k = len(tables), tables.shape[-1]
    into = csr_array((np.ones(len(look)), (look, np.arange(len(look)))))
    flat = tables.reshape(size, -1, k).swapaxes(0, 1).reshape(len(look), -1)
    return np.asarray(into @ flat).reshape(-1, size, k).swapaxes(0, 1)


def views(tables: Floats) -> tuple[Floats, ...]:
    """What both sources, x1 and x2 show, of tables (B, n1, n2, k): (B, cells, k) each."""
    return tuple(seen(tables, look) for look in looks(*tables.shape[1:3]))


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


def halves(
    units: Units,
    rng: np.random.Generator,
    splits: int = SPLITS,
    shown: Sequence[Codes] | None = None,
) -> Halves:
    """Rules of half of the units, drawn without replacement, on the others: mean over splits.

    Args:
        units: of the data.
        rng: of the halves.
        splits: how many.
        shown: looks at each pair of symbols; None for both sources, x1 and x2.
    """
    shown = looks(*units.shape[:2]) if shown is None else shown
    half = units.draw_fewer(units.count // 2, splits, rng)
    rest = units.table - half
    right, rows = np.empty(len(shown)), np.empty(len(shown))
    for i, look in enumerate(shown):
        rule, judged = best_rule(seen(half, look)), seen(rest, look)
        right[i] = (rule * judged).sum() / judged.sum()
        rows[i] = effective_rows(units, rule.mean(axis=0)[look].ravel())
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
