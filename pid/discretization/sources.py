"""Columns and groups of columns as sources: one vector of codes each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.joint import encode
from pid.discretization.kmeans import cluster
from pid.discretization.quantiles import assign, quantile_edges
from pid.errors import InvalidInput
from pid.io.columns import Variable, varying

OTHERS = "all others"


class Source(NamedTuple):
    """A column or a group of columns, as it is counted."""

    name: str
    codes: Codes  # 0 ... size - 1, one per sample
    size: int
    kind: str  # "bins", "symbols" or "clusters"


def single_columns(x: Variable, bins: int) -> tuple[list[Source], tuple[str, ...]]:
    """Every column that varies as a source: symbols as they are, numbers in quantile bins.

    Returns:
        The sources, and the names of the columns that are constant.
    """
    sources, constant = [], []
    for name, column in zip(x.names, x.columns, strict=True):
        one = Variable(name, (name,), (column,))
        if one.is_symbolic:
            codes, kind = encode(one.symbols(), name)[0], "symbols"
        else:
            values = column.astype(np.float64)
            codes, kind = assign(values, quantile_edges(values, bins)), "bins"
        if codes.max(initial=0) > 0:
            sources.append(Source(name, codes, int(codes.max()) + 1, kind))
        else:
            constant.append(name)
    return sources, tuple(constant)


def column_groups(
    groups: Mapping[str, Variable], clusters: int, random_state: int
) -> tuple[list[Source], tuple[str, ...]]:
    """Every group that varies as a source: one column as it is, several in clusters."""
    sources, constant = [], []
    for name, x in groups.items():
        source = _group(name, [x], clusters, random_state)
        if source.size > 1:
            sources.append(source)
        else:
            constant.append(name)
    return sources, tuple(constant)


def all_others(
    groups: Mapping[str, Variable], but: str, clusters: int, random_state: int
) -> Source:
    """All groups but one as one source of as many clusters."""
    rest = [x for name, x in groups.items() if name != but]
    return _group(OTHERS, rest, clusters, random_state)


def _group(name: str, parts: Sequence[Variable], clusters: int, random_state: int) -> Source:
    if len(parts) == 1 and parts[0].is_symbolic:
        codes, kind = encode(parts[0].symbols(), name)[0], "symbols"
        if codes.max(initial=0) >= max(clusters, len(codes) // 2):
            raise InvalidInput(
                f"group {name!r} has {codes.max() + 1} symbols in {len(codes)} samples; leave out "
                "columns that identify single samples"
            )
    else:
        matrix, kind = _matrix(parts), "clusters"
        if not matrix.size:
            return Source(name, np.zeros(len(matrix), dtype=np.intp), 1, kind)
        found = cluster(matrix, clusters, random_state=random_state)
        codes = np.unique(found, return_inverse=True)[1].astype(np.intp)
    return Source(name, codes, int(codes.max()) + 1, kind)


def _matrix(parts: Sequence[Variable]) -> Floats:
    """Numbers as they are, symbols as indicators, without what is constant."""
    columns: list[Floats] = []
    for x in parts:
        if x.is_symbolic:
            codes = encode(x.symbols(), x.role)[0]
            columns += [(codes == code).astype(np.float64) for code in range(codes.max() + 1)]
        else:
            columns += list(x.matrix().T)
    matrix = np.column_stack(columns)
    varies = varying(matrix.min(axis=0), matrix.max(axis=0))
    return matrix[:, varies]
