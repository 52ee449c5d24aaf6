"""Columns with tails: values so far out that mean and deviation are theirs alone.

Such a column becomes the normal scores of its ranks, which no monotone map moves. Not every column
does: where clusters are far apart, their distances tell more than ranks. A value that is there many
times, among others that are not, such as a code for nothing or a zero, is a thing of its own: its
rows have a column that says so, and among the scores the middle one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from pid.discretization.kmeans import normal_scores
from pid.io.columns import Variable, listed

NORMAL_QUARTILES = 2 * float(ndtri(0.75))  # how far apart they are in a normal column
TAIL = 15  # robust deviations from the median, beyond which a column has tails
QUARTILES = 100_000  # rows that they are taken from
HEAP_ROWS, HEAP_SHARE = 5, 0.005  # that a value has, to be a heap; and times that of the usual one
HEAP_TIMES, MOST_HEAPS = 5, 3

Singles = NDArray[np.float32]


class Tailed(NamedTuple):
    """What stands for a column: scores of its rows, and one more column for each heap."""

    scores: Singles
    values: tuple[float, ...]  # of the heaps
    heaps: tuple[Singles, ...]


def tailed(x: Variable, varies: NDArray[np.bool_]) -> dict[int, Tailed]:
    """Columns with a value too far from the median, in deviations that the quartiles show.

    Also those whose quartiles coincide, unless they have two values only. Quartiles of many rows
    are taken from some of them.
    """
    found = {}
    some = np.linspace(0, len(x) - 1, min(len(x), QUARTILES)).astype(np.intp)
    for i in np.flatnonzero(varies):
        column = np.asarray(x.columns[i])
        low, high = (float(end) for end in (column.min(), column.max()))
        unit = max(abs(low), abs(high))  # so that no difference overflows
        quarter, middle, last = np.quantile(column[some] / unit, [0.25, 0.5, 0.75])
        reach = max(high / unit - middle, middle - low / unit)
        if reach <= TAIL * (last - quarter) / NORMAL_QUARTILES:
            continue
        if not ((column == low) | (column == high)).all():
            found[int(i)] = in_scores(column.astype(np.float64))
    return found


def in_scores(column: NDArray[np.float64]) -> Tailed:
    """Normal scores of a column's ranks, of mean 0 and deviation 1, its heaps apart.

    Examples:
        >>> told = in_scores(np.r_[np.full(6, -99999.0), np.arange(10.0), 1e6])
        >>> told.values, told.scores[:7].astype(float).round(2).tolist()
        ((-99999.0,), [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -2.15])
    """
    values, which, counts = np.unique(column, return_inverse=True, return_counts=True)
    usual = float(np.median(counts))
    many = counts >= max(HEAP_ROWS, HEAP_SHARE * len(column), HEAP_TIMES * usual)
    heaps = np.flatnonzero(many)
    heaps = np.sort(heaps[np.argsort(-counts[heaps], kind="stable")[:MOST_HEAPS]])
    rest = ~np.isin(which, heaps)
    scores = np.zeros(len(column))
    if len(np.unique(which[rest])) > 1:
        scores[rest] = normal_scores(column[rest, None])[:, 0]
    return Tailed(
        _standardised(scores),
        tuple(values[heaps].tolist()),
        tuple(_standardised((which == heap).astype(np.float64)) for heap in heaps),
    )


def notes_of(x: Variable, found: dict[int, Tailed]) -> tuple[str, ...]:
    """What was done, in words."""
    if not found:
        return ()
    named = listed([x.names[i] for i in found], "column")
    notes = [
        f"{x.role}: normal scores stand for {named} with values more than {TAIL} robust "
        "deviations from the median"
    ]
    heaps = [f"{value:g} in {x.names[i]}" for i, column in found.items() for value in column.values]
    if heaps:
        notes.append(
            f"{x.role}: {listed(heaps, 'value')} of many rows told apart from all others, by a "
            "column of 0 and 1"
        )
    return tuple(notes)


def _standardised(column: NDArray[np.float64]) -> Singles:
    deviation = column.std()
    scale = 1 / deviation if deviation > 0 else 0.0
    return np.asarray((column - column.mean()) * scale, dtype=np.float32)
