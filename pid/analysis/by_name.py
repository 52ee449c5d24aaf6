"""Calls in which one table serves: sources, target and roles of rows by names of its columns."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ParamSpec, TypeGuard, TypeVar

from pid.checks import LOG
from pid.errors import InvalidInput
from pid.io.choose import said
from pid.io.sets import Several, are_names, choose_roles

P = ParamSpec("P")
R = TypeVar("R")

Columns = str | int | slice | Sequence[str | int]  # names and globs, or places
OF_ROWS = ("groups", "weights")


def takes_table(function: Callable[..., R]) -> Callable[..., R]:
    """Let what takes X1, X2 and y take a table as X1, and columns of it as x1, x2 and y, too.

    Or as sources by their names. What is text among groups, weights, given and models is a column,
    too; arrays and labels stay what they are.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: Any, x1: object = None, x2: object = None, **options: Any) -> R:
        bound = signature.bind_partial(*args, **options).arguments
        sources = _sources(bound, x1, x2)
        if sources is None:
            return function(*args, **options)
        models = bound.get("models")
        models = {} if not isinstance(models, Mapping) else models
        models = {name: _pattern(one) for name, one in models.items()}
        roles = {"y": bound.get("y")} | _of_rows(bound, bound["X1"])
        roles |= {f"model {name!r}": one for name, one in models.items()}
        axis = bound.get("axis")  # of a long table a column; else of arrays
        if isinstance(axis, str) and (
            hasattr(type(bound["X1"]), "columns") or are_names([axis], bound["X1"])
        ):
            roles["axis"] = axis
        chosen = choose_roles(bound["X1"], sources, roles, "" if x1 is not None else "source ")
        if x1 is None:
            del bound["X1"]
            bound["sources"] = chosen.sets
        else:
            bound["X1"], bound["X2"] = chosen.sets.values()
            bound.setdefault("names", _called(sources, bound["y"]))
        bound |= {role: one for role, one in chosen.roles.items() if role in bound}
        if models:
            bound["models"] = {name: chosen.roles[f"model {name!r}"] for name in models}
        return _said(function, bound, chosen.notes)

    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation="Columns")
        for name in ("x1", "x2")
    ]
    parameters = [*signature.parameters.values(), *more]
    vars(call)["__signature__"] = signature.replace(parameters=parameters)
    return call


def takes_table_of_two(function: Callable[P, R]) -> Callable[P, R]:
    """Likewise what takes X and Y: a table as X, and columns of it as x and y."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> R:
        bound = signature.bind_partial(*args, **options).arguments
        x, y = bound.pop("x", None), bound.pop("y", None)
        if x is None and y is None:
            return function(*args, **options)
        if x is None or y is None or bound.get("Y") is not None or "X" not in bound:
            raise InvalidInput("give a table, and columns of it as x and y; or X and Y")
        sides = {"x": x, "y": y}
        chosen = choose_roles(bound["X"], sides, _of_rows(bound, bound["X"]), "")
        bound |= chosen.roles
        bound["X"], bound["Y"] = chosen.sets.values()
        called = dict(zip(sides, (_words(name, one) for name, one in sides.items()), strict=True))
        return _said(function, bound, chosen.notes, **called)

    return call


def takes_table_of_columns(function: Callable[P, R]) -> Callable[P, R]:
    """Likewise a screen: a table as X, the name of a column as y, and columns to pair."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> R:
        bound = signature.bind_partial(*args, **options).arguments
        columns = bound.pop("columns", None)
        table, sets = bound.get("X"), bound.get("column_sets")
        named = _are_columns(sets)
        target = _target(bound.get("y"), table)
        if columns is None and target is None and not (named and table is not None):
            return function(*args, **options)
        if (columns is not None and sets is not None) or (sets is not None and not named):
            raise InvalidInput("give columns of the table, or groups of these as column_sets")
        roles = {"y": bound.get("y") if target is None else target} | _of_rows(bound, table)
        asked = sets if sets is not None else {"columns": "rest" if columns is None else columns}
        chosen = choose_roles(table, asked, roles, "group " if named else "")
        bound |= chosen.roles
        bound |= {"column_sets": chosen.sets} if named else {"X": chosen.sets["columns"]}
        notes = chosen.notes if named or columns is not None else ()
        return _said(function, bound, notes)

    return call


