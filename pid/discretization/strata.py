"""Strata of a covariate: symbols as they are, numbers cut at quantiles or clustered, all together.

A column of numbers has at most five strata: of a straight effect, five equal shares take off about
nine tenths (Cochran, Biometrics 24, 1968). What z tells within a stratum stays, and is said to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Counts
from pid.core.distinct import numbered_rows
from pid.core.symbols import ranked
from pid.discretization.coding import Coding, clusters
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


class Part(NamedTuple):
    """Codes of one column, or of several that are clustered, and what they are called."""

    name: str
    codes: Codes
    labels: tuple[str, ...]
    note: str = ""


def strata(z: Variable, room: Room) -> Coding:
    """The stratum of each row.

    There are as many as keep what chance adds within the bounds of ``auto_clusters``, as if z were
    one more source.

    Args:
        z: one column or several: symbols, or numbers, each of which is cut into two to five strata
            of equal shares; numbers of more columns than that has room for are clustered together.
            Gaps are a value of their own.
        room: what they leave rows for.

    Raises:
        InvalidInput: fewer than two rows in a stratum on average.
    """
    numbers = [i for i in range(len(z.columns)) if z.some([i]).is_continuous]
    others = [i for i in range(len(z.columns)) if i not in numbers]
    parts = {i: _symbols(z, i) for i in others}
    if numbers:
        size = _room_for(room, len(z.some(others).encoded()[1]) if others else 1)
        if FEWEST ** len(numbers) > max(size, MOST):
            parts[numbers[0]] = _clustered(z.some(numbers), size, room.how)
        else:
            bins = min(MOST, max(FEWEST, int(size ** (1 / len(numbers)) + 1e-9)))
            parts |= {i: _cut(z, i, bins) for i in numbers}
    return _together(z, [parts[i] for i in sorted(parts)])


def _together(z: Variable, parts: Sequence[Part]) -> Coding:
    numbers, first = numbered_rows([part.codes for part in parts])
    seen = [tuple(int(part.codes[row]) for part in parts) for row in first]
    codes, labelled = ranked(numbers, seen)
    tuples = [places for places in labelled if isinstance(places, tuple)]  # which all are
    if len(codes) < 2 * len(tuples):
        raise InvalidInput(
            f"given has {len(tuples):,} strata in {len(codes):,} samples; it needs two samples per "
            "stratum, so merge rare values, take fewer columns, or check that it is no identifier"
        )
    labels = tuple(_label(parts, places) for places in tuples)
    notes = _said([part.note for part in parts if part.note])
    return Coding(z.label, len(z.columns), codes, len(labels), "strata", labels, notes)


def _label(parts: Sequence[Part], places: Sequence[int]) -> str:
    """What a stratum is called: by its value, or by those of each column."""
    values = [part.labels[place] for part, place in zip(parts, places, strict=True)]
    if len(values) == 1:
        return values[0]
    return ", ".join(f"{part.name} = {value}" for part, value in zip(parts, values, strict=True))


def _room_for(room: Room, symbols: int) -> int:
    """Strata of numbers beside those of symbols, if z were a source that is clustered."""
    asked = one_each(room.how.n_clusters, len(room.sources))
    sizes, free = [], []
    for x, size in zip(room.sources, asked, strict=True):
        free.append(size == "auto" and not (room.as_symbols or x.is_symbolic))
        most = len(x.encoded()[1]) if room.as_symbols else x.distinct()
        sizes.append(most if size == "auto" else min(size, most))
    n = int(room.class_counts.sum())
    *_, found = auto_clusters(
        room.class_counts, (*sizes, symbols, n), (*free, False, True), max_bias=room.how.max_bias
    )
    return found


def _symbols(z: Variable, i: int) -> Part:
    codes, values = z.encoded_column(i)
    return Part(z.names[i], codes, tuple(map(str, values)))


def _cut(z: Variable, i: int, bins: int) -> Part:
    """Quantile bins of a column of numbers, and one for gaps."""
    values, name = z.columns[i].astype(np.float64), z.names[i]
    edges = quantile_edges(values[~z.gaps[i]] if i in z.gaps else values, bins)
    codes = assign(values, edges)
    if i in z.gaps:
        codes = np.where(z.gaps[i], len(edges) + 1, codes)
    shown = ", ".join(f"{edge:.4g}" for edge in edges)
    note = f"{name}: numbers, cut into {len(edges) + 1} strata at {shown}"
    return Part(name, codes, (*bin_names(edges), "no value"), note)


def _clustered(z: Variable, size: int, how: Resolution) -> Part:
    """Clusters of the rows of columns of numbers."""
    found = clusters(z, size, how)
    labels = tuple(f"cluster {i + 1}" for i in range(found.size))
    columns = f"{len(z.columns)} columns of numbers"
    note = f"{columns} of z, in {found.size} clusters"
    return Part(columns, found.codes, labels, "; ".join([note, *found.notes]))


def _said(notes: Sequence[str]) -> tuple[str, ...]:
    """How columns were cut, and what that means."""
    if not notes:
        return ()
    more = f", and {len(notes) - NAMED} columns more likewise" if len(notes) > NAMED else ""
    return (f"{'; '.join(notes[:NAMED])}{more}: what they tell within a stratum is not taken off",)
