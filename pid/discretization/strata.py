"""Strata of a covariate: symbols as they are, numbers cut at quantiles, columns together.

Numbers have at most five strata: of a straight effect, five equal shares take off about nine tenths
(Cochran, Biometrics 24, 1968). What z tells within a stratum stays, and is said to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Counts, Floats
from pid.discretization.coding import Coding
from pid.discretization.quantiles import assign, bin_names, quantile_edges
from pid.discretization.resolution import FEWEST, Resolution, auto_clusters, one_each
from pid.errors import InvalidInput
from pid.io.columns import Variable

MOST = 5  # strata of a column of numbers
NAMED = 3  # columns whose edges are told


class Room(NamedTuple):
    """What strata have to leave rows for.

    Attributes:
        sources: x1 and x2.
        class_counts: rows of each class of y.
        how: how finely the sources are cut or clustered.
        as_symbols: whether they are counted as they are.
    """

    sources: Sequence[Variable]
    class_counts: Counts
    how: Resolution
    as_symbols: bool


def strata(z: Variable, room: Room) -> Coding:
    """The stratum of each row.

    Args:
        z: one column or several: symbols, or numbers, which are cut into strata of equal shares, as
            many as keep what chance adds within the bounds of ``auto_clusters``, and no more than
            five a column. Gaps are a value of their own.
        room: what they leave rows for.

    Raises:
        InvalidInput: fewer than two rows in a stratum on average.
    """
    numbers = [i for i in range(len(z.columns)) if z.some([i]).is_continuous]
    symbols = len(z.some(others).encoded()[1]) if (others := _others(z, numbers)) else 1
    bins = _bins(room, symbols, len(numbers)) if numbers else 0
    columns, names, notes = [], [], []
    for i in range(len(z.columns)):
        if i not in numbers:
            codes, values = z.encoded_column(i)
            columns.append(codes)
            names.append([str(value) for value in values])
            continue
        edges = _edges(z, i, bins)
        columns.append(_cut(z, i, edges))
        names.append([*bin_names(edges), "no value"])
        shown = ", ".join(f"{edge:.4g}" for edge in edges)
        notes.append(f"{z.names[i]}: numbers, cut into {len(edges) + 1} strata at {shown}")
    codes, tuples = replace(z, columns=tuple(columns), block=None, gaps={}).encoded()
    if len(codes) < 2 * len(tuples):
        raise InvalidInput(
            f"given has {len(tuples):,} strata in {len(codes):,} samples; it needs two samples per "
            "stratum, so merge rare values, take fewer columns, or check that it is no identifier"
        )
    rows = [each if isinstance(each, tuple) else (each,) for each in tuples]
    labels = tuple(_label(z.names, [names[i][int(v)] for i, v in enumerate(row)]) for row in rows)
    return Coding(z.label, len(columns), codes, len(labels), "strata", labels, _said(notes))


def _others(z: Variable, numbers: Sequence[int]) -> list[int]:
    return [i for i in range(len(z.columns)) if i not in numbers]


def _bins(room: Room, symbols: int, columns: int) -> int:
    """Strata of each column of numbers, as if z were one more source that is clustered."""
    asked = one_each(room.how.n_clusters, len(room.sources))
    sizes, free = [], []
    for x, size in zip(room.sources, asked, strict=True):
        is_free = size == "auto" and not (room.as_symbols or x.is_symbolic)
        free.append(is_free)
        most = len(x.encoded()[1]) if room.as_symbols else x.distinct()
        sizes.append(most if size == "auto" else min(size, most))
    n = int(room.class_counts.sum())
    *_, all_strata = auto_clusters(
        room.class_counts, (*sizes, symbols, n), (*free, False, True), max_bias=room.how.max_bias
    )
    return min(MOST, max(FEWEST, int(all_strata ** (1 / columns) + 1e-9)))


def _edges(z: Variable, i: int, bins: int) -> Floats:
    values = z.columns[i][~z.gaps[i]] if i in z.gaps else z.columns[i]
    return quantile_edges(values.astype(np.float64), bins)


def _cut(z: Variable, i: int, edges: Floats) -> Codes:
    codes = assign(z.columns[i].astype(np.float64), edges)
    return np.where(z.gaps[i], len(edges) + 1, codes) if i in z.gaps else codes


def _label(names: Sequence[str], values: Sequence[str]) -> str:
    """What a stratum is called: by its value, or by those of each column."""
    if len(values) == 1:
        return values[0]
    return ", ".join(f"{name} = {value}" for name, value in zip(names, values, strict=True))


def _said(notes: Sequence[str]) -> tuple[str, ...]:
    """How columns were cut, and what that means."""
    if not notes:
        return ()
    more = f", and {len(notes) - NAMED} columns more likewise" if len(notes) > NAMED else ""
    return (f"{'; '.join(notes[:NAMED])}{more}: what they tell within a stratum is not taken off",)
