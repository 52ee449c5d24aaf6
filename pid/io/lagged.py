"""The past of columns as columns of their own, beside the present: an embedding in time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np

from pid._types import Column
from pid.checks import COLUMN, NONE, checked, either, is_a
from pid.core.arrays import as_array
from pid.errors import InvalidInput
from pid.io.choose import column_group, unknown_column
from pid.io.gaps import gaps_of
from pid.io.native import as_native
from pid.io.past import LAGS, Past, as_lags, groups_of, past_of

DATES = "Mm"  # kinds of dtype


class Lagged(NamedTuple):
    """A frame with the past beside the present, which rows these are, and what was left out."""

    frame: Any
    past: Past
    names: Mapping[str, tuple[str, ...]]  # of the past of each column


@checked(lags=LAGS, groups=COLUMN, time=COLUMN, notes=either(is_a("a list", list), NONE))
def lagged(
    frame: object,
    columns: str | Sequence[str],
    lags: int | Sequence[int],
    groups: str | None = None,
    *,
    time: str | None = None,
    notes: list[str] | None = None,
) -> Any:
    """The past of columns, beside the present: ``x_lag1`` is x one row before, ``x_lag2`` two.

    Rows are in the order of time. A row without a whole past in its own group, as the first of each
    group are, is left out: no value comes from another group, however groups are mixed.

    Args:
        frame: a pandas, polars or Arrow table in memory, or a mapping from names to arrays of one
            length.
        columns: of which the past is wanted: names and globs, ``"x,spikes_*"`` or a list of them.
        lags: how far back, in rows: 3 for that one, ``[1, 2, 5]``, or ``range(1, 6)`` for 1 to 5.
        groups: the column that says which rows belong together: recording, trial, subject.
        time: the column of the times of rows: numbers or dates. It must rise within a group, by
            steps that are all alike to a tenth, or missing: a lag that crosses a gap is no lag, and
            such rows are left out. Without it every row is one step.
        notes: takes all that was left out, in words. Without it groups that vanish, and gaps in
            time, are warned of; that the first rows of a group have no past is not.

    Returns:
        What ``frame`` is: all its columns, those of groups and time among them, and then the past.
        Values are as they are, gaps too: ``missing=`` of ``pid.quantify`` says what becomes of
        them. Rows keep their order, and in pandas their labels.

    Raises:
        InvalidInput: lags of 0 or below, or as long as the longest group; times that go back,
            repeat or are irregular; columns that are not there or would be there twice; no rows.

    Warns:
        UserWarning: see ``notes``.

    Examples:
        >>> table = {"trial": [1, 1, 1, 2, 2], "x": [5, 6, 7, 8, 9]}
        >>> past = lagged(table, "x", [1], groups="trial")
        >>> past["x"].tolist(), past["x_lag1"].tolist()
        ([6, 7, 9], [5, 6, 8])
    """
    found = with_past(frame, columns, lags, groups=groups, time=time)
    if notes is not None:
        notes += [*found.past.usual, *found.past.doubtful]
    else:
        for text in found.past.doubtful:
            warnings.warn(text, UserWarning, stacklevel=3)
    return found.frame


def with_past(
    frame: object,
    columns: str | Sequence[str],
    lags: int | Sequence[int],
    *,
    groups: str | None = None,
    time: str | None = None,
) -> Lagged:
    """As ``lagged``, with what there is to say of it."""
    table = _table(frame)
    for role, name in (("groups", groups), ("time", time)):
        if name is not None and name not in table.names:
            raise unknown_column(role, name, table.names)
    chosen = _chosen(columns, table.names, {"groups": groups, "time": time})
    of_rows = groups_of(table.rows, None if groups is None else table.column(groups))
    times = None if time is None else _times(table.column(time), time)
    past = past_of(of_rows, lags, times)
    found = as_lags(lags, table.rows)
    names = {name: tuple(f"{name}_lag{lag}" for lag in found) for name in chosen}
    taken = set(table.names) & {new for of_one in names.values() for new in of_one}
    if taken:
        raise InvalidInput(
            f"there is a column {min(taken)!r} already, which is what the past of one would be "
            "called; rename it, or leave it out"
        )
    new = [(name, at, to) for name in chosen for at, to in zip(past.at, names[name], strict=True)]
    return Lagged(table.taken(past.rows, new), past, names)


class _Table(NamedTuple):
    """Whatever holds columns: their names, how many rows, and how parts of it are taken."""

    names: list[str]
    rows: int
    column: Callable[[str], Column]
    taken: Callable[[Column, list[tuple[str, Column, str]]], Any]


def _table(frame: Any) -> _Table:
    found = _of_mapping(frame) if isinstance(frame, Mapping) else _of_frame(frame)
    if found.rows == 0:
        raise InvalidInput("frame has no rows; it needs one per step")
    return found


def _of_frame(frame: Any) -> _Table:
    table = as_native(frame, "frame")
    if not isinstance(table, nw.DataFrame):
        raise InvalidInput(
            "frame must be a pandas, polars or Arrow table in memory, or a mapping from names to "
            f"arrays, such as {{'x': x}}; got {type(frame).__name__}"
        )
    if other := [name for name in table.columns if not isinstance(name, str)]:
        raise InvalidInput(
            f"frame has a column that is called {other[0]!r}, which is no text; rename the "
            "columns, as frame.rename(columns=str) does"
        )

    def taken(rows: Column, past: list[tuple[str, Column, str]]) -> Any:
        columns = [table[name][at].alias(new) for name, at, new in past]
        return table[rows].with_columns(*columns).to_native()

    return _Table(list(table.columns), len(table), lambda name: table[name].to_numpy(), taken)


def _of_mapping(frame: Mapping[Any, Any]) -> _Table:
    if not frame or not all(isinstance(name, str) for name in frame):
        raise InvalidInput("frame must have columns by their names, such as {'x': x, 'y': y}")
    arrays = {name: as_array(values, name) for name, values in frame.items()}
    shapes = {name: array.shape for name, array in arrays.items()}
    if wide := [name for name, shape in shapes.items() if len(shape) != 1]:
        raise InvalidInput(
            f"{wide[0]} must have one value per row; got shape {shapes[wide[0]]}: give each of "
            "its columns a name of its own"
        )
    if len(set(shapes.values())) > 1:
        lengths = ", ".join(f"{len(array)} in {name}" for name, array in arrays.items())
        raise InvalidInput(f"columns must have one value per row each; got {lengths}")

    def taken(rows: Column, past: list[tuple[str, Column, str]]) -> dict[str, Column]:
        present = {name: array[rows] for name, array in arrays.items()}
        return present | {new: arrays[name][at] for name, at, new in past}

    return _Table(list(arrays), len(next(iter(arrays.values()))), arrays.__getitem__, taken)


def _chosen(columns: Any, names: list[str], roles: Mapping[str, str | None]) -> list[str]:
    """Names of columns, in the order of the frame."""
    patterns = [columns] if isinstance(columns, str) else columns
    if not isinstance(patterns, list | tuple) or not all(isinstance(p, str) for p in patterns):
        raise InvalidInput("columns must be names and globs: a text, or a list of texts")
    if not patterns:
        raise InvalidInput("columns names none of which the past is wanted; name at least one")
    if twice := [p for i, p in enumerate(patterns) if p in patterns[:i]]:
        raise InvalidInput(f"columns has {twice[0]!r} twice; name each once")
    found = {name for p in patterns for name in column_group("columns", p, names)}
    for role, name in roles.items():
        if name in found:
            raise InvalidInput(f"columns contains {name!r}, the column of {role}; narrow it")
    return [name for name in names if name in found]


def _times(values: Column, name: str) -> Column:
    """Times as numbers, whose differences are exact where they are whole."""
    if values.dtype.kind in "OUS":
        values = _of_text(values, name)
    if values.dtype.kind not in "iuf" + DATES:
        raise InvalidInput(f"time {name!r} must be numbers or dates; got {values.dtype}")
    missing = np.isnat(values) if values.dtype.kind in DATES else gaps_of(values, None, ())
    if missing.any():
        raise InvalidInput(
            f"time {name!r} has {missing.sum():,} missing values, the first in data row "
            f"{missing.argmax() + 1}; leave out such rows, or fill in their times"
        )
    if values.dtype.kind == "f":
        if not np.isfinite(values).all():
            raise InvalidInput(f"time {name!r} has infinite values; leave out such rows")
        return values.astype(np.float64)
    return values.astype(np.int64)


def _of_text(values: Column, name: str) -> Column:
    """Dates, or numbers that are objects."""
    import pandas as pd  # late: it knows how dates are written

    items = values.tolist()
    try:
        if any(isinstance(item, str) for item in items):
            found = pd.to_datetime(items, utc=True, format="ISO8601").tz_localize(None)
        else:
            found = pd.Index(items).infer_objects()
        return np.asarray(found.to_numpy())
    except (ValueError, TypeError) as err:
        raise InvalidInput(
            f"time {name!r} must be numbers, or dates such as 2024-05-01 12:30:00; got "
            f"{str(items[0])[:40]!r} in data row 1"
        ) from err
