"""Columns whose mean and deviation hide most of what they say: tails, heaps and parts far apart.

A value that is there many times among others that are not, such as a code for nothing or a zero, is
a thing of its own: a *heap*. Its rows get a column that says so, and the middle among the others.
What is left has a *tail* if a value lies too far out, in deviations that the quartiles show, or
*parts* so far apart that each is nearly a point: it becomes the normal scores of its ranks, which
no monotone map moves. No other column does: where clusters are apart, their distances tell more
than ranks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from pid._types import Floats
from pid.discretization.kmeans import normal_scores
from pid.io.columns import Variable, listed

NORMAL_QUARTILES = 2 * float(ndtri(0.75))  # how far apart they are in a normal column
TAIL = 15  # robust deviations from the median, beyond which a column has a tail
PARTS, APART = 3, 0.03  # gaps that may part a column; what is left of its range without them
LOOKED_AT = 20_000  # rows that quartiles and heaps are looked for in
HEAP_ROWS, HEAP_SHARE = 5, 0.01  # that a value has, to be a heap; and times that of the usual one
HEAP_TIMES, MOST_HEAPS = 5, 3

Singles = NDArray[np.float32]
Flags = NDArray[np.bool_]


class Tailed(NamedTuple):
    """What stands for a column: its rows, and one more column for each heap."""

    rows: Singles
    values: tuple[float, ...]  # of the heaps
    heaps: tuple[Singles, ...]
    scored: bool  # whether rows are normal scores


def tailed(x: Variable, varies: Flags) -> dict[int, Tailed]:
    """Columns that are replaced, by their positions."""
    some = np.linspace(0, len(x) - 1, min(len(x), LOOKED_AT)).astype(np.intp)
    flags = _flags(x, varies)
    found = {}
    for i in np.flatnonzero(varies):
        column = np.asarray(x.columns[i])
        if column.dtype.kind == "b":
            continue
        replaced = _replaced(column, some, flags)
        if replaced is not None:
            found[int(i)] = replaced
    return found


def _replaced(
    column: NDArray[np.generic], some: NDArray[np.intp], flags: set[bytes]
) -> Tailed | None:
    seen = np.sort(column[some].astype(np.float64))
    heaps = [(value, column == value) for value in heaps_of(seen)]
    heaps = [(value, rows) for value, rows in heaps if not _is_told(rows, flags)]
    rest = ~np.any([rows for _, rows in heaps], axis=0) if heaps else np.ones(len(column), bool)
    left = column[rest] if heaps else column
    seen = seen[~np.isin(seen, [value for value, _ in heaps])]
    ends = float(left.min()), float(left.max())
    if len(seen) < 2 or ends[0] == ends[1]:
        return None
    scored = has_tail(seen, *ends) or has_parts(seen)
    if not heaps and not scored:
        return None
    values, numbers = np.zeros(len(column)), left.astype(np.float64)
    values[rest] = normal_scores(numbers[:, None])[:, 0] if scored else _standardised(numbers)
    return Tailed(
        _standardised(values).astype(np.float32),
        tuple(value for value, _ in heaps),
        tuple(_standardised(rows.astype(np.float64)).astype(np.float32) for _, rows in heaps),
        scored,
    )


def heaps_of(ordered: Floats) -> list[float]:
    """Values that are there often, and others are not, of a column in rising order.

    Examples:
        >>> heaps_of(np.r_[np.full(6, -99999.0), np.arange(20.0)])
        [-99999.0]
    """
    values, counts = np.unique(ordered, return_counts=True)
    enough = max(HEAP_ROWS, HEAP_SHARE * len(ordered), HEAP_TIMES * float(np.median(counts)))
    many = np.flatnonzero(counts >= enough)
    if len(values) < 2 * HEAP_ROWS or not len(many):  # few values are symbols, all of them
        return []
    most = many[np.argsort(-counts[many], kind="stable")[:MOST_HEAPS]]
    return [float(value) for value in values[np.sort(most)]]


def has_tail(seen: Floats, low: float, high: float) -> bool:
    """Whether an end is too far from the median of values in rising order.

    Two values alone are none of a tail.
    """
    unit = max(abs(low), abs(high))  # so that no difference overflows
    quarter, middle, last = np.quantile(seen / unit, [0.25, 0.5, 0.75])
    if max(high / unit - middle, middle - low / unit) <= TAIL * (last - quarter) / NORMAL_QUARTILES:
        return False
    return len(np.unique(seen)) > 2


def has_parts(ordered: Floats) -> bool:
    """Whether next to nothing of a column's range is left without its few widest gaps.

    Examples:
        >>> x = np.linspace(0, 1, 50)
        >>> has_parts(np.r_[x, 1e5 + x]), has_parts(np.r_[x, 5 + x])
        (True, False)
    """
    ordered = ordered / np.abs(ordered).max()
    gaps = np.sort(np.diff(ordered))
    if (gaps > 0).sum() <= PARTS:  # points, all of them
        return False
    return bool(gaps[:-PARTS].sum() < APART * (ordered[-1] - ordered[0]))


def notes_of(x: Variable, found: dict[int, Tailed]) -> tuple[str, ...]:
    """What was done, in words."""
    notes = []
    scored = [x.names[i] for i, column in found.items() if column.scored]
    if scored:
        notes.append(
            f"{x.role}: normal scores stand for {listed(scored, 'column')} with values far out: "
            f"more than {TAIL} robust deviations from the median, or parts that are far apart"
        )
    heaps = [f"{value:g} in {x.names[i]}" for i, column in found.items() for value in column.values]
    if heaps:
        notes.append(
            f"{x.role}: {listed(heaps, 'value')} of many rows told apart from all others, by a "
            "column of 0 and 1"
        )
    return tuple(notes)


def _flags(x: Variable, varies: Flags) -> set[bytes]:
    """Columns of two values, as rows that have the one: what says already where a heap is."""
    found = set()
    for i in np.flatnonzero(varies):
        column = np.asarray(x.columns[i])
        low, high = column.min(), column.max()
        if column[0] in (low, high) and ((column == low) | (column == high)).all():
            found |= {(column == low).tobytes(), (column == high).tobytes()}
    return found


def _is_told(rows: Flags, flags: set[bytes]) -> bool:
    return bool(flags) and rows.tobytes() in flags


def _standardised(column: Floats) -> Floats:
    unit = float(np.abs(column).max()) or 1.0
    column = column / unit
    deviation = column.std()
    return np.asarray((column - column.mean()) * (1 / deviation if deviation > 0 else 0.0))