def _said(
    function: Callable[..., R], options: Mapping[str, Any], notes: tuple[str, ...], **called: str
) -> R:
    """The answer, with notes on columns, which the log has as it has all others."""
    found: R = noted(function(**options), notes, **called)
    for note in notes:
        LOG.info("%s: %s", function.__name__, note)
    return found


def _sources(bound: Mapping[str, Any], x1: object, x2: object) -> Mapping[str, object] | None:
    """Columns of the sources by their names; None where the call is of no table.

    Raises:
        InvalidInput: a call that is half of one kind and half of the other.
    """
    sources, table = bound.get("sources"), bound.get("X1")
    if x1 is None and x2 is None:
        if not _are_columns(sources):
            return None
        if table is None:
            if all(map(_is_text, sources.values())):
                raise InvalidInput("sources are names of columns: give the table first, then these")
            return None
        found: Mapping[str, object] = sources
    else:
        found = {"x1": x1, "x2": x2}
        if table is None:
            raise InvalidInput("x1 and x2 are columns of a table: give the table first, then these")
        for role, one in found.items():
            if one is None:
                raise InvalidInput(
                    f"give {role}, too: names or globs of columns, or 'rest' for all that have no "
                    "other role"
                )
        if sources is not None:
            raise InvalidInput("give x1 and x2, or sources by their names, not both")
    if bound.get("X2") is not None:
        raise InvalidInput("X2 has no place beside a table whose columns are named; leave it out")
    if bound.get("y") is None:
        raise InvalidInput("give y, the target: the name of a column, or one value for each row")
    return found


def _are_columns(sources: object) -> TypeGuard[Mapping[str, object]]:
    """Whether these are names of columns by the names of sources."""
    return (
        isinstance(sources, Mapping)
        and bool(sources)
        and all(map(_is_text, sources))
        and all(map(_is_columns, sources.values()))
    )


def _is_columns(value: object) -> bool:
    """Whether it can only be names or places of columns, and no data."""
    if isinstance(value, str | slice):
        return True
    return isinstance(value, list | tuple) and len(value) > 0 and all(map(_is_text, value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _pattern(value: object) -> object:
    return Several((value,)) if isinstance(value, str) else value


def _of_rows(bound: Mapping[str, Any], table: object) -> dict[str, object]:
    """Roles of rows, and of a condition, which may be several columns."""
    found = {role: bound[role] for role in OF_ROWS if bound.get(role) is not None}
    if bound.get("given") is not None:
        several = bound["given"]
        is_list = isinstance(several, list | tuple) and all(map(_is_text, several))
        are_columns = is_list and are_names(list(several), table)
        found["given"] = Several(several) if are_columns else _pattern(several)
    return found


def _target(y: object, table: object) -> object:
    """The column of a target, or several; None where it is the target itself."""
    if isinstance(y, str):
        return y
    if isinstance(y, list | tuple) and y and all(isinstance(name, str) for name in y):
        return Several(y) if are_names(list(y), table) else None
    return None


def _called(sources: Mapping[str, object], y: object) -> tuple[str, ...]:
    """What sources and target are called."""
    name = y if isinstance(y, str) else getattr(y, "name", None)
    return (
        *(_words(role, one) for role, one in sources.items()),
        "y" if name is None else str(name),
    )


def _words(role: str, columns: object) -> str:
    """Names and globs as they were given; the role of what is given by places."""
    return said(columns) if _is_columns(columns) and not isinstance(columns, slice) else role  # type: ignore[arg-type]


def noted(found: Any, notes: tuple[str, ...], **called: str) -> Any:
    """An answer with more notes, or several along an axis with notes on all together."""
    field = "remarks" if hasattr(found, "remarks") else "notes"
    return replace(found, **{field: (*notes, *getattr(found, field))}, **called)
