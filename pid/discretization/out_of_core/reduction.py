"""From columns that are elsewhere to the distinct rows that are left of them as symbols.

What is decided here is what ``ClusterPID``, ``as_classes`` and ``count`` decide of columns in
memory, by the same functions; only the numbers for it come from an engine.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Counts, Floats
from pid.discretization.coding import Coding, symbols
from pid.discretization.out_of_core.elsewhere import Elsewhere
from pid.discretization.resolution import Resolution
from pid.discretization.target import Bins, Classes, among, as_text, edges_of_target
from pid.errors import InvalidInput
from pid.io.columns import (
    Variable,
    check_target,
)
from pid.io.numbers import note_on_integers


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
    given: Mapping[str, Elsewhere],
    *,
    estimator: str,
    how: Resolution,
    bins: Bins,
    classes: Sequence[Hashable] | None = None,
    blocks: int | None = None,
) -> Reduced:
    """Cut numbers at their quantiles, as asked for, and count the distinct rows.

    Args:
        given: columns of one engine, as "x1", "x2" and "y", and "groups" and "weights" if any.
        estimator, bins, classes, blocks: see ``pid.quantify``.
        how: numbers of bins, as n_clusters.

    Raises:
        InvalidInput: data or options that cannot be used.
    """
    x1, x2, y = given["x1"], given["x2"], given["y"]
    groups, weights = given.get("groups"), given.get("weights")
    if len(y.columns) != 1:
        raise InvalidInput(f"y must be a single column; got {len(y.columns)}")
    if weights is not None:
        _check_weights(weights)
    chosen, notes = _estimator(estimator, x1.is_symbolic and x2.is_symbolic)
    notes = x1.engine.notes + notes
    bins = bins if classes is None else None
    edges = edges_of_target(y, bins, lambda asked: y.edges(asked)[y.columns[0]])
    cuts = {} if edges is None else {y.columns[0]: edges}
    engine = x1.engine
    if chosen == "bins":
        _, class_counts = engine.combinations(y.columns, cuts)
        for x, size in zip((x1, x2), how.bins((x1, x2), class_counts), strict=True):
            cuts |= {} if x.is_symbolic else x.edges(size)
    extra = [column for v in (groups, weights) if v is not None for column in v.columns]
    columns = [*x1.columns, *x2.columns, *y.columns, *extra]
    values, times = engine.combinations(columns, cuts, blocks)
    at = iter(values)
    first, second, target = (_taken(v, at) for v in (x1, x2, y))
    if bins is None and y.is_continuous:
        target = as_text(target)
    of_y = Classes(target, edges).coding
    found = Reduced(
        chosen,
        _coded(first, x1, cuts, notes),
        _coded(second, x2, cuts),
        of_y if classes is None else among(of_y, classes),
        times,
        groups=next(at) if groups is not None else values[-1] if blocks is not None else None,
        weights=np.asarray(next(at), dtype=np.float64) if weights is not None else None,
    )
    if classes is None:
        check_target(target, engine.rows)
    return found


def _check_weights(weights: Elsewhere) -> None:
    least = weights.facts[0].least
    if len(weights.columns) != 1 or weights.facts[0].kind == "text":
        raise InvalidInput("weights must be one column of numbers")
    if least <= 0:
        raise InvalidInput(
            "weights must be positive, so leave out rows that count for nothing; the smallest is "
            f"{least:g}"
        )


def _taken(v: Elsewhere, values: Any) -> Variable:
    return Variable(v.role, v.names, tuple(next(values) for _ in v.columns))


def _coded(
    x: Variable, where: Elsewhere, cuts: Mapping[int, Floats], notes: tuple[str, ...] = ()
) -> Coding:
    """The codes of what came back: bins, where it was cut."""
    found = symbols(x)._replace(rule=None)
    if any(column in cuts for column in where.columns):
        notes += tuple(f"{x.role}: {note}" for note in note_on_integers(where))
        found = found._replace(kind="bins", labels=())
    return found._replace(notes=notes)


def _estimator(asked: str, symbolic: bool) -> tuple[str, tuple[str, ...]]:
    """Which can count where the columns are, and a note if it is not the usual one."""
    if asked == "cluster":
        raise InvalidInput(
            "columns that are not in memory cannot be clustered; take estimator 'bins' or 'table'"
        )
    if asked == "table" or (asked == "auto" and symbolic):
        return "table", ()
    how = "cut at quantiles, as columns that are not in memory cannot be clustered"
    return "bins", (how,) if asked == "auto" else ()
