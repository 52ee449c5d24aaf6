"""What families of sets of sources tell in a sample, and how much that varies; in nats.

A union moves with the table as its multipliers say (``first_order.py``), by 0 on average: what
tables drawn anew differ by beyond that is their bias, with so little noise that a few of them do.
The multipliers are each row's influence, too, of which come standard errors without such tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from pid._types import Codes, Floats
from pid.core.information import xlogx
from pid.core.sources.decompose import TableTells
from pid.core.sources.first_order import Slope, slope
from pid.core.sources.layout import Layout
from pid.core.sources.numbers import Family, Proved, Sources
from pid.core.sources.table import Marginals
from pid.inference.atoms import PRECISE_TOL, RESAMPLED_TOL
from pid.inference.units import Units
from pid.parallel.work import HERE, Work

CHUNK = 10  # tables that one random generator draws
TOGETHER = 4096  # cells whose influence is looked at together


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A table of k sources as it was counted, and the independent units that are in it.

    Attributes:
        units: of shape (cells, 1, K).
        shape: (n1, ..., nk, K); every class occurs.
        layout: of the numbers.
        families: those of the layout, then each set in one of them as a family of its own.
        unions: what they tell.
        slopes: of these.
    """

    units: Units
    shape: tuple[int, ...]
    layout: Layout
    families: tuple[Family, ...]
    unions: Floats
    slopes: tuple[Slope, ...]

    @classmethod
    def of(
        cls,
        units: Units,
        shape: tuple[int, ...],
        layout: Layout,
        known: Mapping[Family, Proved] | None = None,
    ) -> Sample:
        """From units in a flat table, and unions that are known already."""
        sets = [(A,) for which in layout.families for A in which]
        families = tuple(dict.fromkeys([*layout.families, *sets]))
        tells, known = TableTells(_of_mass_1(units.table, shape), PRECISE_TOL), known or {}
        proved = [known[which] if which in known else tells(which) for which in families]
        slopes = tuple(
            slope(which, one, tells.marginals) for which, one in zip(families, proved, strict=True)
        )
        unions = np.array([one.upper for one in proved])
        return cls(units, shape, layout, families, unions, slopes)

    @property
    def sets(self) -> list[Sources]:
        """All that are seen together in some family."""
        return [which[0] for which in self.families if len(which) == 1]

    def numbers(self, unions: Floats) -> Floats:
        """The numbers of unions of ``families``, along the first axis of both."""
        return np.asarray(self.layout.weights @ unions[: len(self.layout.families)])

    def first_order(self, flat: Floats) -> Floats:
        """What the slopes say of the unions of another table."""
        table = Marginals(_of_mass_1(flat, self.shape), every_class=True)
        return np.array([one.of(table) for one in self.slopes])

    def redrawn(self, size: int, random_state: int | None, work: Work = HERE) -> Floats:
        """Unions of tables drawn with replacement, and their first-order part; (2, F, size)."""
        of = 2, len(self.families)
        if not size:
            return np.empty((*of, 0))
        return work.draw("resampling", _redraw, (self,), size, CHUNK, random_state, of=of)

    def jackknifed(self) -> dict[Sources, float]:
        """m T - (m - 1) mean T_-i of what each set tells, without one of the m units each."""
        k = self.shape[-1]
        cells: Codes = np.arange(self.units.tables.shape[1])
        symbols, y = self._symbols(cells)
        of_y = jackknifed_entropy(self.units, y, k)
        found = {}
        for A, x in symbols.items():
            n = math.prod(self.shape[i] for i in A)
            both = jackknifed_entropy(self.units, x * k + y, n * k)
            found[A] = of_y + jackknifed_entropy(self.units, x, n) - both
        return found

    def deviations(self) -> Floats:
        """Standard errors of the numbers, by the influence of each unit."""
        tables, times = self.units.tables, self.units.times
        variance = np.zeros(len(self.layout.weights.indptr) - 1)
        slopes = self.slopes[: len(self.layout.families)]
        mean = self.numbers(self.first_order(self.units.table))
        for start in range(0, len(times), TOGETHER):
            some = tables[start : start + TOGETHER]
            cells, at = np.unique(some.indices.astype(np.intp), return_inverse=True)
            few = csr_array((some.data, at, some.indptr), shape=(some.shape[0], len(cells)))
            symbols, y = self._symbols(cells)
            added = self.layout.weights @ np.array([one.at(symbols, y) for one in slopes])
            of_units = few @ (added - mean[:, None]).T
            variance += times[start : start + TOGETHER] @ of_units**2
        return np.asarray(np.sqrt(variance) / self.units.table.sum())

    def _symbols(self, cells: Codes) -> tuple[dict[Sources, Codes], Codes]:
        """Of cells of the flat table: the symbols of each set, and the classes."""
        *x, y = np.unravel_index(cells, self.shape)
        none = np.zeros(len(cells), dtype=np.intp)
        found = {}
        for A in self.sets:
            sizes = tuple(self.shape[i] for i in A)
            found[A] = np.ravel_multi_index(tuple(x[i] for i in A), sizes) if A else none
        return found, y


def jackknifed_entropy(units: Units, margin: Codes, size: int) -> float:
    """m H - (m - 1) mean H_-i of the entropy of a margin, without one of the m units each; nats.

    Only what a unit has is looked at, so that no table need be made without it.

    Args:
        units: of shape (cells, 1, K).
        margin: of each cell of the flat table, where it is counted.
        size: of the margin.

    Examples:
        >>> rows = Units.from_counts([[[2, 1]]])
        >>> round(jackknifed_entropy(rows, np.array([0, 1]), 2), 4)
        0.9853
    """
    given = units.tables
    parts = given.data, margin[given.indices], given.indptr
    tables = csr_array(parts, (len(units.times), size), copy=True)  # it is added up in place
    tables.sum_duplicates()
    whole, masses = units.times @ tables, np.asarray(tables.sum(axis=1)).ravel()
    mass, terms = float(whole.sum()), xlogx(whole)
    before = whole[tables.indices]
    change = xlogx(np.maximum(before - tables.data, 0)) - terms[tables.indices]
    rows = np.repeat(np.arange(len(masses)), np.diff(tables.indptr))
    left = mass - masses
    without = np.log(left) - (terms.sum() + np.bincount(rows, change, len(masses))) / left
    m = units.count
    of_all = math.log(mass) - float(terms.sum()) / mass
    return m * of_all - (m - 1) * float(units.times @ without) / m


def _redraw(sample: Sample, size: int, seed: np.random.SeedSequence) -> Floats:
    rng = np.random.default_rng(seed)
    return retold(sample, (sample.units.draw(1, rng)[0] for _ in range(size)))


def retold(sample: Sample, tables: Iterable[Floats]) -> Floats:
    """Unions of other tables of the same cells, and their first-order part; (2, F, tables)."""
    found = [
        (told(flat, sample.shape, sample.families), sample.first_order(flat)) for flat in tables
    ]
    return np.moveaxis(np.array(found).reshape(-1, 2, len(sample.families)), 0, 2)


def told(flat: Floats, shape: tuple[int, ...], families: Sequence[Family]) -> Floats:
    """Union informations of some families in a flat table."""
    tells = TableTells(_of_mass_1(flat, shape), RESAMPLED_TOL)
    return np.array([tells(which).upper for which in families])


def _of_mass_1(flat: Floats, shape: tuple[int, ...]) -> Floats:
    return np.asarray((flat / flat.sum()).reshape(shape))
