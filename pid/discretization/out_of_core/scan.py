"""Columns of a CSV, TSV or Parquet file that need not fit into memory, with their types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pid.checks import COLUMN, NONE, PATH, TEXT, checked, either
from pid.discretization.out_of_core.database import Database
from pid.discretization.out_of_core.duckdb import Column, DuckEngine, how_many
from pid.discretization.out_of_core.elsewhere import Elsewhere
from pid.errors import InvalidInput
from pid.io.choose import Selection, choose, columns_of_roles, notes_on_rest
from pid.io.delimited import HEAD, MISSING
from pid.io.dialect import Dialect, dialect
from pid.io.dialect import found as found_in
from pid.io.named import MAX_SYMBOLS
from pid.io.packed import is_packed
from pid.io.readers import column_names, is_parquet, is_text, note_on
from pid.io.reading import AS_THEY_ARE, GLOBS, HOW_MISSING, VALUES, Missing, Reading, reading
from pid.io.refusals import mixed, place_of

_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf|infinity)"
_COMMA = r"[+-]?[0-9]+(,[0-9]+)?"  # with a comma before the decimals
_THOUSANDS = r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+"  # with commas that may be between thousands
_WHOLE = r"[+-]?[0-9]{1,18}"  # of 64 bits
_BOOLEAN = "'true', 'false'"


@checked(
    path=PATH,
    x1=TEXT,
    x2=TEXT,
    y=TEXT,
    groups=COLUMN,
    weights=COLUMN,
    missing=HOW_MISSING,
    missing_values=VALUES,
    symbols=GLOBS,
    numbers=GLOBS,
    sep=either(TEXT, NONE),
    decimal=either(TEXT, NONE),
)
def scan(
    path: str | Path,
    *,
    x1: str,
    x2: str,
    y: str,
    groups: str | None = None,
    weights: str | None = None,
    missing: Missing = "error",
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    sep: str | None = None,
    decimal: str | None = None,
) -> Selection:
    """Choose columns of a file that need not fit into memory, for ``pid.quantify``.

    As ``load``, but the columns stay in the file: numbers are cut at their quantiles and rows are
    counted there, by DuckDB, within 600 MB of memory, and only the counts come back. Where columns
    would be clustered, they are cut at quantiles. A temporary folder takes what does not fit, and a
    CSV file's chosen columns.

    Args:
        path, x1, x2, y, groups, weights: as for ``load``.
        missing, missing_values, symbols, numbers: as for ``pid.quantify``, which does not see the
            rows; gaps cannot be symbols here.
        sep, decimal: of a text file, what separates columns and the mark before decimals; found out
            if left out.

    Raises:
        InvalidInput: as for ``load``.
        MissingExtra: there is no duckdb.
    """
    file, text = Path(path), dialect(sep, decimal)
    names = column_names(file, rows=False, text=text)
    others = [name for name in (groups, weights) if name is not None]
    columns = choose(names, x1=x1, x2=x2, y=y, taken=others)
    columns_of_roles(names, columns, groups=groups, weights=weights)
    chosen: dict[str, list[str]] = dict(zip(("x1", "x2", "y"), columns, strict=True))
    for role, name in (("groups", groups), ("weights", weights)):
        if name is not None:
            chosen[role] = [name]
    places = [(role, name) for role, of_role in chosen.items() for name in of_role]
    how = reading(missing, missing_values, symbols, numbers, text)
    how.check_names([name for of_role in columns for name in of_role])
    engine = opened(file, places, how)
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
        notes=(*note_on(file, text), *notes_on_rest({"x1": x1, "x2": x2}, chosen, names)),
    )


def opened(
    file: Path, columns: Sequence[tuple[str, str]], how: Reading = AS_THEY_ARE
) -> DuckEngine:
    """An engine for columns of a CSV, TSV or Parquet file.

    Args:
        file: which.
        columns: role and name of each.
        how: see ``scan``.

    Raises:
        InvalidInput: the file cannot be read or has no rows, or there is text among measurements.
        MissingExtra: there is no duckdb.
    """
    if how.missing == "category":
        raise InvalidInput(
            "gaps of columns that are not in memory cannot be symbols; take missing='drop', or "
            "load the columns"
        )
    names = column_names(file, rows=False, text=how.dialect)
    _check_format(file)
    database = Database(file)
    places = [_Place(place_of(role, name), name, names.index(name)) for role, name in columns]
    open_it = _of_parquet if is_parquet(file) else _of_csv
    return open_it(database, names, places, how)


def _check_format(file: Path) -> None:
    """Raise InvalidInput for what is read in memory alone."""
    if is_parquet(file) or (is_text(file) and not is_packed(file)):
        return
    raise InvalidInput(
        f"{str(file)!r} is read in memory alone; leave out out_of_core, or write it as CSV or "
        "Parquet, which can be counted in the file"
    )


class _Place(NamedTuple):
    """A column that was asked for."""

    words: str
    title: str  # its name
    number: int  # among all columns of the file

    @property
    def name(self) -> str:
        """In queries, so that names of the file never matter there."""
        return f"c{self.number}"


def _of_parquet(
    database: Database, header: list[str], places: Sequence[_Place], how: Reading
) -> DuckEngine:
    # an alias names all columns by their place
    names = ", ".join([*(f"c{i}" for i in range(len(header))), "row"])
    table = f"read_parquet({database.quoted}, file_row_number = true) AS t({names})"
    described = database.rows(f"DESCRIBE SELECT * FROM {table}")
    columns = [
        _as_asked(Column(place.words, place.name, described[place.number][1]), place, how)
        for place in places
    ]
    if replace(how, dialect=AS_THEY_ARE.dialect) == AS_THEY_ARE:
        return DuckEngine(database, table, "row", columns)
    cast = [f"CAST({c.name} AS {c.type})" for c in columns]
    return _kept(database, table, columns, cast, how)


def _as_asked(column: Column, place: _Place, how: Reading) -> Column:
    if how.is_symbol(place.title):
        return column._replace(type="VARCHAR")
    if how.is_number(place.title):
        return column._replace(type="DOUBLE", measured=True)
    return column


def _of_csv(
    database: Database, header: list[str], places: Sequence[_Place], how: Reading
) -> DuckEngine:
    """The columns with the types that they turn out to have, in a table of the database."""
    words = [*MISSING, *(value for value in how.missing_values if isinstance(value, str))]
    written = _in_utf8(database.file, how.dialect)
    how = replace(how, dialect=written)
    options = {
        "delim": _literal(written.sep),
        "quote": "'\"'",
        "escape": "'\"'",
        "header": "true",
        "auto_detect": "false",
        "columns": "{" + ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header))) + "}",
        "nullstr": "[" + ", ".join(map(_literal, words)) + "]",
        "strict_mode": "true",
        "null_padding": "false",
    }
    said = ", ".join(f"{name} = {value}" for name, value in options.items())
    lines = f"read_csv({database.quoted}, {said})"
    columns = _types_in_text(database, lines, places, how)
    cast = [f"CAST({_trimmed(c)} AS {c.type})" for c in columns]
    if how.missing == "drop":
        lines = f"(SELECT *, row_number() OVER () - 1 AS row FROM {lines})"
    return _kept(database, lines, columns, cast, how)


def _in_utf8(file: Path, asked: Dialect) -> Dialect:
    """How the file is written.

    Raises:
        InvalidInput: in another encoding, or with comments, which only rows in memory can have.
    """
    written = found_in(file, asked)
    if written.encoding != "utf-8-sig" or written.comment is not None:
        raise InvalidInput(
            f"{str(file)!r} must be UTF-8 without comments to be counted in the file; save it so, "
            "or leave out out_of_core"
        )
    return written


def _kept(
    database: Database,
    table: str,
    columns: Sequence[Column],
    cast: Sequence[str],
    how: Reading,
) -> DuckEngine:
    """The columns in a table of the database, without rows that are to be left out."""
    values = ", ".join(
        f"{_without(what, column.type, how)} AS {column.name}"
        for what, column in zip(cast, columns, strict=True)
    )
    if how.missing == "error":
        database.rows(f"CREATE TABLE rows AS SELECT {values} FROM {table}")
        engine = DuckEngine(database, "rows", "rowid", columns)
        engine.notes = _of_commas(columns)
        return engine
    there = [f"{c.name} IS NOT NULL" for c in columns]
    there += [f"NOT isnan({c.name})" for c in columns if c.type in ("DOUBLE", "FLOAT")]
    left = f"SELECT * FROM (SELECT {values}, row FROM {table}) WHERE {' AND '.join(there)}"
    database.rows(f"CREATE TABLE rows AS {left}")
    engine = DuckEngine(database, "rows", "row", columns)
    ((given,),) = database.rows(f"SELECT count(*) FROM {table}")
    engine.notes = _of_commas(columns)
    if given > engine.rows:
        engine.notes += (f"left out {given - engine.rows:,} of {given:,} rows, which have gaps",)
    return engine


def _of_commas(columns: Sequence[Column]) -> tuple[str, ...]:
    """Which text is read as numbers, in words."""
    names = [column.place for column in columns if column.comma]
    return (f"text read as numbers in {', '.join(names)}, decimals after a comma",) if names else ()


def _without(what: str, kind: str, how: Reading) -> str:
    """A value in a query, NULL where it stands for none."""
    text = kind == "VARCHAR"
    values = [v for v in how.missing_values if isinstance(v, str) == text]
    if not values or kind == "BOOLEAN":
        return what
    return f"CASE WHEN {what} IN ({', '.join(map(_literal, values))}) THEN NULL ELSE {what} END"


def _literal(value: object) -> str:
    """A value that the caller gave, in a query."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"CAST('{float(value)!r}' AS DOUBLE)"  # type: ignore[arg-type]  # a number


