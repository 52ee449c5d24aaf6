"""From variables to a decomposed table, by the estimator that is asked for or fits the data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Counts, Floats
from pid.core.decompose import decompose
from pid.core.decomposition import Decomposition
from pid.core.information import Unit
from pid.core.joint import count_samples, distinct_rows, encode
from pid.discretization.kmeans import MAX_CELLS, pair
from pid.discretization.quantiles import binned
from pid.discretization.resolution import FEWEST, MOST, Clustering, auto_clusters
from pid.io.columns import Variable

UNUSED = "x1 and x2 are symbols already: n_clusters was not used"
HEAD = 10_000  # rows that mostly show already that a column has many values


class Counted(NamedTuple):
    """A table with its decomposition, and how it was made."""

    estimator: str
    table: Counts | Floats
    cells: Codes  # of each sample, in the flattened table
    decomposition: Decomposition
    kinds: tuple[str, str]
    notes: tuple[str, ...] = ()
    parameters: Mapping[str, object] = MappingProxyType({})
    bins: tuple[int, int] = (0, 0)  # of each column of x1 and x2, where these were cut
    symbols: tuple[tuple[Hashable, ...], ...] = ()  # what the axes of the table stand for


def count(x1: Variable, x2: Variable, y: Variable, estimator: str, clusters: Clustering) -> Counted:
    """Count and decompose by the estimator asked for, or by the one that fits the data."""
    symbolic = x1.is_symbolic and x2.is_symbolic
    if estimator == "bins":
        return _as_bins(x1, x2, y, clusters)
    if estimator == "cluster" or (estimator == "auto" and not symbolic):
        return _as_clusters(x1, x2, y, clusters)
    solved = as_symbols(x1, x2, y, clusters.unit, clusters.tol)
    if clusters.n_clusters == "auto":
        return solved
    return solved._replace(notes=(UNUSED,))


def as_symbols(
    x1: Variable,
    x2: Variable,
    y: Variable,
    unit: Unit,
    tol: float,
    times: Counts | None = None,
) -> Counted:
    """Count all values as symbols, each row once or ``times`` often."""
    symbols = (variable.symbols() for variable in (x1, x2, y))
    samples = count_samples(*symbols, times=times, most_cells=MAX_CELLS)
    solved = decompose(samples.counts, unit=unit, tol=tol)
    return Counted(
        "table",
        samples.counts,
        samples.cells,
        solved,
        ("symbols", "symbols"),
        symbols=samples[1:4],
    )


def _as_bins(x1: Variable, x2: Variable, y: Variable, options: Clustering) -> Counted:
    _, class_counts = np.unique(encode(y.symbols(), "y")[0], return_counts=True)
    distinct = _distinct(x1), _distinct(x2)
    free = (not x1.is_symbolic, not x2.is_symbolic)
    widths = len(x1.columns), len(x2.columns)
    sizes = bins_per_column(widths, class_counts, distinct, free, options)
    cut1, cut2 = (binned(x, size) for x, size in zip((x1, x2), sizes, strict=True))
    counted = as_symbols(cut1, cut2, y, options.unit, options.tol)
    kind1, kind2 = ("bins" if is_cut else "symbols" for is_cut in free)
    return counted._replace(
        estimator="bins",
        kinds=(kind1, kind2),
        parameters={"n_clusters": options.n_clusters},
        bins=sizes,
    )


def _distinct(x: Variable) -> int:
    """Distinct values; of what is cut, more than any number of bins are as good as many."""
    for rows in (HEAD, len(x)):
        codes = [encode(column[:rows], x.role)[0] for column in x.columns]
        found = len(distinct_rows(codes)[1])
        if found > MOST and not x.is_symbolic:
            break
    return found


def bins_per_column(
    widths: tuple[int, int],
    class_counts: Counts,
    distinct: tuple[int, int],
    free: tuple[bool, bool],
    options: Clustering,
) -> tuple[int, int]:
    """Bins of each column of x1 and of x2: as asked, or a root of the number of clusters.

    Several columns of one source make as many symbols together as one column would alone.

    Args:
        widths: columns of x1 and x2.
        class_counts, distinct, free: see ``auto_clusters``.
        options: the numbers asked for, and the largest bias.
    """
    auto = auto_clusters(class_counts, distinct, free, max_bias=options.max_bias)
    sizes = [
        max(FEWEST, int(size ** (1 / width) + 1e-9)) if k == "auto" else int(k)
        for width, k, size in zip(widths, pair(options.n_clusters), auto, strict=True)
    ]
    return sizes[0], sizes[1]


def _as_clusters(x1: Variable, x2: Variable, y: Variable, clusters: Clustering) -> Counted:
    fitted = clusters.fit(x1, x2, y)
    kind1, kind2 = ("clusters" if clustered else "symbols" for clustered in fitted.clustered_)
    return Counted(
        "cluster",
        fitted.table_,
        fitted.cells_,
        fitted.decomposition_,
        (kind1, kind2),
        fitted.notes_,
        {"n_clusters": fitted.n_clusters, "max_bias": fitted.max_bias},
        symbols=(fitted.symbols1_, fitted.symbols2_, fitted.classes_),
    )
