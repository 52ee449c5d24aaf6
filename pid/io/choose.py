"""Columns by their names: X1, X2 and y among those of a table.

A column group is a comma-separated list of names and globs, such as ``audio_*,pitch``; what begins
with an exclamation mark is taken out again, as in ``total_*,!total_day_*``; and ``rest`` is all
that no other group, target or role of rows has. A column that is called exactly so comes first, so
that names with commas and stars, and one that is called "rest", can be given, too.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import narwhals as nw

from pid.errors import InvalidInput

Pattern = str | Sequence[str]  # names and globs, in one text or in several
REST = "\0rest"  # an item that no name of a column is
SHOWN = 6  # names that a note has


@dataclass(frozen=True, slots=True, eq=False)  # eq off: data frames
class Selection:
    """Columns chosen for ``pid.quantify``: frames ``X1`` and ``X2``, a series ``y``.

    ``names`` are the expressions that chose them, for the record; ``groups`` and ``weights`` are
    series, or None where none were asked for. ``models`` are what models say, by their names: a
    series of labels, or a frame of probabilities. ``notes`` say which columns are the rest.
    """

    X1: Any
    X2: Any
    y: Any
    names: tuple[str, str, str]
    groups: Any = None
    weights: Any = None
    models: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def check_models(said: Mapping[str, Sequence[str]], roles: Mapping[str, Sequence[str]]) -> None:
    """Raise InvalidInput if a column of a model is one of a source or of y, too."""
    for model, group in said.items():
        for role, others in roles.items():
            both = [name for name in group if name in set(others)]
            if both:
                raise InvalidInput(
                    f"{model} and {role} share {both[0]!r}; a prediction is no source and no "
                    "target, so narrow the pattern"
                )


def check_apart(sets: Mapping[str, Sequence[str]], taken: set[str]) -> None:
    """Raise InvalidInput if a column is in two groups, or is a target, too."""
    owner: dict[str, str] = {}
    for name, group in sets.items():
        for column in group:
            if column in taken:
                raise InvalidInput(
                    f"{name} contains {column!r}, which is a target, group or weight, or "
                    "has another role; narrow the pattern"
                )
            if column in owner:
                raise InvalidInput(
                    f"groups {owner[column]!r} and {name!r} share the column {column!r}; a column "
                    "belongs to one of them"
                )
            owner[column] = name


def select(frame: Any, *, x1: str, x2: str, y: str) -> Selection:
    """Choose columns of a pandas, polars or Arrow table.

    Args:
        frame: the table, in memory.
        x1, x2: column groups.
        y: the name of the target column.

    Returns:
        The columns as frames and a series of the same library.

    Raises:
        InvalidInput: no data frame, or columns that do not fit (see ``choose``).

    Examples:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"a_1": [0, 1], "a_2": [1, 0], "b": [0, 1], "label": ["n", "y"]})
        >>> list(select(frame, x1="a_*", x2="b", y="label").X1.columns)
        ['a_1', 'a_2']
    """
    try:
        table = nw.from_native(frame, eager_only=True)
    except TypeError as err:
        raise InvalidInput(f"expected a data frame in memory; got {type(frame).__name__}") from err
    columns = choose(table.columns, x1=x1, x2=x2, y=y)
    X1, X2 = (table.select(group).to_native() for group in columns[:2])
    return Selection(X1, X2, table[y].to_native(), (x1, x2, y))


def choose(
    names: Sequence[str], *, x1: str, x2: str, y: str, taken: Collection[str] = ()
) -> tuple[list[str], list[str], list[str]]:
    """Column names of x1, x2 and y among ``names``.

    Args:
        names: of all columns.
        x1, x2: column groups.
        y: the name of the target column.
        taken: columns of other roles, which are not of the rest.

    Raises:
        InvalidInput: a name or glob that matches nothing, a group that contains y, overlapping
            groups.

    Examples:
        >>> choose(["a_1", "a_2", "b", "label"], x1="a_*", x2="b", y="label")
        (['a_1', 'a_2'], ['b'], ['label'])
    """
    if y not in names:
        raise unknown_column("y", y, names)
    group1, group2 = column_groups(names, {"x1": x1, "x2": x2}, {y, *taken}).values()
    for role, group, pattern in (("x1", group1, x1), ("x2", group2, x2)):
        if y in group:
            raise InvalidInput(
                f"{role} {pattern!r} contains the target {y!r}, which would tell everything; "
                "narrow the pattern"
            )
    both = [name for name in group1 if name in set(group2)]
    if both:
        raise InvalidInput(
            f"x1 {x1!r} and x2 {x2!r} share {len(both)} column(s), the first {both[0]!r}; "
            "a column belongs to one of them"
        )
    return group1, group2, [y]


def columns_beside(names: Sequence[str], patterns: Sequence[str]) -> set[str]:
    """Columns of roles that whoever has them reads: what names none there is a matter of theirs."""
    found: set[str] = set()
    for pattern in patterns:
        with suppress(InvalidInput):
            found.update(column_group("", pattern, names))
    return found


def columns_of_roles(
    names: Sequence[str], columns: Sequence[Sequence[str]], **roles: str | None
) -> list[str]:
    """Columns that are not sources or target: which row belongs to what, and how much it counts."""
    found = [(role, name) for role, name in roles.items() if name is not None]
    for role, name in found:
        if name not in names:
            raise unknown_column(role, name, names)
        for source, group in zip(("x1", "x2"), columns, strict=False):
            if name in group:
                raise InvalidInput(
                    f"{source} contains {name!r}, the column of {role}; narrow the pattern"
                )
    return [name for _, name in found]


def column_groups(
    names: Sequence[str], patterns: Mapping[str, Pattern], taken: Collection[str] = ()
) -> dict[str, list[str]]:
    """Columns of several groups, one of which may be the rest.

    Args:
        names: of all columns.
        patterns: by what the group is called in messages.
        taken: columns of other roles, which are not of the rest.

    Raises:
        InvalidInput: an item that matches nothing, two groups of the rest, or none left for it.

    Examples:
        >>> column_groups(["a_1", "a_2", "b", "y"], {"x1": "a_*,!a_2", "x2": "rest"}, {"y"})
        {'x1': ['a_1'], 'x2': ['a_2', 'b']}
    """
    waiting = [role for role, pattern in patterns.items() if is_of_rest(pattern, names)]
    if len(waiting) > 1:
        raise InvalidInput(
            f"{waiting[0]} and {waiting[1]} are both of the rest, which is of one; name the "
            "columns of the other"
        )
    found = {
        role: column_group(role, pattern, names)
        for role, pattern in patterns.items()
        if role not in waiting
    }
    gone = {*taken, *(name for group in found.values() for name in group)}
    rest = [name for name in names if name and name not in gone]
    return {
        role: column_group(role, pattern, names, rest) if role in waiting else found[role]
        for role, pattern in patterns.items()
    }


def is_of_rest(pattern: Pattern, names: Collection[str]) -> bool:
    """Whether a group depends on what others take: of the rest, or all but some columns."""
    items = _items(pattern, names)
    return REST in items or all(_is_excluded(item, names) for item in items)


def notes_on_rest(
    patterns: Mapping[str, Pattern], groups: Mapping[str, Sequence[str]], names: Collection[str]
) -> tuple[str, ...]:
    """Which columns the rest are, in words."""
    found = []
    for role, pattern in patterns.items():
        if is_of_rest(pattern, names):
            some = list(groups[role])
            shown = ", ".join(some[:SHOWN]) + (", ..." if some[SHOWN:] else "")
            many = f"{len(some)} column{'s' if len(some) > 1 else ''}"
            found.append(f"{role}: {said(pattern)} is {many} ({shown})")
    return tuple(found)


def column_group(
    role: str, pattern: Pattern, names: Sequence[str], rest: Sequence[str] | None = None
) -> list[str]:
    """Names that a list of names and globs matches, in the order of ``names``.

    Args:
        role: what the group is called in messages.
        pattern: the list, as one text or as several.
        names: of all columns.
        rest: those that no other group has, if there can be such.

    Raises:
        InvalidInput: an item that matches nothing, or a group without a column.
    """
    items = _items(pattern, names)
    without = [item for item in items if _is_excluded(item, names)]
    within = [item for item in items if item not in without] or [REST]
    found: set[str] = set()
    for item in within:
        if item == REST and rest is not None:
            if not rest:
                raise InvalidInput(f"{role} {said(pattern)!r} is no column: all have another role")
            found |= set(rest)
        else:
            found |= _matches(role, item if item != REST else "rest", names)
    for item in without:
        found -= _matches(role, item[1:], names)
    if not found:
        raise InvalidInput(f"{role} {said(pattern)!r} leaves out all columns that it takes")
    return [name for name in names if name in found]


def said(pattern: Pattern) -> str:
    """A list of names and globs as one text."""
    return pattern if isinstance(pattern, str) else ",".join(pattern)


def _items(pattern: Pattern, names: Collection[str]) -> list[str]:
    """A list taken apart; REST for the rest, where no column is called so."""
    if not isinstance(pattern, str):
        return [item for one in pattern for item in _items(one, names)]
    items = [pattern] if pattern in names else [item.strip() for item in pattern.split(",")]
    return [REST if item == "rest" and item not in names else item for item in items]


def _is_excluded(item: str, names: Collection[str]) -> bool:
    return item.startswith("!") and len(item) > 1 and item not in names


def _matches(role: str, item: str, names: Sequence[str]) -> set[str]:
    found = {item} if item in names else {n for n in names if n and fnmatchcase(n, item)}
    if not found:
        raise unknown_column(role, item, names)
    return found


def single_sources(names: Sequence[str], columns: str | None, taken: set[str]) -> list[str]:
    """Columns to pair: those that were asked for, or all that have a name and no other role."""
    rest = [name for name in names if name and name not in taken]
    return rest if columns is None else column_group("columns", columns, names, rest)


def unknown_column(role: str, item: str, names: Sequence[str]) -> InvalidInput:
    """The error for a name or glob that matches nothing, with the nearest name there is."""
    close = difflib.get_close_matches(item, names, n=1)
    shown = ", ".join(map(repr, names[:6])) + (f" and {len(names) - 6} more" if names[6:] else "")
    hint = f"did you mean {close[0]!r}?" if close else f"there are {shown}"
    return InvalidInput(f"{role} {item!r} matches no column; {hint}")
