"""From columns that are elsewhere to the distinct rows that are left of them as symbols.

What is decided here is what ``ClusterPID``, ``as_classes`` and ``count`` decide of columns in
memory, by the same functions; only the numbers for it come from an engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Counts, Floats
from pid.discretization.count import UNUSED, bins_per_column
from pid.discretization.out_of_core.engine import Elsewhere, Facts
from pid.discretization.out_of_core.order_statistics import order_statistics
from pid.discretization.quantiles import edges_from, ranks
from pid.discretization.resolution import Clustering
from pid.discretization.target import as_text, edges_of_target, is_cut, note_of
from pid.errors import InvalidInput
from pid.io.columns import (
    MAX_SYMBOLS,
    ROWS_PER_CLASS,
    Variable,
    check_target,
    mixed_columns,
)

Bins = int | Literal["auto"] | None


class Reduced(NamedTuple):
    """Distinct rows with how often they occur: all that has to come from elsewhere."""

    x1: Variable
    x2: Variable
    y: Variable
    times: Counts
    groups: NDArray[Any] | None
    weights: Floats | None
    estimator: Literal["table", "bins"]
    kinds: tuple[str, str]
    bins: tuple[int, int]
    notes: tuple[str, ...]
    note_of_y: str | None


def reduced(
    x1: Elsewhere,
    x2: Elsewhere,
    y: Elsewhere,
    *,
    estimator: str,
    options: Clustering,
    bins: Bins,
    groups: Elsewhere | None = None,
    blocks: int | None = None,
    weights: Elsewhere | None = None,
) -> Reduced:
    """Cut numbers at their quantiles, as asked for, and count the distinct rows.

    Args:
        x1, x2, y, groups, weights: columns of one engine.
        estimator, bins, blocks: see ``pid.quantify``.
        options: numbers of bins, as n_clusters.

    Raises:
        InvalidInput: data or options that cannot be used.
    """
    engine, facts = x1.engine, x1.engine.facts()
    if len(y.columns) != 1:
        raise InvalidInput(f"y must be a single column; got {len(y.columns)}")
    if weights is not None:
        _check_weights(weights, facts)
    cuts, note = _cut_target(y, facts, bins)
    symbolic = _is_symbolic(x1, facts), _is_symbolic(x2, facts)
    chosen, notes = _estimator(estimator, symbolic, options)
    sizes = (0, 0)
    if chosen == "bins":
        sizes = _sizes((x1, x2), symbolic, y, cuts, facts, options)
        for x, size, is_symbols in zip((x1, x2), sizes, symbolic, strict=True):
            if not is_symbols:
                cuts |= _cut_source(x, size, facts)
    extra = [column for v in (groups, weights) if v is not None for column in v.columns]
    columns = [*x1.columns, *x2.columns, *y.columns, *extra]
    values, times = engine.combinations(columns, cuts, blocks)
    at = iter(values)
    first, second, target = (_taken(v, at) for v in (x1, x2, y))
    if bins is None and note is None and _is_continuous(y, facts):
        target = as_text(target)
    check_target(target, engine.rows)
    return Reduced(
        first,
        second,
        target,
        times,
        groups=next(at) if groups is not None else values[-1] if blocks is not None else None,
        weights=np.asarray(next(at), dtype=np.float64) if weights is not None else None,
        estimator=chosen,
        kinds=_kinds(chosen, symbolic),
        bins=sizes,
        notes=notes,
        note_of_y=note,
    )


def _check_weights(weights: Elsewhere, facts: Sequence[Facts]) -> None:
    fact = facts[weights.columns[0]]
    if len(weights.columns) != 1 or fact.kind == "text":
        raise InvalidInput("weights must be one column of numbers")
    if fact.least <= 0:
        raise InvalidInput(
            f"weights must be positive, so leave out rows that count for nothing; the smallest is "
            f"{fact.least:g}"
        )


def _taken(v: Elsewhere, values: Any) -> Variable:
    return Variable(v.role, v.names, tuple(next(values) for _ in v.columns))


def _estimator(
    asked: str, symbolic: tuple[bool, bool], options: Clustering
) -> tuple[Literal["table", "bins"], tuple[str, ...]]:
    if asked == "cluster":
        raise InvalidInput(
            "columns that are not in memory cannot be clustered; take estimator 'bins' or 'table'"
        )
    if asked == "table" or (asked == "auto" and all(symbolic)):
        return "table", () if options.n_clusters == "auto" else (UNUSED,)
    how = "cut at quantiles, as columns that are not in memory cannot be clustered"
    return "bins", (how,) if asked == "auto" else ()


def _kinds(estimator: str, symbolic: tuple[bool, bool]) -> tuple[str, str]:
    first, second = (
        "bins" if estimator == "bins" and not is_symbols else "symbols" for is_symbols in symbolic
    )
    return first, second


def _is_symbolic(x: Elsewhere, facts: Sequence[Facts]) -> bool:
    """As of a ``Variable``."""
    of = [facts[column] for column in x.columns]
    if not any(fact.kind == "number" for fact in of):
        return True
    return len(of) == 1 and of[0].whole and of[0].few


def _is_continuous(y: Elsewhere, facts: Sequence[Facts]) -> bool:
    """As of a ``Variable``."""
    (only,) = y.columns
    fact = facts[only]
    if fact.kind != "number" or fact.few:
        return False
    return not (fact.whole and y.engine.typical_count(only) >= ROWS_PER_CLASS)


def _cut_target(
    y: Elsewhere, facts: Sequence[Facts], bins: Bins
) -> tuple[dict[int, Floats], str | None]:
    """The edges of y, if it is cut, and how in words."""
    (only,) = y.columns
    continuous = _is_continuous(y, facts) if bins == "auto" else False
    if not is_cut(bins, continuous=continuous, numeric=facts[only].kind == "number"):
        return {}, None
    edges = edges_of_target(bins or "auto", lambda asked: _quantiles(y, only, asked, facts))
    return {only: edges}, note_of(edges)


def _cut_source(x: Elsewhere, bins: int, facts: Sequence[Facts]) -> dict[int, Floats]:
    for name, column in zip(x.names, x.columns, strict=True):
        if facts[column].kind == "text":
            raise mixed_columns(x.role, name)
    return {column: _quantiles(x, column, bins, facts) for column in x.columns}


def _quantiles(x: Elsewhere, column: int, bins: int, facts: Sequence[Facts]) -> Floats:
    at_ranks = order_statistics(x.engine, column, ranks(x.engine.rows, bins))
    return edges_from(at_ranks, facts[column].least)


def _sizes(
    sources: tuple[Elsewhere, Elsewhere],
    symbolic: tuple[bool, bool],
    y: Elsewhere,
    cuts: dict[int, Floats],
    facts: Sequence[Facts],
    options: Clustering,
) -> tuple[int, int]:
    """Bins of each column of the sources."""
    first, second = (
        # many are as good as more of them, where the source is cut
        MAX_SYMBOLS + 1
        if not is_symbols and not all(facts[column].few for column in x.columns)
        else x.engine.distinct(x.columns)
        for x, is_symbols in zip(sources, symbolic, strict=True)
    )
    _, class_counts = y.engine.combinations(y.columns, cuts)
    widths = len(sources[0].columns), len(sources[1].columns)
    free = not symbolic[0], not symbolic[1]
    return bins_per_column(widths, class_counts, (first, second), free, options)
