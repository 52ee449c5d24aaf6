"""A checked joint distribution p(x1, x2, y): from probabilities, from counts, from samples.

This is the border: whatever passes here is trusted by everything behind it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pid._types import Codes, Counts, Floats
from pid.core.arrays import as_array
from pid.core.cost import cost
from pid.core.symbols import encode
from pid.errors import InvalidDistribution, InvalidInput, TooLarge

AXES = ("x1", "x2", "y")

# Cells a table counted from samples may have; above it the symbols are almost surely not symbols.
MOST_CELLS = 2 * 10**8

A_FEW = 64  # cells that mostly tell shares from counts
MOST_COUNTED = 2.0**53  # above it not every whole number is a float


class Samples(NamedTuple):
    """Counted samples: ``counts[i, j, y]`` of (symbols1[i], symbols2[j], labels[y]).

    ``cells`` has the index of each sample's cell in the flattened table.
    """

    counts: Counts
    symbols1: tuple[Hashable, ...]
    symbols2: tuple[Hashable, ...]
    labels: tuple[Hashable, ...]
    cells: Codes


def as_table(p: ArrayLike) -> Floats:
    """Check a table of probabilities or counts and make it sum to 1.

    Args:
        p: shape (n1, n2, k), axes (x1, x2, y); finite, non-negative, with some mass.

    Returns:
        A new float64 array of the same shape that sums to 1.

    Raises:
        InvalidDistribution: anything else; the message names the first offending cell.

    Examples:
        >>> as_table([[[1, 0], [0, 3]]]).tolist()
        [[[0.25, 0.0], [0.0, 0.75]]]
    """
    return _normalised(_checked(_with_three_axes(p)))


def as_masses(p: ArrayLike) -> Floats:
    """Check a table like ``as_table``; counts are left as they are, so that sums are exact."""
    table = _checked(_with_three_axes(p))
    return table if _is_counted(table) else _normalised(table)


def as_strata(p: ArrayLike) -> Floats:
    """Check tables of two sources given z (nz, n1, n2, k) like ``as_masses``; strata may be empty.

    Raises:
        InvalidDistribution: as for ``as_table``.
    """
    table = _checked(_real(p))
    if table.ndim != 4:
        raise InvalidDistribution(f"p must have 4 axes (z, x1, x2, y); got shape {table.shape}")
    return table if _is_counted(table) else _normalised(table)


def as_table_of_sources(p: ArrayLike) -> Floats:
    """Check a table with an axis for each of some sources and one for y; the largest mass is 1.

    Raises:
        InvalidDistribution: as for ``as_table``.
    """
    table = _checked(_real(p))
    if table.ndim < 3:
        raise InvalidDistribution(
            f"p must have an axis for each of two sources or more and one for y; got {table.shape}"
        )
    return np.asarray(table / table.max())


def as_distribution(p: ArrayLike) -> Floats:
    """Check and normalise a table like ``as_table``, but with any number of axes."""
    return _normalised(_checked(_real(p)))


def _with_three_axes(p: ArrayLike) -> Floats:
    table = _real(p)
    if table.ndim != 3:
        raise InvalidDistribution(
            f"p must have 3 axes (x1, x2, y); got shape {table.shape}"
            + (
                "; add the missing axis, as in p[:, None, :]"
                if table.ndim < 3
                else "; merge axes first, or give it to pid.decompose, which takes more sources"
            )
        )
    return table


def _real(p: ArrayLike) -> Floats:
    """A new array of float64, if ``p`` is an array of real numbers."""
    try:
        raw = as_array(p, "p")
        if raw.dtype.kind not in "biuf":
            raise TypeError(f"dtype {raw.dtype}")
        if np.ma.is_masked(p):
            raise TypeError("it has masked cells, and a cell without a value is not 0")
        with np.errstate(over="ignore", under="ignore"):  # of a longer type; checked by the caller
            return np.array(raw, dtype=np.float64, order="C")
    except (TypeError, ValueError) as err:
        raise InvalidDistribution(f"p must be an array of real numbers; it is not: {err}") from err


def _checked(table: Floats) -> Floats:
    """``table``, if its values are masses."""
    if table.size == 0:
        raise InvalidDistribution(f"p is empty: shape {table.shape}; every axis needs a symbol")
    _reject(~np.isfinite(table), table, "is not finite", "remove or impute missing values first")
    _reject(table < 0, table, "is negative", "pass counts or probabilities, not log-probabilities")
    if not table.any():
        raise InvalidDistribution("p has no mass: every cell is 0")
    return table


@np.errstate(under="ignore")
def _normalised(table: Floats, axes: tuple[int, ...] | None = None) -> Floats:
    """``table`` made to sum to 1 over ``axes``, in place."""
    table /= table.max(axis=axes, keepdims=True)  # so that no mass breaks the sum
    table /= table.sum(axis=axes, keepdims=True)
    return table


def _is_counted(tables: Floats) -> bool:
    """Whether all masses are whole numbers, and so small that sums are exact."""
    cells = tables.ravel()
    some, whole = cells[:A_FEW], tables.max() <= MOST_COUNTED / tables.size
    return bool(whole and (some == np.rint(some)).all() and (cells == np.rint(cells)).all())


def as_tables(P: NDArray[np.generic]) -> Floats:
    """Check a stack of tables (B, n1, n2, k) all at once, and make each sum to 1.

    Counts are left as they are, so that sums are exact.

    Raises:
        InvalidDistribution: as for ``as_table``; the message names the first table that is wrong.
    """
    if P.ndim != 4:
        raise InvalidDistribution(
            f"P must have 4 axes (table, x1, x2, y), or be a list of tables; got shape {P.shape}"
            + ("; a single table goes to decompose" if P.ndim == 3 else "")
        )
    if P.dtype.kind in "biuf" and P.size and not np.ma.is_masked(P):
        with np.errstate(over="ignore", under="ignore"):
            stack = np.array(P, dtype=np.float64)
        largest = stack.max(axis=(1, 2, 3))
        if np.isfinite(largest).all() and (largest > 0).all() and stack.min() >= 0:
            return stack if _is_counted(stack) else _normalised(stack, (1, 2, 3))
    for position, p in enumerate(P):  # find the culprit
        try:
            as_table(p)
        except InvalidDistribution as err:
            raise InvalidDistribution(f"P[{position}]: {err}") from err
    return np.zeros(P.shape)  # no tables at all


def _reject(bad: NDArray[np.bool_], table: Floats, what: str, advice: str) -> None:
    count = int(bad.sum())
    if count:
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        cell = ", ".join(map(str, where))
        raise InvalidDistribution(
            f"p[{cell}] = {table[where]:.6g} {what} ({count} such cell(s)); {advice}"
        )


def count_samples(
    x1: Iterable[Hashable],
    x2: Iterable[Hashable],
    y: Iterable[Hashable],
    *,
    times: Counts | None = None,
    most_cells: int = MOST_CELLS,
) -> Samples:
    """Count how often each triple of symbols occurs.

    Args:
        x1, x2, y: one symbol per sample, any hashable; all of one length. Symbols keep the order of
            their values where they can be sorted, else the order of appearance.
        times: how often each sample occurs; once if left out.
        most_cells: the largest table to make.

    Returns:
        The counts, shape (n1, n2, k), with the symbols of each axis.

    Raises:
        InvalidInput: lengths differ, no samples, an unhashable or a missing (NaN) symbol, or so
            many symbols that the table would have more than ``most_cells`` cells.

    Examples:
        >>> count_samples(["a", "b"], [0, 0], [True, False]).counts.tolist()
        [[[0, 1]], [[1, 0]]]
    """
    coded = [encode(values, name) for values, name in zip((x1, x2, y), AXES, strict=True)]
    lengths = [len(codes) for codes, _ in coded]
    if len(set(lengths)) != 1:
        raise InvalidInput(
            "x1, x2 and y must have one symbol per sample each; got lengths "
            + ", ".join(map(str, lengths))
        )
    if lengths[0] == 0:
        raise InvalidInput("there are no samples: x1, x2 and y are empty")
    symbols1, symbols2, labels = (symbols for _, symbols in coded)
    shape = len(symbols1), len(symbols2), len(labels)
    counts, cells = tabulate([codes for codes, _ in coded], shape, times, most_cells)
    return Samples(counts, symbols1, symbols2, labels, cells)


def tabulate(
    codes: Sequence[Codes],
    shape: tuple[int, ...],
    times: Counts | None = None,
    most_cells: int = MOST_CELLS,
) -> tuple[Counts, Codes]:
    """Samples per cell, shape (n1, ..., k), and each sample's cell in the flattened table.

    Args:
        codes: of x1, x2, ... and y, one per sample.
        shape: of the table: how many codes there are.
        times: how often each sample occurs; once if left out.
        most_cells: the largest table to make.

    Raises:
        InvalidInput: the table would have more cells.
    """
    if math.prod(shape) > most_cells:
        needed = cost(shape[0], math.prod(shape[1:-1]), shape[-1], "interior-point")
        raise TooLarge(
            f"{' x '.join(map(str, shape))} symbols make too large a table, of more than "
            f"{most_cells:,} cells, which would take {needed.words} to solve; merge rare symbols, "
            "bin or cluster numbers, or leave out columns that identify single samples"
        )
    cells = np.ravel_multi_index(tuple(codes), shape)
    counts = np.bincount(cells, times, minlength=math.prod(shape)).astype(np.int64)
    return counts.reshape(shape), cells


def distinct_rows(
    columns: Sequence[NDArray[Any]], times: Counts | None = None
) -> tuple[list[NDArray[Any]], Counts]:
    """The distinct rows of some columns, sorted, and how often each of them occurs."""
    order = np.lexsort(columns[::-1])
    ordered = [column[order] for column in columns]
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in ordered])
    first = np.flatnonzero(new)
    often = np.ones(len(order), dtype=np.int64) if times is None else times[order]
    return [column[first] for column in ordered], np.add.reduceat(often, first)
