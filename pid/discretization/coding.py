"""Columns become codes 0, 1, ..., one for each row: one rule for each kind of column.

Whatever counts rows (``pid.quantify``, ``screen``, ``compare``, ``bound_samples``, in memory or out
of core) takes its sources and its target as a ``Coding``, and differs from the others only in which
encoder it picks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Protocol

import numpy as np

from pid._types import Codes, Column, Counts, Floats
from pid.discretization.kmeans import clustered
from pid.discretization.quantiles import assign, quantile_edges
from pid.discretization.resolution import Resolution, check_repeats
from pid.discretization.typical import typical
from pid.io.columns import Variable
from pid.io.numbers import as_numbers, note_on_integers

Kind = Literal[
    "symbols", "bins", "clusters", "cells", "dimensions", "probabilities", "classes", "strata"
]


class Rule(Protocol):
    """How codes were found, for rows that are drawn anew."""

    @property
    def size(self) -> int:
        """Codes that any rows can have."""

    def __call__(self, rows: Codes, seed: int) -> Codes:
        """Codes of the rows at these positions, by themselves."""


class Coding(NamedTuple):
    """What a source or a target is counted as.

    Attributes:
        name: of its columns, or its role where they have none.
        columns: how many there are.
        codes: 0 ... size - 1, one per row.
        size: how many there are.
        kind: what a code stands for.
        labels: symbols or classes by their codes; empty where codes stand for parts of a space.
        notes: what was done to the columns, in words.
        edges: between the bins, where one column was cut.
        rule: finds codes anew in other rows; None where nothing can.
        typical: what is typical of the rows of each cluster, in words.
    """

    name: str
    columns: int
    codes: Codes
    size: int
    kind: Kind
    labels: tuple[Hashable, ...] = ()
    notes: tuple[str, ...] = ()
    edges: Floats | None = None
    rule: Rule | None = None
    typical: tuple[str, ...] = ()

    @property
    def symbols(self) -> tuple[Hashable, ...]:
        """What the codes stand for, or their numbers."""
        return self.labels or tuple(range(self.size))


def symbols(x: Variable) -> Coding:
    """Every value, or row of values, as a symbol of its own."""
    codes, labels = x.encoded()
    rule = Kept(codes, len(labels))
    return Coding(x.label, len(x.columns), codes, len(labels), "symbols", labels, rule=rule)


def quantiles(x: Variable, bins: int) -> Coding:
    """Every column of numbers in at most ``bins`` bins of equal share; symbols as they are.

    Gaps have a bin of their own.
    """
    if x.is_symbolic:
        return symbols(x)
    cut = tuple(
        column if edges is None else assign(_floats(column), edges)
        for column, edges in zip(x.columns, _edges(x, bins), strict=True)
    )
    codes, rows = replace(x, columns=cut, block=None).encoded()
    notes = tuple(f"{x.role}: {note}" for note in note_on_integers(x))
    return Coding(x.label, len(cut), codes, len(rows), "bins", (), notes, rule=Cut(x, bins))


def _edges(x: Variable, bins: int) -> list[Floats | None]:
    """Of each column of numbers, from the rows that have one; None of columns of symbols."""
    found: list[Floats | None] = []
    for i, column in enumerate(x.columns):
        values = column[~x.gaps[i]] if i in x.gaps else column
        is_number = column.dtype.kind in "biuf"
        found.append(quantile_edges(_floats(values), bins) if is_number else None)
    return found


def _floats(column: Column) -> Floats:
    return column.astype(np.float64)


def clusters(x: Variable, size: int, how: Resolution) -> Coding:
    """The rows of numbers in at most ``size`` clusters; symbols as they are."""
    if x.is_symbolic:
        return symbols(x)
    numbers, taken = as_numbers(x, codes=False)
    matrix, notes = numbers.varying_columns()
    notes += taken + tuple(f"{x.role}: {note}" for note in note_on_integers(x))
    found, codes = np.unique(clustered(matrix, size, how), return_inverse=True)
    return Coding(
        x.label,
        len(x.columns),
        codes,
        len(found),
        "clusters",
        notes=notes,
        rule=Clustered(numbers, len(found), how),
        typical=typical(x, codes, len(found)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Symbols stay what they are, whatever rows are drawn."""

    codes: Codes
    size: int

    def __call__(self, rows: Codes, seed: int) -> Codes:
        """See ``Rule``."""
        return self.codes[rows]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Quantiles of the rows that are drawn."""

    x: Variable
    bins: int

    @property
    def size(self) -> int:
        """Other rows may show tuples of bins that these do not."""
        return math.prod(self._sizes)

    def __call__(self, rows: Codes, seed: int) -> Codes:
        """See ``Rule``."""
        x = self.x.taken(rows)
        cut = [
            self.x.encoded_column(i)[0][rows] if edges is None else assign(_floats(column), edges)
            for i, (column, edges) in enumerate(zip(x.columns, _edges(x, self.bins), strict=True))
        ]
        for i, gaps in x.gaps.items():
            cut[i] = np.where(gaps, self._sizes[i] - 1, cut[i])
        return np.asarray(np.ravel_multi_index(tuple(cut), self._sizes))

    @property
    def _sizes(self) -> tuple[int, ...]:
        """Of each column: bins, or symbols, and one for gaps."""
        return tuple(
            self.bins + (i in self.x.gaps)
            if column.dtype.kind in "biuf"
            else len(self.x.encoded_column(i)[1])
            for i, column in enumerate(self.x.columns)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Clustered:
    """Clusters of the rows that are drawn, from one start of k-means."""

    x: Variable
    size: int
    how: Resolution

    def __call__(self, rows: Codes, seed: int) -> Codes:
        """See ``Rule``."""
        matrix, _ = self.x.varying_columns(rows)
        return clustered(matrix, self.size, replace(self.how, n_init=1, random_state=seed))


Encoder = Callable[[Sequence[Variable], Counts, Resolution], list[Coding]]


def as_symbols(sources: Sequence[Variable], class_counts: Counts, how: Resolution) -> list[Coding]:
    """Estimator "table": all sources as they are."""
    return [symbols(x) for x in sources]


def as_bins(sources: Sequence[Variable], class_counts: Counts, how: Resolution) -> list[Coding]:
    """Estimator "bins": all sources in quantile bins of their columns."""
    sizes = how.bins(sources, class_counts)
    return [quantiles(x, size) for x, size in zip(sources, sizes, strict=True)]


def as_clusters(sources: Sequence[Variable], class_counts: Counts, how: Resolution) -> list[Coding]:
    """Estimator "cluster": all sources in clusters of their rows."""
    check_repeats(class_counts)
    sizes = how.clusters(sources, class_counts)
    return [clusters(x, size, how) for x, size in zip(sources, sizes, strict=True)]
