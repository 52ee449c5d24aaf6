"""Values at given ranks of a column that is elsewhere: exact, from samples and counts alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Counts, Floats
from pid.discretization.out_of_core.engine import Between, Engine, contradiction

SAMPLE = 1_000_000  # values that say where to look
FETCHED = 500_000  # values around a rank that are looked through
DEVIATIONS = 4  # of the rank of a sampled value, to either side


def order_statistics(engine: Engine, column: int, ranks: Codes) -> Floats:
    """The values at ``ranks``, counted from 0, of all values of a column in ascending order.

    Each rank has a range that is known to hold it. A sample of the values in it says where to cut
    it into three, and counting says which of the three to go on with, until it is small enough to
    look through, or holds a single value.
    """
    whole = _Held(-math.inf, math.inf, 0, engine.rows)
    held = {int(rank): whole for rank in ranks}
    while wide := {rank: h for rank, h in held.items() if h.is_wide}:
        share = min(1.0, SAMPLE / max(h.values for h in wide.values()))
        within = _apart([h.ends for h in wide.values()])
        sample = np.sort(engine.sample(column, within, share))
        cuts = {rank: found for rank, h in wide.items() if (found := _cuts(rank, h, sample))}
        if not cuts:  # nothing was drawn: halve what there is of numbers
            cuts = {rank: (h.middle, h.middle) for rank, h in wide.items()}
        at = np.unique([cut for two in cuts.values() for cut in two])
        below = dict(zip(at.tolist(), engine.below(column, at).tolist(), strict=True))
        for rank, two in cuts.items():
            held[rank] = held[rank].third(rank, two, (below[two[0]], below[two[1]]))
    values, counts = engine.between(column, _apart([h.ends for h in held.values()]))
    return np.array([_pick(rank, held[int(rank)], values, counts) for rank in ranks])


class _Held(NamedTuple):
    """A range that holds a rank, and how many values are below its ends."""

    low: float
    high: float
    first: int
    last: int

    @property
    def ends(self) -> Between:
        """The range alone."""
        return Between(self.low, self.high)

    @property
    def values(self) -> int:
        return self.last - self.first

    @property
    def is_wide(self) -> bool:
        return self.values > FETCHED and np.nextafter(self.low, math.inf) < self.high

    @property
    def middle(self) -> float:
        low, high = (max(min(end, 1e308), -1e308) for end in self.ends)
        return float(np.nextafter(low / 2 + high / 2, math.inf))

    def third(self, rank: int, cuts: tuple[float, float], below: tuple[int, int]) -> _Held:
        """The one of three parts that holds the rank."""
        ends, counts = (self.low, *cuts, self.high), (self.first, *below, self.last)
        i = int(np.searchsorted(counts, rank, side="right")) - 1
        return _Held(ends[i], ends[i + 1], counts[i], counts[i + 1])


def _cuts(rank: int, held: _Held, sample: Floats) -> tuple[float, float] | None:
    """Two values between which the rank should be; apart from them is always something."""
    inside = sample[np.searchsorted(sample, held.low) : np.searchsorted(sample, held.high)]
    n = len(inside)
    if not n:
        return None
    share = (rank - held.first) / held.values
    slack = DEVIATIONS * math.sqrt(n * max(share * (1 - share), 1 / n)) + 1
    at = [min(max(round(share * n + way * slack), 0), n - 1) for way in (-1, 0, 1)]
    low, likely, high = (float(inside[i]) for i in at)
    if low == held.low and np.nextafter(high, math.inf) >= held.high:  # repeated values, or few
        low = high = likely
    return low, float(np.nextafter(high, math.inf))


def _apart(ranges: Sequence[Between]) -> list[Between]:
    """The same values in ranges that do not overlap, ascending."""
    apart: list[Between] = []
    for low, high in sorted(ranges):
        if apart and low <= apart[-1].high:
            apart[-1] = Between(apart[-1].low, max(apart[-1].high, high))
        else:
            apart.append(Between(low, high))
    return apart


def _pick(rank: int, held: _Held, values: Floats, counts: Counts) -> float:
    start = int(np.searchsorted(values, held.low))
    passed = np.cumsum(counts[start:])
    at = start + int(np.searchsorted(passed, rank - held.first, side="right"))
    if at >= len(values):
        raise contradiction()
    return float(values[at])
