"""Named groups of columns of a table in memory, chosen by names and globs, or by their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np
from narwhals.exceptions import DuplicateError

from pid.checks import is_integer, shortened
from pid.core.arrays import plain
from pid.errors import InvalidInput
from pid.io.choose import (
    Pattern,
    check_apart,
    column_group,
    column_groups,
    notes_on_rest,
    unknown_column,
)
from pid.io.held import columns_of, is_dataset, is_sparse, names_in

CONDITION = "given"  # a role that a column of a source may have, too


class Chosen(NamedTuple):
    """Columns of each group, those of other roles, and which are the rest, in words."""

    sets: dict[str, Any]
    roles: dict[str, Any]
    notes: tuple[str, ...]


def choose_sets(
    frame: Any, groups: Mapping[str, object], y: object, role: str = "y"
) -> tuple[dict[str, Any], Any]:
    """The columns of every group, and the target.

    Args:
        frame: a pandas, polars or Arrow table, a mapping of columns, an array of two axes, or a
            data set of torch or Hugging Face.
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
    found = choose_roles(frame, groups, {role: y})
    return found.sets, found.roles[role]


def choose_roles(
    frame: Any, groups: Mapping[str, object], roles: Mapping[str, object], what: str = "group "
) -> Chosen:
    """The columns of every group, one of which may be the rest, and of other roles.

    Args:
        frame, groups: as for ``choose_sets``.
        roles: by role the name or place of a column, or ``Several`` names; anything else is what
            has this role itself.
        what: groups are, for messages.

    Raises:
        InvalidInput: as for ``choose_sets``.
    """
    names = _names(frame)
    named = {role: one for role, one in roles.items() if _is_named(one)}
    of_roles = {role: _of_role(role, one, names) for role, one in named.items()}
    called = {f"{what}{name!r}" if what else name: name for name in groups}
    patterns = {words: _pattern(words, groups[name], names) for words, name in called.items()}
    taken = {name for of_role in of_roles.values() for name in of_role}
    chosen = column_groups(names, patterns, taken)
    beside = {name for role, some in of_roles.items() if role != CONDITION for name in some}
    check_apart({called[words]: of for words, of in chosen.items()}, beside)
    wanted = dict.fromkeys(name for of in (*chosen.values(), *of_roles.values()) for name in of)
    table = _in_memory(frame, names, list(wanted))
    sets = {called[words]: _taken(table, of, names) for words, of in chosen.items()}
    found = {role: _one(table, of, roles[role], names) for role, of in of_roles.items()}
    return Chosen(sets, dict(roles) | found, notes_on_rest(patterns, chosen, names))


def _is_named(role: object) -> bool:
    """Whether a role is given as the name or place of a column, or as names of several."""
    return isinstance(role, str | Several) or is_integer(role)


class Several(tuple[str, ...]):
    """Names and globs of columns that have a role together, of which there may be one."""


def are_names(several: Sequence[str], frame: Any) -> bool:
    """Whether some texts are columns of a table, and not a text for each of its rows."""
    try:
        names = _names(frame)
    except InvalidInput:
        return False
    shape = getattr(frame, "shape", None)
    rows = shape[0] if shape else len(frame) if hasattr(frame, "__len__") else None
    return set(several) <= set(names) and rows != len(several)


def _of_role(role: str, named: object, names: Sequence[str]) -> list[str]:
    if isinstance(named, Several):
        return column_group(role, named, names)
    if is_integer(named):
        return list(_pattern(role, named, names))
    if named not in names:
        raise unknown_column(role, str(named), names)
    return [str(named)]


def _names(frame: Any) -> list[str]:
    """Names of all columns; those of arrays are of their places."""
    if is_dataset(frame):
        return names_in(frame, "the data set")
    frame = getattr(frame, "data_vars", frame)
    if isinstance(frame, Mapping):
        if some := [str(name) for name, one in frame.items() if is_dataset(one)]:
            raise InvalidInput(
                f"the data set is several, {', '.join(map(repr, some))}; give one of them, as "
                f"data[{some[0]!r}]"
            )
        return [str(name) for name in frame]
    frame = plain(frame, "frame")
    if getattr(frame, "dtype", None) is not None and getattr(frame.dtype, "names", None):
        return list(frame.dtype.names)
    if isinstance(frame, np.ndarray) or is_sparse(frame) or _is_labelled(frame):
        if frame.ndim != 2:
            raise InvalidInput(f"frame must have 2 axes, rows and columns; got {frame.ndim}")
        return [f"x[{i}]" for i in range(frame.shape[1])]
    return list(_as_table(frame).columns)


