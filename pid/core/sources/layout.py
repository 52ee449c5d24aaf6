"""All numbers of k sources in one order, so that many values of them are arrays."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from pid._types import Floats
from pid.core.sources.numbers import Family, Numbers, Sources, Terms, families, formulas


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The order of the numbers, and the sums of unions that they are.

    Attributes:
        sums: the formulas.
        place: of each number in the order.
        families: whose unions they are sums of.
        weights: of the families in each number, shape (numbers, families).
    """

    sums: Numbers[Terms]
    place: Numbers[int]
    families: list[Family]
    weights: csr_array

    @classmethod
    def of(
        cls,
        k: int,
        *,
        atoms: bool,
        silent: Sources = (),
        orders: Sequence[int] | None = None,
        left_out: tuple[str, ...] = (),
    ) -> Layout:
        """Of k sources; see ``formulas``.

        Args:
            k, atoms, silent, orders: as there.
            left_out: what is not computed beside, in words.
        """
        sums = formulas(k, atoms=atoms, silent=silent, orders=orders)
        sums = replace(sums, left_out=(*sums.left_out, *left_out))
        counter = itertools.count()
        place = sums.map(lambda _: next(counter))
        which = families(sums)
        column = {one: i for i, one in enumerate(which)}
        rows = _flat(sums)
        entries = [(w, i, column[one]) for i, terms in enumerate(rows) for w, one in terms]
        weight, i, j = np.array(entries).T
        shape = len(rows), len(which)
        weights = csr_array((weight.astype(np.float64), (i, j)), shape=shape)
        return cls(sums, place, which, weights)

    def as_numbers(self, values: Floats) -> Numbers[float]:
        """Values in this order as numbers."""
        return self.place.map(lambda i: float(values[i]))

    @property
    def parts(self) -> list[int]:
        """Places of the numbers that the total is the sum of."""
        at = self.place
        return [at.shared, *at.unique, *at.synergy.values()]

    @property
    def chain(self) -> list[Family]:
        """The families of single sources, of larger and larger sets, and of all together."""
        terms = self.sums.synergy.values()
        return list(dict.fromkeys(which for sums in terms for _, which in reversed(sums)))

    def sets(self) -> list[set[Sources]]:
        """The sets of sources that each number depends on."""
        return [{of for _, which in terms for of in which} for terms in _flat(self.sums)]

    def largest(self, of_families: Floats) -> Floats:
        """Of something that families have, the largest in each number."""
        found = np.zeros(self.weights.shape[0])
        rows = np.repeat(np.arange(len(found)), np.diff(self.weights.indptr))
        np.maximum.at(found, rows, of_families[self.weights.indices])
        return found


def _flat(numbers: Numbers[Terms]) -> list[Terms]:
    """All of them, in the order in which ``Numbers.map`` comes to them."""
    found: list[Terms] = []
    numbers.map(found.append)
    return found
