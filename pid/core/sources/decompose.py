"""From a table of k sources to its decomposition: the order of sources, the unions, the numbers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Floats
from pid.core.information import Unit
from pid.core.sources import curves, same_cells
from pid.core.sources.cost import check_affordable
from pid.core.sources.numbers import Family, Number, Numbers, Proved, Sources, all_numbers
from pid.core.sources.result import SourcesDecomposition, answered
from pid.core.sources.table import Marginals, canonical_order, information
from pid.core.sources.union import TWO, two_classes, union


def decompose_sources(
    masses: Floats, names: Sequence[str] | None, unit: Unit, tol: float
) -> SourcesDecomposition:
    """The decomposition of a table of masses (n1, ..., nk, K), the largest of which is 1.

    Raises:
        TooLarge: more time or memory than there is, with an estimate.
    """
    return solved(masses, tol).answer(names, unit)


class Solved(NamedTuple):
    """All numbers of a table, its sources in the order in which they were solved.

    Attributes:
        order: source j is number ``order[j]`` of the table that was given.
        table: of mass 1, in this order.
        numbers, unions: in nats.
        tol: of the unions.
    """

    order: list[int]
    table: Floats
    numbers: Numbers[Number]
    unions: dict[Family, Proved]
    tol: float

    def answer(self, names: Sequence[str] | None, unit: Unit) -> SourcesDecomposition:
        """In the order that was given, by ``names``."""
        k = len(self.order)
        names = [f"x{i + 1}" for i in range(k)] if names is None else list(names)
        given = self.table.transpose(*np.argsort(self.order).tolist(), k)
        found = self.numbers, self.unions
        return answered(found, names, self.order, given, unit, self.tol)


def solved(masses: Floats, tol: float) -> Solved:
    """All numbers of a table of masses (n1, ..., nk, K), the largest of which is 1.

    Raises:
        TooLarge: more time or memory than there is, with an estimate.
    """
    k = masses.ndim - 1
    check_affordable(masses.shape)
    order = canonical_order(masses)
    table = np.ascontiguousarray(masses.transpose(*order, k))
    table /= table.sum()
    return Solved(order, table, *numbers_of(table, tol), tol)


def numbers_of(table: Floats, tol: float) -> tuple[Numbers[Number], dict[Family, Proved]]:
    """All numbers in nats of a table of mass 1, shape (n1, ..., nk, K), and their unions."""
    tells = TableTells(table, tol)
    of = tells.marginals
    return all_numbers(of.k, tells, atoms=len(of.p_y) <= TWO, silent=of.silent)


class TableTells:
    """The union information of families of sets of sources of a table, by the ladder."""

    def __init__(self, table: Floats, tol: float) -> None:
        self.marginals, self.tol = Marginals(table), tol
        self._curves: dict[Sources, Floats] = {}

    def __call__(self, which: Family) -> Proved:
        """That of one family, in nats."""
        marginals, p_y = self.marginals, self.marginals.p_y
        if len(which) == 1:
            told = information(marginals(which[0]), p_y)
            return Proved(told, told, "information")
        if len(p_y) == TWO:
            return two_classes([self._curve(A) for A in which])
        found = union([marginals(A) for A in which], p_y, self.tol)
        if found.upper - found.lower > self.tol:
            found = self._by_joints(which, found)
        return found

    def _curve(self, sources: Sources) -> Floats:
        if sources not in self._curves:
            masses = self.marginals(sources)
            self._curves[sources] = curves.curve(masses, self.marginals.p_y)
        return self._curves[sources]

    def _by_joints(self, which: Family, found: Proved) -> Proved:
        """What one joint tells is no less: p itself, or the one that keeps all tables of m."""
        sources = tuple(sorted(set().union(*which)))
        table = self.marginals.table(sources)
        sizes, classes = table.shape[:-1], table.shape[-1]
        upper, method = information(table.reshape(-1, classes), self.marginals.p_y), "joint"
        m = len(which[0])
        all_of_m = m > 1 and set(which) == set(itertools.combinations(sources, m))
        if all_of_m and same_cells.affordable(sizes, m, classes):
            upper, method = same_cells.solve(table, m, same_cells.ROUGH).upper, same_cells.METHOD
        if upper >= found.upper:
            return found
        return found._replace(
            upper=max(upper, found.lower), method=f"{found.method}, below {method}"
        )
