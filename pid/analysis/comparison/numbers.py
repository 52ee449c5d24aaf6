"""What models say in cells of three sources and more: all numbers, in the same rows drawn anew."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from pid._types import Codes, Counts, Floats
from pid.analysis.comparison.resampling import draws_of
from pid.analysis.comparison.sheet import Sheet
from pid.analysis.several.count import Rows
from pid.analysis.several.infer import Inference, Inferred, infer
from pid.core.information import nats_per
from pid.core.joint import as_table_of_sources
from pid.core.sources.decompose import solved
from pid.core.sources.layout import Layout
from pid.core.sources.result import SourcesDecomposition
from pid.core.sources.values import SourceNumbers
from pid.inference.unions import Sample, retold
from pid.inference.units import Rows as CountedRows
from pid.inference.units import Units
from pid.parallel.work import HERE

TOL = 1e-9  # certified gap of unions, in nats


class Cells(NamedTuple):
    """The combinations of symbols that occur.

    Attributes:
        names: of the sources.
        sizes: symbols of each.
        occur: of each combination, the cell in the table of all sources.
        rows: of each row the cell in a table of these and of y, its group and its weight.
        shape: of that table, with one axis for all sources: (combinations, 1, classes).
        table: of all sources and y.
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    occur: Codes
    rows: CountedRows
    shape: tuple[int, int, int]
    table: Counts | Floats

    @classmethod
    def of(cls, rows: Rows, names: tuple[str, ...]) -> Cells:
        """Count rows.

        Raises:
            TooLarge: more cells than can be counted, or solved.
        """
        table, cells = rows.counted()
        *sizes, k = rows.shape
        occur, at = np.unique(cells // k, return_inverse=True)
        of_rows = CountedRows(at * k + cells % k, rows.groups, rows.weights)
        return cls(names, tuple(sizes), occur, of_rows, (len(occur), 1, k), table)

    @property
    def units(self) -> Units:
        """What is independent."""
        cells, groups, weights = self.rows
        return Units.from_rows(cells, self.shape, groups=groups, weights=weights)


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class Told:
    """What all sources tell of what a model says.

    Attributes:
        counted: with certificate.
        inferred: corrected numbers and intervals, where these can be had.
        drawn: numbers in tables of rows drawn anew, (tables,) each, by name.
    """

    counted: SourcesDecomposition
    inferred: Inferred
    drawn: dict[str, Floats]

    @property
    def best(self) -> SourceNumbers:
        """Corrected numbers, or those that were counted where there is no correction."""
        return self.counted if self.inferred.corrected is None else self.inferred.corrected

    @property
    def parts(self) -> tuple[Floats, Floats, Floats]:
        """Of the total: as counted (P, 1), corrected (P, 1), and drawn (P, tables)."""
        counted, best = self.counted.parts(), self.best.parts()
        drawn = np.array([self.drawn[part.name] for part in counted])
        first, second = (np.array([[part.value] for part in of]) for of in (counted, best))
        return first, second, drawn


def told(sheet: Sheet, cells: Cells, asked: Inference) -> Told:
    """All numbers of a sheet, whose rows are those of all others that are drawn.

    Args:
        sheet: of what a model says in ``cells``.
        cells: of the data.
        asked: how.

    Raises:
        TooLarge: a table that would take too long, with an estimate.
    """
    labels = sheet.shape[2]
    combination, label = np.divmod(sheet.triple, labels)
    said, label = np.unique(label, return_inverse=True)  # a label that is never said is none
    symbols = np.unravel_index(cells.occur[combination], cells.sizes)
    table = np.zeros((*cells.sizes, len(said)))
    np.add.at(table, (*symbols, label), sheet.whole[0, :-1])
    found = solved(as_table_of_sources(table), TOL)
    shape = found.table.shape
    cell = np.ravel_multi_index((*(symbols[i] for i in found.order), label), shape)
    grouped = cells.rows.groups is not None
    same = SameRows(_units(sheet, cell, shape, grouped=grouped), asked.random_state)
    inferred = infer(found, same.units, cells.names, asked, HERE, same)
    counted = found.answer(cells.names, asked.unit)
    if same.layout is None:  # of one unit there is nothing to draw
        return Told(counted, inferred, dict.fromkeys(counted.by_name(), np.empty(0)))
    place, drawn = same.layout.place.reordered(found.order), same.numbers / nats_per(asked.unit)
    return Told(counted, inferred, {name: drawn[i] for name, i in place.named(cells.names)})


def _units(sheet: Sheet, cell: Codes, shape: tuple[int, ...], *, grouped: bool) -> Units:
    """Independent units in the flat table of all sources."""
    count, size = sheet.units.shape[0], math.prod(shape)
    into = csr_array((np.ones(len(cell)), (np.arange(len(cell)), cell)), (len(cell), size))
    tables = csr_array(csr_array(sheet.units[:, :-1]) @ into)
    flat = size // shape[-1], 1, shape[-1]
    return Units(flat, tables, np.ones(count, dtype=np.int64), False, grouped)


class SameRows:
    """Draws the same rows for every sheet, and keeps what they tell.

    Attributes:
        units: of the sheet.
        layout: the order of the numbers; None before tables are drawn.
        numbers: in nats, (numbers, tables).
    """

    def __init__(self, units: Units, random_state: int) -> None:
        self.units = units
        self._seed = np.random.SeedSequence(random_state).spawn(2)[0]
        self.layout: Layout | None = None
        self.numbers = np.empty((0, 0))

    def __call__(self, sample: Sample, size: int) -> Floats:
        """So many tables, as ``Sample.redrawn``."""
        drawn = retold(sample, self._tables(size))
        self.layout, self.numbers = sample.layout, sample.numbers(drawn[0])
        return drawn

    def _tables(self, size: int) -> Iterator[Floats]:
        for times in draws_of(self.units.count, size, self._seed):
            yield from (one @ self.units.tables for one in times)