def _types_in_text(
    database: Database, lines: str, places: Sequence[_Place], how: Reading
) -> list[Column]:
    """As pandas would have them: numbers or truth values if all are, else text."""
    asked = ", ".join(
        f"count({c}), "
        + ", ".join(
            how_many(condition)
            for condition in (
                f"regexp_full_match(trim({c}), '{_WHOLE}')",
                _is_number(c),
                f"lower({c}) IN ({_BOOLEAN})",
                f"regexp_full_match(trim({c}), '{_COMMA}')",
                _is_decimal(c),
            )
        )
        for c in (place.name for place in places)
    )
    ((*found,),) = database.rows(f"SELECT {asked} FROM {lines}")
    padded = _padded(database, lines, places)
    columns = []
    for i, place in enumerate(places):
        there, whole, numbers, truths, commas, decimals = found[6 * i : 6 * i + 6]
        column = Column(place.words, place.name, "VARCHAR")
        if how.is_number(place.title):
            if numbers < there and (commas < there or not decimals):
                raise _no_number(database, lines, place)
            column = column._replace(type="DOUBLE", measured=True, comma=numbers < there)
        elif how.is_symbol(place.title):
            pass
        elif how.dialect.decimal == "," and commas == there > whole:
            column = column._replace(type="DOUBLE", comma=True)
        elif numbers == there and not padded[i]:
            column = column._replace(type="BIGINT" if whole == there else "DOUBLE")
        elif truths == there:
            column = column._replace(type="BOOLEAN")
        elif MAX_SYMBOLS < numbers < there:
            _check_text(database, lines, place.name, place.title)
        columns.append(column)
    return columns


