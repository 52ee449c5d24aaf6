"""Quantile bins of numbers: equal shares of the rows, and values that many rows have by themselves.

Quantiles alone lose what matters most in counts and amounts: where a third of the rows are 0, an
edge at 0 puts them with all that is above. So a value that fills a bin alone has one alone, and
the bins that are left share the rows that are left. Every edge is a value of the data and found by
counting, so that whoever counts (this module, a database, workers that hold a part each) finds the
same to the bit; and a column and its negative are cut between the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.discretization.runs import InMemory, Ordered, Run, Runs


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


def bin_names(edges: Floats) -> tuple[str, ...]:
    """The bins between ascending edges, in words.

    Examples:
        >>> bin_names(np.array([1.0, 2.5]))
        ('below 1', '1 to below 2.5', '2.5 and more')
    """
    if not len(edges):
        return ("all",)
    ends = [f"{edge:.4g}" for edge in edges]
    return f"below {ends[0]}", *map(" to below ".join, pairwise(ends)), f"{ends[-1]} and more"


def edges(column: Ordered, bins: int) -> Floats:
    """The least value of every bin but the first.

    A value that at least 1 / bins of the rows have gets a bin of its own. The other bins go to the
    rows between such values, one each and then to where a bin would hold most, and cut them into
    equal shares, as near as equal values permit. Where there are more parts than bins, the
    neighbours with fewest rows together share one.
    """
    n = len(column)
    grid = range(0, n, -(-n // bins))  # a value that fills a bin is at one of these
    shares = [n * i // bins for i in range(1, bins)]
    near = (min(max(at + by, 0), n - 1) for at in shares for by in (-1, 0, 1))
    runs = Runs(column, [*grid, *near])
    masses = sorted({run for run in runs.at(grid) if run.rows * bins >= n})
    parts = _within(_parts(masses, n), bins)
    cuts = {part.start for part in parts if part.start}
    for part, share in zip(parts, _shared(parts, bins), strict=True):
        cuts.update(cut for cut in _cuts(runs, part, share) if part.start < cut < part.stop)
    return runs.values_above(cuts)


class _Part(NamedTuple):
    """Positions that have bins of their own: of one value, or of many that may be cut apart."""

    start: int
    stop: int
    whole: bool

    @property
    def rows(self) -> int:
        return self.stop - self.start


def _parts(masses: Sequence[Run], n: int) -> list[_Part]:
    """All positions: the masses, and what lies between them."""
    ends = [Run(0, 0), *masses, Run(n, n)]
    between = [_Part(a.stop, b.start, False) for a, b in pairwise(ends) if a.stop < b.start]
    return sorted([*(_Part(*mass, True) for mass in masses), *between])


def _within(parts: list[_Part], bins: int) -> list[_Part]:
    """At most ``bins`` of them: neighbours with fewest rows together become one."""
    while len(parts) > bins:
        rows = [second.stop - first.start for first, second in pairwise(parts)]
        i = rows.index(min(rows))
        parts = [*parts[:i], _Part(parts[i].start, parts[i + 1].stop, True), *parts[i + 2 :]]
    return parts


def _shared(parts: Sequence[_Part], bins: int) -> list[int]:
    """How many bins each part is cut into."""
    shares = [1] * len(parts)
    for _ in range(bins - len(parts)):
        held = [
            0 if part.whole else part.rows / share
            for part, share in zip(parts, shares, strict=True)
        ]
        if max(held) > 1:
            shares[held.index(max(held))] += 1
    return shares


def _cuts(runs: Runs, part: _Part, share: int) -> list[int]:
    """Where equal shares of a part end, moved to the nearer end of the run that is there.

    Where both are as near it is the one further from the middle of the part.
    """
    ends = [part.start * share + part.rows * i for i in range(1, share)]  # times ``share``
    cuts = []
    for end, run in zip(ends, runs.at(end // share for end in ends), strict=True):
        before, after = end - run.start * share, run.stop * share - end
        if before == after:
            before, after = run.start + run.stop, part.start + part.stop
        cuts.append(run.start if before <= after else run.stop)
    return cuts
