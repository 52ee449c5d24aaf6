"""Named groups of columns of a table in memory, chosen by names and globs, or by their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np

from pid.checks import is_integer, shortened
from pid.errors import InvalidInput
from pid.io.choose import check_apart, column_group, unknown_column


def choose_sets(
    frame: Any, groups: Mapping[str, object], y: object, role: str = "y"
) -> tuple[dict[str, Any], Any]:
    """The columns of every group, and the target.

    Args:
        frame: a pandas, polars or Arrow table, a mapping of columns, or an array of two axes.
        groups: columns of each group: names and globs, as one text or as a list; or places.
        y: a name of a column; anything else is the target itself.
        role: what y is, for messages.

    Raises:
        InvalidInput: no table, or columns that are not there, in two groups, or the target, too.

    Examples:
        >>> sets, y = choose_sets({"a1": [1], "a2": [2], "y": [0]}, {"a": "a*"}, "y")
        >>> list(sets["a"].columns), y.name
        (['a1', 'a2'], 'y')
    """
    table = frame if isinstance(frame, np.ndarray) else _as_table(frame)
    if isinstance(table, np.ndarray):
        if table.ndim != 2:
            raise InvalidInput(f"frame must have 2 axes, rows and columns; got {table.ndim}")
        names = [f"x[{i}]" for i in range(table.shape[1])]
    else:
        names = list(table.columns)
    chosen = {name: _columns(name, columns, names) for name, columns in groups.items()}
    of_y: Any = y
    if isinstance(y, str):
        if y not in names:
            raise unknown_column(role, y, names)
        of_y = table[:, names.index(y)] if isinstance(table, np.ndarray) else table[y].to_native()
    check_apart(chosen, {y} if isinstance(y, str) else set())
    if isinstance(table, np.ndarray):
        return {n: table[:, [names.index(c) for c in some]] for n, some in chosen.items()}, of_y
    return {name: table.select(some).to_native() for name, some in chosen.items()}, of_y


def _as_table(frame: Any) -> Any:
    if isinstance(frame, Mapping):
        import pandas as pd

        frame = pd.DataFrame(frame)
    try:
        return nw.from_native(frame, eager_only=True)
    except TypeError as err:
        raise InvalidInput(
            f"frame must be a data frame in memory or an array; got {shortened(frame)}"
        ) from err


def _columns(name: str, columns: object, names: Sequence[str]) -> list[str]:
    """Names of the columns of one group, in the order of the table."""
    wanted = [columns] if isinstance(columns, str) or is_integer(columns) else columns
    if not isinstance(wanted, Sequence) or not wanted:
        raise InvalidInput(
            f"group {name!r} must be names, globs or places of columns; got {shortened(columns)}"
        )
    found: set[str] = set()
    for item in wanted:
        if isinstance(item, str):
            found |= set(column_group(f"group {name!r}", item, names))
        elif is_integer(item) and -len(names) <= item < len(names):
            found.add(names[item])
        else:
            raise InvalidInput(
                f"group {name!r} has {shortened(item)}, which is no column of {len(names)}"
            )
    return [column for column in names if column in found]
