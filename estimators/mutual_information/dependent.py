"""Rows of a group, which depend on each other: how many they count as, and their folds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats

LEAST = 1e-12  # variance of terms of which something can be said


def design_effect(terms: Floats, groups: Codes | None) -> float:
    """Variance of the mean of terms whose groups are independent, over that of single ones.

    It is 1 where terms of a group do not depend on each other; less is chance (Kish, Survey
    Sampling, 1965).

    Args:
        terms: one of each row.
        groups: numbers of the rows' groups; None where each row is one.

    Examples:
        >>> terms = np.random.default_rng(0).normal(size=400)
        >>> bool(abs(design_effect(np.repeat(terms, 5), np.repeat(np.arange(400), 5)) - 5) < 0.1)
        True
        >>> design_effect(terms, None)
        1.0
    """
    away = terms - terms.mean()
    alone = float((away**2).sum())
    if groups is None or alone < LEAST * len(terms):
        return 1.0
    sums, count = np.bincount(groups, away), len(np.unique(groups))
    return max(1.0, float((sums**2).sum()) / alone * count / max(count - 1, 1))


def folds(n: int, parts: int, rng: np.random.Generator, groups: Codes | None) -> Codes:
    """The fold of each row, at random; a group is in one."""
    if groups is None:
        return rng.permutation(n) % parts
    return (rng.permutation(int(groups.max()) + 1) % parts)[groups]


def partners(groups: Codes, rows: Codes, others: Codes) -> NDArray[np.bool_]:
    """Which of others are of the group of a row, apart from itself, shape (rows, others)."""
    return np.asarray((groups[rows][:, None] == groups[others]) & (rows[:, None] != others))


def apart(groups: Codes | None, rows: Codes, n: int) -> Codes:
    """How many of n rows are not of the group of each of some rows, itself included."""
    if groups is None:
        return np.full(len(rows), n)
    return n + 1 - np.bincount(groups)[groups[rows]]


def thinned(groups: Codes | None, n: int, effect: float) -> Codes:
    """As many rows of each group as it counts as, the first ones; of n rows, where none is left.

    Near copies are a clump, in which neighbours of other rows come all at once.
    """
    if groups is None:
        return np.arange(n)
    order, sizes = np.argsort(groups, kind="stable"), np.bincount(groups)
    place = np.arange(n) - (np.cumsum(sizes) - sizes)[groups[order]]
    kept = place < np.maximum(1, np.rint(sizes / effect))[groups[order]]
    return np.sort(order[kept])
