"""Rows of several places one below the other, as in a table with a column of times."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np

from pid._types import Codes
from pid.core.arrays import as_array
from pid.errors import InvalidInput
from pid.io.native import as_native
from pid.io.trials import TIME, positions_of


class Long(NamedTuple):
    """What belongs to the rows, by role.

    Attributes:
        axis: its name.
        positions: of the places along it.
        columns: by role, a row for each row; None where there is none.
        rows: of each place.
        notes: what was decided, in words.
    """

    axis: str
    positions: tuple[Hashable, ...]
    columns: Mapping[str, Any]
    rows: tuple[Codes, ...]
    notes: tuple[str, ...] = ()

    def at(self, place: int) -> dict[str, Any]:
        """All columns of one place."""
        rows = self.rows[place]
        return {
            role: nw.to_native(values[rows], pass_through=True)
            for role, values in self.columns.items()
        }


def read_long(columns: Mapping[str, object], axis: Any) -> Long:
    """Sort rows by their labels.

    Args:
        columns: by role: tables, series or what is an array; None where there is none.
        axis: a label per row. Numbers are sorted, other labels are in order of appearance.

    Raises:
        InvalidInput: another length, gaps, as many labels as rows.
    """
    found: dict[str, Any] = {
        role: _whole(values, role) for role, values in columns.items() if values is not None
    }
    labels = as_array(axis, "axis")
    for role, values in found.items():
        if labels.ndim != 1 or len(values) != len(labels):
            raise InvalidInput(
                f"axis must be a name, a number, or a label for each row of {role}, "
                f"{len(values)}; got shape {labels.shape}"
            )
    if labels.dtype.kind == "O":
        gaps = [i for i, label in enumerate(labels) if label is None or label != label]
        if gaps:
            raise InvalidInput(f"axis has no label in row {gaps[0]}; leave such rows out")
        labels = labels.astype(str)
    distinct, first, codes = np.unique(labels, return_index=True, return_inverse=True)
    if len(distinct) == len(labels):
        raise InvalidInput(
            f"axis has {len(labels):,} rows and as many labels: each needs rows, one a trial; give "
            "the name of an axis for arrays of trials x time"
        )
    order = np.arange(len(distinct)) if labels.dtype.kind in "iufmM" else np.argsort(first)
    name = getattr(axis, "name", None)
    axis_name = TIME if name is None else str(name)
    positions, notes = positions_of(distinct[order], len(distinct), axis_name)
    sorted_rows = np.argsort(codes, kind="stable")
    rows = np.split(sorted_rows, np.cumsum(np.bincount(codes))[:-1])
    return Long(axis_name, positions, found, tuple(rows[i] for i in order), notes)


def _whole(values: object, role: str) -> Any:
    """A table or series with the names of its columns, or an array."""
    native = as_native(values, role)
    is_table = isinstance(native, nw.DataFrame | nw.Series)
    return native if is_table else as_array(values, role)
