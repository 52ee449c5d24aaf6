"""Quantile bins of numbers: equal shares of the rows, and values that many rows have by themselves.

Quantiles alone lose what matters most in counts and amounts: where a third of the rows are 0, an
edge at 0 puts them with all that is above. So a value that fills a bin alone has one alone, and
the bins that are left share the rows that are left. Every edge is a value of the data and found by
counting, so that whoever counts (this module, a database, workers that hold a part each) finds the
same to the bit; and a column and its negative are cut between the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np

from pid._types import Codes, Counts, Floats

LOOKS = 16  # at how many places a column is compared with its mirror image


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


def quantile_edges(values: Floats, bins: int) -> Floats:
    """Inner edges of at most ``bins`` bins; see ``edges``.

    Args:
        values: finite numbers, shape (samples,).
        bins: at least 1.

    Returns:
        Ascending edges, one less than there are bins.

    Examples:
        >>> quantile_edges(np.array([4.0, 1.0, 3.0, 2.0]), 2).tolist()
        [3.0]
        >>> quantile_edges(np.array([0.0, 0.0, 0.0, 0.0, 1.0, 2.0]), 3).tolist()
        [1.0, 2.0]
    """
    return edges(InMemory(values), bins)


def assign(values: Floats, edges: Floats) -> Codes:
    """Bin of each value: the number of edges that are not above it.

    Examples:
        >>> assign(np.array([4.0, 1.0, 3.0, 2.0]), np.array([3.0])).tolist()
        [1, 0, 1, 0]
    """
    return np.searchsorted(edges, values, side="right").astype(np.intp)


def edges(column: Ordered, bins: int) -> Floats:
    """The least value of every bin but the first.

    A value that at least 1 / bins of the rows have gets a bin of its own. The other bins go to the
    rows between such values, one each and then to where a bin would hold most, and cut them into
    equal shares, as near as equal values permit. Where there are more parts than bins, the
    neighbours with fewest rows together share one.
    """
    n = len(column)
    runs = _Runs(column)
    grid = np.arange(0, n, -(-n // bins))  # a value that fills a bin is at one of these
    shares = np.arange(1, bins) * n // bins
    seen = _Seen(runs, {*grid, *shares, *np.minimum(shares + 1, n - 1)}, n)
    masses = sorted({run for run in seen.runs(grid) if (run.stop - run.start) * bins >= n})
    parts = _within(_parts(masses, n), bins)
    cuts = {part.start for part in parts if part.start}
    for part, share in zip(parts, _shared(parts, bins), strict=True):
        cuts.update(cut for cut in _cuts(seen, part, share) if part.start < cut < part.stop)
    return seen.values(cuts)


class _Run(NamedTuple):
    """Positions, in order, of rows with one value; or of rows that lie between such runs."""

    start: int
    stop: int
    one_value: bool = True


class _Runs:
    """The runs of equal values of a column, each looked for once."""

    def __init__(self, column: Ordered) -> None:
        self._column = column
        self._known: dict[float, _Run] = {}
        self._value: dict[int, float] = {}  # at a rank

    def look_at(self, ranks: Iterable[int]) -> None:
        """Find the runs at some positions."""
        new = np.array(sorted({int(rank) for rank in ranks} - self._value.keys()), dtype=np.intp)
        if not new.size:
            return
        values = self._column.at(new) + 0.0  # no -0
        self._value.update(zip(new.tolist(), values.tolist(), strict=True))
        unknown = np.unique([v for v in values.tolist() if v not in self._known])
        if not unknown.size:
            return
        ends = np.column_stack([unknown, np.nextafter(unknown, np.inf)]).ravel()
        found = self._column.below(ends).reshape(-1, 2).tolist()
        for value, (start, stop) in zip(unknown.tolist(), found, strict=True):
            self._known[value] = _Run(start, stop)
            self._value |= dict.fromkeys((start, stop - 1), value)

    def value(self, rank: int) -> float:
        """The value at a position."""
        return self._value[rank]

    def run(self, rank: int) -> _Run:
        """The run at a position."""
        return self._known[self._value[rank]]


class _Seen:
    """Runs as seen from one side, which is the other one in -v, so that ties fall alike."""

    def __init__(self, runs: _Runs, ranks: set[int], n: int) -> None:
        ends = {0, *((n - 1) * i // LOOKS for i in range(LOOKS)), (n - 1) // 2, n // 2}
        both = {at for rank in ranks | ends for at in (rank, n - 1 - rank)}
        runs.look_at(both)
        least, lower, upper, most = map(runs.value, (0, (n - 1) // 2, n // 2, n - 1))
        here = sorted({runs.run(rank) for rank in both})
        there = sorted(_Run(n - run.stop, n - run.start) for run in here)
        self._runs, self._n = runs, n
        self._turned = (here, lower - least) > (there, most - upper)

    def runs(self, positions: Iterable[int]) -> list[_Run]:
        """Those at some positions."""
        ranks = [self._n - 1 - int(p) if self._turned else int(p) for p in positions]
        self._runs.look_at(ranks)
        found = map(self._runs.run, ranks)
        return [_Run(self._n - r.stop, self._n - r.start) if self._turned else r for r in found]

    def values(self, cuts: Iterable[int]) -> Floats:
        """The least value above each cut, ascending."""
        ranks = sorted(self._n - cut if self._turned else cut for cut in cuts)
        self._runs.look_at(ranks)
        return np.array([self._runs.value(rank) for rank in ranks])


def _parts(masses: Sequence[_Run], n: int) -> list[_Run]:
    """All positions: the masses, and what lies between them."""
    ends = [(0, 0), *((mass.start, mass.stop) for mass in masses), (n, n)]
    between = [_Run(stop, start, False) for (_, stop), (start, _) in pairwise(ends) if stop < start]
    return sorted([*masses, *between])


def _within(parts: list[_Run], bins: int) -> list[_Run]:
    """At most ``bins`` of them: neighbours with fewest rows together become one."""
    while len(parts) > bins:
        rows = [second.stop - first.start for first, second in pairwise(parts)]
        i = rows.index(min(rows))
        parts = [*parts[:i], _Run(parts[i].start, parts[i + 1].stop, True), *parts[i + 2 :]]
    return parts


def _shared(parts: Sequence[_Run], bins: int) -> list[int]:
    """How many bins each part is cut into."""
    shares = [1] * len(parts)
    for _ in range(bins - len(parts)):
        held = [
            0 if part.one_value else (part.stop - part.start) / share
            for part, share in zip(parts, shares, strict=True)
        ]
        if max(held) > 1:
            shares[held.index(max(held))] += 1
    return shares


def _cuts(seen: _Seen, part: _Run, share: int) -> list[int]:
    """Where equal shares of a part end, moved to the nearer end of the run that is there.

    Where both are as near it is the one further from the middle of the part.
    """
    rows = part.stop - part.start
    ends = [part.start * share + rows * i for i in range(1, share)]  # times ``share``
    cuts = []
    for end, run in zip(ends, seen.runs(end // share for end in ends), strict=True):
        before, after = end - run.start * share, run.stop * share - end
        if before == after:
            before, after = run.start + run.stop, part.start + part.stop
        cuts.append(run.start if before <= after else run.stop)
    return cuts
