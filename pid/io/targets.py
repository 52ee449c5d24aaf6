"""A target that came as several columns of 0 and 1: one class in each row, or several labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pid._types import Column
from pid.errors import InvalidInput
from pid.io.columns import Variable, listed
from pid.io.named import as_objects


def as_one(y: Variable) -> tuple[Variable, tuple[str, ...]]:
    """A target whose columns mark one class in each row as that class; any other as it is.

    Returns:
        The target, and what was done, in words.

    Raises:
        InvalidInput: columns of 0 and 1 that mark several classes in a row, or none.

    Examples:
        >>> from pid.io.columns import as_variable
        >>> as_one(as_variable([[0, 1], [1, 0], [0, 1]], "y"))[0].columns[0].tolist()
        [1, 0, 1]
    """
    if len(y.columns) < 2 or y.gaps or not all(map(_is_mark, y.columns)):
        return y, ()
    marks = np.column_stack([column.astype(np.intp) for column in y.columns])
    several = np.flatnonzero(marks.sum(axis=1) != 1)
    if len(several):
        row, labels = int(several[0]), int(marks[several[0]].sum())
        raise InvalidInput(
            f"y must be a single column; got {len(y.columns)} of 0 and 1, {labels} of them 1 in "
            f"data row {row + 1}: several labels of a row are no class; take one column, as "
            "Y[:, 0], or make a class of each set, as "
            "['+'.join(map(str, row.nonzero()[0])) for row in Y]"
        )
    codes = marks.argmax(axis=1)
    named = y.names[0] != f"{y.role}[0]"
    symbols = tuple(y.names) if named else tuple(range(len(y.names)))
    note = f"y: {listed(y.names, 'column')} with one 1 in each row, taken as classes"
    column = as_objects(symbols)[codes] if named else codes
    one = replace(y, names=(y.role,), columns=(column,), block=None, vectors={})
    return one, (note,)


def _is_mark(column: Column) -> bool:
    """Whether there is nothing but 0 and 1."""
    return column.dtype.kind == "b" or (
        column.dtype.kind in "iuf" and bool(((column == 0) | (column == 1)).all())
    )
