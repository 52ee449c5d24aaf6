"""The decomposition of k sources, from what families of sets of them tell.

Everything is a difference of union informations f of families: of the sources one by one, of all
but one, of a source and all others seen together, of all sets of m. Who can tell f of a family, for
a table or for curves, has all numbers from here (Griffith & Koch 2014 for f; Kolchinsky, Entropy
24(3), 2022, for the same as the least experiment that tells all that several tell).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from pid._types import Floats

MOST_SOURCES = 10  # of which all 2^k sets are looked at

Sources = tuple[int, ...]  # seen together
Family = tuple[Sources, ...]  # of which each is seen alone


class Proved(NamedTuple):
    """An interval that contains the union information of a family, in nats, and how it was found.

    ``evidence`` is what ``check`` looks at, where the proof is more than arithmetic.
    """

    lower: float
    upper: float
    method: str
    steps: int = 0
    evidence: Any = None


Tell = Callable[[Family], Proved]


class Number(NamedTuple):
    """A combination of union informations, and the proved interval that contains it, in nats."""

    value: float
    low: float
    high: float


@dataclass(slots=True)
class Numbers:
    """All numbers of k sources, in nats; the unions they are made of are in ``used``."""

    total: Number
    union: Number
    single: list[Number]
    unique: list[Number]
    shared: Number
    synergy: list[Number]  # of 2, 3, ..., k sources together
    loss: list[Number]  # what all tell less what all others tell
    strict: list[Number]  # what no other source tells, were these seen together
    together: list[Number]  # what shows only with a source and others together
    overlap: dict[Sources, Number]
    shared_by: dict[Sources, Number] | None
    left_out: tuple[str, ...] = ()
    used: dict[Family, Proved] = field(default_factory=dict)


def family(*sets: Sources) -> Family:
    """The sets in order, without those within others, which tell nothing more."""
    distinct = {tuple(sorted(one)) for one in sets}
    if len(set(map(len, distinct))) == 1:
        return tuple(sorted(distinct))
    return tuple(sorted(a for a in distinct if not any(set(a) < set(b) for b in distinct)))


def all_numbers(k: int, tell: Tell, *, atoms: bool, silent: Sources = ()) -> Numbers:
    """Every number of ``k`` sources.

    Args:
        k: sources.
        tell: the union information of a family of sets of them.
        atoms: also which sets of single sources say it: 2^k unions, for two classes, where these
            atoms are not below 0.
        silent: sources of one symbol, which are left out of all sets.
    """
    used: dict[Family, Proved] = {}

    def told(*sets: Sources) -> Proved:
        which = family(*(tuple(i for i in one if i not in silent) for one in sets))
        if which not in used:
            used[which] = tell(which)
        return used[which]

    every = tuple(range(k))
    ones = [(i,) for i in every]
    left_out: tuple[str, ...] = ()
    if atoms and k > MOST_SOURCES:
        atoms, left_out = False, (f"shared_by: of more than {MOST_SOURCES} sources",)
    others = [every[:i] + every[i + 1 :] for i in every]
    union, total = told(*ones), told(every)
    without = [told(*((j,) for j in rest)) for rest in others]
    rest = [told(rest) for rest in others]
    beside = [told((i,), rest) for i, rest in enumerate(others)]
    orders = _nested(
        [union, *(told(*itertools.combinations(every, m)) for m in range(2, k)), total]
    )
    return Numbers(
        total=_sum((1, total)),
        union=_sum((1, union)),
        single=[_sum((1, told(one))) for one in ones],
        unique=[_sum((1, union), (-1, f)) for f in without],
        shared=_sum((1 - k, union), *((1, f) for f in without)),
        synergy=[_sum((1, b), (-1, a)) for a, b in itertools.pairwise(orders)],
        loss=[_sum((1, total), (-1, r)) for r in rest],
        strict=[_sum((1, f), (-1, r)) for f, r in zip(beside, rest, strict=True)],
        together=[_sum((1, total), (-1, f)) for f in beside],
        overlap={
            (i, j): _sum((1, told((i,))), (1, told((j,))), (-1, told((i,), (j,))))
            for i, j in itertools.combinations(every, 2)
        },
        shared_by=_atoms(k, told) if atoms else None,
        left_out=left_out,
        used=used,
    )


def _sum(*terms: tuple[int, Proved]) -> Number:
    """A sum of weighted unions, with the interval that theirs leave."""
    value = sum(weight * f.upper for weight, f in terms)
    low = sum(weight * (f.lower if weight > 0 else f.upper) for weight, f in terms)
    high = sum(weight * (f.upper if weight > 0 else f.lower) for weight, f in terms)
    return Number(value, low, high)


def _nested(orders: list[Proved]) -> list[Proved]:
    """Larger sets tell no less: an interval also ends where that of its neighbour does.

    The first and the last are parts of other numbers, too, and stay as they are.
    """
    middle = range(1, len(orders) - 1)
    for m in reversed(middle):
        orders[m] = orders[m]._replace(upper=min(orders[m].upper, orders[m + 1].upper))
    for m in middle:
        upper = max(orders[m].upper, orders[m - 1].upper)
        lower = min(max(orders[m].lower, orders[m - 1].lower), upper)
        orders[m] = orders[m]._replace(lower=lower, upper=upper)
    return orders


def _atoms(k: int, told: Callable[..., Proved]) -> dict[Sources, Number]:
    """What exactly the sources of a set tell, each alone, by Moebius inversion.

    For two classes the union information is a coverage function: at each threshold the sources
    that decide as well as the best one cover it.
    """
    size = 2**k
    covered = np.zeros((size, 3))  # by sources of the set alone: value, low, high
    sets = [tuple(i for i in range(k) if s >> i & 1) for s in range(size)]
    whole = told(*((i,) for i in range(k)))
    for s in range(1, size):
        out = sets[size - 1 - s]
        rest = told(*((i,) for i in out)) if out else Proved(0.0, 0.0, "none")
        covered[s] = _sum((1, whole), (-1, rest))
    _invert(covered, k)
    return {sets[s]: Number(*covered[s].tolist()) for s in range(1, size) if len(sets[s]) > 1}


def _invert(sums: Floats, k: int) -> None:
    """Turn sums over subsets (2^k, 3) into their terms, in place; intervals swap their ends."""
    for i in range(k):
        high = np.arange(len(sums)) >> i & 1 == 1
        low = np.flatnonzero(high) - (1 << i)
        sums[high] -= sums[low][:, [0, 2, 1]]
