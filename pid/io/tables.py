"""From a file or a data frame to X1, X2 and y: reading, checking, choosing columns by name.

Column groups are as ``pid.io.choose`` has them: names and globs, such as ``audio_*,pitch``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pid.checks import COLUMN, NONE, PATH, TEXT, checked, each, either, named
from pid.io.choose import (
    Selection,
    check_apart,
    check_models,
    choose,
    column_group,
    column_groups,
    columns_beside,
    columns_of_roles,
    notes_on_rest,
    single_sources,
    unknown_column,
)
from pid.io.readers import column_names, note_on, read_columns
from pid.io.reading import AS_THEY_ARE, READING, Reading


@checked(
    path=PATH,
    x1=TEXT,
    x2=TEXT,
    y=TEXT,
    groups=COLUMN,
    weights=COLUMN,
    models=either(named("columns", TEXT), NONE),
    how=READING,
)
def load(
    path: str | Path,
    *,
    x1: str,
    x2: str,
    y: str,
    groups: str | None = None,
    weights: str | None = None,
    models: Mapping[str, str] | None = None,
    how: Reading = AS_THEY_ARE,
) -> Selection:
    """Read the chosen columns of a file: text, Parquet, Arrow, Excel or JSON lines.

    Text files have one header line; how they are written is found out, or said by ``how``. Empty
    cells and the usual spellings of missing values (NA, NaN, null ...) count as missing. A column
    without a name is left out: it is usually a row number.

    Args:
        path: the file; its ending says the format, text where it says nothing.
        x1, x2: column groups.
        y: the name of the target column.
        groups, weights: names of the columns that have each row's group and weight.
        models: for ``pid.compare``: name -> the column of its labels, or names and globs of the
            columns of its probabilities.
        how: what stands for a gap, and which columns are symbols or numbers, as it will be asked
            for, too, of whoever takes the columns.

    Returns:
        The columns as pandas frames and a series, in the order of the file.

    Raises:
        InvalidInput: the file cannot be read, is empty or ragged, has duplicate headers, or its
            columns do not fit ``x1``, ``x2`` and ``y`` (see ``choose``).
        MissingExtra: Parquet without pyarrow.
    """
    file = Path(path)
    names = column_names(file, text=how.dialect)
    said = _said({} if models is None else models, names)
    others = {name for name in (groups, weights) if name is not None}
    others |= {name for group in said.values() for name in group}
    others |= columns_beside(names, how.beside)
    columns = choose(names, x1=x1, x2=x2, y=y, taken=others)
    extra = columns_of_roles(names, columns, groups=groups, weights=weights)
    check_models(said, dict(zip(("x1", "x2", "y"), columns, strict=True)))
    wanted = [name for group in (*columns, *said.values()) for name in group]
    frame = read_columns(file, names, [*wanted, *extra], how)
    return Selection(
        frame[columns[0]],
        frame[columns[1]],
        frame[y],
        (x1, x2, y),
        groups=None if groups is None else frame[groups],
        weights=None if weights is None else frame[weights],
        models=_of_models({} if models is None else models, said, frame),
        notes=(
            *note_on(file, how.dialect),
            *notes_on_rest(
                {"x1": x1, "x2": x2}, dict(zip(("x1", "x2"), columns, strict=False)), names
            ),
        ),
    )


def _said(models: Mapping[str, str], names: Sequence[str]) -> dict[str, list[str]]:
    """The columns of each model, as it is called in messages."""
    return {f"model {n!r}": column_group(f"model {n!r}", p, names) for n, p in models.items()}


def _of_models(
    models: Mapping[str, str], said: Mapping[str, Sequence[str]], frame: Any
) -> dict[str, Any]:
    """What each model says: labels, or probabilities in several columns."""
    return {
        name: frame[group[0]] if len(group) == 1 else frame[group]
        for name, group in zip(models, said.values(), strict=True)
    }


@checked(
    path=PATH,
    models=named("columns", TEXT),
    sources=named("columns", TEXT),
    y=TEXT,
    how=READING,
)
def load_models(
    path: str | Path,
    models: Mapping[str, str],
    *,
    sources: Mapping[str, str],
    y: str,
    how: Reading = AS_THEY_ARE,
) -> dict[str, Any]:
    """Read what models say, for ``pid.compare`` with sources by their names.

    Args:
        path, models, how: as for ``load``.
        sources: name -> names and globs of columns, none of which a model may have.
        y: the target, likewise.

    Raises:
        InvalidInput: as for ``load``.
        MissingExtra: Parquet without pyarrow.
    """
    file = Path(path)
    names = column_names(file, text=how.dialect)
    said = _said(models, names)
    of_models = [name for group in said.values() for name in group]
    roles = column_groups(names, sources, {y, *of_models})
    check_models(said, roles | {"y": [y]})
    wanted = of_models
    return _of_models(models, said, read_columns(file, names, wanted, how))


@dataclass(frozen=True, slots=True, eq=False)  # eq off: data frames
class Candidates:
    """Columns chosen for ``pid.screen``: a frame of sources, or named groups of them; targets."""

    X: Any
    column_sets: dict[str, Any] | None
    y: Any
    groups: Any = None
    weights: Any = None
    notes: tuple[str, ...] = ()


@checked(
    path=PATH,
    y=each(TEXT),
    columns=COLUMN,
    column_sets=either(named("columns", TEXT), NONE),
    groups=COLUMN,
    weights=COLUMN,
    how=READING,
)
def load_candidates(
    path: str | Path,
    *,
    y: Sequence[str],
    columns: str | None = None,
    column_sets: Mapping[str, str] | None = None,
    groups: str | None = None,
    weights: str | None = None,
    how: Reading = AS_THEY_ARE,
) -> Candidates:
    """Read the columns that a screen compares.

    Args:
        path: the file, as for ``load``.
        y: names of the target columns.
        columns: names and globs of the sources; all columns that have no other role if left out.
        column_sets: name -> names and globs: groups of columns to pair instead of columns.
        groups, weights: names of the columns that have each row's group and weight.
        how: as for ``load``.

    Raises:
        InvalidInput: as for ``load``; also groups that overlap, or contain a target.
    """
    file = Path(path)
    names = column_names(file, rows=False, text=how.dialect)
    extra = columns_of_roles(names, (), groups=groups, weights=weights)
    for target in y:
        if target not in names:
            raise unknown_column("y", target, names)
    taken = {*y, *extra}
    if column_sets is None:
        sets = {"columns": single_sources(names, columns, taken)}
    else:
        sets = column_groups(names, column_sets, taken | columns_beside(names, how.beside))
    check_apart(sets, taken)
    wanted = [*(name for group in sets.values() for name in group), *y, *extra]
    column_names(file, text=how.dialect)  # of all rows, once it is known that they are wanted
    frame = read_columns(file, names, wanted, how)
    return Candidates(
        None if column_sets else frame[sets["columns"]],
        {name: frame[group] for name, group in sets.items()} if column_sets else None,
        frame[list(y)],
        groups=None if groups is None else frame[groups],
        weights=None if weights is None else frame[weights],
        notes=(*note_on(file, how.dialect), *notes_on_rest(column_sets or {}, sets, names)),
    )


@checked(path=PATH, y=TEXT, column_sets=named("columns", TEXT), groups=COLUMN, how=READING)
def load_sets(
    path: str | Path,
    *,
    y: str,
    column_sets: Mapping[str, str],
    groups: str | None = None,
    how: Reading = AS_THEY_ARE,
) -> tuple[Any, dict[str, list[str]], tuple[str, ...]]:
    """The columns that ``pid.value`` takes from a file, their names by source, and notes on them.

    Args:
        path: the file, as for ``load``.
        y: the name of the target column.
        column_sets: name -> names and globs: the sources.
        groups: the name of the column that has each row's group.
        how: as for ``load``.

    Raises:
        InvalidInput: as for ``load_candidates``.
    """
    chosen = load_candidates(path, y=[y], column_sets=column_sets, groups=groups, how=how)
    assert chosen.column_sets is not None
    frame = chosen.y.copy()
    if groups is not None:
        frame[groups] = chosen.groups
    for columns in chosen.column_sets.values():
        frame = frame.join(columns)
    sets = {name: list(columns.columns) for name, columns in chosen.column_sets.items()}
    return frame, sets, chosen.notes


@checked(path=PATH, groups=named("columns", TEXT), of_rows=COLUMN, how=READING)
def load_groups(
    path: str | Path,
    groups: Mapping[str, str],
    *,
    of_rows: str | None = None,
    how: Reading = AS_THEY_ARE,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Groups of columns of a file, a frame each; no column is in two of them. And notes on them.

    Args:
        path: the file, as for ``load``.
        groups: name -> names and globs.
        of_rows: name of the column that has each row's group; it is "groups" of what is returned.
        how: as for ``load``.

    Raises:
        InvalidInput: as for ``load_candidates``.
    """
    file = Path(path)
    names = column_names(file, text=how.dialect)
    extra = columns_of_roles(names, (), groups=of_rows)
    sets = column_groups(names, groups, extra)
    check_apart(sets, set(extra))
    frame = read_columns(file, names, [*(n for group in sets.values() for n in group), *extra], how)
    found = {name: frame[group] for name, group in sets.items()}
    notes = (*note_on(file, how.dialect), *notes_on_rest(groups, sets, names))
    return found if of_rows is None else {**found, "groups": frame[of_rows]}, notes
