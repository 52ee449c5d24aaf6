"""Three tables of counts from three samples, with the same symbols in all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.bounds.pairs import Pairs
from pid.errors import InvalidInput

MOST_LEFT_OUT = 0.5  # share of a sample; with less left its population is another one
SETS = ("the labelled sample of x1", "the labelled sample of x2", "the unlabelled pairs")


class Coded(NamedTuple):
    """Symbols 0, 1, ... of each row: of (x1, y), of (x2, y) and of (x1, x2), and how many."""

    first: tuple[Codes, Codes]
    second: tuple[Codes, Codes]
    both: tuple[Codes, Codes]
    shape: tuple[int, int, int]


class Counts(NamedTuple):
    """Counts of pairs, which symbols of x1, x2 and y they are of, and what was left out.

    ``lost`` has the share of each sample that was.
    """

    pairs: Pairs
    kept: tuple[Codes, Codes, Codes]
    lost: tuple[float, ...]
    notes: tuple[str, ...]


def counted(codes: Coded, kinds: tuple[str, str]) -> Counts:
    """Count pairs of symbols; rows with a symbol that only one of its two samples has are left out.

    Of such a symbol either the label or the partner was never seen.

    Args:
        codes: of all rows.
        kinds: what the symbols of x1 and of x2 are: "symbols", "clusters" or "cells".

    Raises:
        InvalidInput: too little is left of a sample, or a single class.
    """
    n1, n2, k = codes.shape
    whole = Pairs(
        _table(codes.first, (n1, k)), _table(codes.second, (n2, k)), _table(codes.both, (n1, n2))
    )
    kept, pairs = _shared(whole)
    what = "symbol" if set(kinds) == {"symbols"} else "symbol, label or cell"
    lost, notes = [], []
    for name, before, after in zip(SETS, whole, pairs, strict=True):
        rows, all_rows = int(before.sum() - after.sum()), int(before.sum())
        lost.append(rows / all_rows)
        if lost[-1] > MOST_LEFT_OUT or not after.size:
            advice = "Do they use the same symbols and labels, of the same type?"
            if what != "symbol":
                advice = "Take fewer clusters, or more rows; and do they use the same labels?"
            raise InvalidInput(
                f"{rows} of the {all_rows} rows of {name} have a {what} that no other sample has. "
                f"{advice}"
            )
        if rows:
            notes.append(
                f"{rows} of {all_rows} rows of {name} were left out: a {what} of theirs is in no "
                "other sample"
            )
    if len(kept[2]) == 1:
        raise InvalidInput(
            "y has a single class that both labelled samples have; it needs at least two for "
            "anything to be said about it"
        )
    return Counts(pairs, kept, tuple(lost), tuple(notes))


def _table(codes: tuple[Codes, Codes], shape: tuple[int, int]) -> Floats:
    flat = np.ravel_multi_index(codes, shape)
    return np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def _shared(pairs: Pairs) -> tuple[tuple[Codes, Codes, Codes], Pairs]:
    """Symbols that occur in both of their tables, until no row is taken out any more."""
    i, j, y = (np.arange(n) for n in pairs.shape)
    while True:
        p1, p2, p12 = pairs
        in1 = (p1.sum(axis=1) > 0) & (p12.sum(axis=1) > 0)
        in2 = (p2.sum(axis=1) > 0) & (p12.sum(axis=0) > 0)
        in_y = (p1.sum(axis=0) > 0) & (p2.sum(axis=0) > 0)
        if in1.all() and in2.all() and in_y.all():
            return (i, j, y), pairs
        pairs = Pairs(p1[np.ix_(in1, in_y)], p2[np.ix_(in2, in_y)], p12[np.ix_(in1, in2)])
        i, j, y = i[in1], j[in2], y[in_y]