def _padded(database: Database, lines: str, places: Sequence[_Place]) -> list[bool]:
    """Whether whole numbers of the first rows begin with 0, as codes do and numbers do not."""
    asked = ", ".join(
        how_many(f"NOT regexp_full_match({c}, '[0-9]+')")
        + " = 0 AND "
        + how_many(f"regexp_full_match({c}, '0[0-9]+')")
        + " > 0"
        for c in (place.name for place in places)
    )
    head = f"(SELECT * FROM {lines} LIMIT {HEAD})"
    return list(database.rows(f"SELECT {asked} FROM {head}")[0])


def _no_number(database: Database, lines: str, place: _Place) -> InvalidInput:
    """The error for a column that is to be numbers and has text."""
    c = place.name
    query = f"SELECT {c} FROM {lines} WHERE NOT {_is_number(c)} LIMIT 1"
    ((text,),) = database.rows(query)
    return InvalidInput(
        f"{place.words} is to be read as numbers, and has {text!r}; correct such values, name them "
        "in missing_values, or leave the column out of numbers"
    )


def _check_text(database: Database, lines: str, c: str, title: str) -> None:
    """Raise InvalidInput if it stands among measurements."""
    number = f"CASE WHEN {_is_number(c)} THEN CAST(trim({c}) AS DOUBLE) END"
    ((distinct,),) = database.rows(f"SELECT count(DISTINCT {number}) FROM {lines}")
    if distinct > MAX_SYMBOLS:
        query = (
            f"SELECT row, {c} FROM (SELECT row_number() OVER () - 1 AS row, {c} FROM {lines}) "
            f"WHERE NOT {_is_number(c)} ORDER BY row LIMIT 1"
        )
        ((row, text),) = database.rows(query)
        raise mixed(f"column {title!r}", text, int(row))


def _is_number(c: str) -> str:
    return f"regexp_full_match(trim({c}), '{_NUMBER}', 'i')"


def _is_decimal(c: str) -> str:
    """Whether a comma can only be one before decimals, as that of 1,234 may not be."""
    comma, thousands = (f"regexp_full_match(trim({c}), '{p}')" for p in (_COMMA, _THOUSANDS))
    return f"{comma} AND NOT {thousands} AND NOT {_is_number(c)}"


def _trimmed(column: Column) -> str:
    if column.type == "VARCHAR":
        return column.name
    return f"replace(trim({column.name}), ',', '.')" if column.comma else f"trim({column.name})"
