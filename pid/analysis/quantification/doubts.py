"""Why a table that was counted may be too sparse to trust, and what its owner can do about it.

One rule for automatic numbers of clusters and for the warning. What chance adds is no reason to
doubt numbers from which it was taken off, with intervals that allow for it: these hold for weak
signals as well (``scripts.study_weak_signals``). Rows are: with fewer than 5 per pair (x1, x2)
neither correction nor intervals can be relied on, and "auto" never makes so many pairs where it is
free to make fewer, as a bias of at most 5% of H(y) leaves at least 14 of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid.checks import shortened
from pid.discretization.resolution import FEWEST, Size, one_each

SPARSE_BIAS = 0.2  # uncorrected: a total of which more than this share may be chance
FEW_OF_A_CLASS = 10  # independent rows
SPARSE_ROWS = 5  # a table with fewer samples than this per occupied pair (x1, x2)


class Told(NamedTuple):
    """What a table tells, and how much of it there would be by chance."""

    n: int  # samples
    rows: float  # independent ones of equal weight that these are worth
    bias: float  # the total if x1 and x2 said nothing about y
    total: float  # as counted
    unit: str  # of both


class Words(NamedTuple):
    """What the axes of a table but y are called."""

    cell: str = "pair (x1, x2)"
    sources: str = "x1 and x2"
    safe: str = ""  # what may be trusted for all that


OF_TWO = Words()


class Judged(NamedTuple):
    """What was made of a table beside its counted atoms."""

    corrected: bool
    interval: bool


def doubts(
    table: NDArray[np.generic], told: Told, judged: Judged, fewer: str, words: Words = OF_TWO
) -> tuple[str, ...]:
    """Why the table may be too sparse to trust; docs/quantify.md documents the rules.

    Args:
        table: samples per cell, shape (..., classes).
        told: by it, and by chance.
        judged: whether chance was taken off, and allowed for.
        fewer: what there can be fewer of, as ``fewer_of`` says.
        words: for what it has axes of.
    """
    n, rows, bias, total, unit = told
    per_pair = rows / np.count_nonzero(table.sum(axis=-1))
    if per_pair < SPARSE_ROWS:
        remedy = f"more samples, fewer {fewer}," if fewer else "more samples"
        less = f"{n:,} samples, weighted or in groups, are worth {rows:,.0f} independent ones: "
        return (
            f"the table is too sparse to trust: {less if rows < 0.95 * n else ''}"
            f"{per_pair:.1f} samples per occupied {words.cell}, fewer than {SPARSE_ROWS}"
            f"{words.safe}; take {remedy} or fewer classes",
        )
    if all(judged) or bias <= 0 or bias <= SPARSE_BIAS * total:
        return ()
    lacking = "interval" if judged.corrected else "correction"
    remedy = f"no {lacking} here allows for it: ask for one, or take more samples"
    if bias >= total:
        return (
            f"the total of {total:.4f} {unit} is no more than the {bias:.4f} {unit} to be expected "
            f"if {words.sources} said nothing about y; {remedy}",
        )
    return (
        f"the table is too sparse to trust: of {total:.4f} {unit} in total, {bias:.4f} would "
        f"be expected even if {words.sources} said nothing about y; {remedy}",
    )


def rare_classes(
    table: NDArray[np.generic], rows: float, labels: Sequence[Hashable]
) -> tuple[str, ...]:
    """A reason to doubt, where a class has so few rows that nobody knows what others would be like.

    Args:
        table: samples per cell, shape (..., classes).
        rows: how many independent ones these are worth.
        labels: of the classes.
    """
    of_class = table.reshape(-1, table.shape[-1]).sum(axis=0)
    worth = of_class * (rows / table.sum())
    few = np.flatnonzero(worth < FEW_OF_A_CLASS)
    if not few.size:
        return ()
    least = few[worth[few].argmin()]
    others = "" if few.size == 1 else f", and {few.size - 1} more fewer than {FEW_OF_A_CLASS}"
    has = _rows(float(worth[least]), float(of_class[least]))
    return (
        f"class {_shown(labels[least])} of y has {has}{others}: nobody knows what others would "
        "be like; take more rows of it, or merge classes",
    )


def _rows(worth: float, counted: float) -> str:
    """How many rows a class has, or what they are worth, in words."""
    if not counted:
        return "no row"
    many = worth >= 1.5
    number = f"{worth:.0f}" if many else "1" if worth >= 0.95 else "less than 1"
    if worth < 0.95 * counted:
        return f"rows that are worth {number} independent row{'s' * many}"
    return f"{number} row{'s' * many}"


def _shown(label: Hashable) -> str:
    return shortened(label.item() if isinstance(label, np.generic) else label)


def fewer_of(
    kinds: Sequence[str], sizes: Sequence[int], asked: object, columns: Sequence[int]
) -> str:
    """What there can be fewer of in a table, in words; empty where "auto" made as few as it can.

    Args:
        kinds: of the codes of each source.
        sizes: how many there are.
        asked: number of clusters or bins that was asked for, or "auto".
        columns: of each source.
    """
    asked_for: list[Size] = list(one_each(asked, len(kinds)))  # type: ignore[arg-type]
    found = []
    for kind, size, number, wide in zip(kinds, sizes, asked_for, columns, strict=True):
        if kind == "symbols":
            found.append("symbols (merge rare ones)")
        elif kind == "bins" and wide > 1:
            found.append("columns (or estimator 'cluster')")
        elif number != "auto" and size > FEWEST:
            found.append(f"{kind} ('auto' takes as many as the samples can carry)")
    return " and ".join(dict.fromkeys(found))
