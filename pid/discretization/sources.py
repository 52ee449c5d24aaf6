"""Columns and groups of columns as the sources of a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pid._types import Floats
from pid.discretization.coding import Coding, quantiles, symbols
from pid.discretization.kmeans import clustered
from pid.discretization.resolution import Resolution
from pid.errors import InvalidInput
from pid.io.columns import Variable
from pid.io.numbers import note_on_integers

OTHERS = "all others"


def single_columns(x: Variable, bins: int) -> tuple[list[Coding], tuple[str, ...], tuple[str, ...]]:
    """Every column that varies as a source: symbols as they are, numbers in quantile bins.

    Returns:
        The sources, the names of the columns that are constant, and notes on all columns together.
    """
    columns = [
        Variable(name, (name,), (column,)) for name, column in zip(x.names, x.columns, strict=True)
    ]
    cut = [_sent(quantiles(column, bins))._replace(notes=()) for column in columns]
    return *_varying(cut), note_on_integers(*columns)


def column_groups(
    groups: Mapping[str, Variable], how: Resolution
) -> tuple[list[Coding], tuple[str, ...]]:
    """Every group that varies as a source: one column as it is, several in clusters."""
    return _varying([_group(name, [x], how) for name, x in groups.items()])


def all_others(groups: Mapping[str, Variable], but: str, how: Resolution) -> Coding:
    """All groups but one as one source of as many clusters."""
    return _group(OTHERS, [x for name, x in groups.items() if name != but], how)


def _varying(sources: Sequence[Coding]) -> tuple[list[Coding], tuple[str, ...]]:
    alive = [source for source in sources if source.size > 1]
    return alive, tuple(source.name for source in sources if source.size == 1)


def _sent(source: Coding) -> Coding:
    """What a pair needs: it goes to wherever pairs are computed."""
    return source._replace(labels=(), rule=None)


def _group(name: str, parts: Sequence[Variable], how: Resolution) -> Coding:
    size = how.n_clusters
    assert isinstance(size, int)
    if len(parts) == 1 and parts[0].is_symbolic:
        found = symbols(parts[0])
        if found.size > max(size, len(found.codes) // 2):
            raise InvalidInput(
                f"group {name!r} has {found.size} symbols in {len(found.codes)} samples; leave out "
                "columns that identify single samples"
            )
        return _sent(found)._replace(name=name)
    matrix, notes = _matrix(parts)
    alive, codes = np.unique(clustered(matrix, size, how), return_inverse=True)
    width = sum(len(x.columns) for x in parts)
    return Coding(name, width, codes, len(alive), "clusters", notes=notes)


def _matrix(parts: Sequence[Variable]) -> tuple[Floats, tuple[str, ...]]:
    """Numbers as they are, symbols as indicators; and notes on what is constant and left out."""
    columns: list[Floats] = []
    notes: tuple[str, ...] = ()
    for x in parts:
        if x.is_symbolic:
            codes, labels = x.encoded()
            several = range(len(labels) if len(labels) > 1 else 0)
            columns += [(codes == code).astype(np.float64) for code in several]
        else:
            matrix, dropped = x.varying_columns()
            columns += list(matrix.T)
            notes += dropped
    return np.column_stack(columns) if columns else np.empty((len(parts[0]), 0)), notes
