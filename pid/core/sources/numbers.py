"""The decomposition of k sources, from what families of sets of them tell.

Everything is a sum of union informations f of families: of the sources one by one, of all but one,
of a source and all others seen together, of all sets of m. Who can tell f of a family, for a table
or for curves, has all numbers from here (Griffith & Koch 2014 for f; Kolchinsky, Entropy 24(3),
2022, for the same as the least experiment that tells all that several tell).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, TypeVar

MOST_SOURCES = 10  # of which all 2^k sets are looked at

Sources = tuple[int, ...]  # seen together
Family = tuple[Sources, ...]  # of which each is seen alone
Terms = tuple[tuple[int, Family], ...]  # a sum of weighted union informations
T = TypeVar("T")
U = TypeVar("U")


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


@dataclass(frozen=True, slots=True, eq=False)
class Numbers(Generic[T]):
    """All numbers of k sources: as terms, as intervals in nats, or as whatever they are made of."""

    total: T
    union: T
    single: list[T]
    unique: list[T]
    shared: T
    synergy: dict[int, T]  # of so many sources together, and of less from the next smaller on
    loss: list[T]  # what all tell less what all others tell
    strict: list[T]  # what no other source tells, were these seen together
    together: list[T]  # what shows only with a source and others together
    overlap: dict[Sources, T]
    shared_by: dict[Sources, T] | None
    left_out: tuple[str, ...] = ()

    def map(self, made: Callable[[T], U]) -> Numbers[U]:
        """The same numbers, each as what is made of it."""
        by = self.shared_by
        return Numbers(
            total=made(self.total),
            union=made(self.union),
            single=[made(x) for x in self.single],
            unique=[made(x) for x in self.unique],
            shared=made(self.shared),
            synergy={m: made(x) for m, x in self.synergy.items()},
            loss=[made(x) for x in self.loss],
            strict=[made(x) for x in self.strict],
            together=[made(x) for x in self.together],
            overlap={those: made(x) for those, x in self.overlap.items()},
            shared_by=None if by is None else {those: made(x) for those, x in by.items()},
            left_out=self.left_out,
        )

    def reordered(self, order: Sequence[int]) -> Numbers[T]:
        """Of sources in another order; source j of this one is then number ``order[j]``."""
        place = sorted(range(len(order)), key=order.__getitem__)

        def renamed(of: dict[Sources, T]) -> dict[Sources, T]:
            return {tuple(sorted(order[j] for j in those)): x for those, x in of.items()}

        return replace(
            self,
            single=[self.single[j] for j in place],
            unique=[self.unique[j] for j in place],
            loss=[self.loss[j] for j in place],
            strict=[self.strict[j] for j in place],
            together=[self.together[j] for j in place],
            overlap=renamed(self.overlap),
            shared_by=None if self.shared_by is None else renamed(self.shared_by),
        )

    def named(self, names: Sequence[str]) -> Iterator[tuple[str, T]]:
        """All of them, each by its name, such as "shared" and "unique x1"."""
        yield from (("total", self.total), ("union", self.union), ("shared", self.shared))
        yield from ((f"synergy {m}", x) for m, x in self.synergy.items())
        for what in ("single", "unique", "loss", "strict", "together"):
            yield from ((f"{what} {n}", x) for n, x in zip(names, getattr(self, what), strict=True))
        sets = [("overlap", self.overlap), ("shared_by", self.shared_by or {})]
        for what, of in sets:
            yield from (
                (f"{what} {', '.join(names[i] for i in those)}", x) for those, x in of.items()
            )


def family(*sets: Sources) -> Family:
    """The sets in order, without those within others, which tell nothing more."""
    distinct = {tuple(sorted(one)) for one in sets}
    if len(set(map(len, distinct))) == 1:
        return tuple(sorted(distinct))
    return tuple(sorted(a for a in distinct if not any(set(a) < set(b) for b in distinct)))


def formulas(
    k: int, *, atoms: bool, silent: Sources = (), orders: Sequence[int] | None = None
) -> Numbers[Terms]:
    """Of which union informations every number of ``k`` sources is a sum.

    Args:
        k: sources.
        atoms: also which sets of single sources say it: 2^k unions, for two classes, where these
            atoms are not below 0.
        silent: sources of one symbol, which are left out of all sets.
        orders: sizes of sets, between 1 and k, whose unions are asked for; all if left out.
    """
    every = tuple(range(k))
    ones = [(i,) for i in every]
    left_out: tuple[str, ...] = ()
    if atoms and k > MOST_SOURCES:
        atoms, left_out = False, (f"shared_by: of more than {MOST_SOURCES} sources",)

    def of(*sets: Sources) -> Family:
        return family(*(tuple(i for i in one if i not in silent) for one in sets))

    others = [every[:i] + every[i + 1 :] for i in every]
    union, total = of(*ones), of(every)
    without = [of(*((j,) for j in rest)) for rest in others]
    rest = [of(rest) for rest in others]
    beside = [of((i,), rest) for i, rest in enumerate(others)]
    sizes = range(2, k) if orders is None else orders
    chain = [(m, of(*itertools.combinations(every, m))) for m in sizes]
    nested = itertools.pairwise([(1, union), *chain, (k, total)])
    return Numbers(
        total=((1, total),),
        union=((1, union),),
        single=[((1, of(one)),) for one in ones],
        unique=[((1, union), (-1, f)) for f in without],
        shared=((1 - k, union), *((1, f) for f in without)),
        synergy={m: ((1, larger), (-1, smaller)) for (_, smaller), (m, larger) in nested},
        loss=[((1, total), (-1, f)) for f in rest],
        strict=[((1, both), (-1, f)) for both, f in zip(beside, rest, strict=True)],
        together=[((1, total), (-1, both)) for both in beside],
        overlap={
            (i, j): ((1, of((i,))), (1, of((j,))), (-1, of((i,), (j,))))
            for i, j in itertools.combinations(every, 2)
        },
        shared_by=_atoms(k, of) if atoms else None,
        left_out=left_out,
    )


def families(of: Numbers[Terms]) -> list[Family]:
    """All that the numbers are sums of."""
    sums: list[Terms] = []
    of.map(sums.append)
    return list(dict.fromkeys(which for terms in sums for _, which in terms))


def all_numbers(
    k: int, tell: Tell, *, atoms: bool, silent: Sources = ()
) -> tuple[Numbers[Number], dict[Family, Proved]]:
    """Every number of ``k`` sources in nats, and the unions that they are sums of.

    ``tell`` is the union information of a family; the rest is as of ``formulas``.
    """
    asked = formulas(k, atoms=atoms, silent=silent)
    used = {which: tell(which) for which in families(asked)}
    unions = _nested(asked.synergy, used)
    synergy = {m: _sum(terms, unions) for m, terms in asked.synergy.items()}
    found = asked.map(lambda terms: _sum(terms, used))
    return replace(found, synergy=synergy), used


def _sum(terms: Terms, told: dict[Family, Proved]) -> Number:
    """A sum of weighted unions, with the interval that theirs leave."""
    of = [(weight, told[which]) for weight, which in terms]
    value = sum(weight * f.upper for weight, f in of)
    low = sum(weight * (f.lower if weight > 0 else f.upper) for weight, f in of)
    high = sum(weight * (f.upper if weight > 0 else f.lower) for weight, f in of)
    return Number(value, low, high)


def _nested(synergy: dict[int, Terms], told: dict[Family, Proved]) -> dict[Family, Proved]:
    """Larger sets tell no less: an interval also ends where that of its neighbour does.

    The first and the last are parts of other numbers, too, and stay as they are.
    """
    chain = list(dict.fromkeys(f for terms in synergy.values() for _, f in reversed(terms)))
    found = {which: told[which] for which in chain}
    for which, larger in reversed(list(itertools.pairwise(chain[1:]))):
        found[which] = found[which]._replace(upper=min(found[which].upper, found[larger].upper))
    for smaller, which in itertools.pairwise(chain[:-1]):
        upper = max(found[which].upper, found[smaller].upper)
        lower = min(max(found[which].lower, found[smaller].lower), upper)
        found[which] = found[which]._replace(lower=lower, upper=upper)
    return found


def _atoms(k: int, of: Callable[..., Family]) -> dict[Sources, Terms]:
    """What exactly the sources of a set tell, each alone, by Moebius inversion.

    For two classes the union information is a coverage function: at each threshold the sources
    that decide as well as the best one cover it.
    """
    sets = [tuple(i for i in range(k) if s >> i & 1) for s in range(2**k)]
    left = [of(*((i,) for i in sets[~s])) if s + 1 < len(sets) else None for s in range(len(sets))]
    found = {}
    for s, those in enumerate(sets):
        if len(those) < 2:
            continue
        weights: dict[Family, int] = {}
        part = s
        while True:  # all parts of the set
            if (which := left[part]) is not None:
                sign = -1 if (s ^ part).bit_count() % 2 == 0 else 1
                weights[which] = weights.get(which, 0) + sign
            if not part:
                break
            part = (part - 1) & s
        found[those] = tuple((weight, which) for which, weight in weights.items() if weight)
    return found
