"""Rows that are copies of others, as oversampling, joins and augmentation make them.

A copy is no evidence: a classifier that has seen one knows the other, and an interval that counts
both is too narrow. Rows of symbols repeat by themselves, rows of measurements do not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Column, Counts
from pid.core.distinct import numbered_rows
from pid.io.columns import HEAD, Variable
from pid.io.named import MAX_SYMBOLS

# Rows of which all are there 2, 4, 6 ... times, by chance once in 2^16.
FEWEST_DISTINCT = 16

ROUNDING = 1e-9  # of the largest number: what is less than this apart is so by arithmetic
UNGROUPED = (
    "they count as if they were others, so that answers are too high and too certain; leave them "
    "out"
)
HEAP = 0.05, 5.0  # a value in so many of all rows, and so often what others are, such as 0


class Copies(NamedTuple):
    """The group of copies that each row is in, and how many rows are copies of one before."""

    rows: Codes
    copied: int
    times: int = 1  # of symbols: how many times over every row is there

    def note(self, *, grouped: bool, where: str = "x1 and x2") -> str:
        """What was found and what is done about it, in words; ``where``: the columns compared."""
        what = f"{self.copied:,} of {len(self.rows):,} rows are copies of others in {where}"
        equal = "rows that are equal are one group"
        if self.times > 1:
            what = f"every row is there {self.times} times, or a multiple of that, as copies are"
            equal = f"each {self.times} that are equal are one group"
        done = (
            f"{equal}, learned from or judged together and resampled together"
            if grouped
            else UNGROUPED
        )
        return f"{what}: {done}"


def copies(*sources: Variable, target: Sequence[Variable] = ()) -> Copies | None:
    """Rows that are equal in all columns of all sources, where that can be no chance.

    Of measurements, single rows are found. Of symbols rows repeat by themselves, but not all of
    them, the target alike, by multiples of one number: then so many equal ones are a group.

    Args:
        sources: in which copies are equal.
        target: in which those of symbols are equal, too.

    Examples:
        >>> from pid.io.columns import as_variable
        >>> x = np.append(np.arange(30) / 7, 1 / 7)
        >>> found = copies(as_variable(x, "x1"), as_variable(x**2, "x2"))
        >>> found.rows[-3:].tolist(), found.copied
        ([28, 29, 1], 1)
        >>> rows = np.repeat(np.arange(20), np.tile([3, 6], 10))
        >>> copies(as_variable(rows, "x1"), target=[as_variable(rows % 4, "y")]).times
        3
    """
    return _of_measurements(sources, target) or _of_symbols(sources, target)


def _of_measurements(sources: Sequence[Variable], target: Sequence[Variable]) -> Copies | None:
    """Equal rows that can be no chance, among numbers that are not whole.

    It can be chance unless some such column has more values than symbols have, more than half as
    many as there are distinct rows, among those that repeat as well, and no symbol or whole number
    alone tells the rows apart: of symbols, of doses and of what depends on them, and of zeros
    beside rounded numbers, rows repeat. It is also chance if rows are equal no more often than they
    differ by one step of the rounding of the finest column alone, or if those that are equal have
    the same target no more often than others.
    """
    columns = [_column(x, i) for x in sources for i in range(len(x.columns))]
    measured = []
    for column in columns:
        kind = column.dtype.kind == "f" and not (_is_whole(column[:HEAD]) and _is_whole(column))
        measured.append(kind)
        if kind and len(np.unique(column)) == len(column):  # mostly the first: none is a copy
            return None
    if not any(measured):
        return None
    bits = [column for x in sources for column in _bits_of(x)]
    rows, first = numbered_rows(bits)
    distinct = len(first)
    values = [len(np.unique(column[first])) for column in bits]
    # of zeros and rounded numbers some rows are equal by chance
    again = first[np.bincount(rows) > 1]
    fine = any(
        n > max(MAX_SYMBOLS, distinct / 2) and 2 * len(np.unique(column[again])) > len(again)
        for n, column in compress(zip(values, bits, strict=True), measured)
    )
    of_a_symbol = any(n == distinct for n, kind in zip(values, measured, strict=True) if not kind)
    if distinct == len(rows) or not fine or of_a_symbol:
        return None
    finest = max((i for i, kind in enumerate(measured) if kind), key=values.__getitem__)
    if _by_rounding(columns[finest], bits[:finest] + bits[finest + 1 :]):
        return None
    if target and not _is_target_alike(rows, [b for y in target for b in _bits_of(y)]):
        return None
    return Copies(rows.astype(np.intp), len(rows) - distinct)


def _is_target_alike(rows: NDArray[np.integer], target: Sequence[Codes]) -> bool:
    """Whether equal rows have the same target: all of them, or more often than by chance."""
    y = numbered_rows(target)[0]
    of_both = numbered_rows([rows.astype(np.intp), y.astype(np.intp)])[0]
    pairs, same, chance = (_pairs(codes) for codes in (rows, of_both, y))
    chance /= len(rows) * (len(rows) - 1) / 2
    groups = np.count_nonzero(np.bincount(rows) > 1)
    likely = chance + 2 * np.sqrt(chance * (1 - chance) / groups)
    return bool(same == pairs or same / pairs > likely)


def _pairs(codes: NDArray[np.integer]) -> float:
    """How many pairs of rows have the same code."""
    times = np.bincount(codes).astype(float)
    return float((times * (times - 1)).sum() / 2)


def _by_rounding(column: Column, others: Sequence[Codes]) -> bool:
    """Whether rows are equal no more often than rounding makes them.

    As many pairs of rows as are equal by chance differ by one step up, and as many by one down, and
    are equal in the other columns; of copies far fewer do.
    """
    found, codes, times = np.unique(column, return_inverse=True, return_counts=True)
    heap = (times > HEAP[0] * len(column)) & (times > HEAP[1] * len(column) / len(found))
    there = ~(np.isnan(column) | heap[codes])
    values = column[there].astype(np.float64)
    distinct = np.unique(values)
    if len(distinct) < 2:
        return True
    size = np.abs(distinct).max()
    steps = np.diff(distinct / size)
    step = steps[steps > ROUNDING].min(initial=1.0)
    places = np.rint((values / size - distinct[0] / size) / step)
    of_others = numbered_rows([c[there] for c in others])[0] if others else np.zeros(len(values))
    order = np.lexsort([places, of_others])
    other, place = of_others[order], places[order]
    starts = np.flatnonzero(np.append(True, (np.diff(other) != 0) | (np.diff(place) != 0)))
    times = np.diff(np.append(starts, len(values))).astype(float)
    equal = (times * (times - 1)).sum() / 2
    near = (np.diff(other[starts]) == 0) & (np.diff(place[starts]) == 1)
    beside = (times[1:] * times[:-1])[near].sum()  # twice what is equal by chance
    return bool(equal <= beside + 2 * np.sqrt(beside))


def _of_symbols(sources: Sequence[Variable], target: Sequence[Variable]) -> Copies | None:
    """Groups of as many equal rows as every row is there times over, unless it is once.

    In a design all conditions are there equally often, too, and are no copies.
    """
    bits: list[Codes] = []
    counts: list[Counts] = []  # of the values of each column
    for x in (*target, *sources):  # y first, as it has few values, and most have no divisor
        for column in _bits_of(x):
            bits.append(column)
            counts.append(np.unique(column, return_counts=True)[1])
            if np.gcd.reduce(counts[-1]) == 1:
                return None
    rows, first = numbered_rows(bits)
    times, distinct = int(np.gcd.reduce(np.bincount(rows))), len(first)
    if distinct < FEWEST_DISTINCT or times == 1:
        return None
    of_sources = counts[-sum(len(x.columns) for x in sources) :]
    if times * distinct == len(rows) and _is_design(of_sources, distinct):
        return None
    groups = np.empty(len(rows), dtype=np.intp)
    groups[np.argsort(rows, kind="stable")] = np.arange(len(rows)) // times
    return Copies(groups, len(rows) - len(rows) // times, times)


def _is_design(counts: Sequence[Counts], distinct: int) -> bool:
    """Whether columns look chosen: balanced, or all in all rows they can make, or a number each."""
    values = [len(of_column) for of_column in counts]
    balanced = all(of_column.min() == of_column.max() for of_column in counts)
    return balanced or 2 * distinct >= math.prod(values) or max(values) == distinct


def _is_whole(column: Column) -> bool:
    return bool(((column == np.floor(column)) | np.isnan(column)).all())


def _column(x: Variable, i: int) -> Column:
    """As it came, with no number in the gaps of measurements."""
    column = x.columns[i]
    return (
        np.where(x.gaps[i], np.nan, column) if i in x.gaps and column.dtype.kind == "f" else column
    )


def _bits_of(x: Variable) -> list[Codes]:
    return [_bits(x, i) for i in range(len(x.columns))]


def _bits(x: Variable, i: int) -> Codes:
    """An integer for each value of a column, equal ones for equal values; gaps are equal."""
    column = _column(x, i)
    if column.dtype.kind == "f":
        return (column.astype(np.float64) + 0.0).view(np.int64)  # no -0
    return column if column.dtype.kind in "biu" and i not in x.gaps else x.encoded_column(i)[0]