def _is_labelled(frame: Any) -> bool:
    """Whether this is a DataArray of xarray."""
    return hasattr(frame, "dims") and hasattr(frame, "to_numpy") and hasattr(frame, "coords")


def _in_memory(frame: Any, names: Sequence[str], wanted: list[str]) -> Any:
    """What columns are taken from: an array, a mapping of columns, or a table of narwhals."""
    if is_dataset(frame):
        frame = columns_of(frame, "the data set", wanted)
    frame = getattr(frame, "data_vars", frame)
    frame = plain(frame, "frame")
    if isinstance(frame, np.ndarray):
        return {name: frame[name] for name in wanted} if frame.dtype.names else frame
    if is_sparse(frame):
        return frame.tocsc()[:, [names.index(name) for name in wanted]].toarray()
    if _is_labelled(frame):
        return np.asarray(frame)
    if isinstance(frame, Mapping):
        frame = {str(name): column for name, column in frame.items()}
        if all(_is_flat(frame[name]) for name in wanted):
            import pandas as pd

            return nw.from_native(pd.DataFrame({name: frame[name] for name in wanted}))
        return frame
    return _as_table(frame)


def _is_flat(column: Any) -> bool:
    """Whether a frame of pandas has it as one column."""
    return getattr(column, "ndim", 1) == 1 and type(column).__module__.partition(".")[0] != "torch"


def _taken(table: Any, columns: list[str], names: Sequence[str]) -> Any:
    """Some columns, as whatever they are columns of."""
    if isinstance(table, np.ndarray):
        return table[:, [names.index(name) for name in columns]]
    if isinstance(table, Mapping):
        return {name: table[name] for name in columns}
    return table.select(columns).to_native()


def _one(table: Any, columns: list[str], asked: object, names: Sequence[str]) -> Any:
    """The column of a role, or several where these were asked for."""
    if isinstance(asked, Several) and len(columns) > 1:
        return _taken(table, columns, names)
    if isinstance(table, np.ndarray):
        return table[:, names.index(columns[0])]
    if isinstance(table, Mapping):
        return table[columns[0]]
    return table[columns[0]].to_native()


def _places(words: str, places: slice, names: Sequence[str]) -> list[int]:
    try:
        return list(range(len(names)))[places]
    except (TypeError, ValueError) as err:
        raise InvalidInput(
            f"{words} must be a slice of places, such as slice(2, 5); got {shortened(places)}"
        ) from err


def _as_table(frame: Any) -> Any:
    """Where pandas has columns by numbers, say, these are called as they are printed."""
    if hasattr(frame, "set_axis") and not all(isinstance(name, str) for name in frame.columns):
        frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    try:
        return nw.from_native(frame, eager_only=True)
    except DuplicateError as err:
        raise InvalidInput(f"frame has duplicate column names; rename them: {err}") from err
    except TypeError as err:
        advice = "; call its collect() first" if hasattr(frame, "collect") else ""
        raise InvalidInput(
            f"frame must be a data frame in memory or an array; got {shortened(frame)}{advice}"
        ) from err


def _pattern(words: str, columns: object, names: Sequence[str]) -> Pattern:
    """Names and globs of a group, where places were given, too."""
    if isinstance(columns, str):
        return columns
    if isinstance(columns, slice):
        columns = _places(words, columns, names)
    if isinstance(columns, np.ndarray) or hasattr(columns, "get_indexer"):  # an Index of pandas
        columns = np.asarray(columns).tolist()
    wanted = [columns] if is_integer(columns) else columns
    if not isinstance(wanted, Sequence) or not wanted:
        raise InvalidInput(
            f"{words} must be names, globs or places of columns; got {shortened(columns)}"
        )
    found: list[str] = []
    for item in wanted:
        if isinstance(item, str):
            found.append(item)
        elif is_integer(item) and (str(item) in names or -len(names) <= item < len(names)):
            found.append(str(item) if str(item) in names else names[item])
        else:
            raise InvalidInput(f"{words} has {shortened(item)}, which is no column of {len(names)}")
    return found
