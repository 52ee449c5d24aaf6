"""Columns of a file, of which the sources are the past: what ``pid quantify --lag`` reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pid.checks import COLUMN, PATH, TEXT, checked, is_a, named
from pid.errors import InvalidInput
from pid.io.choose import check_apart, column_group, column_groups, notes_on_rest, unknown_column
from pid.io.columns import with_gaps
from pid.io.lagged import with_past
from pid.io.named import MAX_SYMBOLS
from pid.io.past import LAGS, Past, as_lags
from pid.io.readers import column_names, note_on, read_columns
from pid.io.reading import AS_THEY_ARE, READING, Reading

ROWS_PER_CELL = 10  # from which on the past of symbols counts as symbols


class OfRows(NamedTuple):
    """Columns that are no source and no target, by their names, or None."""

    groups: str | None = None
    weights: str | None = None
    time: str | None = None


NO_ROLES = OfRows()


class FromFile(NamedTuple):
    """What is read of a file with its past.

    Attributes:
        sources: frames of the past, by name.
        y: of the present.
        given: a frame of the past, or None.
        groups, weights: of the present, or None.
        own: what has the past of y itself: the number of a source, from 0, or "given"; or None.
        beside: other columns of what has the past of y, and of what is given: known, too.
        lags: in order of what was asked.
        past: which rows these are, and what was left out.
        how: as it was asked for, by the names that columns of the past have.
        symbols: names of the past of symbols, where that may count as symbols: each is seen often.
        notes: how the file is written, and which columns the rest are.
    """

    sources: dict[str, Any]
    y: Any
    given: Any
    groups: Any
    weights: Any
    own: int | Literal["given"] | None
    beside: tuple[str, ...]
    lags: tuple[int, ...]
    past: Past
    how: Reading
    symbols: tuple[str, ...]
    notes: tuple[str, ...]


@checked(
    file=PATH,
    sources=named("columns", TEXT),
    y=TEXT,
    lags=LAGS,
    given=COLUMN,
    of_rows=is_a("an OfRows", OfRows),
    how=READING,
)
def load_lagged(
    file: str | Path,
    sources: Mapping[str, str],
    *,
    y: str,
    lags: int | Sequence[int],
    given: str | None = None,
    of_rows: OfRows = NO_ROLES,
    how: Reading = AS_THEY_ARE,
) -> FromFile:
    """Read the past of sources, and y.

    Args:
        file: as for ``load``.
        sources: name -> names and globs. One of them may have the target, whose own past it is.
        y: the name of the target column, which is of the present.
        lags: see ``pid.lagged``.
        given: names and globs, of which the past is taken, too.
        of_rows: the columns of groups and times, as of ``pid.lagged``, and of weights.
        how: as for ``load``.

    Raises:
        InvalidInput: as of ``load`` and of ``pid.lagged``.
        MissingExtra: Parquet without pyarrow.
    """
    path = Path(file)
    names = column_names(path, single=True, text=how.dialect)
    roles = of_rows._asdict()
    for role, name in {"y": y, **roles}.items():
        if name is not None and name not in names:
            raise unknown_column(role, name, names)
    beside = [] if given is None else column_group("given", given, names)
    sets = column_groups(names, sources, {y, *beside, *filter(None, of_rows)})
    _check_apart(sets, beside, roles, y)
    columns = [*dict.fromkeys(name for some in (*sets.values(), beside) for name in some)]
    others = [name for name in of_rows if name is not None]
    frame = read_columns(path, names, [*columns, y, *others], how)
    how.check_names([*dict.fromkeys([*columns, y])])
    found = with_past(frame, columns, lags, groups=of_rows.groups, time=of_rows.time)
    table = found.frame

    def past(some: Sequence[str]) -> Any:
        return table[[new for column in some for new in found.names[column]]]

    of_past = {name: past(some) for name, some in sets.items()}
    own = next((i for i, some in enumerate(sets.values()) if y in some), None)
    known = [*([] if own is None else list(sets.values())[own]), *beside]
    are_symbols = all(_is_symbol(frame[name], how) for name in columns)
    z = past(beside) if beside else None
    together = [*of_past.values(), *([] if z is None else [z])]
    few = are_symbols and _are_few(together, table[y])
    return FromFile(
        of_past,
        table[y],
        z,
        None if of_rows.groups is None else table[of_rows.groups],
        None if of_rows.weights is None else table[of_rows.weights],
        "given" if y in beside else own,
        tuple(name for name in dict.fromkeys(known) if name != y),
        tuple(as_lags(lags, len(frame))),
        found.past,
        _of_the_past(how, found.names, y),
        tuple(new for name in columns for new in found.names[name]) if few else (),
        (*note_on(path, how.dialect), *notes_on_rest(sources, sets, names)),
    )


def _check_apart(
    sets: Mapping[str, Sequence[str]],
    beside: Sequence[str],
    roles: Mapping[str, str | None],
    y: str,
) -> None:
    """Raise InvalidInput if two sources have one column, or anything that of another role."""
    check_apart(sets, set())
    for what, group in (*sets.items(), ("given", beside), ("y", [y])):
        for role, taken in roles.items():
            if taken in group:
                raise InvalidInput(
                    f"{what} contains {taken!r}, the column of {role}; narrow the pattern"
                )


def _is_symbol(column: Any, how: Reading) -> bool:
    """Whether a column would count as symbols by itself."""
    if how.is_number(str(column.name)):
        return False
    if how.is_symbol(str(column.name)):
        return True
    return with_gaps(column, "column", replace(how, missing="category")).is_symbolic


def _are_few(of_past: Sequence[Any], y: Any) -> bool:
    """Whether of what symbols were one after another each is seen often."""
    classes = min(len(y.drop_duplicates()), MAX_SYMBOLS)  # of numbers that are cut there are fewer
    cells = classes * prod(len(some.drop_duplicates()) for some in of_past)
    return bool(cells * ROWS_PER_CELL <= len(y))


def _of_the_past(how: Reading, past: Mapping[str, Sequence[str]], y: str) -> Reading:
    """How to read, by the names of the past; the target keeps its own."""

    def names(asked: Callable[[str], bool]) -> tuple[str, ...]:
        of_past = (new for name in past if asked(name) for new in past[name])
        return (*of_past, *([y] if asked(y) else []))

    return replace(how, symbols=names(how.is_symbol), numbers=names(how.is_number))
