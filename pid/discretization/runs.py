"""Runs of equal values in a column that is in order, wherever it is: found by asking, each once.

What is asked is what databases and workers can answer exactly: values at positions, and how many
values are below others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import numpy as np

from pid._types import Codes, Counts, Floats

LOOKS = 16  # places at which a column is compared with its mirror image, beside those asked for


class Ordered(Protocol):
    """The finite values of a column in ascending order, wherever they are."""

    def __len__(self) -> int:
        """How many there are."""

    def at(self, ranks: Codes) -> Floats:
        """The values at some positions, counted from 0."""

    def below(self, values: Floats) -> Counts:
        """How many are less than each of ``values``, which ascend."""


class InMemory:
    """An ``Ordered`` of an array."""

    def __init__(self, values: Floats) -> None:
        self._sorted = np.sort(values)

    def __len__(self) -> int:
        return len(self._sorted)

    def at(self, ranks: Codes) -> Floats:
        """See ``Ordered``."""
        return self._sorted[ranks]

    def below(self, values: Floats) -> Counts:
        """See ``Ordered``."""
        return np.searchsorted(self._sorted, values).astype(np.int64)


class Run(NamedTuple):
    """Positions, in order, of the rows with one value; the last is not among them."""

    start: int
    stop: int

    @property
    def rows(self) -> int:
        """How many there are."""
        return self.stop - self.start


class Runs:
    """The runs of a column, seen from one side, which is the other one in -v.

    So ties that are broken by the order of positions fall alike in a column and in its negative,
    unless it is its own mirror image at every place that was looked at.
    """

    def __init__(self, column: Ordered, positions: Iterable[int]) -> None:
        """Look at some positions, and at those that mirror them."""
        n = len(column)
        middle = (n - 1) // 2, n // 2
        some = {0, *middle, *((n - 1) * i // LOOKS for i in range(LOOKS)), *map(int, positions)}
        both = sorted({at for position in some for at in (position, n - 1 - position)})
        self._column, self._n = column, n
        self._run: dict[float, Run] = {}  # of a value
        self._value: dict[int, float] = {}  # at a position, from the lower side
        self._look(both)
        here = sorted({self._run[self._value[at]] for at in both})
        there = sorted(Run(n - run.stop, n - run.start) for run in here)
        least, lower, upper, most = (self._value[at] for at in (0, *middle, n - 1))
        self._turned = (here, lower - least) > (there, most - upper)

    def at(self, positions: Iterable[int]) -> list[Run]:
        """Those at some positions."""
        n, turned = self._n, self._turned
        places = [n - 1 - int(p) if turned else int(p) for p in positions]
        self._look(places)
        runs = [self._run[self._value[place]] for place in places]
        return [Run(n - run.stop, n - run.start) for run in runs] if turned else runs

    def values_above(self, cuts: Iterable[int]) -> Floats:
        """The least value above each place between two positions, ascending."""
        places = sorted(self._n - cut if self._turned else cut for cut in cuts)
        self._look(places)
        return np.array([self._value[place] for place in places])

    def _look(self, places: Iterable[int]) -> None:
        new = np.array(sorted(set(places) - self._value.keys()), dtype=np.intp)
        if not new.size:
            return
        values = self._column.at(new) + 0.0  # no -0
        self._value.update(zip(new.tolist(), values.tolist(), strict=True))
        unknown = np.array(sorted(set(values.tolist()) - self._run.keys()))
        if not unknown.size:
            return
        ends = np.column_stack([unknown, np.nextafter(unknown, np.inf)]).ravel()
        found = self._column.below(ends).reshape(-1, 2).tolist()
        for value, (start, stop) in zip(unknown.tolist(), found, strict=True):
            self._run[value] = Run(start, stop)
            self._value |= dict.fromkeys((start, stop - 1), value)
