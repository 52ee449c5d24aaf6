"""Rows divided: into folds, into halves, and into those to learn from and those to stop at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from pid._types import Codes
from pid.errors import InvalidInput

HELD_OUT = 0.1  # of the training rows, to stop at
FOLDS = ((20_000, 5), (200_000, 3))  # up to so many samples; beyond them 2


class Fold(NamedTuple):
    """Rows to learn from, and rows to say something of."""

    training: Codes
    test: Codes


def folds_of(
    y: Codes,
    count: int,
    groups: Codes | None,
    random_state: int,
    rows: Codes | None = None,
) -> list[Fold]:
    """Folds with like shares of every class; rows of a group stay together.

    Args:
        y: classes 0, 1, ...
        count: how many folds.
        groups: numbers of groups, or None.
        random_state: seed.
        rows: those to divide, in rising order; all if left out.

    Raises:
        InvalidInput: a class, or with groups a number of groups, smaller than that of folds.
    """
    rows = np.arange(len(y)) if rows is None else rows
    of_rows = y[rows]
    classes = np.bincount(of_rows, minlength=int(y.max()) + 1)
    fewer = "take fewer folds, or " if count > 2 else ""
    if classes.min() < count:
        raise InvalidInput(
            f"{count} folds need as many samples of every class; the smallest class has "
            f"{classes.min()}: {fewer}merge rare classes"
        )
    if groups is None:
        split = StratifiedKFold(count, shuffle=True, random_state=random_state)
        pairs = split.split(of_rows, of_rows)
        return [Fold(rows[training], rows[test]) for training, test in pairs]
    of_groups = groups[rows]
    if len(np.unique(of_groups)) < count:
        raise InvalidInput(
            f"{count} folds need at least as many groups; got {len(np.unique(of_groups))}"
        )
    grouped = StratifiedGroupKFold(count, shuffle=True, random_state=random_state)
    pairs = grouped.split(of_rows, of_rows, of_groups)
    found = [Fold(rows[training], rows[test]) for training, test in pairs]
    if any(len(np.unique(y[fold.training])) < len(classes) for fold in found):
        raise InvalidInput(
            f"a class is in one fold's groups alone: {fewer}merge rare classes, or take other "
            "groups"
        )
    return found


def usual_folds(samples: int) -> int:
    """How many a sample is divided into, if nobody asks for another number."""
    return next((folds for most, folds in FOLDS if samples <= most), 2)


def halves_of(y: Codes, groups: Codes | None, rng: np.random.Generator) -> tuple[Codes, Codes]:
    """Rows of both halves, in rising order.

    Args:
        y: classes 0, 1, ..., of each row.
        groups: numbers of groups, which are dealt out whole, or None.
        rng: deals.

    Examples:
        >>> first, second = halves_of(np.repeat([0, 1], 4), None, np.random.default_rng(0))
        >>> len(first), len(second), int((first < 4).sum())
        (4, 4, 2)
    """
    if groups is None:
        order = rng.permutation(len(y))
        order = order[np.argsort(y[order], kind="stable")]  # by class, at random within it
        return np.sort(order[::2]), np.sort(order[1::2])
    number = int(groups.max()) + 1
    chosen = np.zeros(number, dtype=bool)
    chosen[rng.permutation(number)[::2]] = True
    return np.flatnonzero(chosen[groups]), np.flatnonzero(~chosen[groups])


def held_out(rows: Codes, groups: Codes | None, rng: np.random.Generator) -> tuple[Codes, Codes]:
    """A tenth of the rows to stop at, drawn at random, and those to learn from.

    Rows of a group are on one side: else those to stop at would know what was learned by heart, and
    training would go on for too long.

    Args:
        rows: those to divide.
        groups: number of the group of each row of the data, or None.
        rng: draws.

    Examples:
        >>> groups = np.repeat(np.arange(20), 5)
        >>> stop, learn = held_out(np.arange(100), groups, np.random.default_rng(0))
        >>> len(stop), set(groups[stop]) & set(groups[learn])
        (10, set())
    """
    order = rng.permutation(rows)
    size = max(1, int(HELD_OUT * len(rows)))
    if groups is None:
        return order[:size], order[size:]
    found, of_rows, counts = np.unique(groups[order], return_inverse=True, return_counts=True)
    if len(found) < 2:
        return order[:size], order[size:]
    chosen: list[int] = []
    stop = 0
    for group in rng.permutation(len(found)):
        if stop >= size:
            break
        if stop + counts[group] <= 2 * size:
            chosen.append(int(group))
            stop += int(counts[group])
    if 2 * stop < size:  # all others are too large: the smallest of them
        left = [group for group in range(len(found)) if group not in chosen]
        chosen.append(min(left, key=lambda group: int(counts[group])))
    held = np.isin(of_rows, chosen)
    return order[held], order[~held]
