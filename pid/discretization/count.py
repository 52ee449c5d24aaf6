"""Codes of x1, x2 and y are counted: a table, and what each row has become in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Codes, Counts, Floats
from pid.core.decompose import check_size
from pid.core.joint import tabulate
from pid.discretization.coding import Coding
from pid.inference.units import Rows, Units

MAX_CELLS = 2 * 10**7  # of 8 bytes each; beyond it the solver's memory would not fit a laptop


class Counted(NamedTuple):
    """A table, and what it was counted from.

    Attributes:
        x1, x2, y: what its axes stand for.
        table: rows per cell, or their weight, shape (n1, n2, k), or given z (nz, n1, n2, k).
        cells: index of each row's cell in the flattened table.
        units: what is resampled.
        n: rows.
        rows: cell, group and weight of each of them; None where they are not in memory.
        notes: what was done to the data, in words.
        z: strata, where it is asked given them.
    """

    x1: Coding
    x2: Coding
    y: Coding
    table: Counts | Floats
    cells: Codes
    units: Units
    n: int
    rows: Rows | None
    notes: tuple[str, ...]
    z: Coding | None = None


def count(
    x1: Coding,
    x2: Coding,
    y: Coding,
    *,
    groups: Codes | None = None,
    weights: Floats | None = None,
    times: Counts | None = None,
    given: Coding | None = None,
) -> Counted:
    """Count rows, each of them once or ``times`` often.

    Args:
        x1, x2, y: codes of the rows.
        groups: number of the group of each row: rows of a group are one unit.
        weights: of each row; they take the place of counts.
        times: how often each row occurs, where only the distinct ones are here.
        given: strata, each of which has a table of its own.

    Raises:
        InvalidInput: a table of more than MAX_CELLS cells.
    """
    axes = (x1, x2, y) if given is None else (given, x1, x2, y)
    shape = tuple(axis.size for axis in axes)
    table: Counts | Floats
    table, cells = tabulate([axis.codes for axis in axes], shape, times, MAX_CELLS)
    for each in table[None] if given is None else table:
        check_size(each)
    units = Units.from_rows(cells, shape, groups=groups, weights=weights, times=times)
    notes = (*y.notes, *x1.notes, *x2.notes, *(() if given is None else given.notes))
    if weights is not None:
        table = units.table
        notes += (f"weighted rows count as {table.sum():.1f} of equal weight",)
    n = len(cells) if times is None else int(np.sum(times))
    rows = Rows(cells, groups, weights) if times is None else None
    return Counted(x1, x2, y, table, cells, units, n, rows, notes, given)
