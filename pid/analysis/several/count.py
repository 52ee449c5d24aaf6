"""From columns in memory to all numbers, by a table of symbols, clusters or bins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Counts, Floats
from pid.analysis.quantification.axes import Axis
from pid.analysis.quantification.choose import Choice
from pid.analysis.quantification.doubts import (
    Judged,
    Told,
    Words,
    doubts,
    fewer_of,
    rare_classes,
)
from pid.analysis.several.asked import Asked
from pid.analysis.several.infer import Inference, Inferred, check_correction, infer
from pid.analysis.several.result import CountedSources, SourcesQuantification
from pid.core.information import nats_per
from pid.core.joint import as_table_of_sources, tabulate
from pid.core.sources.cost import check_affordable
from pid.core.sources.decompose import solved
from pid.discretization.coding import Coding
from pid.discretization.count import MAX_CELLS
from pid.discretization.resolution import Resolution, null_bias
from pid.discretization.target import target
from pid.estimators.registry import REGISTRY
from pid.inference.order import few_units
from pid.inference.units import Rows as CountedRows
from pid.inference.units import Units
from pid.io.columns import Variable
from pid.parallel.work import Work

UNUSED = "all sources are symbols already: n_clusters was not used"
WORDS = Words(
    cell="cell of all sources",
    sources="the sources",
    safe=": what single sources tell is safe, what shows only in several, and what is lost without "
    "one, is not",
)


class Rows(NamedTuple):
    """All rows as codes."""

    sources: Sequence[Coding]
    y: Coding
    groups: Codes | None
    weights: Floats | None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the table: symbols of every source, and classes."""
        return (*(x.size for x in self.sources), self.y.size)

    def counted(self) -> tuple[Counts | Floats, Codes]:
        """The table, and each row's cell in it, flattened.

        Raises:
            TooLarge: more cells than can be counted, or solved.
        """
        check_affordable(self.shape)
        codes = [x.codes for x in (*self.sources, self.y)]
        table, cells = tabulate(codes, self.shape, None, MAX_CELLS)
        if self.weights is None:
            return table, cells
        weight = np.bincount(cells, self.weights, table.size)
        return weight.reshape(self.shape), cells

    def units(self, cells: Codes, order: Sequence[int]) -> Units:
        """What is drawn again, with sources in another order, of the classes that occur.

        Args:
            cells: of the rows.
            order: source j is to be number ``order[j]`` of these.
        """
        *x, y = np.unravel_index(cells, self.shape)
        y = np.unique(y, return_inverse=True)[1]
        shape = (*(self.shape[i] for i in order), int(y.max()) + 1)
        ordered = np.ravel_multi_index((*(x[i] for i in order), y), shape)
        flat = int(np.prod(shape[:-1])), 1, shape[-1]
        return Units.from_rows(ordered, flat, groups=self.groups, weights=self.weights)


def by_counting(
    choice: Choice,
    sources: Sequence[Variable],
    y: Variable,
    groups: Codes | None,
    weights: Floats | None,
    asked: Asked,
    work: Work,
) -> SourcesQuantification:
    """Cut or cluster the sources, count, decompose, correct, and say how far it may be off.

    Args:
        choice: the estimator, and why.
        sources: each called as the user calls it.
        y: the target.
        groups, weights: of the rows, as ``grouping`` and ``row_weights`` have them.
        asked: how.
        work: where tables are drawn anew.

    Raises:
        InvalidInput: data or options that cannot be used.
        TooLarge: a table that would take too long, with an estimate.
    """
    check_correction(asked.correction)
    how = Resolution(n_clusters=asked.sizes, random_state=asked.random_state)
    of_y = target(y, asked.target_bins, asked.classes)
    entry = REGISTRY[choice.estimator]
    codings = entry.load()(sources, np.bincount(of_y.codes), how)
    rows = Rows(codings, of_y, groups, weights)
    table, cells = rows.counted()
    names = [x.role for x in sources]
    found = solved(as_table_of_sources(table), asked.tol)
    units = rows.units(cells, found.order)
    options = asked.interval, asked.correction, asked.replicates, asked.unit, asked.random_state
    inferred = infer(found, units, names, Inference(*options), work)
    answer = found.answer(names, asked.unit)
    bias = null_bias(table, units.effective_rows) / nats_per(asked.unit)
    told = Told(len(y), units.effective_rows, bias, answer.total, asked.unit)
    return SourcesQuantification(
        decomposition=answer,
        corrected=inferred.corrected,
        interval=inferred.interval,
        level=None if inferred.interval is None else asked.interval,
        axes=(*map(Axis.of, codings, names), Axis.of(of_y, y.label)),
        evidence=CountedSources(table, CountedRows(cells, groups, weights), bias),
        n=len(y),
        units=units.count,
        estimator=choice.estimator,
        reason=choice.reason,
        parameters={name: getattr(how, name) for name in entry.parameters},
        random_state=asked.random_state,
        notes=(*_notes(choice, rows, asked, table), *inferred.notes),
        warnings=(*_doubts(rows, table, told, inferred, asked), *_few(units)),
    )


def _doubts(
    rows: Rows, table: Counts | Floats, told: Told, inferred: Inferred, asked: Asked
) -> tuple[str, ...]:
    """Reasons not to trust the numbers, in what was counted."""
    kinds, sizes, columns = zip(*((x.kind, x.size, x.columns) for x in rows.sources), strict=True)
    judged = Judged(inferred.corrected is not None, inferred.interval is not None)
    found = doubts(table, told, judged, fewer_of(kinds, sizes, asked.sizes, columns), WORDS)
    return found + rare_classes(table, told.rows, rows.y.symbols)


def _few(units: Units) -> tuple[str, ...]:
    return few_units(units.count) if units.grouped else ()


def _notes(choice: Choice, rows: Rows, asked: Asked, table: Counts | Floats) -> tuple[str, ...]:
    """What was done to the columns and rows."""
    notes = [*rows.y.notes, *(note for x in rows.sources for note in x.notes)]
    if rows.weights is not None:
        notes.append(f"weighted rows count as {table.sum():.1f} of equal weight")
    if choice.estimator == "table" and asked.sizes != "auto":
        notes.append(UNUSED)
    return tuple(notes)
