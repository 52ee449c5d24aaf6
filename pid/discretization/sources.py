"""Columns and groups of columns as the sources of a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pid.discretization.coding import Coding, quantiles, symbols
from pid.discretization.kmeans import clustered
from pid.discretization.resolution import Resolution
from pid.errors import InvalidInput
from pid.io.columns import Variable, varying
from pid.io.gaps import Gaps
from pid.io.numbers import as_numbers, note_on_integers
from pid.io.reading import Missing

OTHERS = "all others"


def single_columns(
    x: Variable, bins: int, missing: Missing = "error"
) -> tuple[list[Coding], tuple[str, ...], tuple[str, ...]]:
    """Every column that varies as a source: symbols as they are, numbers in quantile bins.

    Args:
        x: all columns.
        bins: of numbers.
        missing: where it is "drop", gaps have the code -1, for each pair to leave out.

    Returns:
        The sources, the names of the columns that are constant, and notes on all columns together.
    """
    columns = [x.single(i, name) for i, name in enumerate(x.names)]
    cut = [_sent(quantiles(column, bins))._replace(notes=()) for column in columns]
    if missing == "drop":
        cut = [_dropped(one, x.gaps[i]) if i in x.gaps else one for i, one in enumerate(cut)]
    return *_varying(cut), note_on_integers(*columns)


def column_groups(
    groups: Mapping[str, Variable], how: Resolution
) -> tuple[list[Coding], tuple[str, ...]]:
    """Every group that varies as a source: one column as it is, several in clusters."""
    return _varying([_group(name, [x], how) for name, x in groups.items()])


def all_others(parts: Sequence[Variable], how: Resolution) -> Coding:
    """Several groups as one source of as many clusters."""
    return _group(OTHERS, parts, how)


def side_by_side(parts: Sequence[Variable]) -> Variable:
    """The columns of several variables as those of one."""
    names = tuple(name for x in parts for name in x.names)
    return Variable(OTHERS, names, tuple(column for x in parts for column in x.columns))


def varies(x: Variable) -> bool:
    """Whether rows differ, by more than rounding makes."""
    if x.is_symbolic:
        return len(x.encoded()[1]) > 1
    numbers = [column for column in x.columns if column.dtype.kind in "biuf"]
    low, high = (np.array([end(c) for c in numbers], dtype=np.float64) for end in (np.min, np.max))
    if varying(low, high).any():
        return True
    symbols = [column for column in x.columns if column.dtype.kind not in "biuf"]
    return any((column != column[0]).any() for column in symbols)


def _varying(sources: Sequence[Coding]) -> tuple[list[Coding], tuple[str, ...]]:
    alive = [source for source in sources if source.size > 1]
    return alive, tuple(source.name for source in sources if source.size == 1)


def _dropped(source: Coding, gaps: Gaps) -> Coding:
    """Without the code of gaps, which is the last."""
    return source._replace(codes=np.where(gaps, -1, source.codes), size=source.size - 1)


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
    numbers = [as_numbers(x, codes=False) for x in parts]
    matrices = [x.varying_columns() for x, _ in numbers]
    matrix = np.hstack([values for values, _ in matrices])
    notes = tuple(note for found in (*numbers, *matrices) for note in found[1])
    alive, codes = np.unique(clustered(matrix, size, how), return_inverse=True)
    width = sum(len(x.columns) for x in parts)
    return Coding(name, width, codes, len(alive), "clusters", notes=notes)
