"""From a file or a data frame to X1, X2 and y: reading, checking, choosing columns by name.

A column group is a comma-separated list of names and globs, such as ``audio_*,pitch``. A column
that is called exactly so comes first, so that names with commas and stars can be given, too.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import narwhals as nw

from pid.discretization.out_of_core import scanning
from pid.discretization.out_of_core.engine import Elsewhere
from pid.errors import InvalidInput
from pid.io.readers import column_names, read_columns


@dataclass(frozen=True, slots=True, eq=False)  # eq off: data frames
class Selection:
    """Columns chosen for ``pid.quantify``: frames ``X1`` and ``X2``, a series ``y``.

    ``names`` are the expressions that chose them, for the record; ``groups`` and ``weights`` are
    series, or None where none were asked for. ``models`` are what models say, by their names: a
    series of labels, or a frame of probabilities.
    """

    X1: Any
    X2: Any
    y: Any
    names: tuple[str, str, str]
    groups: Any = None
    weights: Any = None
    models: Mapping[str, Any] = field(default_factory=dict)


def load(
    path: str | Path,
    *,
    x1: str,
    x2: str,
    y: str,
    groups: str | None = None,
    weights: str | None = None,
    models: Mapping[str, str] | None = None,
) -> Selection:
    """Read the chosen columns of a CSV, TSV or Parquet file.

    CSV files are UTF-8 text with one header line; empty cells and the usual spellings of missing
    values (NA, NaN, null ...) count as missing. A column without a name is left out: it is usually
    a row number.

    Args:
        path: the file; its ending says the format, comma-separated where it says nothing.
        x1, x2: column groups.
        y: the name of the target column.
        groups, weights: names of the columns that have each row's group and weight.
        models: for ``pid.compare``: name -> the column of its labels, or names and globs of the
            columns of its probabilities.

    Returns:
        The columns as pandas frames and a series, in the order of the file.

    Raises:
        InvalidInput: the file cannot be read, is empty or ragged, has duplicate headers, or its
            columns do not fit ``x1``, ``x2`` and ``y`` (see ``choose``).
        MissingExtra: Parquet without pyarrow.
    """
    file = Path(path)
    names = column_names(file)
    columns = choose(names, x1=x1, x2=x2, y=y)
    extra = _extra(names, columns, groups=groups, weights=weights)
    said = {f"model {n!r}": column_group(f"model {n!r}", p, names) for n, p in _items(models)}
    _check_models(said, columns)
    wanted = [name for group in (*columns, *said.values()) for name in group]
    frame = read_columns(file, names, [*wanted, *extra])
    return Selection(
        frame[columns[0]],
        frame[columns[1]],
        frame[y],
        (x1, x2, y),
        groups=None if groups is None else frame[groups],
        weights=None if weights is None else frame[weights],
        models={
            name: frame[group[0]] if len(group) == 1 else frame[group]
            for (name, _), group in zip(_items(models), said.values(), strict=True)
        },
    )


def _items(models: Mapping[str, str] | None) -> list[tuple[str, str]]:
    return [] if models is None else list(models.items())


def _check_models(said: Mapping[str, Sequence[str]], columns: Sequence[Sequence[str]]) -> None:
    """Raise InvalidInput if a column of a model is one of x1, x2 or y, too."""
    for model, group in said.items():
        for role, others in zip(("x1", "x2", "y"), columns, strict=True):
            both = [name for name in group if name in set(others)]
            if both:
                raise InvalidInput(
                    f"{model} and {role} share {both[0]!r}; a prediction is no source and no "
                    "target, so narrow the pattern"
                )


def scan(
    path: str | Path,
    *,
    x1: str,
    x2: str,
    y: str,
    groups: str | None = None,
    weights: str | None = None,
) -> Selection:
    """Choose columns of a file that need not fit into memory, for ``pid.quantify``.

    As ``load``, but the columns stay in the file: numbers are cut at their quantiles and rows are
    counted there, by DuckDB, within 600 MB of memory, and only the counts come back. Where columns
    would be clustered, they are cut at quantiles. A temporary folder takes what does not fit, and a
    CSV file's chosen columns.

    Args:
        path, x1, x2, y, groups, weights: as for ``load``.

    Raises:
        InvalidInput: as for ``load``.
        MissingExtra: there is no duckdb.
    """
    file = Path(path)
    names = column_names(file, rows=False)
    columns = choose(names, x1=x1, x2=x2, y=y)
    _extra(names, columns, groups=groups, weights=weights)
    chosen: dict[str, list[str]] = dict(zip(("x1", "x2", "y"), columns, strict=True))
    for role, name in (("groups", groups), ("weights", weights)):
        if name is not None:
            chosen[role] = [name]
    places = [(role, name) for role, of_role in chosen.items() for name in of_role]
    engine = scanning.scan(file, places)
    found = {
        role: Elsewhere(
            engine, role, tuple(of_role), tuple(places.index((role, name)) for name in of_role)
        )
        for role, of_role in chosen.items()
    }
    return Selection(
        found["x1"],
        found["x2"],
        found["y"],
        (x1, x2, y),
        groups=found.get("groups"),
        weights=found.get("weights"),
    )


@dataclass(frozen=True, slots=True, eq=False)  # eq off: data frames
class Candidates:
    """Columns chosen for ``pid.screen``: a frame of sources, or named groups of them; targets."""

    X: Any
    column_sets: dict[str, Any] | None
    y: Any
    groups: Any = None
    weights: Any = None


def load_candidates(
    path: str | Path,
    *,
    y: Sequence[str],
    columns: str | None = None,
    column_sets: Mapping[str, str] | None = None,
    groups: str | None = None,
    weights: str | None = None,
) -> Candidates:
    """Read the columns that a screen compares.

    Args:
        path: the file, as for ``load``.
        y: names of the target columns.
        columns: names and globs of the sources; all columns that have no other role if left out.
        column_sets: name -> names and globs: groups of columns to pair instead of columns.
        groups, weights: names of the columns that have each row's group and weight.

    Raises:
        InvalidInput: as for ``load``; also groups that overlap, or contain a target.
    """
    file = Path(path)
    names = column_names(file)
    extra = _extra(names, (), groups=groups, weights=weights)
    for target in y:
        if target not in names:
            raise _unknown("y", target, names)
    taken = {*y, *extra}
    if column_sets is None:
        sources = (
            [name for name in names if name and name not in taken]
            if columns is None
            else column_group("columns", columns, names)
        )
        sets = {"columns": sources}
    else:
        sets = {name: column_group(name, pattern, names) for name, pattern in column_sets.items()}
    _check_apart(sets, taken)
    wanted = [*(name for group in sets.values() for name in group), *y, *extra]
    frame = read_columns(file, names, wanted)
    return Candidates(
        None if column_sets else frame[sets["columns"]],
        {name: frame[group] for name, group in sets.items()} if column_sets else None,
        frame[list(y)],
        groups=None if groups is None else frame[groups],
        weights=None if weights is None else frame[weights],
    )


def _check_apart(sets: Mapping[str, Sequence[str]], taken: set[str]) -> None:
    """Raise InvalidInput if a column is in two groups, or is a target, too."""
    owner: dict[str, str] = {}
    for name, group in sets.items():
        for column in group:
            if column in taken:
                raise InvalidInput(
                    f"{name} contains {column!r}, which is a target, group or weight; narrow the "
                    "pattern"
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
    names: Sequence[str], *, x1: str, x2: str, y: str
) -> tuple[list[str], list[str], list[str]]:
    """Column names of x1, x2 and y among ``names``.

    Raises:
        InvalidInput: a name or glob that matches nothing, a group that contains y, overlapping
            groups.

    Examples:
        >>> choose(["a_1", "a_2", "b", "label"], x1="a_*", x2="b", y="label")
        (['a_1', 'a_2'], ['b'], ['label'])
    """
    if y not in names:
        raise _unknown("y", y, names)
    group1, group2 = column_group("x1", x1, names), column_group("x2", x2, names)
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


def _extra(
    names: Sequence[str], columns: Sequence[Sequence[str]], **roles: str | None
) -> list[str]:
    """Columns that are not sources or target: which row belongs to what, and how much it counts."""
    found = [(role, name) for role, name in roles.items() if name is not None]
    for role, name in found:
        if name not in names:
            raise _unknown(role, name, names)
        for source, group in zip(("x1", "x2"), columns, strict=False):
            if name in group:
                raise InvalidInput(
                    f"{source} contains {name!r}, the column of {role}; narrow the pattern"
                )
    return [name for _, name in found]


def column_group(role: str, pattern: str, names: Sequence[str]) -> list[str]:
    """Names that a list of names and globs matches, in the order of ``names``.

    Raises:
        InvalidInput: an item that matches nothing.
    """
    items = [pattern] if pattern in names else [item.strip() for item in pattern.split(",")]
    found: set[str] = set()
    for item in items:
        matches = {item} if item in names else {n for n in names if n and fnmatchcase(n, item)}
        if not matches:
            raise _unknown(role, item, names)
        found |= matches
    return [name for name in names if name in found]


def _unknown(role: str, item: str, names: Sequence[str]) -> InvalidInput:
    close = difflib.get_close_matches(item, names, n=1)
    shown = ", ".join(map(repr, names[:6])) + (f" and {len(names) - 6} more" if names[6:] else "")
    hint = f"did you mean {close[0]!r}?" if close else f"there are {shown}"
    return InvalidInput(f"{role} {item!r} matches no column; {hint}")
