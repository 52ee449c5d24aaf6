"""Columns become codes 0, 1, ..., one for each row: one rule for each kind of column.

Whatever counts rows (``pid.quantify``, ``screen``, ``compare``, ``bound_samples``, in memory or out
of core) takes its sources and its target as a ``Coding``, and differs from the others only in which
encoder it picks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Protocol

import numpy as np

from pid._types import Codes, Counts, Floats
from pid.discretization.kmeans import clustered
from pid.discretization.quantiles import assign, quantile_edges
from pid.discretization.resolution import Resolution, check_repeats
from pid.io.columns import Variable
from pid.io.numbers import note_on_integers

Kind = Literal["symbols", "bins", "clusters", "cells", "dimensions", "classes"]


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
    """Every column of numbers in at most ``bins`` bins of equal share; symbols as they are."""
    if x.is_symbolic:
        return symbols(x)
    cut = tuple(assign(column, quantile_edges(column, bins)) for column in x.matrix().T)
    codes, rows = replace(x, columns=cut, block=None).encoded()
    notes = tuple(f"{x.role}: {note}" for note in note_on_integers(x))
    return Coding(x.label, len(cut), codes, len(rows), "bins", (), notes, rule=Cut(x, bins))


def clusters(x: Variable, size: int, how: Resolution) -> Coding:
    """The rows of numbers in at most ``size`` clusters; symbols as they are."""
    if x.is_symbolic:
        return symbols(x)
    matrix, notes = x.varying_columns()
    notes += tuple(f"{x.role}: {note}" for note in note_on_integers(x))
    found, codes = np.unique(clustered(matrix, size, how), return_inverse=True)
    rule = Clustered(x, len(found), how)
    return Coding(x.label, len(x.columns), codes, len(found), "clusters", (), notes, rule=rule)


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
        return int(self.bins ** len(self.x.columns))

    def __call__(self, rows: Codes, seed: int) -> Codes:
        """See ``Rule``."""
        columns = self.x.matrix(rows).T
        cut = tuple(assign(column, quantile_edges(column, self.bins)) for column in columns)
        return np.asarray(np.ravel_multi_index(cut, (self.bins,) * len(cut)))


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


Encoder = Callable[[Variable, Variable, Counts, Resolution], tuple[Coding, Coding]]


def as_symbols(
    x1: Variable, x2: Variable, class_counts: Counts, how: Resolution
) -> tuple[Coding, Coding]:
    """Estimator "table": both sources as they are."""
    return symbols(x1), symbols(x2)


def as_bins(
    x1: Variable, x2: Variable, class_counts: Counts, how: Resolution
) -> tuple[Coding, Coding]:
    """Estimator "bins": both sources in quantile bins of their columns."""
    first, second = how.bins(x1, x2, class_counts)
    return quantiles(x1, first), quantiles(x2, second)


def as_clusters(
    x1: Variable, x2: Variable, class_counts: Counts, how: Resolution
) -> tuple[Coding, Coding]:
    """Estimator "cluster": both sources in clusters of their rows."""
    check_repeats(class_counts)
    first, second = how.clusters(x1, x2, class_counts)
    return clusters(x1, first, how), clusters(x2, second, how)
