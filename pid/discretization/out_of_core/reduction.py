"""From columns that are elsewhere to the distinct rows that are left of them as symbols.

What is decided here is what ``ClusterPID``, ``as_classes`` and ``count`` decide of columns in
memory, by the same functions; only the numbers for it come from an engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Counts, Floats
from pid.discretization.coding import Coding, symbols
from pid.discretization.out_of_core.engine import Elsewhere, Facts
from pid.discretization.out_of_core.order_statistics import order_statistics
from pid.discretization.quantiles import edges_from, ranks
from pid.discretization.resolution import Resolution
from pid.discretization.target import Bins, Classes, as_text, edges_of_target, is_cut
from pid.errors import InvalidInput
from pid.io.columns import (
    MAX_SYMBOLS,
    ROWS_PER_CLASS,
    Variable,
    check_target,
    mixed_columns,
)


class Reduced(NamedTuple):
    """Distinct rows with how often they occur: all that has to come from elsewhere."""

    estimator: str
    x1: Coding
    x2: Coding
    y: Coding
    times: Counts
    groups: NDArray[Any] | None
    weights: Floats | None


def reduced(
    x1: Elsewhere,
    x2: Elsewhere,
    y: Elsewhere,
    *,
    estimator: str,
    how: Resolution,
    bins: Bins,
    groups: Elsewhere | None = None,
    blocks: int | None = None,
    weights: Elsewhere | None = None,
) -> Reduced:
    """Cut numbers at their quantiles, as asked for, and count the distinct rows.

    Args:
        x1, x2, y, groups, weights: columns of one engine.
        estimator, bins, blocks: see ``pid.quantify``.
        how: numbers of bins, as n_clusters.

    Raises:
        InvalidInput: data or options that cannot be used.
    """
    engine, facts = x1.engine, x1.engine.facts()
    if len(y.columns) != 1:
        raise InvalidInput(f"y must be a single column; got {len(y.columns)}")
    if weights is not None:
        _check_weights(weights, facts)
    symbolic = _is_symbolic(x1, facts), _is_symbolic(x2, facts)
    chosen, notes = _estimator(estimator, symbolic)
    cuts = _cut_target(y, facts, bins)
    edges = cuts.get(y.columns[0])
    if chosen == "bins":
        sizes = _sizes((x1, x2), symbolic, y, cuts, facts, how)
        for x, size, is_symbols in zip((x1, x2), sizes, symbolic, strict=True):
            if not is_symbols:
                cuts |= _cut_source(x, size, facts)
    extra = [column for v in (groups, weights) if v is not None for column in v.columns]
    columns = [*x1.columns, *x2.columns, *y.columns, *extra]
    values, times = engine.combinations(columns, cuts, blocks)
    at = iter(values)
    first, second, target = (_taken(v, at) for v in (x1, x2, y))
    if bins is None and _is_continuous(y, facts):
        target = as_text(target)
    check_target(target, engine.rows)
    return Reduced(
        chosen,
        _coded(first, x1, cuts)._replace(notes=notes),
        _coded(second, x2, cuts),
        Classes(target, edges).coding,
        times,
        groups=next(at) if groups is not None else values[-1] if blocks is not None else None,
        weights=np.asarray(next(at), dtype=np.float64) if weights is not None else None,
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


def _coded(x: Variable, where: Elsewhere, cuts: Mapping[int, Floats]) -> Coding:
    """The codes of what came back: bins, where it was cut."""
    found = symbols(x)._replace(rule=None)
    is_cut = any(column in cuts for column in where.columns)
    return found._replace(kind="bins", labels=()) if is_cut else found


def _estimator(asked: str, symbolic: tuple[bool, bool]) -> tuple[str, tuple[str, ...]]:
    """Which can count where the columns are, and a note if it is not the usual one."""
    if asked == "cluster":
        raise InvalidInput(
            "columns that are not in memory cannot be clustered; take estimator 'bins' or 'table'"
        )
    if asked == "table" or (asked == "auto" and all(symbolic)):
        return "table", ()
    how = "cut at quantiles, as columns that are not in memory cannot be clustered"
    return "bins", (how,) if asked == "auto" else ()


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


def _cut_target(y: Elsewhere, facts: Sequence[Facts], bins: Bins) -> dict[int, Floats]:
    """The edges of y, if it is cut."""
    (only,) = y.columns
    continuous = _is_continuous(y, facts) if bins == "auto" else False
    if not is_cut(bins, continuous=continuous, numeric=facts[only].kind == "number"):
        return {}
    return {only: edges_of_target(bins or "auto", lambda asked: _quantiles(y, only, asked, facts))}


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
    how: Resolution,
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
    return how.bins_of(widths, class_counts, (first, second), free)
