"""Resampling that finds the cells anew: what other samples would have made of the columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.analysis.quantification.count import AnyVariable, Gathered
from pid.core.joint import encode
from pid.discretization.kmeans import cluster
from pid.discretization.quantiles import assign, quantile_edges
from pid.inference.atoms import solve
from pid.inference.units import Rows
from pid.io.columns import Variable, varying
from pid.parallel.work import HERE, Work

REPLICATES = 200  # by default: every one clusters anew
CHUNK = 25


class Source(NamedTuple):
    """One source as it was before cells were found in it."""

    kind: str  # "symbols", "clusters" or "bins"
    values: NDArray[np.generic]  # codes (n,) of symbols, else numbers (n, columns)
    size: int  # clusters, or symbols of all columns together
    bins: int  # of each column that is cut


def refitted(
    data: Gathered, replicates: int, random_state: int | None, work: Work = HERE
) -> Floats:
    """Atoms (4, replicates) in nats of resampled rows, clustered or binned anew.

    The numbers of clusters and bins stay, as do the classes of y. k-means has one start here.

    Args:
        data: columns in memory, and the table they became.
        replicates: how many.
        random_state: seed.
        work: where this is done.
    """
    counted, rows = data.solved, data.rows
    assert rows is not None
    n1, n2, k = counted.table.shape
    before = [
        _source(x, kind, size, bins)
        for x, kind, size, bins in zip(
            data.variables[:2], counted.kinds, (n1, n2), counted.bins, strict=True
        )
    ]
    shape = (before[0].size, before[1].size, k)
    y = rows.cells % k
    starts = range(0, replicates, CHUNK)
    seeds = np.random.SeedSequence(random_state).spawn(len(starts))
    parts = [
        (before, y, rows, shape, min(CHUNK, replicates - start), seed)
        for start, seed in zip(starts, seeds, strict=True)
    ]
    return np.concatenate(work.map("refitting", _refit, parts), axis=1)


def _source(x: AnyVariable, kind: str, size: int, bins: int) -> Source:
    assert isinstance(x, Variable)
    if kind == "symbols":
        return Source(kind, encode(x.symbols(), x.role)[0], size, bins)
    if kind == "bins":  # other rows may show tuples of bins that these do not
        size = bins ** len(x.columns)
    return Source(kind, x.matrix(), size, bins)


def _refit(
    sources: list[Source],
    y: Codes,
    rows: Rows,
    shape: tuple[int, ...],
    size: int,
    seed: np.random.SeedSequence,
) -> Floats:
    rng = np.random.default_rng(seed)
    tables = np.empty((size, *shape))
    for table in tables:
        drawn = _draw(rows, rng)
        codes = [_codes(source, drawn, int(rng.integers(2**31))) for source in sources]
        flat = np.ravel_multi_index((codes[0], codes[1], y[drawn]), shape)
        weights = None if rows.weights is None else rows.weights[drawn]
        table[:] = np.bincount(flat, weights, minlength=table.size).reshape(shape)
    return solve(tables)


def _draw(rows: Rows, rng: np.random.Generator) -> Codes:
    """Rows of as many independent units, drawn with replacement."""
    n = len(rows.cells)
    if rows.groups is None:
        return rng.integers(n, size=n)
    order = np.argsort(rows.groups, kind="stable")
    ends = np.cumsum(np.bincount(rows.groups))
    members = np.split(order, ends[:-1])
    chosen = rng.integers(len(members), size=len(members))
    return np.concatenate([members[i] for i in chosen])


def _codes(source: Source, drawn: Codes, seed: int) -> Codes:
    values = source.values[drawn]
    if source.kind == "symbols":
        return np.asarray(values, dtype=np.intp)
    matrix = np.asarray(values, dtype=np.float64)
    if source.kind == "clusters":
        varies = varying(matrix.min(axis=0), matrix.max(axis=0))
        if not varies.any():
            return np.zeros(len(matrix), dtype=np.intp)
        return cluster(matrix[:, varies], source.size, n_init=1, random_state=seed)
    cut = [assign(column, quantile_edges(column, source.bins)) for column in matrix.T]
    return np.ravel_multi_index(tuple(cut), (source.bins,) * len(cut))
